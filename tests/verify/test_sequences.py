"""changeover: just kept, and broken alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition, WarmUp
from scheduler.model.lab import Closure, Resource
from scheduler.model.schedule import Run
from scheduler.model.window import Window
from tests.verify.small import Placement, faults, resource, use
from tests.verify.world import HOUR, MINUTE, seoul

NINE = seoul(3, 9)
MATRIX = Changeover(
    id="matrix",
    transitions=(Transition(before="salt", after="heat", time=2 * HOUR), Transition(before="cold", after="cold", time=HOUR / 2)),
    otherwise=Otherwise(time=HOUR),
    cleaning=(Cleaning(recipe="oil", time=HOUR / 2),),
)


def lab(**fields: Any) -> dict[str, Any]:
    changed = {name: getattr(MATRIX, name) for name in ("id", "transitions", "otherwise", "cleaning")} | fields
    return {"changeovers": (Changeover(**changed),)}


def chamber(**fields: Any) -> Resource:
    return resource("chamber", **{"changeover": "matrix"} | fields)


def placed(name: str, recipe: str, start: datetime = NINE, **fields: Any) -> Placement:
    return use(name, start, HOUR, "chamber", recipe=recipe, **fields)


@pytest.mark.parametrize(
    ("before", "after", "needed"),
    [
        ("salt", "heat", 2 * HOUR),
        ("heat", "salt", HOUR),
        ("salt", "salt", timedelta(0)),
        ("cold", "cold", HOUR / 2),
        ("oil", "salt", 1.5 * HOUR),
        ("oil", "oil", HOUR / 2),
    ],
)
def test_changeover_takes_the_time_of_the_matrix_and_cleaning(before: str, after: str, needed: timedelta) -> None:
    first, later = placed("a", before), NINE + HOUR + needed
    assert faults([chamber()], first, placed("b", after, later), lab=lab()) == []
    # Where nothing lies between, a minute less is an overlap.
    expected = [("changeover", "b")] if needed else [("capacity", "b")]
    assert faults([chamber()], first, placed("b", after, later - MINUTE), lab=lab()) == expected


def test_changeover_follows_the_order_of_uses() -> None:
    between = placed("m", "heat", NINE + 2 * HOUR)
    last = placed("z", "salt", NINE + 3 * HOUR)
    # Salt to salt would need nothing, but heat lies between: two hours before it, one after.
    assert faults([chamber()], placed("a", "salt"), between, last, lab=lab()) == [("changeover", "m"), ("changeover", "z")]


def test_changeover_has_no_way_through_a_hole() -> None:
    hole = lab(otherwise=None)
    assert faults([chamber()], placed("a", "heat"), placed("b", "salt", NINE + 90 * HOUR), lab=hole) == [("changeover", "b")]


def test_changeover_begins_with_the_initial_recipe_and_not_before_now() -> None:
    set_up = chamber(initial_recipe="salt")
    assert faults([set_up], placed("a", "heat"), lab=lab(), now=NINE - 2 * HOUR) == []
    assert faults([set_up], placed("a", "heat"), lab=lab(), now=NINE - 2 * HOUR + MINUTE) == [("changeover", "a")]
    assert faults([set_up], placed("a", "heat"), lab=lab(), horizon=Window(start=NINE - HOUR, end=NINE + 9 * HOUR)) == [("changeover", "a")]
    assert faults([chamber()], placed("a", "heat"), lab=lab(), now=NINE) == []


def test_changeover_warms_up_after_idling_and_before_the_first_use() -> None:
    warm = lab(warm_up=WarmUp(time=HOUR, after_idle=2 * HOUR))
    assert faults([chamber()], placed("a", "salt"), lab=warm, now=NINE - HOUR) == []
    assert faults([chamber()], placed("a", "salt"), lab=warm, now=NINE - HOUR + MINUTE) == [("changeover", "a")]
    # Two hours after the end it is still warm; later it needs an hour, which is there.
    assert faults([chamber()], placed("a", "salt"), placed("b", "salt", NINE + 3 * HOUR), lab=warm) == []
    assert faults([chamber()], placed("a", "salt"), placed("b", "salt", NINE + 3 * HOUR + MINUTE), lab=warm) == []
    slow = lab(warm_up=WarmUp(time=3 * HOUR, after_idle=2 * HOUR))
    assert faults([chamber()], placed("a", "salt"), placed("b", "salt", NINE + 3 * HOUR), lab=slow) == []
    assert faults([chamber()], placed("a", "salt"), placed("b", "salt", NINE + 3 * HOUR + MINUTE), lab=slow) == [("changeover", "b")]
    assert faults([chamber()], placed("a", "salt"), placed("b", "salt", NINE + 4 * HOUR), lab=slow) == []
    # Idle for two and a half hours: an hour from heat to salt and two of warm-up are too much.
    both = lab(warm_up=WarmUp(time=2 * HOUR, after_idle=2 * HOUR))
    assert faults([chamber()], placed("a", "heat"), placed("b", "salt", NINE + 3.5 * HOUR), lab=both) == [("changeover", "b")]
    assert faults([chamber()], placed("a", "heat"), placed("b", "salt", NINE + 4 * HOUR), lab=both) == []


@pytest.mark.parametrize(("minutes", "clean"), [(0, True), (-1, False)])
def test_changeover_lies_in_the_opening_of_the_use_where_said(minutes: int, clean: bool) -> None:
    placements = (placed("a", "heat", NINE - 15 * HOUR - HOUR), placed("b", "salt", NINE + HOUR + minutes * MINUTE))
    assert faults([chamber(calendar="office")], *placements, lab=lab()) == []
    assert faults([chamber(calendar="office")], *placements, lab=lab(within_opening=True)) == ([] if clean else [("changeover", "b")])
    # A closure ends an opening as the calendar does.
    shut = chamber(closures=(Closure(window=Window(start=NINE - HOUR, end=NINE)),))
    assert faults([shut], *placements, lab=lab(within_opening=True)) == ([] if clean else [("changeover", "b")])


def test_changeover_keeps_a_pausing_use_in_its_opening_where_said() -> None:
    over_night = use("a", NINE, 25 * HOUR, "chamber", recipe="salt", mode={"duration": 10 * HOUR}, task={"pauses_in": "office"})
    assert faults([chamber(calendar="office")], over_night, lab=lab()) == []
    assert faults([chamber(calendar="office")], over_night, lab=lab(within_opening=True)) == [("changeover", "a")]
    # In a chamber that never closes it may pause.
    assert faults([chamber()], over_night, lab=lab(within_opening=True)) == []


def test_changeover_has_no_say_where_uses_overlap() -> None:
    long, inside = use("a", NINE, 5 * HOUR, "chamber", recipe="salt"), placed("b", "heat", NINE + HOUR)
    assert faults([chamber()], long, inside, placed("c", "salt", NINE + 6 * HOUR), lab=lab()) == [("capacity", "b")]
    # What follows is counted from the end of the longer one.
    assert faults([chamber()], long, inside, placed("c", "heat", NINE + 6 * HOUR), lab=lab()) == [("capacity", "b"), ("changeover", "c")]


def test_changeover_between_frozen_uses_was_decided_earlier() -> None:
    placements = (placed("a", "salt"), placed("b", "heat", NINE + HOUR))
    assert faults([chamber(initial_recipe="cold")], *placements, lab=lab(), now=NINE, frozen=("a", "b")) == []
    assert faults([chamber()], *placements, lab=lab(), frozen=("a",)) == [("changeover", "b")]
    assert faults([chamber()], *placements, lab=lab(), frozen=("b",)) == [("changeover", "b")]
    assert faults([chamber(initial_recipe="cold")], *placements, lab=lab(), now=NINE, frozen=("b",)) == [("changeover", "a"), ("changeover", "b")]


def test_changeover_counts_a_batch_run_as_one_use() -> None:
    oven = chamber(capacity=2, batch=True)
    later = NINE + 2 * HOUR

    def run(name: str, start: datetime, recipe: str, load: int) -> Run:
        return Run(id=name, resource="chamber", recipe=recipe, window=Window(start=start, end=start + HOUR), load=load, capacity=2)

    placements = (placed("a", "cold", run="r1"), placed("b", "cold", run="r1"), placed("c", "salt", later, run="r2"))
    runs = (run("r1", NINE, "cold", 2), run("r2", later, "salt", 1))
    assert faults([oven], *placements, runs=runs, lab=lab()) == []
    early = placed("c", "salt", later - MINUTE, run="r2")
    runs = (runs[0], run("r2", later - MINUTE, "salt", 1))
    assert faults([oven], *placements[:2], early, runs=runs, lab=lab()) == [("changeover", "c")]
