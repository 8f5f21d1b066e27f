"""Planning runs as workers see them: taken under a lease, reported on, ended.

Every write of a worker names (owner, attempt). Once the lease ran out and another worker took the
run up, nothing that the first one still sends is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from scheduler.errors import InputError
from scheduler.model.codec import dump, parse
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Progress, Result, Score
from scheduler.model.schedule import Reason, Schedule
from scheduler.service.changes import changes_of
from scheduler.service.database import Database
from scheduler.service.left_out import left_out_of
from scheduler.service.records import Claim, DraftRecord, LeaseState, RunRecord, RunState
from scheduler.store import plans, requests, runs
from scheduler.store.database import Transaction
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule

MAX_ATTEMPTS = 3
"""A run whose worker died this often is given up."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker gets: its claim, the problem, the limits, and the best schedule that an earlier worker left."""

    claim: Claim
    problem: Problem
    limits: Limits
    hint: Schedule | None


def claim(database: Database, owner: str, now: datetime, lease: timedelta) -> Work | None:
    """The oldest run that waits, or whose worker's lease ran out, now belongs to `owner` until `now + lease`; None if there is none.

    A run whose worker died `MAX_ATTEMPTS` times becomes failed, one that was asked to stop
    cancelled, instead of being handed out.
    """
    with database.read() as tx:  # idle workers must not queue for the one writer
        if not runs.is_any_waiting(tx, now):
            return None
    with database.write() as tx:
        while (found := runs.next_waiting(tx, now)) is not None:
            if found.cancel_requested:
                _give_up(tx, found, "cancelled", "cancelled after its worker had stopped", now)
            elif found.attempt >= MAX_ATTEMPTS:
                _give_up(tx, found, "failed", f"its worker stopped without a word {found.attempt} times; the problem is kept, look at the workers' log", now)
            else:
                held = runs.give(tx, found, owner, now, lease)
                runs.add_events(tx, found.id, now, [("running", None, "" if held.attempt == 1 else f"taken up again, attempt {held.attempt}")])
                problem = plans.problem_body(tx, found.problem_digest)
                incumbent = runs.bodies(tx, found.id).incumbent
                break
        else:
            return None
    try:
        hint = None if incumbent is None else parse(Schedule, incumbent)
        return Work(held, parse(Problem, problem), found.limits, hint)
    except InputError as error:  # stored by another version of this program
        fail(database, held, f"the stored problem cannot be read by this version: {error}; ask for a new run", now)
        return claim(database, owner, now, lease)


def _give_up(tx: Transaction, found: RunRecord, state: RunState, detail: str, now: datetime) -> None:
    incumbent = runs.bodies(tx, found.id).incumbent
    draft = None
    if state == "cancelled" and incumbent is not None:
        problem = parse(Problem, plans.problem_body(tx, found.problem_digest))
        schedule = parse(Schedule, incumbent)
        # Nobody has judged it yet, and nothing that breaks a rule is ever shown.
        if not check_schedule(problem, schedule):
            draft = _add_draft(tx, found, problem, schedule, score_schedule(problem, schedule), now)
    runs.change_unheld(tx, found.id, state=state, finished_at=now, updated_at=now, lease_owner=None, lease_until=None, detail=detail, draft=draft)
    runs.add_events(tx, found.id, now, [(state, None, detail)])


def heartbeat(database: Database, held: Claim, now: datetime, lease: timedelta) -> LeaseState:
    """The lease runs until `now + lease`, unless it was lost."""
    with database.write() as tx:
        if not runs.try_change(tx, held, lease_until=now + lease):
            return "lost"
        return "stop" if runs.is_cancel_requested(tx, held) else "held"


def lease_state(database: Database, held: Claim) -> LeaseState:
    """The state of the lease, read without renewing it."""
    with database.read() as tx:
        is_requested = runs.is_cancel_requested(tx, held)
    return "lost" if is_requested is None else "stop" if is_requested else "held"


def record_progress(database: Database, held: Claim, progress: Sequence[Progress], now: datetime) -> None:
    """Each progress is an event of the run, the last one its latest state. Raises: Conflict if the lease was lost."""
    if not progress:
        return
    last = progress[-1]
    with database.write() as tx:
        runs.change(
            tx,
            held,
            updated_at=now,
            objective=_text(last.objective),
            bound=_text(last.bound),
            gap=last.gap,
            regret_gap=last.regret_gap,
            served=last.served,
            seconds=last.seconds,
        )
        runs.add_events(tx, held.run, now, [(None, each, "") for each in progress])


def store_incumbent(database: Database, held: Claim, schedule: Schedule, now: datetime) -> None:
    """The best schedule so far is kept for a worker that takes the run up again. Raises: Conflict if the lease was lost."""
    body = dump(schedule)
    with database.write() as tx:
        runs.change(tx, held, incumbent=body, updated_at=now)


def finish(database: Database, held: Claim, result: Result, now: datetime) -> RunRecord:
    """The run is finished (or cancelled, if it was asked to stop) with `result`; a schedule becomes a draft.

    The reasons of requests left out are noted on the requests. Raises: Conflict if the lease was lost.
    """
    body = dump(result)
    with database.read() as tx:
        problem = parse(Problem, plans.problem_body(tx, runs.find(tx, held.run).problem_digest))
    with database.write() as tx:
        found = runs.lock(tx, held.run)
        state: RunState = "cancelled" if found.cancel_requested else "finished"
        schedule = result.schedule
        served = None if schedule is None else len(problem.requests) - len(schedule.unserved)
        runs.change(
            tx,
            held,
            state=state,
            finished_at=now,
            updated_at=now,
            lease_owner=None,
            lease_until=None,
            result=body,
            incumbent=None,
            outcome=result.outcome,
            objective=_text(result.objective),
            bound=_text(result.bound),
            gap=result.gap,
            regret_gap=result.regret_gap,
            served=served,
            seconds=result.seconds,
            detail=result.detail,
        )
        if schedule is not None:
            runs.change_unheld(tx, held.run, draft=_add_draft(tx, found, problem, schedule, result.score, now))
        runs.add_events(tx, held.run, now, [(state, None, result.detail)])
        return runs.find(tx, held.run)


def fail(database: Database, held: Claim, detail: str, now: datetime) -> RunRecord:
    """The run is failed for the reason `detail`; its problem is kept. Raises: Conflict if the lease was lost."""
    with database.write() as tx:
        runs.change(tx, held, state="failed", finished_at=now, updated_at=now, lease_owner=None, lease_until=None, detail=detail)
        runs.add_events(tx, held.run, now, [("failed", None, detail)])
        return runs.find(tx, held.run)


def requeue(database: Database, held: Claim, now: datetime) -> None:
    """The run waits again, and this attempt does not count (the worker was told to end). Nothing happens if the lease was lost."""
    with database.write() as tx:
        if runs.try_change(tx, held, state="queued", attempt=held.attempt - 1, lease_owner=None, lease_until=None, updated_at=now):
            runs.add_events(tx, held.run, now, [("queued", None, "the worker was told to end; waits for another")])


def _add_draft(tx: Transaction, found: RunRecord, problem: Problem, schedule: Schedule, score: Score, now: datetime) -> str:
    left_out = left_out_of(tx, found.id)
    before = [each.booking for each in problem.in_force] + [booking for each in left_out for booking in each.bookings]
    changes = changes_of(before, schedule)
    count = {kind: sum(each.kind == kind for each in changes) for kind in ("added", "moved", "cancelled")}
    unserved: dict[str, tuple[Reason, ...]] = {each.request: each.reasons for each in schedule.unserved} | {each.request: each.reasons for each in left_out}
    record = DraftRecord(
        id=str(uuid4()),
        run=found.id,
        created_at=now,
        base_revision=found.base_revision,
        served=len(problem.requests) - len(schedule.unserved),
        unserved=len(unserved),
        added=count["added"],
        moved=count["moved"],
        cancelled=count["cancelled"],
        published_revision=None,
    )
    serving_digest = runs.bodies(tx, found.id).serving_digest
    plans.add_draft(tx, record, schedule, score, serving_digest, found.problem_digest)
    reasons: dict[str, tuple[Reason, ...]] = {each.id: () for each in problem.requests}
    requests.set_reasons(tx, reasons | unserved, now)
    return record.id


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
