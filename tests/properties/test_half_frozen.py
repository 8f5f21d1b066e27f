"""Requests of which one task is frozen: what is left to the other obeys the links and lags all the same."""

from dataclasses import replace

import pytest

from scheduler.model.lab import Closure
from scheduler.model.limits import Limits
from scheduler.model.problem import InForce
from scheduler.model.request import Link, Select
from scheduler.solver.solve import solve
from scheduler.verify.rules import check_schedule
from tests.properties.exact import JUDGE
from tests.properties.rungs import RUNGS
from tests.ticks.labs import at, between, booked, chamber, needs, operator, problem, request, task


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


def test_same_site_with_a_frozen_task_that_is_nowhere_still_keeps_the_other_at_one_site() -> None:
    # The mobile operator of the frozen task is at no site; the other task may be anywhere, but only as a whole.
    asked = request(
        task("x", 1, needs("mobile")),
        task("y", 1, needs("chamber"), needs("operator", "a", "b"), place="anywhere"),
        links=(Link(kind="same_site", tasks=("x", "y")),),
    )
    frozen = InForce(booking=booked("x", 3, 4, mobile="mobile"), frozen=True)
    # Next to the chamber is b, who comes later than a of the other site.
    late = operator("b", closures=(Closure(window=between(0, 10)),))
    made = problem(asked, resources=(chamber(), operator("mobile", site=None), operator("a", site="busan"), late), in_force=(frozen,))
    for rung in RUNGS.values():
        schedule = rung(made)
        assert check_schedule(made, schedule) == ()
        assert {each.task: each.window.start for each in schedule.bookings} == {"x": at(3), "y": at(10)}
