"""Requests: submit, find, list, withdraw."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.errors import Conflict, InputError
from scheduler.model.codec import dump
from scheduler.model.request import Request
from scheduler.planning import check_request
from scheduler.service.database import Database
from scheduler.service.records import Publication, RequestRecord, RequestState
from scheduler.service.snapshot import default_horizon
from scheduler.store import audit, bookings, labs, lanes, plans
from scheduler.store import requests as rows
from scheduler.store.database import Transaction

KEY_IS_KEPT = timedelta(hours=24)


def submit(database: Database, request: Request, now: datetime, actor: str, idempotency_key: str | None = None) -> RequestRecord:
    """The request is stored, `open`, and will be in the next run.

    With an `idempotency_key` the same call by the same actor within a day stores it once and returns the first record again.

    Raises: InputError (UnknownReference, TaskCannotFit) if it can never be served, or if the key was
    used for another request; Conflict if another request has its id.
    """
    if idempotency_key is not None and len(idempotency_key) > 200:
        raise InputError("is longer than 200 characters; use a random UUID", "idempotency_key")
    digest = hashlib.sha256(dump(request)).hexdigest()
    if idempotency_key is not None:
        stored = _replay(database, actor, idempotency_key, digest, now)
        if stored is not None:
            return stored
    with database.read() as tx:
        lab = labs.newest(tx).lab
    # Outside the transaction: it looks at calendars for milliseconds, and nothing of it must be undone.
    check_request(lab, request, now, default_horizon(now, (request,)))
    try:
        with database.write() as tx:
            record = rows.add(tx, request, now)
            if idempotency_key is not None:
                rows.remember_key(tx, actor, idempotency_key, digest, request.id, now)
            audit.note(tx, now, actor, "request.submitted", f"request/{request.id}")
        return record
    except Conflict:
        # The same call may have come twice at the same moment; then the other one has stored it.
        stored = None if idempotency_key is None else _replay(database, actor, idempotency_key, digest, now)
        if stored is None:
            raise
        return stored


def _replay(database: Database, actor: str, key: str, digest: str, now: datetime) -> RequestRecord | None:
    with database.write() as tx:
        found = rows.keyed(tx, actor, key, now - KEY_IS_KEPT)
        if found is None:
            return None
        if found[0] != digest:
            raise InputError("was used for another request within the last day; use a new key for each request", "idempotency_key")
        return rows.find(tx, found[1])


def find(database: Database, request_id: str) -> RequestRecord:
    """The request with that id. Raises: NotFound."""
    with database.read() as tx:
        return rows.find(tx, request_id)


def list_requests(
    database: Database, company: str | None = None, state: RequestState | None = None, limit: int = 100, after: str | None = None
) -> tuple[RequestRecord, ...]:
    """At most `limit` requests in the order of submission, from the one after the request id `after`.

    Raises: NotFound if nothing has the id `after`.
    """
    with database.read() as tx:
        return rows.page(tx, company, state, limit, after)


def withdraw(database: Database, request_id: str, now: datetime, actor: str) -> RequestRecord:
    """The request is withdrawn; its bookings that have not ended are cancelled and kept as cancelled.

    Withdrawing twice changes nothing more. Raises: NotFound; Conflict if the request is done.
    """
    with database.write() as tx:
        base = plans.take_turn(tx)
        rows.mark_done(tx, now)
        record = rows.find(tx, request_id)
        if record.state == "withdrawn":
            return record
        if record.state == "done":
            raise Conflict(f"request {request_id!r} is done; nothing is left to withdraw")
        _cancel_bookings(tx, request_id, base, now, actor)
        rows.set_states(tx, {request_id: "withdrawn"}, now)
        audit.note(tx, now, actor, "request.withdrawn", f"request/{request_id}")
        return rows.find(tx, request_id)


def _cancel_bookings(tx: Transaction, request_id: str, base: int, now: datetime, actor: str) -> None:
    live = [each for each in bookings.of_requests(tx, [request_id]) if each.status == "confirmed" and each.window.end > now]
    if not live:
        return
    plans.advance(tx, base)
    cancelled = [replace(each, status="cancelled", sequence=each.sequence + 1, revision=base + 1, updated_at=now) for each in live]
    bookings.update_all(tx, cancelled)
    lanes.release(tx, (each.id for each in live))
    lab = labs.newest(tx).lab
    left = {name for each in live for name in each.resources}
    for each in lab.resources:
        if each.id in left and each.closures:
            # Where the booking stood in the way of a closure, the closure now blocks the lane.
            lanes.take(tx, each.id, (), [closure.window for closure in each.closures], now)
    plans.add_publication(tx, Publication(base + 1, None, actor, now, 0, 0, len(live), f"request {request_id} was withdrawn"))
    audit.note_all(tx, now, actor, [("booking.cancelled", f"booking/{each.id}", dump(each.booking).decode(), None) for each in live])


def mark_done(database: Database, now: datetime) -> int:
    """Planned requests all of whose bookings have ended are `done`; returns how many became so."""
    with database.write() as tx:
        return rows.mark_done(tx, now)
