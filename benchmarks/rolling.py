"""Rolling operation: half a year is planned and published, then 450 new requests are planned every week beside what is published.

Each week goes the way that a planning run of the service goes: a problem of this moment with the bookings
in force, checked; solved within a time limit; verified. Counted are the seconds of all of it and the confirmed bookings that moved.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from time import perf_counter, process_time

from benchmarks.generator import generate
from benchmarks.machine import processor, versions
from benchmarks.offers import quantile
from scheduler.model.limits import Limits
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Booking, Schedule
from scheduler.model.window import window
from scheduler.planning.build import build_problem
from scheduler.planning.check import check_problem
from scheduler.solver.construct import construct
from scheduler.solver.solve import solve
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.verify.verifier import Verifier

WEEKLY = 450
"""New requests of a week where a nation asks for 23,359 a year; half a year of them is 26 times as many."""

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Week:
    """What one re-plan took and did; `moves` are confirmed bookings that are booked differently or not at all."""

    asked: int
    open_requests: int
    served: int
    moves: int
    seconds: float
    cpu_seconds: float
    build_seconds: float
    violations: int
    phases: tuple[tuple[str, float], ...]

    def line(self, number: int) -> str:
        """One line to print."""
        phases = ", ".join(f"{name} {seconds:.1f}" for name, seconds in self.phases)
        return (
            f"week {number}: {self.served} of {self.asked} new requests served beside {self.open_requests - self.asked}, {self.moves} moves, {self.violations} "
            f"violations, {self.seconds:.2f} s ({self.cpu_seconds:.2f} CPU-s; problem {self.build_seconds:.2f}, {phases})"
        )


def measure_rolling(size: str, seed: int, published: int, weekly: int, weeks: int, limits: Limits, most_moves: int | None) -> str:
    """One line on all weeks, after a line printed for each: seconds p50 and the greatest, moves, requests served.

    Of the instance `size`, `published` requests are planned first, then `weekly` new ones each week. `most_moves` None: bookings move where that pays.
    """
    whole = generate(size, seed)
    policy = replace(whole.policy, most_moves=most_moves)
    first, coming = _dealt(whole, seed, published, weekly, weeks)
    started = replace(whole, requests=first)
    instance = compile_problem(started)
    in_force = extract_schedule(started, instance, construct(instance), {}).bookings
    known = list(first)
    print(f"published: {len({each.request for each in in_force})} of {len(first)} requests, {len(in_force)} bookings", flush=True)
    found: list[Week] = []
    for number, new in enumerate(coming, 1):
        now = whole.now + number * WEEK
        known = [*_unfinished(known, in_force, now), *new]
        week, schedule = _replan(replace(whole, policy=policy, now=now), known, new, in_force, limits)
        in_force = schedule.bookings
        found.append(week)
        print(week.line(number), flush=True)
    seconds, cpu = ([each.seconds for each in found], [each.cpu_seconds for each in found])
    return (
        f"rolling {size} seed {seed}, {weeks} weeks, limit {limits.time_limit_seconds:g} s, {limits.workers} workers, "
        f"moves allowed: {'any' if most_moves is None else most_moves}: seconds p50 {quantile(seconds, 0.5):.2f} max {max(seconds):.2f}, "
        f"CPU-s p50 {quantile(cpu, 0.5):.2f} max {max(cpu):.2f}; moves {sum(each.moves for each in found)}; "
        f"served {sum(each.served for each in found)} of {sum(each.asked for each in found)} new; "
        f"violations {sum(each.violations for each in found)} ({processor()}; {versions()})"
    )


def _dealt(whole: Problem, seed: int, published: int, weekly: int, weeks: int) -> tuple[tuple[Request, ...], list[tuple[Request, ...]]]:
    """The requests published first, and those that come week by week: what may begin then or later, at any time of the whole."""
    random = Random(f"rolling:{seed}")
    order = list(whole.requests)
    random.shuffle(order)
    coming: list[tuple[Request, ...]] = []
    for number in range(1, weeks + 1):
        now = whole.now + number * WEEK
        new = tuple([each for each in order if _earliest(each, whole.now) >= now][:weekly])
        chosen = {each.id for each in new}
        order = [each for each in order if each.id not in chosen]
        coming.append(new)
    kept = {each.id for each in order[:published]}
    return tuple(each for each in whole.requests if each.id in kept), coming


def _earliest(request: Request, otherwise: datetime) -> datetime:
    return request.release or otherwise


def _unfinished(requests: list[Request], in_force: tuple[Booking, ...], now: datetime) -> list[Request]:
    """The requests that have something left to do."""
    ends: dict[str, datetime] = {}
    for each in in_force:
        ends[each.request] = max(each.window.end, ends.get(each.request, each.window.end))
    return [each for each in requests if each.id not in ends or ends[each.id] > now]


def _replan(whole: Problem, requests: list[Request], new: tuple[Request, ...], in_force: tuple[Booking, ...], limits: Limits) -> tuple[Week, Schedule]:
    begun, ticked = perf_counter(), process_time()
    wanted = {each.id for each in requests}
    bookings = tuple(InForce(booking=each) for each in in_force if each.request in wanted)
    problem = build_problem(whole.lab, requests, bookings, whole.policy, whole.now, window(whole.now, whole.horizon.end))
    check_problem(problem)
    built = perf_counter() - begun
    result = solve(problem, limits=limits, judge=Verifier())
    seconds, cpu = perf_counter() - begun, process_time() - ticked
    assert result.schedule is not None, result.detail
    after = {each.key: each for each in result.schedule.bookings}
    left_out = {each.request for each in result.schedule.unserved}
    marks = [(each.phase, each.seconds) for each in result.progress]
    lasted: dict[str, float] = defaultdict(float)
    for (phase, since), (_, until) in zip(marks, [*marks[1:], ("", result.seconds)], strict=True):
        lasted[phase.split(" by ")[0]] += until - since
    week = Week(
        asked=len(new),
        open_requests=len(requests),
        served=sum(each.id not in left_out for each in new),
        moves=sum(after.get(each.booking.key) != each.booking for each in problem.in_force),
        seconds=seconds,
        cpu_seconds=cpu,
        build_seconds=built,
        violations=len(Verifier().violations(problem, result.schedule)),
        phases=tuple((name, spent) for name, spent in lasted.items() if spent >= 0.05),
    )
    return week, result.schedule
