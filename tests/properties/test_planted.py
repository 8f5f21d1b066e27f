"""Nobody is too strict: what was planted as feasible is found, however tight the problem is."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.limits import Limits
from scheduler.model.result import tier_costs
from scheduler.placement.cost import request_cost
from scheduler.placement.place import place
from scheduler.planning.check import check_problem, check_request
from scheduler.solver.left_out import occupied
from scheduler.solver.solve import solve
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule, plan_of
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule
from tests.properties.exact import JUDGE
from tests.properties.planted import Planted, plant, shifted
from tests.solver.cpsat.hinted import built, held_at

planted_problems = st.builds(plant, seed=st.integers(0, 1_000_000), requests=st.integers(1, 6), slack=st.booleans())
tight_problems = st.builds(plant, seed=st.integers(0, 1_000_000), requests=st.integers(1, 6), slack=st.just(False))


@settings(deadline=None, max_examples=100)
@given(planted=planted_problems)
def test_verifier_accepts_what_was_planted(planted: Planted) -> None:
    assert check_schedule(planted.problem, planted.schedule) == ()


@settings(deadline=None, max_examples=60)
@given(planted=tight_problems, choice=st.integers(0, 100), later=st.booleans())
def test_verifier_refuses_a_minute_more_or_less(planted: Planted, choice: int, later: bool) -> None:
    by = timedelta(minutes=1 if later else -1)
    assert check_schedule(planted.problem, shifted(planted.schedule, choice % len(planted.schedule.bookings), by)) != ()


@settings(deadline=None, max_examples=100)
@given(planted=planted_problems)
def test_compile_keeps_what_was_planted(planted: Planted) -> None:
    instance = compile_problem(planted.problem)
    plan = plan_of(planted.problem, instance, planted.schedule)
    assert sorted(plan) == list(range(len(planted.problem.requests)))
    again = extract_schedule(planted.problem, instance, plan, {})
    assert check_schedule(planted.problem, again) == ()
    assert {each.key: each.window for each in again.bookings} == {each.key: each.window for each in planted.schedule.bookings}


@settings(deadline=None, max_examples=60)
@given(planted=planted_problems)
def test_exact_model_admits_what_was_planted(planted: Planted) -> None:
    instance = compile_problem(planted.problem)
    plan = plan_of(planted.problem, instance, planted.schedule)
    assert held_at(built(instance), plan) is not None


@settings(deadline=None, max_examples=60)
@given(planted=planted_problems)
def test_placement_finds_room_for_each_request_beside_the_others(planted: Planted) -> None:
    instance = compile_problem(planted.problem)
    plan = plan_of(planted.problem, instance, planted.schedule)
    for position, request in enumerate(instance.requests):
        beside = occupied(instance, {other: placement for other, placement in plan.items() if other != position})
        found = place(instance, beside, position)
        assert found is not None
        assert found.cost <= request_cost(instance, request, plan[position])
        assert check_schedule(planted.problem, extract_schedule(planted.problem, instance, {**plan, position: found.placement}, {})) == ()


@settings(deadline=None, max_examples=40)
@given(planted=planted_problems)
def test_solver_serves_all_that_was_planted(planted: Planted) -> None:
    result = solve(planted.problem, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
    assert result.schedule is not None
    assert result.schedule.unserved == ()
    assert check_schedule(planted.problem, result.schedule) == ()
    assert tier_costs(result.score) <= tier_costs(score_schedule(planted.problem, planted.schedule))


@settings(deadline=None, max_examples=100)
@given(planted=planted_problems)
def test_planning_does_not_refuse_what_was_planted(planted: Planted) -> None:
    check_problem(planted.problem)
    for request in planted.problem.requests:
        if all(each.booking.request != request.id for each in planted.problem.in_force if each.frozen):
            check_request(planted.problem.lab, request, planted.problem.now, planted.problem.horizon)
