"""Tasks of one request that want the same person at the same time: the one with a choice steps aside; on every rung."""

import pytest

from scheduler.model.calendar import Calendar
from scheduler.verify.rules import check_schedule
from tests.properties.rungs import RUNGS
from tests.ticks.labs import at, between, needs, operator, problem, request, task


@pytest.mark.parametrize("x_first", [True, False])
@pytest.mark.parametrize("rung", RUNGS)
def test_a_task_with_a_choice_leaves_the_only_person_to_the_other(rung: str, x_first: bool) -> None:
    # Both are possible from 0:00 to 1:00 only. x would rather have a, whom y cannot do without.
    tasks = (task("x", 1, needs("who", "a", "b", preferred=("a",))), task("y", 1, needs("who", "a")))
    hour = Calendar(id="hour", time_zone="UTC", openings=(between(0, 1),))
    made = problem(request(*(tasks if x_first else tasks[::-1])), resources=(operator("a", calendar="hour"), operator("b", calendar="hour")), calendars=(hour,))
    schedule = RUNGS[rung](made)
    assert check_schedule(made, schedule) == ()
    assert {each.task: (each.window.start, each.resources) for each in schedule.bookings} == {"x": (at(0), ("b",)), "y": (at(0), ("a",))}
