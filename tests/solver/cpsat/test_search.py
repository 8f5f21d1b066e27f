"""What is made of a model of which the solver says that it has no solution, although a plan is in hand."""

import pytest
from ortools.sat.python import cp_model

from scheduler.errors import ModelInvalid
from scheduler.solver.cpsat import search as module
from scheduler.solver.cpsat.search import Found, search
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance, Plan, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.tiny import budget


def two_on_one_chamber() -> Instance:
    asked = (request(task(mode(2, need([0], 2))), name=name) for name in "ab")
    return instance(6, [resource("chamber", "######")], *asked)


def at(first: int, second: int) -> Plan:
    return {k: (TickBooking(0, 0, start, ((0,),)),) for k, start in enumerate((first, second))}


def _refusing(solver: cp_model.CpSolver, model: cp_model.CpModel, *_: object) -> cp_model.CpSolverStatus:
    solver.solve(model)
    return cp_model.INFEASIBLE


def searched_in_vain(monkeypatch: pytest.MonkeyPatch, plan: Plan) -> Found | None:
    """The search from `plan` on with a solver that says that there is no solution."""
    whole = two_on_one_chamber()
    explorer = Explorer(whole)
    monkeypatch.setattr(module, "_solve", _refusing)
    return search(whole, [explorer.explore(each) for each in whole.requests], plan, budget())


def test_a_plan_that_keeps_all_rules_stays_whatever_the_solver_says(monkeypatch: pytest.MonkeyPatch) -> None:
    found = searched_in_vain(monkeypatch, at(0, 4))
    assert found is not None
    assert (found.plan, found.bounds, found.is_proved) == (at(0, 4), (None,), False)


def test_a_plan_that_breaks_a_rule_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelInvalid, match="no solution, although"):
        searched_in_vain(monkeypatch, at(0, 1))
