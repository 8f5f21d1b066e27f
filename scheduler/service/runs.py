"""Planning runs: asked for by people, worked on by workers under a lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.model.problem import Problem
from scheduler.model.result import Progress, Result
from scheduler.model.schedule import Schedule
from scheduler.model.window import Window
from scheduler.service.database import Database
from scheduler.service.records import Claim, LeaseState, RunEvent, RunRecord, RunState

MAX_ATTEMPTS = 3
"""A run whose worker died this often is given up."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker gets: its claim, the problem, the limits, and the best schedule that an earlier worker left."""

    claim: Claim
    problem: Problem
    limits: Limits
    hint: Schedule | None


def request_run(database: Database, now: datetime, actor: str, limits: Limits, policy: Policy | None = None, horizon: Window | None = None) -> RunRecord:
    """A run is queued over the lab, all open and planned requests and the schedule in force, as they are now.

    Without a `horizon`: from `now` for 13 weeks, longer if a request's dates lie later.

    Raises: InputError if the problem made of them is inconsistent.
    """


def find_run(database: Database, run_id: str) -> RunRecord:
    """The run with that id. Raises: NotFound."""


def list_runs(database: Database, state: RunState | None = None, limit: int = 50) -> tuple[RunRecord, ...]:
    """The latest runs, newest first."""


def load_problem(database: Database, run_id: str) -> Problem:
    """The problem that the run plans. Raises: NotFound."""


def load_result(database: Database, run_id: str) -> Result | None:
    """The result of a run that has ended with one, else None. Raises: NotFound."""


def cancel_run(database: Database, run_id: str, now: datetime, actor: str) -> RunRecord:
    """A queued run is cancelled; a running one is asked to stop and keeps its best plan as a draft.

    A run that has ended stays as it is. Raises: NotFound.
    """


def events_after(database: Database, run_id: str, seq: int = 0, limit: int = 1000) -> tuple[RunEvent, ...]:
    """The run's events with a number above `seq`, in order. Raises: NotFound."""


def claim(database: Database, owner: str, now: datetime, lease: timedelta) -> Work | None:
    """The oldest run that waits, or whose worker's lease ran out, now belongs to `owner` until `now + lease`; None if there is none.

    A run given up `MAX_ATTEMPTS` times becomes failed, one that was asked to stop cancelled, instead of being handed out.
    """


def heartbeat(database: Database, held: Claim, now: datetime, lease: timedelta) -> LeaseState:
    """The lease runs until `now + lease`, unless it was lost."""


def is_stop_requested(database: Database, held: Claim) -> LeaseState:
    """The state of the lease, read without renewing it."""


def record_progress(database: Database, held: Claim, progress: Sequence[Progress], now: datetime) -> None:
    """Each progress is an event of the run. Raises: Conflict if the lease was lost."""


def store_incumbent(database: Database, held: Claim, schedule: Schedule, now: datetime) -> None:
    """The best schedule so far is kept for a worker that takes the run up again. Raises: Conflict if the lease was lost."""


def finish(database: Database, held: Claim, result: Result, now: datetime) -> RunRecord:
    """The run is finished (or cancelled, if it was asked to stop) with `result`; a schedule becomes a draft.

    The reasons of requests left out are noted on the requests. Raises: Conflict if the lease was lost.
    """


def fail(database: Database, held: Claim, detail: str, now: datetime) -> RunRecord:
    """The run is failed for the reason `detail`; its problem is kept. Raises: Conflict if the lease was lost."""


def requeue(database: Database, held: Claim, now: datetime) -> None:
    """The run waits again, and this attempt does not count (the worker was told to end). Nothing happens if the lease was lost."""
