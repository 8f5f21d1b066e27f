"""The answers of the API, typed; bodies that come in are records of `scheduler.model` or `api.choices`."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from scheduler.model.lab import ResourceKind
from scheduler.model.limits import Limits
from scheduler.model.request import Request
from scheduler.model.result import Outcome, Score
from scheduler.model.schedule import Allocation, Booking, Reason, Unserved
from scheduler.model.window import Window
from scheduler.service.records import ChangeKind, FeedScope, RequestState, RunState


class RequestView(BaseModel):
    """A stored request; `reasons` says why the last run left it out."""

    id: str
    company: str
    state: RequestState
    version: int
    created_at: datetime
    updated_at: datetime
    reasons: tuple[Reason, ...]
    request: Request


class RequestList(BaseModel):
    """Requests in the order of submission; `next` is the `after` of the following page, null on the last."""

    requests: list[RequestView]
    next: str | None


class MethodView(BaseModel):
    """A method that companies may ask for; durations in whole minutes."""

    id: str
    name: str
    name_en: str
    standard: str
    field: str
    duration_minutes: list[int]


class MethodList(BaseModel):
    """The methods of the lab."""

    methods: list[MethodView]


class SiteView(BaseModel):
    """A site."""

    id: str
    name: str
    name_en: str
    institute: str
    region: str
    time_zone: str


class ResourceView(BaseModel):
    """A resource; its position in the list is what the columns of `/api/schedule` refer to. A `batch` one works in closed runs."""

    id: str
    name: str
    name_en: str
    kind: ResourceKind
    site: str | None
    capacity: int
    batch: bool


class LabView(BaseModel):
    """Sites and resources of the lab; `version` rises whenever the lab is replaced."""

    version: int
    sites: list[SiteView]
    resources: list[ResourceView]


class OfferView(BaseModel):
    """A verified free placement that disturbs nobody."""

    window: Window
    tardiness_minutes: int
    bookings: tuple[Booking, ...]


class OfferList(BaseModel):
    """Offers against the schedule at `revision`, best first; none if nothing is free without moving others, and then the `reasons`."""

    revision: int
    offers: list[OfferView]
    reasons: list[Reason]


class RunView(BaseModel):
    """A planning run; objective, bound, gap and regret gap (the gap in what requests cost beyond being alone on the lab) are the latest known."""

    id: str
    state: RunState
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    limits: Limits
    horizon: Window
    base_revision: int
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


class RunList(BaseModel):
    """The latest runs, newest first."""

    runs: list[RunView]


class RunEventView(BaseModel):
    """One event of a run, as it comes over `/api/runs/{id}/events`: a new state, or progress."""

    seq: int
    at: datetime
    state: RunState | None = None
    phase: str | None = None
    seconds: float | None = None
    objective: int | None = None
    bound: int | None = None
    gap: float | None = None
    regret_gap: float | None = None
    served: int | None = None
    draft: str | None = None
    detail: str = ""


class ChangeView(BaseModel):
    """What publishing would do to one task."""

    kind: ChangeKind
    request: str
    task: str
    before: Booking | None
    after: Booking | None


class DraftView(BaseModel):
    """A proposed schedule; publish it with `base_revision` in If-Match."""

    id: str
    run: str
    created_at: datetime
    base_revision: int
    published_revision: int | None
    served: int
    unserved: tuple[Unserved, ...]
    added: int
    moved: int
    cancelled: int
    score: Score
    changes: list[ChangeView]
    bookings: tuple[Booking, ...]


class PublicationView(BaseModel):
    """The schedule in force has this revision now."""

    revision: int
    draft: str | None
    published_at: datetime
    added: int
    moved: int
    cancelled: int


class BookingColumns(BaseModel):
    """Bookings as columns of equal length; times are minutes since 1970-01-01T00:00Z, resources positions in `/api/lab`."""

    id: list[str]
    request: list[str]
    task: list[str]
    title: list[str]
    name: list[str]
    name_en: list[str]
    company: list[str]
    company_name: list[str]
    start_minute: list[int]
    end_minute: list[int]
    resources: list[list[int]]


class BarColumns(BaseModel):
    """When each resource serves: `booking` is a position in the booking columns, `units` how much of the resource it takes."""

    booking: list[int]
    resource: list[int]
    start_minute: list[int]
    end_minute: list[int]
    units: list[int]


class ClosureColumns(BaseModel):
    """Closures of single resources that overlap the window."""

    resource: list[int]
    start_minute: list[int]
    end_minute: list[int]
    reason: list[str]


class ScheduleView(BaseModel):
    """The schedule in force inside a window, in columns."""

    revision: int
    lab: int
    start_minute: int
    end_minute: int
    bookings: BookingColumns
    bars: BarColumns
    closures: ClosureColumns


class DayColumns(BaseModel):
    """Days of the lab's zone: `start_minute` has one entry more than there are days; `kind` has one digit a day.

    0 a working day, 1 a weekend day, 2 a public holiday, whose name `name` has under its position.
    """

    first: date
    start_minute: list[int]
    kind: str
    name: dict[int, str]


class BookingView(BaseModel):
    """A published booking."""

    id: str
    uid: str
    request: str
    task: str
    name: str
    company: str
    company_name: str
    window: Window
    allocations: tuple[Allocation, ...]
    status: Literal["confirmed", "cancelled"]
    sequence: int
    revision: int


class FeedView(BaseModel):
    """A calendar feed, without its secret."""

    id: str
    scope: FeedScope
    scope_id: str
    created_at: datetime
    revoked_at: datetime | None


class NewFeedView(FeedView):
    """A feed just made: `url` holds the secret and is shown this once."""

    url: str


class FeedList(BaseModel):
    """All feeds, newest first."""

    feeds: list[FeedView]


class Health(BaseModel):
    """Whether the service can work; `problems` has one sentence each."""

    ok: bool
    problems: list[str]
