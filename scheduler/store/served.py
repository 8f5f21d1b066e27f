"""When each resource serves: the lanes that bookings take, read back for pictures of the plan."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from scheduler.store.database import Transaction
from scheduler.store.schema import booking_lane, lane


@dataclass(frozen=True, slots=True)
class Served:
    """`units` of one resource serve one booking in `[start, end)`: an operator the head and the tail, a chamber the whole."""

    booking: str
    resource: str
    start: datetime
    end: datetime
    units: int = 1


def list_served(transaction: Transaction, start: datetime, end: datetime) -> tuple[Served, ...]:
    """What overlaps `[start, end)`, by start; several units of one resource are one record."""
    columns = (booking_lane.c.booking, lane.c.resource, booking_lane.c.start_at, booking_lane.c.end_at)
    query = (
        select(*columns, func.count())
        .join(lane, lane.c.id == booking_lane.c.lane)
        .where(booking_lane.c.booking.is_not(None), booking_lane.c.start_at < end, booking_lane.c.end_at > start)
        .group_by(*columns)
        .order_by(booking_lane.c.start_at, booking_lane.c.booking, lane.c.resource)
    )
    return tuple(Served(*row) for row in transaction.execute(query))
