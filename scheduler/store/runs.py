"""Runs under a lease, and their numbered events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update

from scheduler.errors import Conflict, NotFound
from scheduler.model.codec import adapter, dump, parse
from scheduler.model.limits import Limits
from scheduler.model.result import Progress
from scheduler.model.window import Window
from scheduler.store.database import Transaction
from scheduler.store.records import Claim, RunEvent, RunRecord, RunState
from scheduler.store.schema import run, run_event

_PROGRESS = adapter(Progress)


@dataclass(frozen=True, slots=True)
class NewRun:
    """What is known of a run when it is asked for."""

    id: str
    actor: str
    limits: Limits
    horizon: Window
    base_revision: int
    serving_digest: str
    problem_digest: str
    requests: int
    left_out: str


@dataclass(frozen=True, slots=True)
class RunBodies:
    """What of a run only a worker and `finish` need."""

    serving_digest: str
    left_out: str
    incumbent: bytes | None
    result: bytes | None


def add(tx: Transaction, new: NewRun, now: datetime) -> RunRecord:
    """The run waits for a worker."""
    tx.execute(
        insert(run).values(
            id=new.id,
            state="queued",
            actor=new.actor,
            requested_at=now,
            updated_at=now,
            limits=dump(new.limits).decode(),
            horizon_start=new.horizon.start,
            horizon_end=new.horizon.end,
            base_revision=new.base_revision,
            serving_digest=new.serving_digest,
            problem=new.problem_digest,
            requests=new.requests,
            left_out=new.left_out,
            attempt=0,
            cancel_requested=False,
            detail="",
            last_seq=0,
        )
    )
    add_events(tx, new.id, now, [("queued", None, "")])
    return find(tx, new.id)


def find(tx: Transaction, run_id: str) -> RunRecord:
    """The run with that id. Raises: NotFound."""
    row = tx.execute(select(*_LIGHT).where(run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no run {run_id!r}")
    return _record(row)


def bodies(tx: Transaction, run_id: str) -> RunBodies:
    """The run's bodies. Raises: NotFound."""
    row = tx.execute(select(run.c.serving_digest, run.c.left_out, run.c.incumbent, run.c.result).where(run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no run {run_id!r}")
    return RunBodies(row.serving_digest, row.left_out, row.incumbent, row.result)


def newest(tx: Transaction, state: RunState | None, limit: int) -> tuple[RunRecord, ...]:
    """The latest runs, newest first."""
    query = select(*_LIGHT).order_by(run.c.number.desc()).limit(limit)
    return tuple(map(_record, tx.execute(query if state is None else query.where(run.c.state == state))))


def add_events(tx: Transaction, run_id: str, now: datetime, events: Sequence[tuple[RunState | None, Progress | None, str]]) -> None:
    """Events with the run's next numbers; the row of the run is locked until the transaction ends, so no number is used twice."""
    last = tx.execute(update(run).where(run.c.id == run_id).values(last_seq=run.c.last_seq + len(events)).returning(run.c.last_seq)).scalar_one()
    rows = [
        {
            "run": run_id,
            "seq": last - len(events) + number,
            "at": now,
            "state": state,
            "progress": None if progress is None else _PROGRESS.dump_json(progress).decode(),
            "detail": detail,
        }
        for number, (state, progress, detail) in enumerate(events, start=1)
    ]
    if rows:
        tx.execute(insert(run_event), rows)


def events_after(tx: Transaction, run_id: str, seq: int, limit: int) -> tuple[RunEvent, ...]:
    """The run's events with a number above `seq`, in order."""
    query = select(run_event).where(run_event.c.run == run_id, run_event.c.seq > seq).order_by(run_event.c.seq).limit(limit)
    return tuple(
        RunEvent(row.run, row.seq, row.at, row.state, None if row.progress is None else _PROGRESS.validate_json(row.progress), row.detail)
        for row in tx.execute(query)
    )


def is_any_waiting(tx: Transaction, now: datetime) -> bool:
    """Whether some run is queued or its lease ran out."""
    return tx.execute(select(run.c.id).where(_waits(now)).limit(1)).one_or_none() is not None


def next_waiting(tx: Transaction, now: datetime) -> RunRecord | None:
    """The oldest run that is queued or whose lease ran out, locked against other workers until the transaction ends."""
    row = tx.execute(select(*_LIGHT).where(_waits(now)).order_by(run.c.number).limit(1).with_for_update(skip_locked=True)).one_or_none()
    return None if row is None else _record(row)


def give(tx: Transaction, found: RunRecord, owner: str, now: datetime, lease: timedelta) -> Claim:
    """The run belongs to `owner` until `now + lease`; claims made before are worth nothing any more."""
    attempt = found.attempt + 1
    started = found.started_at or now
    tx.execute(
        update(run)
        .where(run.c.id == found.id)
        .values(state="running", lease_owner=owner, lease_until=now + lease, attempt=attempt, started_at=started, updated_at=now)
    )
    return Claim(found.id, owner, attempt)


def change(tx: Transaction, held: Claim, **values: Any) -> None:
    """The run's columns are changed, by the worker that holds it. Raises: Conflict if another has it or it has ended."""
    if not try_change(tx, held, **values):
        raise Conflict(f"run {held.run} is no longer {held.owner}'s; what it found is not stored")


def try_change(tx: Transaction, held: Claim, **values: Any) -> bool:
    """As `change`, but False instead of an exception."""
    return tx.execute(update(run).where(_is_held(held)).values(values)).rowcount == 1


def is_cancel_requested(tx: Transaction, held: Claim) -> bool | None:
    """Whether the run is to be cancelled; None if the claim is worth nothing any more."""
    return tx.execute(select(run.c.cancel_requested).where(_is_held(held))).scalar_one_or_none()


def change_unheld(tx: Transaction, run_id: str, **values: Any) -> None:
    """The run's columns are changed by somebody who has locked its row."""
    tx.execute(update(run).where(run.c.id == run_id).values(values))


def lock(tx: Transaction, run_id: str) -> RunRecord:
    """The run, locked until the transaction ends. Raises: NotFound."""
    row = tx.execute(select(*_LIGHT).where(run.c.id == run_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"there is no run {run_id!r}")
    return _record(row)


def _waits(now: datetime) -> ColumnElement[bool]:
    return or_(run.c.state == "queued", and_(run.c.state == "running", run.c.lease_until <= now))


def _is_held(held: Claim) -> ColumnElement[bool]:
    return and_(run.c.id == held.run, run.c.state == "running", run.c.lease_owner == held.owner, run.c.attempt == held.attempt)


_LIGHT = [column for column in run.c if column.name not in ("incumbent", "result", "left_out")]


def _record(row: "Row[Any]") -> RunRecord:
    return RunRecord(
        id=row.id,
        state=row.state,
        actor=row.actor,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        updated_at=row.updated_at,
        limits=parse(Limits, row.limits.encode()),
        horizon=Window(start=row.horizon_start, end=row.horizon_end),
        base_revision=row.base_revision,
        problem_digest=row.problem,
        requests=row.requests,
        attempt=row.attempt,
        cancel_requested=row.cancel_requested,
        outcome=row.outcome,
        objective=None if row.objective is None else int(row.objective),
        bound=None if row.bound is None else int(row.bound),
        gap=row.gap,
        regret_gap=row.regret_gap,
        served=row.served,
        seconds=row.seconds,
        draft=row.draft,
        detail=row.detail,
        last_seq=row.last_seq,
    )
