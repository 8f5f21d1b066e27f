"""Nobody is too strict with any trait of the vocabulary: what was planted is accepted, kept, and found."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import tier_costs
from scheduler.model.schedule import Booking, Schedule, Unserved
from scheduler.placement.cost import request_cost
from scheduler.placement.place import place
from scheduler.planning.check import check_problem
from scheduler.solver.left_out import occupied
from scheduler.solver.solve import solve
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule, plan_of
from scheduler.ticks.runs import with_runs
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule
from tests.properties.exact import JUDGE, exact_schedule
from tests.properties.greedy import greedy_schedule
from tests.properties.planted import shifted
from tests.properties.traits import TRAITS, plant_trait
from tests.solver.cpsat.hinted import built, held_at

seeds = st.integers(0, 1_000_000)
each_trait = pytest.mark.parametrize("trait", TRAITS)


@each_trait
@settings(deadline=None, max_examples=25)
@given(seed=seeds, slack=st.booleans())
def test_verifier_and_planning_accept_what_was_planted(trait: str, seed: int, slack: bool) -> None:
    planted = plant_trait(trait, seed, slack=slack)
    assert check_schedule(planted.problem, planted.schedule) == ()
    check_problem(planted.problem)


@pytest.mark.parametrize("trait", [each for each in TRAITS if each != "most_moves"])
@settings(deadline=None, max_examples=15)
@given(seed=seeds, choice=st.integers(0, 100), later=st.booleans())
def test_verifier_refuses_a_minute_more_or_less(trait: str, seed: int, choice: int, later: bool) -> None:
    # Those who may move at a price are not bound to their time.
    planted = plant_trait(trait, seed, slack=False)
    moved = shifted(planted.schedule, choice % len(planted.schedule.bookings), timedelta(minutes=1 if later else -1))
    assert check_schedule(planted.problem, told_anew(planted.problem, moved.bookings)) != ()


@each_trait
@settings(deadline=None, max_examples=15)
@given(seed=seeds, slack=st.booleans())
def test_compile_and_the_exact_model_keep_what_was_planted(trait: str, seed: int, slack: bool) -> None:
    planted = plant_trait(trait, seed, slack=slack)
    instance = compile_problem(planted.problem)
    plan = plan_of(planted.problem, instance, planted.schedule)
    assert sorted(plan) == list(range(len(planted.problem.requests)))
    assert extract_schedule(planted.problem, instance, plan, {}) == planted.schedule
    assert held_at(built(instance), plan) is not None


@each_trait
@settings(deadline=None, max_examples=15)
@given(seed=seeds, slack=st.booleans())
def test_placement_finds_room_for_each_request_beside_the_others(trait: str, seed: int, slack: bool) -> None:
    planted = plant_trait(trait, seed, slack=slack)
    problem, instance = planted.problem, compile_problem(planted.problem)
    plan = plan_of(problem, instance, planted.schedule)
    for position, request in enumerate(instance.requests):
        if check_schedule(problem, without(planted.schedule, request.id, problem)):
            continue  # the others cannot do without it: it makes their run as long as it is
        beside = occupied(instance, {other: placement for other, placement in plan.items() if other != position})
        found = place(instance, beside, position)
        assert found is not None
        assert found.cost <= request_cost(instance, request, plan[position]) or instance.is_coupled
        assert check_schedule(problem, extract_schedule(problem, instance, {**plan, position: found.placement}, {})) == ()


@pytest.mark.parametrize("trait", [each for each in TRAITS if each != "most_moves"])
@settings(deadline=None, max_examples=15)
@given(seed=seeds, slack=st.booleans())
def test_placements_one_by_one_verify(trait: str, seed: int, slack: bool) -> None:
    # Whoever is left out has moved, which one request alone cannot know: so not with a limit of moves.
    problem = plant_trait(trait, seed, slack=slack).problem
    assert check_schedule(problem, greedy_schedule(problem)) == ()


@each_trait
@settings(deadline=None, max_examples=10)
@given(seed=seeds, slack=st.booleans())
def test_exact_model_finds_what_was_planted_or_better(trait: str, seed: int, slack: bool) -> None:
    planted = plant_trait(trait, seed, slack=slack)
    schedule, is_proved = exact_schedule(planted.problem)
    assert check_schedule(planted.problem, schedule) == ()
    assert schedule.unserved == () or not is_proved
    assert not is_proved or tier_costs(score_schedule(planted.problem, schedule)) <= tier_costs(score_schedule(planted.problem, planted.schedule))


def test_a_hint_that_the_solver_stumbles_over_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    # OR-Tools 9.15 throws on this model; if a later one does not, another case has to be found, or the way round it can go.
    planted = plant_trait("sessions", 837, slack=True)
    with caplog.at_level(logging.INFO):
        schedule, _ = exact_schedule(planted.problem)
    assert check_schedule(planted.problem, schedule) == ()
    assert schedule.unserved == ()
    assert "it begins without one" in caplog.text


@each_trait
@settings(deadline=None, max_examples=6)
@given(seed=seeds, slack=st.booleans())
def test_solver_serves_all_that_was_planted(trait: str, seed: int, slack: bool) -> None:
    planted = plant_trait(trait, seed, slack=slack)
    result = solve(planted.problem, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
    assert result.schedule is not None
    assert result.schedule.unserved == ()
    assert check_schedule(planted.problem, result.schedule) == ()
    assert tier_costs(result.score) <= tier_costs(score_schedule(planted.problem, planted.schedule))
    assert all(tier.bound <= tier.objective for tier in result.tiers)


def told_anew(problem: Problem, bookings: tuple[Booking, ...]) -> Schedule:
    """The bookings with the runs that they make."""
    bare = [replace(each, allocations=tuple(replace(served, run_id=None) for served in each.allocations)) for each in bookings]
    told, runs = with_runs(problem, bare)
    return Schedule(bookings=tuple(told), runs=runs)


def without(schedule: Schedule, request: str, problem: Problem) -> Schedule:
    """The schedule with one request left out."""
    rest = told_anew(problem, tuple(each for each in schedule.bookings if each.request != request))
    return replace(rest, unserved=(Unserved(request=request),))
