"""Drafts, publishing, and the schedule in force."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from scheduler.errors import StaleSchedule
from scheduler.model.codec import dump
from scheduler.model.lab import Lab
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Booking
from scheduler.model.window import Window
from scheduler.service.changes import changes_of, pieces_of
from scheduler.service.database import Database
from scheduler.service.left_out import left_out_of
from scheduler.service.records import BookingRecord, Change, Draft, DraftRecord, InForceSchedule, Publication, RequestState
from scheduler.store import audit, bookings, labs, lanes, plans, requests
from scheduler.store.bookings import Filters
from scheduler.store.database import Transaction

GRACE = timedelta(hours=1)
"""A draft may still be published when its first new booking began this long ago; later it would rewrite the past."""


def find_draft(database: Database, draft_id: str) -> Draft:
    """The draft with that id, with its schedule and the changes it would make. Raises: NotFound."""
    with database.read() as tx:
        stored = plans.find_draft(tx, draft_id)
        left_out = left_out_of(tx, stored.record.run)
    before = [each.booking for each in stored.problem.in_force] + [booking for each in left_out for booking in each.bookings]
    return Draft(stored.record, stored.schedule, stored.score, changes_of(before, stored.schedule), stored.problem.requests)


def list_drafts(database: Database, limit: int = 50) -> tuple[DraftRecord, ...]:
    """The latest drafts, newest first."""
    with database.read() as tx:
        return plans.list_drafts(tx, limit)


def publish(database: Database, draft_id: str, expected_revision: int, now: datetime, actor: str) -> Publication:
    """The draft is the schedule in force, or nothing at all has changed.

    Only bookings that differ get a new revision; their iCal sequence rises if window, status or
    resources changed. Bookings that the draft drops stay as cancelled.

    Raises: NotFound; StaleSchedule if the schedule in force is not at `expected_revision`, or
    it, the lab or a request that the draft books has changed since it was made, or if the draft is
    so old that new bookings would begin in the past; SlotTaken if the database refuses a slot.
    """
    with database.read() as tx:  # parsed before the turn is taken: a year takes seconds
        draft = plans.find_draft(tx, draft_id)
        left_out = left_out_of(tx, draft.record.run)
    wanted = [each.id for each in draft.problem.requests] + [each.request for each in left_out]
    with database.write() as tx:
        if not plans.advance(tx, expected_revision) or draft.record.base_revision != expected_revision:
            raise StaleSchedule(
                f"the draft was made for revision {draft.record.base_revision} of the schedule, {expected_revision} was expected,"
                " and it has changed since; plan again"
            )
        if labs.newest_serving_digest(tx) != draft.serving_digest:
            raise StaleSchedule("sites, calendars or resources have changed since the draft was made; plan again")
        states = requests.states_of(tx, wanted)
        booked = {each.request for each in draft.schedule.bookings}
        withdrawn = [each for each in wanted if states[each] == "withdrawn"]
        if not booked.isdisjoint(withdrawn):
            missed = next(each for each in withdrawn if each in booked)
            raise StaleSchedule(f"request {missed} was withdrawn since the draft was made; plan again")
        # What the draft left out anyway may be withdrawn: nothing of it is touched.
        wanted = [each for each in wanted if states[each] != "withdrawn"]
        stored = bookings.of_requests(tx, wanted)
        before = [each.booking for each in stored if each.status == "confirmed"]
        changes = changes_of(before, draft.schedule)
        _refuse_past(changes, now)
        revision = expected_revision + 1
        _apply(tx, draft.problem, labs.newest(tx).lab, changes, stored, revision, now, actor)
        states_now: dict[str, RequestState] = {each: "planned" if each in booked else "open" for each in wanted if states[each] != "done"}
        requests.set_states(tx, states_now, now)
        publication = _publication(draft_id, revision, changes, now, actor)
        plans.add_publication(tx, publication)
        plans.mark_published(tx, draft_id, revision)
        audit.note(tx, now, actor, "schedule.published", f"revision/{revision}", None, f'{{"draft":"{draft_id}"}}')
    return publication


def _refuse_past(changes: Sequence[Change], now: datetime) -> None:
    for each in changes:
        if each.after is not None and each.after.window.start < now - GRACE:
            start = each.after.window.start
            raise StaleSchedule(f"task {each.task} of request {each.request} would begin at {start:%Y-%m-%d %H:%M} UTC, which has passed; plan again")


def _apply(
    tx: Transaction,
    problem: Problem,
    lab: Lab,
    changes: Sequence[Change],
    stored: Sequence[BookingRecord],
    revision: int,
    now: datetime,
    actor: str,
) -> None:
    """Rows, lanes and audit say what the changes say. All that is given up is released before anything is taken: moves may rotate."""
    known = {(each.request, each.task): each for each in stored}
    asked = {each.id: each for each in problem.requests}
    fresh: list[BookingRecord] = []
    changed: list[BookingRecord] = []
    gone, taking, entries = [], [], []
    for change in changes:
        was = known.get((change.request, change.task))
        record = _record_after(asked, change, was, revision, now)
        (fresh if was is None else changed).append(record)
        if was is not None and was.status == "confirmed":
            gone.append(was)
        if change.after is not None:
            taking.append((record.id, change.after))
        entries.append((f"booking.{change.kind}", f"booking/{record.id}", _json(change.before), _json(change.after)))
    bookings.insert_all(tx, fresh)
    bookings.update_all(tx, changed)
    lanes.release(tx, (each.id for each in gone))
    wanted = pieces_of(problem, taking)
    left = {name for each in gone for name in each.resources}
    closures = {each.id: [closure.window for closure in each.closures] for each in lab.resources}
    for name in sorted(wanted.keys() | {each for each in left if closures.get(each)}):
        lanes.take(tx, name, wanted.get(name, []), closures.get(name, []), now)
    audit.note_all(tx, now, actor, entries)


def _record_after(asked: Mapping[str, Request], change: Change, was: BookingRecord | None, revision: int, now: datetime) -> BookingRecord:
    after = change.after
    if after is None:
        assert was is not None, "only a booking that exists is cancelled"
        return replace(was, status="cancelled", sequence=was.sequence + 1, revision=revision, updated_at=now)
    if was is not None:
        # Resources count as well: a calendar must learn the new place, and the feed of the old one that it is rid of it.
        is_visible = (was.status, was.window, set(was.resources)) != ("confirmed", after.window, set(after.resources))
        return replace(
            was,
            mode=after.mode,
            window=after.window,
            allocations=after.allocations,
            resources=after.resources,
            status="confirmed",
            sequence=was.sequence + is_visible,
            revision=revision,
            updated_at=now,
        )
    request = asked[after.request]
    task = next(each for each in request.tasks if each.id == after.task)
    return BookingRecord(
        id=str(uuid4()),
        request=after.request,
        task=after.task,
        method=task.method,
        mode=after.mode,
        request_name=request.name,
        task_name=task.name,
        task_name_en=task.name_en,
        company=request.company,
        company_name=request.company_name,
        window=after.window,
        allocations=after.allocations,
        resources=after.resources,
        status="confirmed",
        sequence=0,
        revision=revision,
        created_at=now,
        updated_at=now,
    )


def _json(booking: Booking | None) -> str | None:
    return None if booking is None else dump(booking).decode()


def _publication(draft_id: str, revision: int, changes: Sequence[Change], now: datetime, actor: str) -> Publication:
    counts = {kind: sum(each.kind == kind for each in changes) for kind in ("added", "moved", "cancelled")}
    return Publication(revision, draft_id, actor, now, counts["added"], counts["moved"], counts["cancelled"], "")


def find_publication(database: Database, revision: int) -> Publication:
    """The publication that made that revision. Raises: NotFound."""
    with database.read() as tx:
        return plans.find_publication(tx, revision)


def list_publications(database: Database, limit: int = 50) -> tuple[Publication, ...]:
    """The latest publications, newest first."""
    with database.read() as tx:
        return plans.list_publications(tx, limit)


def current(database: Database) -> InForceSchedule:
    """The schedule in force; revision 0 without bookings before the first publication."""
    with database.read() as tx:
        return InForceSchedule(plans.revision(tx), bookings.confirmed(tx))


def current_revision(database: Database) -> int:
    """The revision of the schedule in force."""
    with database.read() as tx:
        return plans.revision(tx)


def find_booking(database: Database, booking_id: str) -> BookingRecord:
    """The booking with that id, confirmed or cancelled. Raises: NotFound."""
    with database.read() as tx:
        return bookings.find(tx, booking_id)


def list_bookings(
    database: Database,
    window: Window | None = None,
    resource: str | None = None,
    site: str | None = None,
    company: str | None = None,
    request: str | None = None,
    include_cancelled: bool = False,
    limit: int | None = None,
    after: str | None = None,
) -> tuple[BookingRecord, ...]:
    """Bookings that overlap `window` and match every filter given, sorted by start and id, from the one after the booking id `after`.

    Raises: NotFound if nothing has the id `after`.
    """
    filters = Filters(window, resource, site, company, request, include_cancelled)
    with database.read() as tx:
        return bookings.page(tx, filters, limit, after)
