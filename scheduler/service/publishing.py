"""Drafts, publishing, and the schedule in force."""

from datetime import datetime

from scheduler.model.window import Window
from scheduler.service.database import Database
from scheduler.service.records import BookingRecord, Draft, DraftRecord, InForceSchedule, Publication


def find_draft(database: Database, draft_id: str) -> Draft:
    """The draft with that id, with its schedule and the changes it would make. Raises: NotFound."""


def list_drafts(database: Database, limit: int = 50) -> tuple[DraftRecord, ...]:
    """The latest drafts, newest first."""


def publish(database: Database, draft_id: str, expected_revision: int, now: datetime, actor: str) -> Publication:
    """The draft is the schedule in force, or nothing at all has changed.

    Only bookings that differ get a new revision; their iCal sequence rises if window, status or
    resources changed. Bookings that the draft drops stay as cancelled.

    Raises: NotFound; StaleSchedule if the schedule in force is not at `expected_revision`, or
    it, the lab or one of the requests has changed since the draft was made; SlotTaken if the
    database refuses a slot.
    """


def find_publication(database: Database, revision: int) -> Publication:
    """The publication that made that revision. Raises: NotFound."""


def list_publications(database: Database, limit: int = 50) -> tuple[Publication, ...]:
    """The latest publications, newest first."""


def current(database: Database) -> InForceSchedule:
    """The schedule in force; revision 0 without bookings before the first publication."""


def current_revision(database: Database) -> int:
    """The revision of the schedule in force."""


def find_booking(database: Database, booking_id: str) -> BookingRecord:
    """The booking with that id, confirmed or cancelled. Raises: NotFound."""


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
