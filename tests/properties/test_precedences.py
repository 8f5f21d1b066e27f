"""Several precedences between the same tasks, or across a line of them, all hold; on every rung."""

from datetime import timedelta
from itertools import permutations

import pytest

from scheduler.model.request import Precedence
from scheduler.verify.rules import check_schedule
from tests.properties.rungs import RUNGS
from tests.ticks.labs import at, hours, needs, operator, problem, request, task

LINE = (Precedence(before="x", after="y"), Precedence(before="y", after="z", min_lag=hours(5)))


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
@pytest.mark.parametrize("rung", RUNGS)
def test_the_stricter_of_two_precedences_between_two_tasks_holds(rung: str, order: tuple[int, ...]) -> None:
    both = (Precedence(before="x", after="y"), Precedence(before="x", after="y", min_lag=hours(3)))
    made = problem(request(task("x", 1), task("y", 1), precedences=tuple(both[each] for each in order)))
    schedule = RUNGS[rung](made)
    assert check_schedule(made, schedule) == ()
    assert [each.window.start for each in schedule.bookings] == [at(0), at(4)]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("rung", RUNGS)
def test_a_precedence_across_a_line_holds(rung: str, order: tuple[int, ...]) -> None:
    # Without the one across, y would be done at 1:00 and z at 7:00.
    across = (*LINE, Precedence(before="x", after="z", min_lag=hours(9)))
    made = problem(request(*(task(name, 1) for name in "xyz"), precedences=tuple(across[each] for each in order)))
    schedule = RUNGS[rung](made)
    assert check_schedule(made, schedule) == ()
    assert max(each.window.start for each in schedule.bookings) == at(10)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("rung", RUNGS)
def test_a_most_lag_across_a_line_keeps_it_together(rung: str, order: tuple[int, ...]) -> None:
    # The chamber for y is shut until 8:00, so x has to wait for it: from the end of x to z are at most 7 hours.
    across = (*LINE, Precedence(before="x", after="z", max_lag=hours(7)))
    tasks = (task("x", 1, needs("operator")), task("y", 1, needs("late")), task("z", 1, needs("operator")))
    late = operator("late", qualifications=(), closures=({"window": {"start": at(0), "end": at(8)}},))
    made = problem(request(*tasks, precedences=tuple(across[each] for each in order)), resources=(operator(), late))
    schedule = RUNGS[rung](made)
    assert check_schedule(made, schedule) == ()
    starts = {each.task: each.window.start for each in schedule.bookings}
    assert (starts["y"], starts["z"]) == (at(8), at(14))
    assert starts["x"] >= at(6)
    assert starts["x"] + timedelta(hours=1) <= at(8)
