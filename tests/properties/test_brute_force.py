"""On tiny problems of each trait the exact model finds what trying everything finds, and nobody finds anything better."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import tier_costs
from scheduler.planning.check import check_problem
from scheduler.solver.solve import solve
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule
from tests.properties.exact import JUDGE, exact_schedule
from tests.properties.greedy import greedy_schedule
from tests.properties.tiny_traits import TINY, least_costs, tiny_problem, with_frozen

seeds = st.integers(0, 1_000_000)
each_trait = pytest.mark.parametrize("trait", TINY)

CAREFUL = ("changeover", "batch_changeover", "travel")
"""Compiling starts no changeover within an opening, and no way, before the horizon; the verifier does not mind where a frozen use came before."""


def costs(problem: Problem) -> dict[str, tuple[int, ...]]:
    """What the exact model and placement one by one come to, each verified."""
    exact, is_proved = exact_schedule(problem)
    assert is_proved
    greedy = greedy_schedule(problem)
    assert check_schedule(problem, exact) == ()
    assert check_schedule(problem, greedy) == ()
    return {"exact": tier_costs(score_schedule(problem, exact)), "greedy": tier_costs(score_schedule(problem, greedy))}


@each_trait
@settings(deadline=None, max_examples=6)
@given(seed=seeds)
def test_exact_model_finds_the_best_of_all_schedules(trait: str, seed: int) -> None:
    problem = tiny_problem(trait, seed)
    check_problem(problem)
    best, found = least_costs(problem), costs(problem)
    assert found["exact"] == best
    assert found["greedy"] >= best


@pytest.mark.parametrize("past", [False, True])
@each_trait
@settings(deadline=None, max_examples=8)
@given(seed=seeds)
def test_exact_model_finds_the_best_of_all_schedules_beside_a_frozen_booking(trait: str, seed: int, past: bool) -> None:
    problem = with_frozen(tiny_problem(trait, seed), Random(seed), past=past)
    best, found = least_costs(problem), costs(problem)
    assert found["exact"] == best or (past and trait in CAREFUL and found["exact"] > best)
    assert found["greedy"] >= best


@each_trait
@settings(deadline=None, max_examples=4)
@given(seed=seeds, frozen=st.booleans())
def test_solver_claims_no_more_than_the_best_of_all_schedules(trait: str, seed: int, frozen: bool) -> None:
    problem = with_frozen(tiny_problem(trait, seed), Random(seed)) if frozen else tiny_problem(trait, seed)
    best = least_costs(problem)
    result = solve(problem, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
    assert result.schedule is not None
    found = tier_costs(result.score)
    assert found >= best
    assert result.outcome != "optimal" or found == best
    assert result.tiers[0].bound <= best[0]
