"""Lanes of resources and what takes them. The constraint on `booking_lane` is the judge; this only chooses well."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from scheduler.errors import SlotTaken
from scheduler.model.window import Window, difference, union, window
from scheduler.store.colouring import Piece, colour, component_start, first_fit
from scheduler.store.database import Transaction
from scheduler.store.schema import booking_lane, lane, resource

CHUNK = 500
"""Ids per statement: databases limit the number of parameters."""


def chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    """The ids in lists of at most `CHUNK`."""
    listed = list(ids)
    return (listed[first : first + CHUNK] for first in range(0, len(listed), CHUNK))


def lanes_of(tx: Transaction, resource_id: str) -> list[int]:
    """Ids of the lanes that the resource has now, by position; none for one that was removed."""
    query = (
        select(lane.c.id)
        .join(resource, lane.c.resource == resource.c.id)
        .where(resource.c.id == resource_id, resource.c.is_active, lane.c.position < resource.c.capacity)
        .order_by(lane.c.position)
    )
    return list(tx.execute(query).scalars())


def pieces_of(tx: Transaction, resource_id: str, since: datetime | None = None) -> list[Piece]:
    """What bookings and holds take of the resource, without what ended at or before `since`."""
    query = (
        select(booking_lane.c.start_at, booking_lane.c.end_at, booking_lane.c.booking, booking_lane.c.lane, booking_lane.c.status)
        .join(lane, booking_lane.c.lane == lane.c.id)
        .where(lane.c.resource == resource_id, booking_lane.c.status != "blocked")
    )
    if since is not None:
        query = query.where(booking_lane.c.end_at > since)
    return [Piece(*row) for row in tx.execute(query)]


def release(tx: Transaction, booking_ids: Iterable[str]) -> None:
    """These bookings take nothing any more."""
    for chunk in chunks(booking_ids):
        tx.execute(delete(booking_lane).where(booking_lane.c.booking.in_(chunk)))


def take(tx: Transaction, resource_id: str, wanted: Sequence[Piece], closures: Sequence[Window], now: datetime) -> None:
    """The wanted pieces have lanes of the resource, and its `closures` block what is left of their time.

    Other bookings may change lanes, never times. A booking that already is where a closure came
    later keeps its time; nothing new is put there. Closures that have ended are left out.

    Raises: SlotTaken if the resource is shut or has too few units at some instant.
    """
    lanes = lanes_of(tx, resource_id)
    shut = tuple(each for each in union(closures) if each.end > now)
    _refuse_shut(resource_id, wanted, shut)
    unblock(tx, resource_id)
    first = min(now, *(each.start for each in wanted), *(each.start for each in shut)) if wanted or shut else now
    present = pieces_of(tx, resource_id, first)
    is_misplaced = any(each.lane not in set(lanes) and each.end > now for each in present)  # the resource has shrunk
    added = None if is_misplaced else first_fit(present, wanted, lanes)
    if added is None:
        present = _recolour(tx, resource_id, lanes, wanted, first)
    else:
        _insert(tx, added)
        present = [*present, *added]
    _block(tx, lanes, present, shut)


def _refuse_shut(resource_id: str, wanted: Sequence[Piece], shut: Sequence[Window]) -> None:
    for piece in wanted:
        for each in shut:
            if piece.start < each.end and each.start < piece.end:
                raise SlotTaken(f"{resource_id} is shut from {each.start:%Y-%m-%d %H:%M} UTC, and the plan needs it then; plan again")


def _recolour(tx: Transaction, resource_id: str, lanes: Sequence[int], wanted: Sequence[Piece], since: datetime) -> list[Piece]:
    """Free places can be scattered over lanes so that none is free long enough: then all pieces are coloured anew."""
    everything = pieces_of(tx, resource_id)
    start = component_start(everything, since)
    movable = [each for each in everything if each.start >= start]
    coloured = colour([*movable, *wanted], lanes)
    if isinstance(coloured, datetime):
        raise SlotTaken(f"{resource_id} has {len(lanes)} units, and more are taken from {coloured:%Y-%m-%d %H:%M} UTC; plan again")
    of_resource = select(lane.c.id).where(lane.c.resource == resource_id)
    tx.execute(delete(booking_lane).where(booking_lane.c.lane.in_(of_resource), booking_lane.c.status != "blocked", booking_lane.c.start_at >= start))
    _insert(tx, coloured)
    return list(coloured)


def _insert(tx: Transaction, pieces: Sequence[Piece]) -> None:
    if pieces:
        tx.execute(insert(booking_lane), [{"lane": p.lane, "booking": p.booking, "start_at": p.start, "end_at": p.end, "status": p.status} for p in pieces])


def unblock(tx: Transaction, resource_id: str) -> None:
    """No closure blocks the resource any more."""
    of_resource = select(lane.c.id).where(lane.c.resource == resource_id)
    tx.execute(delete(booking_lane).where(booking_lane.c.lane.in_(of_resource), booking_lane.c.status == "blocked"))


def _block(tx: Transaction, lanes: Sequence[int], present: Sequence[Piece], shut: Sequence[Window]) -> None:
    if not shut:
        return
    taken: dict[int | None, list[Window]] = {}
    for piece in present:
        if any(piece.start < each.end and each.start < piece.end for each in shut):
            taken.setdefault(piece.lane, []).append(window(piece.start, piece.end))
    rows = [
        {"lane": each, "booking": None, "start_at": left.start, "end_at": left.end, "status": "blocked"}
        for each in lanes
        for left in difference(tuple(shut), union(taken.get(each, ())))
    ]
    if rows:
        tx.execute(insert(booking_lane), rows)
