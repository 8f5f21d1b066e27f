"""precedence, location, links: each just kept, each broken alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.model.request import Link, Precedence
from scheduler.model.schedule import Schedule
from tests.verify.world import HOUR, MINUTE, PROBLEM, SCHEDULE, broken, seoul, served_by, shifted, with_request, with_resource, without

NSS = PROBLEM.requests[0]


def with_lags(index: int, **changes: timedelta | None) -> object:
    precedences = list(NSS.precedences)
    precedences[index] = replace(precedences[index], **changes)
    return with_request("nss", precedences=tuple(precedences))


@pytest.mark.parametrize(
    ("problem", "task"),
    [
        (with_lags(0, min_lag=MINUTE), "expose"),
        (with_lags(1, min_lag=16 * HOUR + MINUTE, max_lag=None), "evaluate"),
        (with_lags(1, min_lag=timedelta(0), max_lag=16 * HOUR - MINUTE), "evaluate"),
        (with_request("nss", precedences=(Precedence(before="expose", after="prepare"),)), "prepare"),
        (with_request("nss", precedences=(Precedence(before="expose", after="prepare", max_lag=HOUR),)), "prepare"),
    ],
    ids=["min", "min only", "max", "order", "order with max"],
)
def test_precedence_refuses(problem: object, task: str) -> None:
    assert broken(problem, SCHEDULE) == [("precedence", "nss", task)]


def test_precedence_allows_lags_exactly_at_their_limits() -> None:
    assert broken(with_lags(1, min_lag=16 * HOUR, max_lag=16 * HOUR), SCHEDULE) == []
    assert broken(with_lags(0, min_lag=timedelta(0), max_lag=timedelta(0)), SCHEDULE) == []


def test_precedence_binds_frozen_bookings() -> None:
    problem = with_request("kept", precedences=(Precedence(before="test", after="report", min_lag=21 * HOUR, max_lag=21 * HOUR),))
    assert broken(problem, SCHEDULE) == []
    problem = with_request("kept", precedences=(Precedence(before="test", after="report", max_lag=21 * HOUR - MINUTE),))
    assert broken(problem, SCHEDULE) == [("precedence", "kept", "report")]


def test_location_refuses_two_sites() -> None:
    assert broken(PROBLEM, served_by("bench", "cut", who="adv-3")) == [("links", "bench", None), ("location", "bench", "cut")][::-1]
    assert broken(with_request("bench", links=()), served_by("bench", "cut", who="adv-3")) == [("location", "bench", "cut")]


def test_location_allows_two_sites_for_a_session_anywhere() -> None:
    joint = next(each for each in PROBLEM.requests if each.id == "joint")
    bound = with_request("joint", tasks=tuple(replace(each, place="one_site") for each in joint.tasks))
    assert broken(bound, SCHEDULE) == [("location", "joint", "kickoff"), ("location", "joint", "review")]


def test_location_ignores_resources_without_a_site() -> None:
    assert broken(with_resource("tech", site=None), SCHEDULE) == []


@pytest.mark.parametrize(
    ("schedule", "request_id"),
    [
        (served_by("bench", "weigh", bench="bench-2"), "bench"),
        (served_by("joint", "review", advisors=("adv-1", "adv-3")), "joint"),
        (served_by("pair", "second", advisor="adv-1"), "pair"),
        (served_by("pair", "second", advisor="adv-3"), "pair"),
    ],
    ids=["same_resource", "same_people", "same person, same institute", "other site, same institute"],
)
def test_links_refuse(schedule: Schedule, request_id: str) -> None:
    assert broken(PROBLEM, schedule) == [("links", request_id, None)]


def test_links_same_site_refuses_two_sites() -> None:
    schedule = served_by("bench", "weigh", bench="bench-ansan", who="adv-3")
    problem = with_request("bench", links=(Link(kind="same_site", tasks=("cut", "weigh")),))
    assert broken(problem, schedule) == [("links", "bench", None)]
    assert broken(with_request("bench", links=()), schedule) == []


def test_links_same_resource_looks_at_its_requirement_only() -> None:
    schedule = served_by("bench", "weigh", who="adv-3")
    problem = with_resource("adv-3", site="guro")
    assert broken(problem, schedule) == []
    problem = with_request("bench", problem, links=(Link(kind="same_resource", tasks=("cut", "weigh"), requirement="who"),))
    assert broken(problem, schedule) == [("links", "bench", None)]


def test_links_same_people_compares_sets_of_persons_only() -> None:
    schedule = served_by("joint", "review", advisors=("adv-2", "adv-1"))
    assert broken(PROBLEM, schedule) == []
    # Another bench is no other person.
    problem = with_request("bench", links=(Link(kind="same_people", tasks=("cut", "weigh")),))
    assert broken(problem, served_by("bench", "weigh", bench="bench-2")) == []


def test_links_different_institutes_ignores_what_has_no_site() -> None:
    problem = with_resource("adv-2", site=None)
    assert broken(problem, SCHEDULE) == []
    problem = with_resource("adv-1", site=None)
    assert broken(problem, served_by("pair", "second", advisor="adv-1")) == []


def test_links_and_precedences_of_a_request_left_out_bind_its_frozen_bookings_only() -> None:
    schedule = without("kept", "report")
    problem = with_request(
        "kept",
        precedences=(Precedence(before="test", after="report", max_lag=HOUR),),
        links=(Link(kind="same_resource", tasks=("test", "report"), requirement="who"),),
    )
    assert {rule for rule, *_ in broken(problem, schedule)} == {"completeness"}


def test_precedence_tells_each_pair_once() -> None:
    schedule = shifted("nss", "prepare", -7 * HOUR)
    problem = with_request("nss", release=seoul(27, 9))
    assert broken(problem, shifted("kept", "report", 4 * HOUR, schedule)) == [("precedence", "nss", "expose")]
