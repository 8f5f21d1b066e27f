"""Nobody is too lax with any trait of the vocabulary: whatever comes back from a random problem, the verifier passes it."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.limits import Limits
from scheduler.model.policy import TERM_NAMES, Term
from scheduler.model.problem import Problem
from scheduler.model.result import tier_costs
from scheduler.placement.coupled import coupled_amounts
from scheduler.solver.amounts import amounts_of
from scheduler.solver.solve import solve
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import plan_of
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule
from tests.properties.exact import JUDGE, exact_schedule
from tests.properties.greedy import greedy_schedule
from tests.properties.random_traits import in_force, random_traits
from tests.properties.traits import TRAITS, plant_trait

seeds = st.integers(0, 1_000_000)
random_problems = st.builds(random_traits, seed=seeds, requests=st.integers(2, 5))


@settings(deadline=None, max_examples=80)
@given(problem=random_problems, seed=seeds)
def test_placements_into_random_problems_verify(problem: Problem, seed: int) -> None:
    first = greedy_schedule(problem)
    assert check_schedule(problem, first) == ()
    later = in_force(problem, first, seed)
    # Whoever is left out has moved, which one request alone cannot know.
    assert {each.rule for each in check_schedule(later, greedy_schedule(later))} <= {"most_moves"}


@settings(deadline=None, max_examples=30)
@given(problem=random_problems, seed=seeds)
def test_exact_plans_of_random_problems_verify(problem: Problem, seed: int) -> None:
    first = greedy_schedule(problem)
    for case in (problem, in_force(problem, first, seed)):
        schedule, _ = exact_schedule(case, 2.0)
        assert check_schedule(case, schedule) == ()


@settings(deadline=None, max_examples=15)
@given(problem=random_problems, seed=seeds)
def test_solved_random_problems_verify_and_keep_to_their_bounds(problem: Problem, seed: int) -> None:
    for case in (problem, in_force(problem, greedy_schedule(problem), seed)):
        result = solve(case, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
        assert result.schedule is not None
        assert check_schedule(case, result.schedule) == ()
        assert result.score == score_schedule(case, result.schedule)
        assert tier_costs(result.score) == tuple(tier.objective for tier in result.tiers)
        assert all(tier.bound <= tier.objective for tier in result.tiers)


@pytest.mark.parametrize("trait", TRAITS)
@settings(deadline=None, max_examples=15)
@given(seed=seeds)
def test_ticks_count_what_the_verifier_counts(trait: str, seed: int) -> None:
    planted = plant_trait(trait, seed, slack=True)
    problem = replace(planted.problem, policy=replace(planted.problem.policy, terms=tuple(Term(name=each, weight=1) for each in TERM_NAMES)))
    instance = compile_problem(problem)
    plan = plan_of(problem, instance, planted.schedule)
    counted: Counter[str] = Counter(coupled_amounts(instance, plan))
    for position, request in enumerate(instance.requests):
        counted.update({name: amount for name, amount in amounts_of(instance, request, plan.get(position)).items() if amount})
    seen = {term.name: term.amount for term in score_schedule(problem, planted.schedule)}
    assert {name: counted[name] for name in seen} == seen
