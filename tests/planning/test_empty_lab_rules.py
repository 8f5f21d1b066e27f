"""The rules of the wide vocabulary on an empty lab: each just possible, and just not, or left to planning."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import TaskCannotFit
from scheduler.model.lab import Closure, Lab, Qualification
from scheduler.model.request import Mode, Request, Requirement, Select, Series, Shipment, Task
from scheduler.model.travel import Courier, Travel, Ways
from scheduler.model.window import Window
from scheduler.planning import check_request
from tests.planning.small import (
    HORIZON,
    HOUR,
    LAB,
    NOW,
    OPERATOR,
    TUESDAY,
    by_hand,
    chamber,
    lab_with,
    one_task,
    person,
    request,
    task,
    with_resource,
)

DAY = timedelta(days=1)


def refusal(wrong: Request, lab: Lab = LAB) -> str:
    with pytest.raises(TaskCannotFit) as caught:
        check_request(lab, wrong, NOW, HORIZON)
    return str(caught.value)


def passes(good: Request, lab: Lab = LAB) -> None:
    check_request(lab, good, NOW, HORIZON)


def alone(mode: Mode, **fields: object) -> Request:
    """A request of one task; `fields` are those of the task."""
    return request(tasks=(task("work", mode, **fields),), precedences=())


def test_dates_of_the_task_leave_just_enough_time() -> None:
    passes(alone(by_hand(2), release=TUESDAY, deadline=TUESDAY + 2 * HOUR))
    assert "2 h are needed, but there is only 1 h until the deadline" in refusal(alone(by_hand(2), release=TUESDAY, deadline=TUESDAY + HOUR))


def test_a_task_within_a_calendar_lies_in_one_opening() -> None:
    # The chamber is always open; the calendar is what keeps the task within the day.
    day = Mode(duration=9 * HOUR, requirements=(Requirement(id="chamber", select=Select(kind="chamber")),))
    passes(alone(day, within="office"))
    longer = replace(day, duration=9.25 * HOUR)
    passes(alone(longer))
    assert refusal(alone(longer, within="office")).startswith("tasks[0].modes[0]: calendar: 9 h 15 min are in no opening of 'office' between")


def test_a_pausing_task_needs_only_the_time_worked() -> None:
    # Tuesday to Thursday have 27 office hours.
    passes(alone(by_hand(27), pauses_in="office", deadline=TUESDAY + 2 * DAY + 9 * HOUR))
    late = alone(by_hand(27.25), pauses_in="office", deadline=TUESDAY + 2 * DAY + 9 * HOUR)
    assert refusal(late).startswith("tasks[0].modes[0]: calendar: 'office' has less than 27 h 15 min of openings between")
    assert "is open for 27 h without a break" in refusal(alone(by_hand(27)))


def test_what_follows_a_pausing_task_is_never_refused_for_too_long_a_guess() -> None:
    follower = request(
        tasks=(task("analysis", by_hand(10), pauses_in="office"), task("report", by_hand(1))),
        precedences=(replace(request().precedences[0], before="analysis", after="report"),),
        deadline=TUESDAY + DAY + 2 * HOUR,
    )
    passes(follower)


def test_what_is_taken_before_and_after_must_be_open_then() -> None:
    def asked(during: str, hours: float, **fields: object) -> Request:
        beside = Requirement(id="beside", select=Select(ids=("kim",)), during=during, part=hours * HOUR)  # type: ignore[arg-type]
        return one_task(Mode(duration=HOUR, requirements=(Requirement(id="chamber", select=Select(ids=("salt-1",))), beside)), **fields)

    # Kim has nine hours a day; the task itself may be at night.
    for during in ("before", "after"):
        passes(asked(during, 9))
        assert f"none is open for the 9 h 15 min {during} 1 h" in refusal(asked(during, 9.25))
    # Conditioning may come before the release date, storage after the deadline.
    passes(asked("before", 2, release=TUESDAY + 2 * HOUR, deadline=TUESDAY + 3 * HOUR))
    passes(asked("after", 2, release=TUESDAY, deadline=TUESDAY + HOUR))


def test_a_traveller_serves_at_every_site() -> None:
    both = one_task(
        Mode(duration=HOUR, requirements=(Requirement(id="chamber", select=Select(ids=("salt-2",))), Requirement(id="operator", select=Select(ids=("kim",)))))
    )
    assert "location: no single site has all" in refusal(both)
    kim = replace(LAB.resources[2], travel=Travel(ways="roads"))
    sites = tuple(replace(each, latitude=37.0, longitude=127.0) for each in LAB.sites)
    lab = replace(with_resource("kim"), sites=sites, ways=(Ways(id="roads", speed_kmh=50),), resources=(*LAB.resources[:2], kim, *LAB.resources[3:]))
    passes(both, lab)


def test_the_site_of_a_task_is_where_its_resources_are() -> None:
    lab = lab_with(person("oh", "siheung", "corrosion-testing"))
    shut = replace(lab, resources=(*lab.resources[:-1], replace(lab.resources[-1], closures=(Closure(window=HORIZON),))))
    asked = alone(by_hand(), site="siheung")
    passes(asked, lab)
    assert "calendar: what it takes is never open together" in refusal(asked, shut) or "location" in refusal(asked, shut)
    passes(alone(by_hand()), shut)


def test_a_level_must_be_held_at_that_time() -> None:
    def held_until(hours: float) -> Lab:
        rights = (Qualification(name="corrosion-testing"), Qualification(name="corrosion-testing", level=2, valid_until=TUESDAY + hours * HOUR))
        return with_resource("kim", qualifications=rights)

    asked = one_task(by_hand(2, select=replace(OPERATOR, level=2)))
    passes(asked, held_until(2))
    assert "qualification: nobody holds 'corrosion-testing' for 2 h" in refusal(asked, held_until(1.75))


def test_a_batch_run_may_last_until_somebody_unloads() -> None:
    # Loaded from five to six and unloaded from nine to ten is seventeen hours; twelve alone would end at night.
    oven = chamber("oven", "ansan", batch=True)
    lab = lab_with(oven)

    def asked(hours: float, longest: float | None) -> Request:
        parts = (Requirement(id="oven", select=Select(ids=("oven",))),)
        parts += tuple(Requirement(id=each, select=OPERATOR, during=each, part=HOUR) for each in ("head", "tail"))  # type: ignore[arg-type]
        return one_task(Mode(duration=hours * HOUR, max_duration=None if longest is None else longest * HOUR, requirements=parts))

    passes(asked(8, None), lab)
    assert "calendar: what it takes is never open together" in refusal(asked(12, None), lab)
    passes(asked(12, 24), lab)
    passes(asked(12, 17), lab)
    assert "calendar: what it takes is never open together" in refusal(asked(12, 16.75), lab)


def series(**fields: object) -> Request:
    tasks: tuple[Task, ...] = (task("a", by_hand()), task("b", by_hand()))
    return request(tasks=tasks, precedences=(), series=(Series(tasks=("a", "b"), **fields),))  # type: ignore[arg-type]


def test_the_next_of_a_series_starts_so_much_later() -> None:
    # On Saturday nobody works; a day later than Friday is too late.
    until = TUESDAY + 3 * DAY + 9 * HOUR
    passes(replace(series(least_apart=3 * DAY), deadline=until))
    late = refusal(replace(series(least_apart=3 * DAY + 8.25 * HOUR), deadline=until))
    assert late.startswith("tasks[1].modes[0]: 1 h are needed, but the tasks before it leave only 45 min until the deadline")


def shipped(lab: Lab, deadline: float, **fields: object) -> tuple[Lab, Request]:
    shipment = Shipment(sent=TUESDAY, latitude=37, longitude=127, **fields)  # type: ignore[arg-type]
    return lab, replace(one_task(by_hand(), deadline=TUESDAY + deadline * HOUR), shipment=shipment)


def test_specimens_are_carried_taken_in_and_conditioned_first() -> None:
    courier = lab_with(courier=Courier(speed_kmh=60, handling=2 * HOUR))
    for hours, conditioning in ((3, 0), (5, 2)):
        lab, asked = shipped(courier, hours, conditioning=conditioning * HOUR)
        passes(asked, lab)
        lab, asked = shipped(courier, hours - 0.25, conditioning=conditioning * HOUR)
        assert refusal(asked, lab).startswith("tasks[0].modes[0].requirements[0]: shipment: the specimens are not ready at kim, lee early enough between")


def test_specimens_wait_until_the_site_takes_them_in() -> None:
    open_later = replace(LAB.calendars[0], id="later", closures=(Window(start=NOW - DAY, end=TUESDAY + 4 * HOUR),))
    sites = tuple(replace(each, receiving="later") for each in LAB.sites)
    late = lab_with(courier=Courier(speed_kmh=60), sites=sites, calendars=(*LAB.calendars, open_later))
    lab, asked = shipped(late, 5)
    passes(asked, lab)
    lab, asked = shipped(late, 4.75)
    assert "shipment: the specimens are not ready" in refusal(asked, lab)


def test_who_has_no_site_does_not_wait_for_specimens() -> None:
    shipment = Shipment(sent=HORIZON.end, latitude=37, longitude=127)
    passes(replace(one_task(by_hand(select=Select(ids=("park",)))), shipment=shipment), lab_with(courier=Courier(speed_kmh=60)))
