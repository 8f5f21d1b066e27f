"""A problem in whole numbers: what placement and solver work on.

Ticks count from `Instance.origin`; `[a, b)` are half-open tick ranges. Sets of ticks are Python
integers: bit t set means tick t belongs. Resources, sites, institutes, requests, tasks and modes
are positions in the tuples here; ids come back through `scheduler.ticks.extract` only.

What `compile` has already folded in, so that nobody below has to think of it: frozen bookings
(as `fixed_uses`, narrowed start ranges and candidates), `now`, the horizon, release dates and
deadlines (as each mode's `first_start..last_start`), rounding.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from scheduler.model.policy import TermName
from scheduler.model.request import During, LinkKind
from scheduler.model.schedule import ReasonCode

Ticks = int
Bits = int


@dataclass(frozen=True, slots=True)
class TickResource:
    """One resource. `open`: ticks in which it is open as a whole. `site`, `institute`: -1 if it has none."""

    id: str
    capacity: int
    is_person: bool
    site: int
    institute: int
    open: Bits


@dataclass(frozen=True, slots=True)
class TickRequirement:
    """`count` different `candidates`, `demand` units of each, during `[start + begin, start + end)`.

    A candidate in `limited` serves only inside the ticks given there (its qualification ends or
    begins within the horizon). Every candidate has the capacity for `demand`. `preferred` is
    empty if the company has no preference.
    """

    id: str
    count: int
    demand: int
    during: During
    begin: Ticks
    end: Ticks
    candidates: tuple[int, ...]
    limited: tuple[tuple[int, Bits], ...]
    preferred: frozenset[int]


@dataclass(frozen=True, slots=True)
class TickMode:
    """One way to do a task. Starts lie in `first_start..last_start`, both included; empty if last < first.

    `ticks` is the duration rounded up; `minutes` the true duration, rounded up to whole minutes,
    from which completion is counted.
    """

    id: str
    ticks: Ticks
    minutes: int
    first_start: Ticks
    last_start: Ticks
    requirements: tuple[TickRequirement, ...]


@dataclass(frozen=True, slots=True)
class TickTask:
    """A task that is free to be placed. `one_site`: its resources with a site share it.

    `refused` is the first class of cause why no modes are left, None if there are some.
    """

    id: str
    modes: tuple[TickMode, ...]
    one_site: bool
    refused: ReasonCode | None = None


@dataclass(frozen=True, slots=True)
class TickPrecedence:
    """start(after) - start(before) is in `least[m]..most[m]` where m is the mode of `before`; None: no upper limit."""

    before: int
    after: int
    least: tuple[Ticks, ...]
    most: tuple[Ticks | None, ...]


@dataclass(frozen=True, slots=True)
class TickLink:
    """A link of `tasks` (positions). Links to frozen tasks are folded into candidates and `banned_institutes`.

    `requirement` is the requirement id of a same_resource link.
    """

    kind: LinkKind
    tasks: tuple[int, ...]
    requirement: str | None


@dataclass(frozen=True, slots=True)
class TickBooking:
    """One task placed: `resources[k]` serve requirement k of the mode, sorted."""

    task: int
    mode: int
    start: Ticks
    resources: tuple[tuple[int, ...], ...]


Placement = tuple[TickBooking, ...]
"""All free tasks of one request placed, in the order of the tasks."""


@dataclass(frozen=True, slots=True)
class TickRequest:
    """One request with what is still free of it.

    `due_minute`, `arrival_minute` count from the origin, rounded down. `fixed_completion` is the
    last end (minutes, rounded up) of its frozen tasks, None without any. `current` has the movable bookings in force:
    by task position, the booking (None where it can no longer stand) and its move cost.
    No tasks are left if everything is frozen; `can_serve` is False where compile already knows that
    the rest cannot be placed.
    """

    id: str
    weight: int
    tasks: tuple[TickTask, ...]
    precedences: tuple[TickPrecedence, ...]
    links: tuple[TickLink, ...]
    due_minute: int | None
    arrival_minute: int
    fixed_completion: int | None
    current: tuple[tuple[int, TickBooking | None, int], ...]
    can_serve: bool


@dataclass(frozen=True, slots=True)
class FixedUse:
    """`demand` units of a resource taken in `[start, end)` by a frozen booking."""

    resource: int
    start: Ticks
    end: Ticks
    demand: int


@dataclass(frozen=True, slots=True)
class TickTerm:
    """One term of the objective; `scalar` is its weight in the single number that orders plans like the tiers do."""

    name: TermName
    tier: int
    weight: int
    scalar: int


@dataclass(frozen=True)
class Instance:
    """A whole problem in ticks. `ticks` is the length of the horizon, `tick_minutes` that of a tick."""

    origin: datetime
    resolution: timedelta
    ticks: Ticks
    resources: tuple[TickResource, ...]
    requests: tuple[TickRequest, ...]
    fixed_uses: tuple[FixedUse, ...]
    terms: tuple[TickTerm, ...]

    @cached_property
    def tick_minutes(self) -> int:
        """Minutes of one tick."""
        return int(self.resolution / timedelta(minutes=1))

    @cached_property
    def scalars(self) -> dict[TermName, int]:
        """Scalar weight per term; 0 for a term that the policy leaves out."""
        weights: dict[TermName, int] = {"unserved": 0, "tardiness": 0, "moves": 0, "flow_time": 0, "preferences": 0}
        weights.update({term.name: term.scalar for term in self.terms})
        return weights


Plan = dict[int, Placement]
"""Served requests by position. A request all of whose tasks are frozen is served with `()`."""
