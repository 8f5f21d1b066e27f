"""Planning runs as people see them: asked for, watched, cancelled; and, from `scheduler.service.leases`, as workers see them."""

from datetime import datetime
from uuid import uuid4

from scheduler.model.codec import parse
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.model.problem import Problem
from scheduler.model.result import Result
from scheduler.model.window import Window
from scheduler.service.database import Database
from scheduler.service.leases import (
    MAX_ATTEMPTS,
    Work,
    claim,
    fail,
    finish,
    heartbeat,
    lease_state,
    record_progress,
    requeue,
    store_incumbent,
)
from scheduler.service.left_out import left_out_text
from scheduler.service.records import RUN_ENDED, RunEvent, RunRecord, RunState
from scheduler.service.snapshot import default_horizon, snapshot
from scheduler.store import audit, bookings, labs, plans, requests, runs

__all__ = [
    "MAX_ATTEMPTS",
    "Work",
    "cancel_run",
    "claim",
    "events_after",
    "fail",
    "find_run",
    "finish",
    "heartbeat",
    "lease_state",
    "list_runs",
    "load_problem",
    "load_result",
    "record_progress",
    "request_run",
    "requeue",
    "store_incumbent",
]


STAYING = Policy(most_moves=0)
"""The policy of a run that names none: companies rely on what is published."""


def request_run(database: Database, now: datetime, actor: str, limits: Limits, policy: Policy | None = None, horizon: Window | None = None) -> RunRecord:
    """A run is queued over the lab, all open and planned requests and the schedule in force, as they are now.

    Without a `policy` confirmed bookings stay where they are, unless the lab can no longer serve them there; a policy says how many
    may move, and at what cost. Without a `horizon`: see `snapshot.default_horizon`. Requests that the lab cannot serve any more
    are left out, with their reasons; publishing the draft cancels their bookings.

    Raises: InputError if the policy or the horizon is at fault.
    """
    with database.write() as tx:
        requests.mark_done(tx, now)
    with database.read() as tx:
        lab = labs.newest(tx)
        to_plan = requests.to_plan(tx)
        base = plans.revision(tx)
        wanted = {each.id for each in to_plan}
        in_force = tuple(each.booking for each in bookings.confirmed(tx) if each.request in wanted)
    within = horizon or default_horizon(now, to_plan)
    problem, left_out = snapshot(lab.lab, to_plan, in_force, policy or STAYING, now, within)
    with database.write() as tx:
        new = runs.NewRun(
            id=str(uuid4()),
            actor=actor,
            limits=limits,
            horizon=problem.horizon,
            base_revision=base,
            serving_digest=lab.serving_digest,
            problem_digest=plans.store_problem(tx, problem),
            requests=len(problem.requests),
            left_out=left_out_text(left_out),
        )
        record = runs.add(tx, new, now)
        audit.note(tx, now, actor, "run.requested", f"run/{record.id}")
    return record


def find_run(database: Database, run_id: str) -> RunRecord:
    """The run with that id. Raises: NotFound."""
    with database.read() as tx:
        return runs.find(tx, run_id)


def list_runs(database: Database, state: RunState | None = None, limit: int = 50) -> tuple[RunRecord, ...]:
    """The latest runs, newest first."""
    with database.read() as tx:
        return runs.newest(tx, state, limit)


def load_problem(database: Database, run_id: str) -> Problem:
    """The problem that the run plans. Raises: NotFound."""
    with database.read() as tx:
        body = plans.problem_body(tx, runs.find(tx, run_id).problem_digest)
    return parse(Problem, body)


def load_result(database: Database, run_id: str) -> Result | None:
    """The result of a run that has ended with one, else None. Raises: NotFound."""
    with database.read() as tx:
        body = runs.bodies(tx, run_id).result
    return None if body is None else parse(Result, body)


def cancel_run(database: Database, run_id: str, now: datetime, actor: str) -> RunRecord:
    """A queued run is cancelled; a running one is asked to stop and keeps its best plan as a draft.

    A run that has ended stays as it is. Raises: NotFound.
    """
    with database.write() as tx:
        record = runs.lock(tx, run_id)
        if record.state in RUN_ENDED or record.cancel_requested:
            return record
        if record.state == "queued":
            runs.change_unheld(tx, run_id, state="cancelled", cancel_requested=True, finished_at=now, updated_at=now, detail=f"cancelled by {actor}")
            runs.add_events(tx, run_id, now, [("cancelled", None, f"cancelled by {actor}")])
        else:
            runs.change_unheld(tx, run_id, cancel_requested=True, updated_at=now)
        audit.note(tx, now, actor, "run.cancelled", f"run/{run_id}")
        return runs.find(tx, run_id)


def events_after(database: Database, run_id: str, seq: int = 0, limit: int = 1000) -> tuple[RunEvent, ...]:
    """The run's events with a number above `seq`, in order. Raises: NotFound."""
    with database.read() as tx:
        found = runs.events_after(tx, run_id, seq, limit)
        if not found:
            runs.find(tx, run_id)
    return found
