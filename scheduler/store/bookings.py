"""Published bookings: one row for each task ever booked, whatever became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, exists, func, insert, or_, select, update

from scheduler.errors import NotFound
from scheduler.model.codec import adapter
from scheduler.model.schedule import Allocation
from scheduler.model.window import Window
from scheduler.store.database import Transaction
from scheduler.store.lanes import chunks
from scheduler.store.records import BookingRecord
from scheduler.store.schema import booking, booking_resource, resource

Query = Select[*tuple[Any, ...]]

_ALLOCATIONS = adapter(tuple[Allocation, ...])


@dataclass(frozen=True, slots=True)
class Filters:
    """Which bookings; every part given must hold. `window`: those that overlap it."""

    window: Window | None = None
    resource: str | None = None
    site: str | None = None
    company: str | None = None
    request: str | None = None
    include_cancelled: bool = False


def confirmed(tx: Transaction) -> tuple[BookingRecord, ...]:
    """Every confirmed booking, sorted by start and id."""
    return tuple(map(_record, tx.execute(select(booking).where(booking.c.status == "confirmed").order_by(booking.c.start_at, booking.c.id))))


def of_requests(tx: Transaction, requests: Iterable[str]) -> tuple[BookingRecord, ...]:
    """Every booking of these requests, cancelled ones included."""
    return tuple(_record(row) for chunk in chunks(requests) for row in tx.execute(select(booking).where(booking.c.request.in_(chunk))))


def find(tx: Transaction, booking_id: str) -> BookingRecord:
    """The booking with that id. Raises: NotFound."""
    row = tx.execute(select(booking).where(booking.c.id == booking_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no booking {booking_id!r}")
    return _record(row)


def page(tx: Transaction, filters: Filters, limit: int | None = None, after: str | None = None) -> tuple[BookingRecord, ...]:
    """Bookings sorted by start and id. Raises: NotFound if nothing has the id `after`."""
    query = _filtered(select(booking), filters).order_by(booking.c.start_at, booking.c.id)
    if limit is not None:
        query = query.limit(limit)
    if after is not None:
        last = find(tx, after)
        start = last.window.start
        query = query.where(or_(booking.c.start_at > start, and_(booking.c.start_at == start, booking.c.id > after)))
    return tuple(map(_record, tx.execute(query)))


def _filtered(query: Query, filters: Filters) -> Query:
    if not filters.include_cancelled:
        query = query.where(booking.c.status == "confirmed")
    if filters.window is not None:
        query = query.where(booking.c.start_at < filters.window.end, booking.c.end_at > filters.window.start)
    if filters.company is not None:
        query = query.where(booking.c.company == filters.company)
    if filters.request is not None:
        query = query.where(booking.c.request == filters.request)
    if filters.resource is not None or filters.site is not None:
        served = exists().where(booking_resource.c.booking == booking.c.id, booking_resource.c.is_current)
        if filters.resource is not None:
            served = served.where(booking_resource.c.resource == filters.resource)
        if filters.site is not None:
            served = served.where(resource.c.id == booking_resource.c.resource, resource.c.site == filters.site)
        query = query.where(served)
    return query


def insert_all(tx: Transaction, records: Sequence[BookingRecord]) -> None:
    """Tasks booked for the first time. Their lanes are taken by `lanes.take`."""
    if records:
        tx.execute(insert(booking), [_row(each) for each in records])
        _show_on_resources(tx, records, {})


def update_all(tx: Transaction, records: Sequence[BookingRecord]) -> None:
    """Bookings that exist are as these records say; from resources they have left they show as cancelled."""
    if not records:
        return
    allocations: dict[str, str] = {}
    for chunk in chunks(each.id for each in records):
        allocations.update((row.id, row.allocations) for row in tx.execute(select(booking.c.id, booking.c.allocations).where(booking.c.id.in_(chunk))))
    rows = [{f"new_{name}": value for name, value in _row(each).items()} for each in records]
    changing: dict[str, BindParameter[Any]] = {
        name: bindparam(f"new_{name}") for name in _row(records[0]) if name not in ("id", "request", "task", "created_at")
    }
    tx.execute(update(booking).where(booking.c.id == bindparam("new_id")).values(changing), rows)
    _show_on_resources(tx, records, allocations)


def _show_on_resources(tx: Transaction, records: Sequence[BookingRecord], allocations_before: Mapping[str, str]) -> None:
    shown: dict[str, dict[str, Any]] = {}
    for chunk in chunks(each.id for each in records):
        for row in tx.execute(select(booking_resource).where(booking_resource.c.booking.in_(chunk))):
            shown.setdefault(row.booking, {})[row.resource] = row
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for each in records:
        known = shown.get(each.id, {})
        news = {"sequence": each.sequence, "revision": each.revision, "updated_at": each.updated_at}
        here = {"is_current": True, "left_allocations": None, "start_at": each.window.start, "end_at": each.window.end, **news}
        for name in each.resources:
            (changed if name in known else fresh).append({"of": each.id, "at": name, **here})
        for name, row in known.items():
            if row.is_current and name not in each.resources:  # it leaves now: window and allocations stay as they were here
                left = {"is_current": False, "left_allocations": allocations_before[each.id], "start_at": row.start_at, "end_at": row.end_at}
                changed.append({"of": each.id, "at": name, **left, **news})
    if fresh:
        tx.execute(insert(booking_resource), [{"booking": each.pop("of"), "resource": each.pop("at"), **each} for each in fresh])
    if changed:
        which = and_(booking_resource.c.booking == bindparam("of"), booking_resource.c.resource == bindparam("at"))
        names = [column.name for column in booking_resource.c if not column.primary_key]
        values: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in names}
        rows = [{"of": each["of"], "at": each["at"]} | {f"new_{name}": each[name] for name in names} for each in changed]
        tx.execute(update(booking_resource).where(which).values(values), rows)


def _row(each: BookingRecord) -> dict[str, Any]:
    return {
        "id": each.id,
        "request": each.request,
        "task": each.task,
        "method": each.method,
        "mode": each.mode,
        "request_name": each.request_name,
        "task_name": each.task_name,
        "task_name_en": each.task_name_en,
        "company": each.company,
        "company_name": each.company_name,
        "start_at": each.window.start,
        "end_at": each.window.end,
        "allocations": _ALLOCATIONS.dump_json(each.allocations).decode(),
        "status": each.status,
        "sequence": each.sequence,
        "revision": each.revision,
        "created_at": each.created_at,
        "updated_at": each.updated_at,
    }


def _with_allocations(record: BookingRecord, text: str) -> BookingRecord:
    allocations: tuple[Allocation, ...] = _ALLOCATIONS.validate_json(text)
    return replace(record, allocations=allocations, resources=tuple(dict.fromkeys(name for each in allocations for name in each.resources)))


def _record(row: "Row[Any]") -> BookingRecord:
    allocations = _ALLOCATIONS.validate_json(row.allocations)
    return BookingRecord(
        id=row.id,
        request=row.request,
        task=row.task,
        method=row.method,
        mode=row.mode,
        request_name=row.request_name,
        task_name=row.task_name,
        task_name_en=row.task_name_en,
        company=row.company,
        company_name=row.company_name,
        window=Window(start=row.start_at, end=row.end_at),
        allocations=allocations,
        resources=tuple(dict.fromkeys(name for each in allocations for name in each.resources)),
        status=row.status,
        sequence=row.sequence,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def seen_from(tx: Transaction, resource_id: str | None, site: str | None, within: Window | None) -> tuple[BookingRecord, ...]:
    """Bookings as one resource or site sees them, cancelled ones included, sorted by start and id.

    One that has left shows as cancelled, at the time it had there.
    """
    query = select(booking, *(column.label(f"seen_{column.name}") for column in booking_resource.c)).join(
        booking_resource, booking_resource.c.booking == booking.c.id
    )
    found: dict[str, BookingRecord] = {}
    # Current rows last: where a booking is still served by another resource of the site, that counts.
    for row in tx.execute(_seen(query, resource_id, site, within).order_by(booking_resource.c.is_current, booking_resource.c.revision)):
        record = _record(row)
        if not row.seen_is_current:
            left = Window(start=row.seen_start_at, end=row.seen_end_at)
            record = _with_allocations(record, row.seen_left_allocations)
            record = replace(record, status="cancelled", window=left, sequence=row.seen_sequence, revision=row.seen_revision, updated_at=row.seen_updated_at)
        found[record.id] = record
    return tuple(sorted(found.values(), key=lambda each: (each.window.start, each.id)))


def seen_version(resource_id: str | None, site: str | None, within: Window | None) -> Query:
    """A query for (latest revision, number of rows) of what `seen_from` looks at."""
    return _seen(select(func.max(booking_resource.c.revision), func.count()).select_from(booking_resource), resource_id, site, within)


def _seen(query: Query, resource_id: str | None, site: str | None, within: Window | None) -> Query:
    if resource_id is not None:
        query = query.where(booking_resource.c.resource == resource_id)
    if site is not None:
        query = query.where(booking_resource.c.resource.in_(select(resource.c.id).where(resource.c.site == site)))
    if within is not None:
        query = query.where(booking_resource.c.start_at < within.end, booking_resource.c.end_at > within.start)
    return query


def filtered_version(filters: Filters) -> Query:
    """A query for (latest revision, number of rows) of what `page` finds."""
    return _filtered(select(func.max(booking.c.revision), func.count()).select_from(booking), filters)
