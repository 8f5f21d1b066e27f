"""batch, sharing: each just kept, each broken alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.model.schedule import Run
from scheduler.model.window import Window
from tests.verify.small import Placement, and_needs, faults, in_run, resource, use
from tests.verify.world import HOUR, MINUTE, need, seoul

NINE = seoul(3, 9)
OVEN = resource("oven", capacity=4, batch=True)


def baked(name: str, start: datetime = NINE, hours: float = 3, run: str | None = "r1", least: float = 3, most: float | None = None, **fields: Any) -> Placement:
    limits = {"duration": least * HOUR, "max_duration": None if most is None else most * HOUR}
    return use(name, start, hours * HOUR, "oven", run=run, mode=limits, **{"recipe": "salt"} | fields)


def run(name: str = "r1", start: datetime = NINE, hours: float = 3, load: int = 2, **fields: Any) -> Run:
    return Run(
        **{"id": name, "resource": "oven", "recipe": "salt", "window": Window(start=start, end=start + hours * HOUR), "load": load, "capacity": 4} | fields
    )


def test_batch_accepts_a_full_run_as_long_as_its_longest_member() -> None:
    placements = (baked("a", least=1, most=3, demand=3), baked("b"))
    assert faults([OVEN], *placements, runs=(run(load=4),)) == []


def test_batch_refuses_one_unit_too_many() -> None:
    placements = (baked("a", least=1, most=3, demand=3), baked("b", demand=2))
    assert faults([OVEN], *placements, runs=(run(load=5),)) == [("batch", "b")]


def test_batch_refuses_a_run_longer_than_anybody_needs() -> None:
    placements = (baked("a", hours=4, most=4), baked("b", hours=4, most=5))
    assert faults([OVEN], *placements, runs=(run(hours=4),)) == [("batch", "b")]
    # With a frozen booking in it its length was decided earlier.
    assert faults([OVEN], *placements, runs=(run(hours=4),), frozen=("a",)) == []


def test_duration_in_a_run_is_between_least_and_most() -> None:
    assert faults([OVEN], baked("a", least=1, most=2.9), baked("b"), runs=(run(),)) == [("duration", "a")]
    assert faults([OVEN], baked("a", least=1), baked("b"), runs=(run(),)) == [("duration", "a")]
    assert faults([OVEN], baked("a", least=3.1, most=4), baked("b"), runs=(run(),)) == [("duration", "a")]


def test_duration_stretches_in_a_batch_resource_only() -> None:
    placement = use("a", NINE, 3 * HOUR, "x", mode={"duration": HOUR, "max_duration": 3 * HOUR})
    assert faults([resource("x")], placement) == [("duration", "a")]


@pytest.mark.parametrize(
    "other",
    [baked("b", recipe="heat", run="r2"), baked("b", NINE + 3 * HOUR - MINUTE, run="r2"), baked("b", NINE + HOUR, hours=1, least=1, run="r2")],
    ids=["other recipe", "begins before the end", "inside"],
)
def test_batch_refuses_two_runs_at_once(other: Placement) -> None:
    window, recipe = other[1].window, other[0].tasks[0].modes[0].requirements[0].recipe
    second = replace(run("r2", load=1), window=window, recipe=recipe)
    found = faults([OVEN], baked("a"), other, runs=(run(load=1), second))
    assert [rule for rule, _ in found] == ["batch"]


def test_batch_refuses_all_that_meets_a_long_run() -> None:
    starts = (NINE, NINE + HOUR, NINE + 3 * HOUR)
    placements = [baked(name, start, hours, run=name, least=hours) for name, start, hours in zip("abc", starts, (5, 1, 1), strict=True)]
    runs = tuple(run(name, start, hours, load=1) for name, start, hours in zip("abc", starts, (5, 1, 1), strict=True))
    assert faults([OVEN], *placements, runs=runs) == [("batch", "b"), ("batch", "c")]


def test_batch_accepts_runs_one_after_another() -> None:
    later = NINE + 3 * HOUR
    placements = (baked("a"), baked("b", later, run="r2", recipe="heat"))
    assert faults([OVEN], *placements, runs=(run(load=1), run("r2", later, load=1, recipe="heat"))) == []


@pytest.mark.parametrize(
    ("ids", "listed", "expected"),
    [
        (("r1", "r1"), (run(),), []),
        (("r1", None), (run(),), ["batch"]),
        (("r1", "r2"), (run(),), ["batch"]),
        (("r1", "r1"), (), ["batch"]),
        (("r1", "r1"), (run(), run()), ["batch"]),
        (("r1", "r1"), (run(), run("r2")), ["batch"]),
        (("r1", "r1"), (run(load=1),), ["batch"]),
        (("r1", "r1"), (run(capacity=5),), ["batch"]),
        (("r1", "r1"), (run(recipe=None),), ["batch"]),
        (("r1", "r1"), (run(hours=2),), ["batch"]),
    ],
    ids=["well", "no id", "two ids", "not listed", "listed twice", "nobody's", "load", "capacity", "recipe", "window"],
)
def test_batch_wants_runs_named_and_listed(ids: tuple[str | None, str | None], listed: tuple[Run, ...], expected: list[str]) -> None:
    placements = tuple(baked(name, run=each) for name, each in zip("ab", ids, strict=True))
    assert [rule for rule, _ in faults([OVEN], *placements, runs=listed)] == expected


def test_batch_refuses_one_name_for_two_runs() -> None:
    later = NINE + 3 * HOUR
    assert faults([OVEN], baked("a"), baked("b", later), runs=(run(load=1),)) == [("batch", "b")]


def test_batch_refuses_a_run_id_where_nothing_runs_in_batches() -> None:
    request, booked = use("a", NINE, HOUR, "x")
    assert faults([resource("x")], (request, booked)) == []
    assert faults([resource("x")], (request, in_run(booked, "r1"))) == [("batch", "a")]


def test_batch_resource_is_none_of_capacity() -> None:
    assert faults([OVEN], baked("a", demand=5), runs=(run(load=5),)) == [("batch", "a")]


TUB = resource("tub", capacity=4, compatible_recipes=(("salt", "brine"), ("brine", "acid")))


@pytest.mark.parametrize(
    ("recipes", "apart", "clean"),
    [
        (("salt", "salt"), HOUR, True),
        (("salt", "brine"), HOUR, True),
        (("acid", "brine"), HOUR, True),
        (("salt", None), HOUR, True),
        (("salt", "acid"), HOUR, False),
        (("salt", "acid"), 2 * HOUR - MINUTE, False),
        (("salt", "acid"), 2 * HOUR, True),
        (("salt", "heat"), HOUR, False),
    ],
)
def test_sharing_keeps_unlike_recipes_apart(recipes: tuple[str, str | None], apart: timedelta, clean: bool) -> None:
    first, second = (use(name, start, 2 * HOUR, "tub", recipe=each) for name, start, each in (("a", NINE, recipes[0]), ("b", NINE + apart, recipes[1])))
    assert faults([TUB], first, second) == ([] if clean else [("sharing", "b")])


def test_sharing_looks_at_all_that_run_at_once() -> None:
    long = use("a", NINE, 5 * HOUR, "tub", recipe="salt")
    between = use("b", NINE + HOUR, HOUR, "tub", recipe="salt")
    last = use("c", NINE + 3 * HOUR, HOUR, "tub", recipe="acid")
    assert faults([TUB], long, between, last) == [("sharing", "c")]


@pytest.mark.parametrize(
    ("begin", "length", "clean"),
    [
        (timedelta(0), 2 * HOUR, True),
        (-HOUR, 4 * HOUR, True),
        (-HOUR, HOUR, True),
        (2 * HOUR, HOUR, True),
        (timedelta(0), 2 * HOUR - MINUTE, False),
        (MINUTE, 2 * HOUR, False),
        (-HOUR, HOUR + MINUTE, False),
        (HOUR, HOUR / 2, False),
    ],
)
def test_sharing_disturbs_nobody_who_must_not_be(begin: timedelta, length: timedelta, clean: bool) -> None:
    kept, other = use("kept", NINE, 2 * HOUR, "tub", undisturbed=True), use("other", NINE + begin, length, "tub")
    assert faults([TUB], kept, other) == ([] if clean else [("sharing", "other")])
    # Nobody minds who is not said to.
    assert faults([TUB], use("kept", NINE, 2 * HOUR, "tub"), other) == []


def test_sharing_is_not_disturbed_by_the_task_itself() -> None:
    kept = use("kept", NINE, 2 * HOUR, "tub", undisturbed=True)
    assert faults([TUB], and_needs(kept, need("head", "tub", during="head", part=HOUR), "tub")) == []
