"""What neighbourhoods find is taken over only if all bookings go together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from scheduler.model.schedule import Schedule
from scheduler.model.travel import Travel, Way, Ways
from scheduler.solver import polish as module
from scheduler.solver.bound import ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import Exact
from scheduler.solver.neighbourhoods import LEFT_OUT
from scheduler.solver.polish import _Polisher, plan_anew
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule, plan_of
from scheduler.ticks.instance import Instance, Plan
from scheduler.verify.rules import check_schedule
from tests.solver.tiny import budget
from tests.ticks.labs import at, booked, chamber, needs, operator, problem, request, task, with_lab


def test_nobody_works_on_the_way_between_two_sessions_of_others() -> None:
    # The first two cannot move; the third wants to be early, and beside the others' bookings three hours on the way look free.
    walker = operator("walker", travel=Travel(ways="w"))
    asked = (
        request(task("t", 1, needs("walker"), site="seoul", deadline=at(1)), id="a"),
        request(task("t", 1, needs("walker"), site="busan", release=at(4), deadline=at(5)), id="b"),
        request(task("t", 1, needs("walker"), place="anywhere"), id="c"),
    )
    made = problem(*asked, resources=(walker,), length=24)
    made = with_lab(made, ways=(Ways(id="w", ways=(Way(start="seoul", end="busan", time=timedelta(hours=3)),)),))
    instance = compile_problem(made)
    held = (booked("t", 0, 1, "a", walker="walker"), booked("t", 4, 5, "b", walker="walker"), booked("t", 12, 13, "c", walker="walker"))
    plan = plan_of(made, instance, Schedule(bookings=held))
    polisher = _Polisher(instance, ideal_of(instance, Explorer(instance)), plan, budget(), None)
    # Alone it takes the room on the way (or, one day, knows better).
    polisher._take_over(next(iter(polisher.kinds)), (2,), plan_anew(instance, plan, (2,), budget()), 0.1)
    assert check_schedule(made, extract_schedule(made, instance, polisher.plan, {})) == ()


def test_a_kind_with_nothing_to_offer_does_not_end_the_search() -> None:
    made = problem(*(request(task("t", 2, needs("chamber")), id=each) for each in "ab"), resources=(chamber("chamber"),), length=24)
    instance = compile_problem(made)
    plan = plan_of(made, instance, Schedule(bookings=(booked("t", 0, 2, "a", chamber="chamber"), booked("t", 4, 6, "b", chamber="chamber"))))
    polisher = _Polisher(instance, ideal_of(instance, Explorer(instance)), plan, budget(), None)
    # Nobody is left out, and of all others little is hoped for: the draw falls on requests left out again and again.
    for name, habit in polisher.habits.items():
        habit.gain, habit.seconds = (1.0, 1e-6) if name == LEFT_OUT else (0.02, 1.0)
    assert polisher._choose([])


def test_on_the_repeatable_clock_no_neighbourhood_ends_because_the_machine_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    made = problem(request(task("t", 2, needs("chamber")), id="a"), resources=(chamber("chamber"),), length=24)
    instance = compile_problem(made)
    given = replace(budget(), deterministic_seconds=3.0)
    heard: list[Budget] = []

    def listen(_instance: Instance, plan: Plan, _members: Sequence[int], asked: Budget, _random: Random) -> Exact:
        heard.append(asked)
        return Exact(plan, (0,), 0, False, 0.1)

    monkeypatch.setattr(module, "plan_anew", listen)
    _Polisher(instance, ideal_of(instance, Explorer(instance)), {}, given, None)._solve((0,), Random(1), 0.25)
    assert [(each.deterministic_seconds, each.ends_at) for each in heard] == [(0.25, given.ends_at)]
