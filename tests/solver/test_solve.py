"""The ladder as a whole: verified, anytime, repeatable, and honest about what it did."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from scheduler.errors import NotFound, ScheduleRejected
from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.codec import digest
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.result import Progress, Score, tier_costs
from scheduler.model.schedule import Allocation, Booking, Schedule
from scheduler.model.window import window
from scheduler.solver.explain import explain
from scheduler.solver.progress import MOST_POINTS, History
from scheduler.solver.solve import solve
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Verifier:
    """The real judge."""

    def violations(self, problem: Problem, schedule: Schedule) -> Sequence[str]:
        return [str(each) for each in check_schedule(problem, schedule)]

    def score(self, problem: Problem, schedule: Schedule) -> Score:
        return score_schedule(problem, schedule)


def made(requests: int, *, chambers: int = 2, hours: int = 48, long: int = 5, terms: tuple[Term, ...] | None = None) -> Problem:
    """`requests` runs of 1 to `long` hours on a few chambers, in a horizon of `hours`."""
    return Problem(
        now=START,
        horizon=window(START, START + hours * HOUR),
        lab=Lab(
            sites=(Site(id="s", name="S", institute="i", time_zone="UTC"),),
            calendars=(Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN),),
            resources=tuple(Resource(id=f"c{k}", kind="chamber", name="C", site="s", calendar="always") for k in range(chambers)),
        ),
        requests=tuple(
            Request(
                id=f"r{k}",
                company="c",
                weight=1 + k % 3,
                due=START + (2 + k % 5) * HOUR,
                tasks=(
                    Task(id="run", modes=(Mode(duration=(1 + k % long) * HOUR, requirements=(Requirement(id="chamber", select=Select(kind="chamber")),)),)),
                ),
            )
            for k in range(requests)
        ),
        policy=Policy() if terms is None else Policy(terms=terms),
    )


def booked(request: str, chamber: str, start: int, hours: int) -> Booking:
    return Booking(
        request=request,
        task="run",
        window=window(START + start * HOUR, START + (start + hours) * HOUR),
        allocations=(Allocation(requirement="chamber", resources=(chamber,)),),
    )


def test_solve_proves_and_scores() -> None:
    problem = made(8)
    result = solve(problem, limits=Limits(workers=1), judge=Verifier())
    assert result.outcome == "optimal"
    assert result.gap == 0
    assert result.schedule is not None
    assert check_schedule(problem, result.schedule) == ()
    assert result.score == score_schedule(problem, result.schedule)
    assert (result.objective,) == tier_costs(result.score)
    assert result.digest == result.schedule.problem == digest(problem)
    assert {"slotwright", "ortools", "python"} <= set(result.versions)
    assert result.cpu_seconds > 0
    assert [each.phase for each in result.progress][-1] == "done"


def test_solve_lists_what_does_not_fit_with_reasons() -> None:
    problem = made(4, chambers=1, hours=6, long=3)
    result = solve(problem, limits=Limits(workers=1), judge=Verifier())
    assert result.outcome == "optimal"
    assert result.schedule is not None
    assert result.schedule.unserved
    assert all(each.reasons for each in result.schedule.unserved)


def test_solve_keeps_earlier_tiers_and_bounds_each() -> None:
    tiers = (Term(name="unserved", weight=1, tier=1), Term(name="tardiness", weight=1, tier=2), Term(name="flow_time", weight=1, tier=3))
    problem = made(7, terms=tiers)
    result = solve(problem, limits=Limits(workers=1), judge=Verifier())
    assert result.outcome == "optimal"
    assert [each.tier for each in result.tiers] == [1, 2, 3]
    assert all(each.objective == each.bound for each in result.tiers)
    assert result.tiers[0].objective == 0


def test_regret_is_what_a_request_costs_beyond_being_alone() -> None:
    problem = made(3, chambers=1, long=1, terms=(Term(name="unserved", weight=10_000), Term(name="flow_time", weight=1)))
    result = solve(problem, limits=Limits(workers=1), judge=Verifier())
    (value,) = result.tiers
    assert (value.ideal, value.bound, value.objective) == (3 * 60, 60 + 120 + 180, 60 + 120 + 180)
    assert result.regret_gap == 0
    # Stopped at once, nothing is proved beyond what others cost alone.
    begun = solve(problem, limits=Limits(workers=1), judge=Verifier(), should_stop=lambda: True)
    assert begun.regret_gap in (None, 1.0)


@pytest.mark.parametrize("rung", ["gather", "price"])
def test_solve_stops_at_once_and_keeps_the_best_plan(rung: str) -> None:
    problem = made(60, chambers=3, hours=200, long=9)
    ends: list[float] = []
    seen: list[Progress] = []

    def should_stop() -> bool:
        # Stops as soon as the rung has something to tell.
        wanted = any(each.phase == rung for each in seen)
        if wanted and not ends:
            ends.append(monotonic())
        return wanted

    result = solve(problem, limits=Limits(time_limit_seconds=10), judge=Verifier(), on_progress=seen.append, should_stop=should_stop)
    assert monotonic() - ends[0] < 2
    assert result.schedule is not None
    assert len(result.schedule.bookings) == 60
    assert check_schedule(problem, result.schedule) == ()
    assert result.bound is not None
    assert result.objective is not None
    assert result.bound <= result.objective
    assert result.objective == min(each.objective for each in seen if each.objective is not None)


def test_solve_that_is_stopped_before_it_begins_has_a_plan_still() -> None:
    result = solve(made(8), judge=Verifier(), should_stop=lambda: True)
    assert result.outcome == "feasible"
    assert result.schedule is not None


def test_solve_keeps_to_the_time_limit() -> None:
    result = solve(made(60, chambers=3, hours=200, long=9), limits=Limits(time_limit_seconds=1.0), judge=Verifier())
    assert result.seconds < 2.5
    assert result.schedule is not None


@pytest.mark.parametrize("workers", [1, 2])
def test_solve_is_repeatable_with_deterministic_seconds(workers: int) -> None:
    problem = made(30, chambers=2, hours=200, long=9)
    limits = Limits(deterministic_seconds=0.3, seed=7, workers=workers)
    first, second = (solve(problem, limits=limits, judge=Verifier()) for _ in range(2))
    assert first.schedule == second.schedule
    assert first.tiers == second.tiers


@pytest.mark.parametrize(
    ("count", "limits", "is_said"),
    [
        (60, Limits(time_limit_seconds=1.0, deterministic_seconds=1000, workers=1), True),
        (8, Limits(time_limit_seconds=60.0, deterministic_seconds=0.01, workers=1), False),
        (60, Limits(time_limit_seconds=1.0, workers=1), False),
    ],
)
def test_solve_says_when_the_time_limit_ended_what_was_to_be_repeatable(count: int, limits: Limits, is_said: bool) -> None:
    result = solve(made(count, chambers=3, hours=200, long=9), limits=limits, judge=Verifier())
    assert ("the next one may give another plan" in result.detail) == is_said


def test_solve_goes_on_from_a_hint() -> None:
    problem = made(8)
    best = solve(problem, limits=Limits(workers=1), judge=Verifier()).schedule
    result = solve(problem, limits=Limits(deterministic_seconds=1e-6, workers=1), judge=Verifier(), hint=best)
    assert result.schedule is not None
    assert result.schedule.bookings == best.bookings if best else False


def test_solve_ignores_a_hint_that_breaks_a_rule() -> None:
    problem = made(2, chambers=1)
    clash = Schedule(bookings=(booked("r0", "c0", 0, 1), booked("r1", "c0", 0, 2)))
    result = solve(problem, limits=Limits(workers=1), judge=Verifier(), hint=clash)
    assert result.outcome == "optimal"


def test_solve_says_infeasible_when_frozen_bookings_clash() -> None:
    problem = made(3, chambers=1)
    frozen = tuple(InForce(booking=each, frozen=True) for each in (booked("r0", "c0", 0, 1), booked("r1", "c0", 0, 2)))
    result = solve(replace(problem, in_force=frozen), judge=Verifier())
    assert result.outcome == "infeasible"
    assert result.schedule is None
    assert "frozen bookings break rules" in result.detail


def test_solve_keeps_frozen_bookings_and_serves_the_rest_round_them() -> None:
    problem = made(3, chambers=1)
    kept = booked("r1", "c0", 1, 2)
    result = solve(replace(problem, in_force=(InForce(booking=kept, frozen=True),)), judge=Verifier())
    assert result.outcome == "optimal"
    assert result.schedule is not None
    assert kept in result.schedule.bookings
    assert len(result.schedule.bookings) == 3


def test_solve_plans_round_what_has_begun_where_nothing_else_may_move() -> None:
    problem = replace(made(4, chambers=1), policy=Policy(most_moves=0))
    begun, later = booked("r1", "c0", 0, 2), booked("r2", "c0", 7, 3)
    result = solve(replace(problem, in_force=(InForce(booking=begun, frozen=True), InForce(booking=later))), judge=Verifier())
    assert result.outcome == "optimal"
    assert result.schedule is not None
    assert {begun, later} <= set(result.schedule.bookings)
    assert result.schedule.unserved == ()
    assert [(each.objective, each.bound) for each in result.tiers] == [(cost, cost) for cost in tier_costs(result.score)]


@pytest.mark.parametrize("most_moves", [0, 1])
def test_solve_finds_out_who_stays_where_what_is_published_clashes_today(most_moves: int) -> None:
    problem = replace(made(2, chambers=1), policy=Policy(most_moves=most_moves))
    both = tuple(InForce(booking=booked(f"r{k}", "c0", 3, 1 + k)) for k in range(2))
    result = solve(replace(problem, in_force=both), judge=Verifier())
    assert result.outcome == ("optimal" if most_moves else "infeasible")


def test_solve_keeps_what_is_published_however_little_time_there_is() -> None:
    problem = made(1_050, chambers=25, hours=60, long=1)
    published = tuple(InForce(booking=booked(f"r{k}", f"c{k % 25}", 10 + k // 25, 1)) for k in range(1_040))
    result = solve(replace(problem, in_force=published), limits=Limits(time_limit_seconds=0.3, workers=1), judge=Verifier())
    assert result.schedule is not None
    left_out = {each.request for each in result.schedule.unserved}
    assert left_out.isdisjoint(each.booking.request for each in published)


def test_solve_moves_a_booking_only_if_it_pays() -> None:
    problem = made(1, chambers=2)
    movable = InForce(booking=booked("r0", "c1", 3, 1), move_cost=10**6)
    stays = solve(replace(problem, in_force=(movable,)), judge=Verifier())
    assert stays.schedule is not None
    assert stays.schedule.bookings == (movable.booking,)
    cheap = solve(replace(problem, in_force=(replace(movable, move_cost=1),)), judge=Verifier())
    assert cheap.schedule is not None
    assert cheap.schedule.bookings[0].window.start == START


def test_solve_lets_no_rejected_plan_out() -> None:
    class Strict(Verifier):
        def violations(self, problem: Problem, schedule: Schedule) -> Sequence[str]:
            return [f"fault {k}" for k in range(5)]

    with pytest.raises(ScheduleRejected, match=r"fault 0 fault 1 fault 2 \(and 2 more\)"):
        solve(made(2), judge=Strict())


def test_history_is_thinned() -> None:
    told: list[Progress] = []
    history = History(monotonic(), told.append)
    for served in range(5 * MOST_POINTS):
        history.add("exact", (), served)
    history.add("exact", (), 5 * MOST_POINTS - 1)
    assert len(told) == 5 * MOST_POINTS
    assert len(history.points()) <= MOST_POINTS
    assert history.points()[-1] == told[-1]


def test_explain_names_cures_that_work() -> None:
    problem = made(4, chambers=1, hours=6, long=3)
    problem = replace(problem, requests=tuple(replace(each, deadline=START + 4 * HOUR) for each in problem.requests))
    result = solve(problem, limits=Limits(workers=1), judge=Verifier())
    assert result.schedule is not None
    left_out = result.schedule.unserved[0].request
    found = explain(problem, result.schedule, left_out)
    cures = {each.change: each for each in found.cures}
    assert found.reasons
    assert cures["one_more"].helps
    assert cures["one_more"].resources == ("c0",)
    assert cures["others_move"].helps


def test_explain_of_an_unknown_request_is_refused() -> None:
    problem = made(1)
    with pytest.raises(NotFound):
        explain(problem, Schedule(), "nobody")
