"""Explanations: true reasons, and cures only where something must change."""

from datetime import timedelta

from scheduler.model.schedule import Schedule, Unserved
from scheduler.solver.explain import explain
from tests.ticks.labs import at, problem, request, task


def test_explain_of_a_request_that_only_the_policy_leaves_out_offers_no_cure() -> None:
    # Years late: it would fit, but being so late costs more than leaving it out.
    overdue = request(task("t", 2), due=at(0) - timedelta(days=3 * 365))
    given = problem(overdue)
    left_out = Schedule(unserved=(Unserved(request="r"),))
    found = explain(given, left_out, "r")
    assert ([each.code for each in found.reasons], found.cures) == (["cost"], ())


def test_explain_of_a_request_that_was_merely_not_placed_offers_no_cure() -> None:
    found = explain(problem(request(task("t", 2))), Schedule(unserved=(Unserved(request="r"),)), "r")
    assert ([each.code for each in found.reasons], found.cures) == (["not_found"], ())
