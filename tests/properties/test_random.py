"""Nobody is too lax: whatever comes back from a random problem, the verifier passes it."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import tier_costs
from scheduler.model.schedule import Schedule
from scheduler.solver.amounts import amounts_of
from scheduler.solver.solve import solve
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import plan_of
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule
from tests.properties.exact import JUDGE, exact_schedule
from tests.properties.greedy import greedy_schedule
from tests.properties.random_problems import random_problem, with_in_force

random_problems = st.builds(random_problem, seed=st.integers(0, 1_000_000), requests=st.integers(2, 6))


@settings(deadline=None, max_examples=60)
@given(problem=random_problems)
def test_exact_plans_of_random_problems_verify(problem: Problem) -> None:
    schedule, _ = exact_schedule(problem, 1.0)
    assert check_schedule(problem, schedule) == ()


@settings(deadline=None, max_examples=30)
@given(problem=random_problems, seed=st.integers(0, 1_000))
def test_exact_plans_round_bookings_in_force_verify(problem: Problem, seed: int) -> None:
    first, _ = exact_schedule(problem, 1.0)
    problem = with_in_force(problem, first, seed)
    schedule, _ = exact_schedule(problem, 1.0)
    assert check_schedule(problem, schedule) == ()


small_problems = st.builds(random_problem, seed=st.integers(0, 1_000_000), requests=st.integers(2, 6), most_tasks=st.just(2))


@settings(deadline=None, max_examples=50)
@given(problem=small_problems, seed=st.integers(0, 1_000))
def test_placements_into_random_problems_verify(problem: Problem, seed: int) -> None:
    schedule = greedy_schedule(problem)
    assert check_schedule(problem, schedule) == ()
    problem = with_in_force(problem, schedule, seed)
    assert check_schedule(problem, greedy_schedule(problem)) == ()


@settings(deadline=None, max_examples=15)
@given(problem=small_problems, seed=st.integers(0, 1_000))
def test_solved_random_problems_verify_and_agree_with_the_exact_model(problem: Problem, seed: int) -> None:
    for case in (problem, with_in_force(problem, exact_schedule(problem)[0], seed)):
        result = solve(case, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
        assert result.schedule is not None
        assert check_schedule(case, result.schedule) == ()
        assert result.score == score_schedule(case, result.schedule)
        assert all(tier.bound <= tier.objective for tier in result.tiers)
        other, is_proved = exact_schedule(case)
        if is_proved:
            best = tier_costs(score_schedule(case, other))
            assert result.tiers[0].bound <= best[0]
            assert tier_costs(result.score) == best or (result.outcome == "feasible" and tier_costs(result.score) > best)


@settings(deadline=None, max_examples=50)
@given(problem=small_problems, seed=st.integers(0, 1_000))
def test_ticks_count_what_the_verifier_counts(problem: Problem, seed: int) -> None:
    for case in (problem, with_in_force(problem, greedy_schedule(problem), seed)):
        schedule = greedy_schedule(case)
        instance = compile_problem(case)
        plan = plan_of(case, instance, schedule) | {position: () for position, each in enumerate(instance.requests) if not each.tasks}
        counted: Counter[str] = Counter()
        for position, request in enumerate(instance.requests):
            counted.update(amounts_of(instance, request, plan.get(position)))
        seen = {term.name: term.amount for term in score_schedule(case, schedule)}
        # What frozen bookings take is no choice of the plan, so only the verifier counts it.
        frozen = {each.booking.key for each in case.in_force if each.frozen}
        kept = Schedule(bookings=tuple(each for each in schedule.bookings if each.key in frozen))
        seen["preferences"] -= {term.name: term.amount for term in score_schedule(case, kept)}["preferences"]
        assert {name: counted[name] for name in seen} == seen
