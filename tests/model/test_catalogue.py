"""What a method can say, and what becomes of it in a request."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from scheduler.errors import InputError
from scheduler.model import codec
from scheduler.model.catalogue import Method, Step, request_of
from scheduler.model.request import Link, Precedence, Request, Requirement, Select, Series
from scheduler.planning import check_problem
from tests.planning.small import HOUR, lab_with, problem

DAY = timedelta(days=1)
CHAMBER = Requirement(id="chamber", select=Select(kind="chamber"), recipe="85C", undisturbed=True)
OPERATOR = Requirement(id="operator", select=Select(kind="person"))


def step(name: str = "work", **fields: object) -> Step:
    return Step(**{"id": name, "name": name, "duration": HOUR, "requirements": (OPERATOR,), **fields})  # type: ignore[arg-type]


def made(*steps: Step, duration: timedelta | None = None, specimens: int | None = None, **fields: object) -> Request:
    method = Method(id="m", name="m", steps=steps, **fields)  # type: ignore[arg-type]
    return request_of(method, duration, id="r", company="c", specimens=specimens)


def test_recipe_and_undisturbed_reach_the_requirement() -> None:
    (requirement,) = made(step(requirements=(CHAMBER,))).tasks[0].modes[0].requirements
    assert requirement == CHAMBER


def test_different_institutes_reach_the_requirement() -> None:
    joint = Requirement(id="advisors", select=Select(kind="person"), count=2, different_institutes=True)
    assert made(step(requirements=(joint,))).tasks[0].modes[0].requirements == (joint,)


def test_calendars_reach_the_task() -> None:
    assert made(step(within="office")).tasks[0].within == "office"
    assert made(step(pauses_in="office")).tasks[0].pauses_in == "office"
    check_problem(problem(made(step(pauses_in="office"), step("b", within="office"))))


def test_max_duration_reaches_modes_that_are_shorter() -> None:
    def longest(chosen: float, holds: bool = False) -> list[timedelta | None]:
        (task,) = made(step(duration=None, max_duration=48 * HOUR, holds=holds), duration=chosen * HOUR).tasks
        return [mode.max_duration for mode in task.modes]

    assert longest(24) == [48 * HOUR]
    assert longest(48) == [None]
    assert longest(72) == [None]
    assert longest(25, holds=True) == [48 * HOUR, None]


def test_demand_per_specimen_counts_where_specimens_lie() -> None:
    durings = ("whole", "head", "tail", "before", "after")
    parts = tuple(
        Requirement(id=each, select=Select(kind="room"), demand=2, during=each, part=None if each == "whole" else HOUR)  # type: ignore[arg-type]
        for each in durings
    )
    requirements = made(step(requirements=parts, demand_per="specimen"), specimens=10).tasks[0].modes[0].requirements
    assert [each.demand for each in requirements] == [20, 2, 2, 20, 20]


def test_a_step_done_several_times_is_a_series() -> None:
    request = made(step(times=3, least_apart=6 * DAY, most_apart=8 * DAY))
    assert [each.id for each in request.tasks] == ["work:1", "work:2", "work:3"]
    assert request.series == (Series(tasks=("work:1", "work:2", "work:3"), least_apart=6 * DAY, most_apart=8 * DAY),)
    check_problem(problem(request))
    assert codec.parse(Request, codec.dump(request)) == request


def test_what_precedes_a_series_precedes_its_first_and_what_follows_comes_after_all() -> None:
    request = made(
        step("a"),
        step("b", times=3),
        step("c"),
        precedences=(Precedence(before="a", after="b", max_lag=DAY), Precedence(before="b", after="c", min_lag=HOUR, max_lag=DAY)),
        links=(Link(kind="same_people", tasks=("a", "b")),),
    )
    assert request.precedences == (
        Precedence(before="a", after="b:1", max_lag=DAY),
        Precedence(before="b:1", after="c", min_lag=HOUR),
        Precedence(before="b:2", after="c", min_lag=HOUR),
        Precedence(before="b:3", after="c", min_lag=HOUR, max_lag=DAY),
    )
    assert request.links == (Link(kind="same_people", tasks=("a", "b:1", "b:2", "b:3")),)
    check_problem(problem(request))


def test_a_method_without_series_keeps_its_relations() -> None:
    precedences, links = (Precedence(before="a", after="b"),), (Link(kind="same_site", tasks=("a", "b")),)
    request = made(step("a"), step("b"), precedences=precedences, links=links)
    assert (request.precedences, request.links, request.series) == (precedences, links, ())


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"times": 2, "least_apart": 2 * DAY, "most_apart": DAY}, "most_apart: below least_apart"),
        ({"least_apart": DAY}, "times: least_apart and most_apart lie between several"),
        ({"most_apart": DAY}, "times: least_apart and most_apart lie between several"),
        ({"pauses_in": "office", "within": "office"}, "pauses_in: a task that pauses"),
        ({"pauses_in": "office", "max_duration": DAY}, "pauses_in: a task that pauses"),
    ],
)
def test_a_step_that_contradicts_itself_is_refused(fields: dict[str, object], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        step(**fields)


def test_tasks_of_a_series_may_not_be_named_like_other_steps() -> None:
    method = Method(id="m", name="m", steps=(step("a", times=2), step("a:2")))
    with pytest.raises(
        InputError, match=r"^lab\.methods\[0\]\.steps\[1\]\.id: the id 'a:2' is that of a task of step 'a', which is done 2 times; give it its own"
    ):
        check_problem(problem(lab=lab_with(methods=(method,))))
