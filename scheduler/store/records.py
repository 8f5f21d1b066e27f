"""What the store hands out: frozen records, one class per noun, free of any database type."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduler.model.limits import Limits
from scheduler.model.request import Request
from scheduler.model.result import Outcome, Progress, Score
from scheduler.model.schedule import Allocation, Booking, Reason, Schedule
from scheduler.model.window import Window

RequestState = Literal["open", "planned", "withdrawn", "done"]
"""open: waits for a place; planned: booked in the schedule in force; withdrawn: taken back by the
company; done: all its bookings have ended."""

RunState = Literal["queued", "running", "finished", "cancelled", "failed"]
RUN_ENDED: tuple[RunState, ...] = ("finished", "cancelled", "failed")
"""States that a run never leaves."""

BookingStatus = Literal["confirmed", "cancelled"]
FeedScope = Literal["resource", "site", "company", "request"]
ChangeKind = Literal["added", "moved", "cancelled"]
LeaseState = Literal["held", "stop", "lost"]
"""held: go on; stop: somebody asked to cancel the run; lost: another worker has it, write nothing more."""

UID_HOST = "slotwright"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A stored request. `version` rises with every change of state or reasons.

    `reasons` says why the last run left it out; empty if it was served or never planned.
    """

    id: str
    company: str
    state: RequestState
    request: Request
    created_at: datetime
    updated_at: datetime
    version: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One planning run, without its bodies (see `service.runs.load_problem`, `load_result`).

    `base_revision` is the revision of the schedule in force it started from. `detail` is one
    sentence for people when it failed or was cancelled. `objective`, `bound`, `gap`, `regret_gap`, `served`
    are the latest known while it runs, the final ones afterwards. `last_seq` is the number of
    its latest event.
    """

    id: str
    state: RunState
    actor: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    limits: Limits
    horizon: Window
    base_revision: int
    problem_digest: str
    requests: int
    attempt: int
    cancel_requested: bool
    outcome: Outcome | None
    objective: int | None
    bound: int | None
    gap: float | None
    regret_gap: float | None
    served: int | None
    seconds: float | None
    draft: str | None
    detail: str
    last_seq: int


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One numbered event of a run; `seq` counts from 1 without holes, so a reader can resume after any of them.

    Either the run entered `state`, or `progress` was made.
    """

    run: str
    seq: int
    at: datetime
    state: RunState | None
    progress: Progress | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to write to a run: every write names `(owner, attempt)` and is refused once another has it."""

    run: str
    owner: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing a draft does to one task; `before` is None if added, `after` if cancelled."""

    kind: ChangeKind
    request: str
    task: str
    before: Booking | None
    after: Booking | None


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A proposed schedule in numbers; `published_revision` is None until it is published."""

    id: str
    run: str
    created_at: datetime
    base_revision: int
    served: int
    unserved: int
    added: int
    moved: int
    cancelled: int
    published_revision: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed schedule with its score, the changes it would make to the schedule it started from, and the requests it was made for."""

    record: DraftRecord
    schedule: Schedule
    score: Score
    changes: tuple[Change, ...]
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """One change of the schedule in force, by publishing `draft` or (draft None) by a withdrawal."""

    revision: int
    draft: str | None
    actor: str
    published_at: datetime
    added: int
    moved: int
    cancelled: int
    reason: str


@dataclass(frozen=True, slots=True)
class BookingRecord:
    """A published booking, stable over moves.

    `revision` is the publication that changed it last, `updated_at` the time of that (DTSTAMP and
    LAST-MODIFIED of a calendar). `sequence` (iCal SEQUENCE) rises only when window, status or
    resources changed. In the feed of a resource or site that it has left, the booking appears as
    cancelled, with the window it had there.
    """

    id: str
    request: str
    task: str
    method: str | None
    mode: str
    request_name: str
    task_name: str
    task_name_en: str
    company: str
    company_name: str
    window: Window
    allocations: tuple[Allocation, ...]
    resources: tuple[str, ...]
    status: BookingStatus
    sequence: int
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def uid(self) -> str:
        """iCal UID, the same for the whole life of the booking."""
        return f"booking-{self.id}@{UID_HOST}"

    @property
    def booking(self) -> Booking:
        """The booking as the model says it."""
        return Booking(request=self.request, task=self.task, mode=self.mode, window=self.window, allocations=self.allocations)


@dataclass(frozen=True, slots=True)
class InForceSchedule:
    """The schedule in force: its revision and its confirmed bookings, sorted by start."""

    revision: int
    bookings: tuple[BookingRecord, ...]


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """A calendar feed over what `scope` `scope_id` sees. The secret token is not kept, only its SHA-256."""

    id: str
    scope: FeedScope
    scope_id: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedVersion:
    """Equal versions of one feed and one window: equal content. Ingredients of an ETag, found by one query."""

    revision: int
    count: int
    lab_version: int


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what to which thing, with the state before and after as JSON text."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: str | None
    after: str | None
