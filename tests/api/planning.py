"""A worker for tests: plans by placing one request after another, so that the API's tests need no solver."""

from datetime import datetime, timedelta

from scheduler.model.problem import Problem
from scheduler.model.result import Progress, Result
from scheduler.model.schedule import Reason, Schedule, Unserved
from scheduler.placement.offers import list_offers
from scheduler.service import runs
from scheduler.service.database import Database
from scheduler.ticks.runs import in_runs
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule


def plan_greedily(problem: Problem) -> Schedule:
    """Every request at its best free place, bookings in force as they are."""
    kept = {each.booking.request for each in problem.in_force}
    bookings = [each.booking for each in problem.in_force]
    unserved: list[Unserved] = []
    for request in problem.requests:
        if request.id in kept:
            continue
        found = list_offers(problem, Schedule(bookings=tuple(bookings)), request, 1)
        if found:
            bookings.extend(found[0].bookings)
        else:
            unserved.append(Unserved(request=request.id, reasons=(Reason(code="capacity", detail="everything suitable is taken"),)))
    order = {(request.id, task.id): (i, j) for i, request in enumerate(problem.requests) for j, task in enumerate(request.tasks)}
    schedule = in_runs(problem, Schedule(bookings=tuple(sorted(bookings, key=lambda each: order[each.key])), unserved=tuple(unserved)))
    assert check_schedule(problem, schedule) == ()
    return schedule


def work_once(database: Database, now: datetime) -> str:
    """The oldest run is worked off like a worker does it; returns its id."""
    work = runs.claim(database, "test-worker", now, timedelta(minutes=5))
    assert work is not None, "no run waits"
    schedule = plan_greedily(work.problem)
    served = len(work.problem.requests) - len(schedule.unserved)
    steps = [
        Progress(seconds=0.1 * step, phase="construct", objective=1000 - step * 100, bound=500 + step * 10, gap=0.4 - step / 10, served=served)
        for step in range(1, 4)
    ]
    runs.record_progress(database, work.claim, steps, now)
    result = Result(outcome="feasible", schedule=schedule, score=score_schedule(work.problem, schedule), seconds=0.3)
    return runs.finish(database, work.claim, result, now).id
