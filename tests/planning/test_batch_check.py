from dataclasses import replace

import pytest

from scheduler.errors import InputError, TaskCannotFit
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement, Select
from scheduler.model.schedule import Allocation, Booking
from scheduler.model.window import Window
from scheduler.planning import check_problem
from tests.planning.small import HOUR, TUESDAY, chamber, lab_with, one_task, problem


def refusal(wrong: Problem) -> InputError:
    with pytest.raises(InputError) as caught:
        check_problem(wrong)
    return caught.value


BATCH = lab_with(chamber("oven", "ansan", batch=True, recipes=("85C", "105C")), chamber("kiln", "siheung", batch=True, recipes=("900C",)))
OVENS = Select(ids=("oven", "kiln"))


def run(name: str = "r1", **fields: object) -> Request:
    """A task that takes one of the ovens; `fields` are those of the requirement."""
    return one_task(Mode(duration=8 * HOUR, requirements=(Requirement(id="oven", select=OVENS, **fields),)), name=name)  # type: ignore[arg-type]


BATCH_FAULTS: dict[str, tuple[Request, type[InputError], str]] = {
    "recipe that no chamber holds": (
        run(recipe="86C"),
        TaskCannotFit,
        "requests[0].tasks[0].modes[0].requirements[0].recipe: none of oven, kiln holds the recipe '86C'; did you mean '85C'?",
    ),
    "recipe far from all": (
        run(recipe="x"),
        TaskCannotFit,
        "requests[0].tasks[0].modes[0].requirements[0].recipe: none of oven, kiln holds the recipe 'x'; add it to the recipes of one",
    ),
    "recipe of a chamber too small": (
        run(recipe="900C", demand=21),
        TaskCannotFit,
        "requests[0].tasks[0].modes[0].requirements[0]: 21 units are asked of one resource, but the largest that may serve has 20",
    ),
    "head": (
        run(during="head", part=HOUR),
        InputError,
        'requests[0].tasks[0].modes[0].requirements[0].during: oven works in closed runs, so it is taken for the whole task; write "whole"',
    ),
    "after": (
        run(during="after", part=HOUR),
        InputError,
        "requests[0].tasks[0].modes[0].requirements[0].during: oven works in closed runs",
    ),
    "count": (
        run(count=2),
        InputError,
        "requests[0].tasks[0].modes[0].requirements[0].count: oven works in closed runs, one for each requirement",
    ),
    "pause": (
        replace(run(), tasks=(replace(run().tasks[0], pauses_in="office"),)),
        InputError,
        "requests[0].tasks[0].pauses_in: oven works in closed runs, which do not pause",
    ),
}


@pytest.mark.parametrize("fault", BATCH_FAULTS)
def test_check_refuses_of_a_batch_resource(fault: str) -> None:
    wrong, kind, text = BATCH_FAULTS[fault]
    error = refusal(problem(wrong, lab=BATCH))
    assert type(error) is kind
    assert str(error).startswith(text)


def test_check_passes_a_batch_run_in_order() -> None:
    check_problem(problem(run(recipe="85C", demand=20), run(recipe="900C", name="r2"), run(name="r3"), lab=BATCH))


def test_check_asks_frozen_bookings_for_their_run_where_there_are_runs() -> None:
    def frozen(resource: str, run_id: str | None) -> Problem:
        allocations = (Allocation(requirement="oven", resources=(resource,), run_id=run_id),)
        booked = Booking(request="r1", task="work", window=Window(start=TUESDAY, end=TUESDAY + 8 * HOUR), allocations=allocations)
        wide = one_task(Mode(duration=8 * HOUR, requirements=(Requirement(id="oven", select=Select(kind="chamber")),)))
        return problem(wide, lab=BATCH, in_force=(InForce(booking=booked, frozen=True),))

    check_problem(frozen("oven", "run-1"))
    check_problem(frozen("salt-1", None))
    assert str(refusal(frozen("oven", None))).startswith("in_force[0].booking.allocations[0].run_id: oven works in closed runs; say which one")
    assert str(refusal(frozen("salt-1", "run-1"))).startswith("in_force[0].booking.allocations[0].run_id: salt-1 does not work in closed runs")
