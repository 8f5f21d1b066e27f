"""travel: ways just possible, and each broken alone; what a person who travels is exempt from."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.model.lab import Closure, Qualification, Resource
from scheduler.model.request import Link, Request, Requirement, Select
from scheduler.model.travel import Travel, Ways
from scheduler.model.window import Window
from scheduler.verify.rules import check_schedule
from tests.verify.small import SITES, Placement, and_needs, faults, resource, stated, use
from tests.verify.world import HOUR, MINUTE, booking, need, seoul, task

TEN = seoul(3, 10)


def advisor(name: str = "adv", **fields: Any) -> Resource:
    return resource(name, "office", **{"kind": "person", "site": "guro", "travel": Travel(ways="road")} | fields)


def visit(name: str, site: str | None, start: Any = TEN, length: timedelta = HOUR, by: str = "adv", **fields: Any) -> Placement:
    """A session at a site; None: online."""
    return use(name, start, length, by, task={"place": "anywhere"} if site is None else {"site": site}, **fields)


def test_travel_way_from_home_begins_with_the_opening() -> None:
    assert faults([advisor()], visit("a", "ansan")) == []
    assert faults([advisor()], visit("a", "ansan", TEN - MINUTE)) == [("travel", "a")]
    assert faults([advisor()], visit("a", "guro", TEN - HOUR)) == []
    assert faults([advisor()], visit("a", None, TEN - HOUR)) == []
    assert faults([advisor(site=None)], visit("a", "ansan", TEN - HOUR)) == []


def test_travel_way_home_ends_with_the_opening() -> None:
    assert faults([advisor()], visit("a", "ansan", seoul(3, 16))) == []
    assert faults([advisor()], visit("a", "ansan", seoul(3, 16) + MINUTE)) == [("travel", "a")]
    assert faults([advisor(site=None)], visit("a", "ansan", seoul(3, 17))) == []


def test_travel_openings_end_at_closures() -> None:
    shut = advisor(closures=(Closure(window=Window(start=seoul(3, 12), end=seoul(3, 13))),))
    assert faults([shut], visit("a", "ansan"), visit("b", "ansan", seoul(3, 14))) == []
    # After the closure the way is from home, not from where the morning ended.
    assert faults([shut], visit("a", "ansan"), visit("b", "ansan", seoul(3, 14) - MINUTE)) == [("travel", "b")]
    assert faults([shut], visit("a", "ansan", TEN + MINUTE), visit("b", "ansan", seoul(3, 14))) == [("travel", "a")]


def test_travel_goes_from_session_to_session() -> None:
    # Guro to Ansan 1 hour, Ansan to Busan 2, Busan to Guro 3: from 9:00 to 18:00.
    assert faults([advisor()], visit("a", "ansan"), visit("b", "busan", seoul(3, 13), 2 * HOUR)) == []
    assert faults([advisor()], visit("a", "ansan"), visit("b", "busan", seoul(3, 13) - MINUTE, 2 * HOUR)) == [("travel", "b")]
    # On the next day one begins at home again.
    assert faults([advisor()], visit("a", "ansan"), visit("b", "ansan", TEN + 24 * HOUR)) == []
    assert faults([advisor()], visit("a", "ansan"), visit("b", "ansan", TEN + 24 * HOUR - MINUTE)) == [("travel", "b")]


def test_travel_needs_no_way_at_one_site() -> None:
    assert faults([advisor()], visit("a", "ansan"), visit("b", "ansan", TEN + HOUR)) == []


@pytest.mark.parametrize(("online", "length", "expected"), [(9, 60, []), (9, 61, ["travel"]), (13, 60, []), (12, 61, ["travel"]), (15, 120, [])])
def test_travel_is_beside_all_other_work(online: int, length: int, expected: list[str]) -> None:
    # At 10:00 on the way to Ansan, there from 11:00 to 12:00, home at 13:00.
    placements = (visit("a", "ansan", seoul(3, 11)), visit("web", None, seoul(3, online), length * MINUTE))
    assert [rule for rule, _ in faults([advisor()], *placements)] == expected


def test_travel_online_session_does_not_change_where_one_is() -> None:
    placements = (visit("a", "ansan"), visit("web", None, TEN + HOUR), visit("b", "ansan", TEN + 2 * HOUR))
    assert faults([advisor()], *placements) == []


def test_travel_goes_where_the_resources_are() -> None:
    lamp = resource("lamp", site="ansan")
    for start, expected in ((TEN, []), (TEN - MINUTE, [("travel", "a")])):
        placement = and_needs(use("a", start, HOUR, "adv"), need("lamp", "lamp"), "lamp")
        assert faults([advisor(), lamp], placement) == expected
    # No site at all: nobody goes anywhere.
    assert faults([advisor()], use("a", TEN - HOUR, HOUR, "adv")) == []


def test_travel_home_is_no_place_of_a_session() -> None:
    placements = (visit("a", "ansan"), use("b", TEN + HOUR, HOUR, "adv"), visit("c", "ansan", TEN + 2 * HOUR))
    assert faults([advisor()], *placements) == []


def test_travel_between_frozen_sessions_was_decided_earlier() -> None:
    first, second = visit("a", "ansan", TEN - HOUR), visit("b", "busan", TEN)
    assert faults([advisor()], first, second) == [("travel", "a"), ("travel", "b")]
    assert faults([advisor()], first, second, frozen=("a",)) == [("travel", "b")]
    assert faults([advisor()], first, second, frozen=("a", "b")) == []
    late = visit("b", "busan", seoul(3, 16))
    assert faults([advisor()], visit("a", "ansan"), late) == [("travel", "b")]
    assert faults([advisor()], visit("a", "ansan"), late, frozen=("b",)) == []


def test_travel_at_most_so_long_a_day() -> None:
    def limited(minutes: int) -> Resource:
        return advisor(travel=Travel(ways="road", most_a_day=minutes * MINUTE))

    tour = (visit("a", "ansan"), visit("b", "busan", seoul(3, 13)))
    assert faults([limited(360)], *tour, visit("c", "ansan", seoul(4, 12))) == []
    assert faults([limited(359)], *tour) == [("travel", "b")]
    assert faults([limited(359)], *tour, frozen=("a",)) == [("travel", "b")]
    assert faults([limited(359)], *tour, frozen=("a", "b")) == []


def test_travel_needs_to_be_told_how_far_it_is() -> None:
    blank = {"ways": (Ways(id="road"),)}
    assert faults([advisor()], visit("a", "ansan", TEN + HOUR), lab=blank) == [("travel", "a"), ("travel", "a")]


def test_travel_by_distance_is_rounded_up_to_minutes() -> None:
    degree = tuple(replace(each, latitude=37.0, longitude=127.0 + (each.id == "ansan")) for each in SITES)
    # One degree of longitude at 37 degrees north: 88.80 km, at 80 km/h without detours 66.6 minutes.
    by_car = {"ways": (Ways(id="road", speed_kmh=80, detour=1),), "sites": degree}
    assert faults([advisor()], visit("a", "ansan", seoul(3, 10, 7)), lab=by_car) == []
    assert faults([advisor()], visit("a", "ansan", seoul(3, 10, 6)), lab=by_car) == [("travel", "a")]


def test_location_and_sites_do_not_bind_who_travels() -> None:
    lamp = resource("lamp", site="ansan")
    person = Requirement(id="who", select=Select(kind="person", sites=("ansan",)))
    placement = and_needs(use("a", TEN, HOUR, "lamp"), person, "adv")
    assert faults([advisor(), lamp], placement) == []
    assert faults([advisor(travel=None), lamp], placement) == [("alternatives", "a"), ("location", "a")]


def test_location_is_that_of_the_task() -> None:
    lamp = resource("lamp", site="ansan")
    assert faults([lamp], use("a", TEN, HOUR, "lamp", task={"site": "ansan"})) == []
    assert faults([lamp], use("a", TEN, HOUR, "lamp", task={"site": "guro"})) == [("location", "a")]


@pytest.mark.parametrize(("kind", "travels", "clean"), [("same_site", True, True), ("same_site", False, False), ("different_institutes", True, False)])
def test_links_know_who_travels_by_the_home_only(kind: Any, travels: bool, clean: bool) -> None:
    way = Travel(ways="road") if travels else None
    problem, schedule = stated([advisor(travel=way), advisor("other", site="ansan", travel=way)], visit("r", None))
    tasks = (task("t", HOUR, need("use", "adv"), place="anywhere"), task("u", HOUR, need("use", "other"), place="anywhere"))
    problem = replace(problem, requests=(Request(id="r", company="acme", tasks=tasks, links=(Link(kind=kind, tasks=("t", "u")),)),))
    schedule = replace(schedule, bookings=(*schedule.bookings, booking("r", "u", TEN, HOUR, use="other")))
    # The institutes of the two homes are the same.
    assert [each.rule for each in check_schedule(problem, schedule)] == ([] if clean else ["links"])


def test_alternatives_want_different_institutes_of_homes() -> None:
    people = [advisor("adv"), advisor("near", site="ansan"), advisor("far", site="busan"), advisor("free", site=None)]

    def joint(*who: str) -> Placement:
        return use("a", TEN, HOUR, who, different_institutes=True, task={"place": "anywhere"})

    assert faults(people, joint("adv", "far")) == []
    assert faults(people, joint("adv", "free")) == []
    assert faults(people, joint("adv", "near")) == [("alternatives", "a")]


def test_alternatives_want_level_languages_and_recipes() -> None:
    rights = (Qualification(name="rate", level=2), Qualification(name="rate", level=3, valid_until=TEN + HOUR))
    able = resource("x", qualifications=rights, languages=("ko", "en"), recipes=("salt", "heat"))

    def asked(recipe: str | None = None, start: Any = TEN, **query: Any) -> list[tuple[str, str]]:
        _, booked = use("a", start, HOUR, "x", recipe=recipe)
        requirement = Requirement(id="use", select=Select(kind="chamber", **query), recipe=recipe)
        return faults([able], (Request(id="a", company="acme", tasks=(task("t", HOUR, requirement),)), booked))

    refused = [("alternatives", "a")]
    assert asked(qualification="rate", level=3) == []
    assert asked(qualification="rate", level=3, start=TEN + MINUTE) == refused
    assert asked(qualification="rate", level=2, start=TEN + MINUTE) == []
    assert asked(qualification="rate", level=4) == refused
    assert asked(languages=("en", "ko")) == []
    assert asked(languages=("ko", "de")) == refused
    assert asked(recipe="heat") == []
    assert asked(recipe="cold") == refused
