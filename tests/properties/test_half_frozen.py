"""Requests of which one task is frozen: what is left to the other obeys the links and lags all the same."""

from dataclasses import replace

import pytest

from scheduler.model.limits import Limits
from scheduler.model.problem import InForce
from scheduler.model.request import Link, Select
from scheduler.solver.solve import solve
from tests.properties.exact import JUDGE
from tests.ticks.labs import booked, chamber, needs, operator, problem, request, task


@pytest.mark.parametrize("served", [("a",), ()])
def test_same_people_with_a_frozen_task_never_lets_an_instrument_stand_in_for_a_person(served: tuple[str, ...]) -> None:
    # Either a person or a chamber may serve; the link asks for exactly the person of the frozen task, or for none.
    either = replace(needs("any"), select=Select(ids=("a", "b", "chamber", "spare")))
    asked = request(task("x", 1, either), task("y", 1, either), links=(Link(kind="same_people", tasks=("x", "y")),))
    frozen = InForce(booking=booked("x", 3, 4, any=served or ("chamber",)), frozen=True)
    found = solve(
        problem(asked, resources=(chamber(), chamber("spare"), operator("a"), operator("b")), in_force=(frozen,)),
        limits=Limits(time_limit_seconds=5, workers=1),
        judge=JUDGE,
    )
    # Solving raises if the plan breaks the link; compiling may err on the safe side and leave the request out (decision 2).
    assert found.schedule is not None
