"""Requests and their states."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Row, bindparam, exists, insert, select, update

from scheduler.errors import Conflict, NotFound
from scheduler.model.codec import adapter, dump, parse
from scheduler.model.request import Request
from scheduler.model.schedule import Reason
from scheduler.store.database import Transaction
from scheduler.store.lanes import chunks
from scheduler.store.records import RequestRecord, RequestState
from scheduler.store.schema import booking, idempotency_key, request

_REASONS = adapter(tuple[Reason, ...])


def add(tx: Transaction, new: Request, now: datetime) -> RequestRecord:
    """The request is stored, open. Raises: Conflict if its id is taken."""
    if tx.execute(select(request.c.id).where(request.c.id == new.id)).one_or_none() is not None:
        raise Conflict(f"a request with the id {new.id!r} exists already; give this one another id")
    body = dump(new).decode()
    tx.execute(insert(request).values(id=new.id, company=new.company, state="open", created_at=now, updated_at=now, version=1, body=body, reasons="[]"))
    return RequestRecord(new.id, new.company, "open", new, now, now, 1)


def find(tx: Transaction, request_id: str) -> RequestRecord:
    """The request with that id. Raises: NotFound."""
    row = tx.execute(select(request).where(request.c.id == request_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no request {request_id!r}")
    return _record(row)


def page(tx: Transaction, company: str | None, state: RequestState | None, limit: int, after: str | None) -> tuple[RequestRecord, ...]:
    """Requests in the order of submission. Raises: NotFound if nothing has the id `after`."""
    query = select(request).order_by(request.c.number).limit(limit)
    if company is not None:
        query = query.where(request.c.company == company)
    if state is not None:
        query = query.where(request.c.state == state)
    if after is not None:
        number = tx.execute(select(request.c.number).where(request.c.id == after)).scalar_one_or_none()
        if number is None:
            raise NotFound(f"there is no request {after!r} to go on after")
        query = query.where(request.c.number > number)
    return tuple(_record(row) for row in tx.execute(query))


def to_plan(tx: Transaction) -> tuple[Request, ...]:
    """All open and planned requests, in the order of submission."""
    query = select(request.c.body).where(request.c.state.in_(("open", "planned"))).order_by(request.c.number)
    return tuple(parse(Request, body.encode()) for body in tx.execute(query).scalars())


def states_of(tx: Transaction, ids: Iterable[str]) -> dict[str, RequestState]:
    """The state of each of these requests."""
    found: dict[str, RequestState] = {}
    for chunk in chunks(ids):
        found.update((row.id, row.state) for row in tx.execute(select(request.c.id, request.c.state).where(request.c.id.in_(chunk))))
    return found


def set_states(tx: Transaction, states: Mapping[str, RequestState], now: datetime) -> None:
    """Each request has its new state; those that have it already stay untouched."""
    wanted: BindParameter[str] = bindparam("wanted")
    statement = (
        update(request).where(request.c.id == bindparam("which"), request.c.state != wanted).values(state=wanted, updated_at=now, version=request.c.version + 1)
    )
    if states:
        tx.execute(statement, [{"which": each, "wanted": state} for each, state in states.items()])


def set_reasons(tx: Transaction, reasons: Mapping[str, Sequence[Reason]], now: datetime) -> None:
    """Each request has its new reasons; those that have them already stay untouched."""
    wanted: BindParameter[str] = bindparam("wanted")
    statement = (
        update(request)
        .where(request.c.id == bindparam("which"), request.c.reasons != wanted)
        .values(reasons=wanted, updated_at=now, version=request.c.version + 1)
    )
    if reasons:
        rows = [{"which": each, "wanted": _REASONS.dump_json(tuple(why), exclude_defaults=True).decode()} for each, why in reasons.items()]
        tx.execute(statement, rows)


def mark_done(tx: Transaction, now: datetime) -> int:
    """Planned requests all of whose bookings have ended are done; returns how many became so."""
    goes_on = exists().where(booking.c.request == request.c.id, booking.c.status == "confirmed", booking.c.end_at > now)
    ended = update(request).where(request.c.state == "planned", ~goes_on).values(state="done", updated_at=now, version=request.c.version + 1)
    return tx.execute(ended).rowcount


def keyed(tx: Transaction, actor: str, key: str, since: datetime) -> tuple[str, str] | None:
    """(digest, request id) that the actor stored under the key after `since`; older keys are forgotten."""
    tx.execute(idempotency_key.delete().where(idempotency_key.c.created_at <= since))
    query = select(idempotency_key.c.digest, idempotency_key.c.request).where(idempotency_key.c.actor == actor, idempotency_key.c.key == key)
    row = tx.execute(query).one_or_none()
    return None if row is None else (row.digest, row.request)


def remember_key(tx: Transaction, actor: str, key: str, digest: str, request_id: str, now: datetime) -> None:
    """The key stands for that request. Raises (at once): Conflict if another transaction stored the key meanwhile."""
    tx.execute(insert(idempotency_key).values(actor=actor, key=key, digest=digest, request=request_id, created_at=now))


def has_company(tx: Transaction, company: str) -> bool:
    """Whether any request is of that company."""
    return tx.execute(select(request.c.id).where(request.c.company == company).limit(1)).one_or_none() is not None


def _record(row: "Row[tuple[object, ...]]") -> RequestRecord:
    return RequestRecord(
        id=row.id,
        company=row.company,
        state=row.state,
        request=parse(Request, row.body.encode()),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        reasons=_REASONS.validate_json(row.reasons),
    )
