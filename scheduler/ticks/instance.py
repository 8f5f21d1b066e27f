"""A problem in whole numbers: what placement and solver work on.

Ticks count from `Instance.origin`; `[a, b)` are half-open tick ranges. Sets of ticks are Python
integers: bit t set means tick t belongs. Resources, sites, institutes, requests, tasks and modes
are positions in the tuples here; ids come back through `scheduler.ticks.extract` only.

What `compile` has already folded in, so that nobody below has to think of it: frozen bookings
(as `fixed_uses`, narrowed start ranges and candidates), `now`, the horizon, release dates and
deadlines (as each mode's `first_start..last_start` and `starts`), arrival of specimens (as
`limited` candidates), series (as precedences), weights, rounding.

Every mode here has one length. A mode of the model whose length depends on when it starts (it
pauses) or on what runs beside it (a batch run) is several modes here, one per length, with the
same id and each with the starts that it is meant for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduler.model.policy import TERM_NAMES, TermName
from scheduler.model.request import During, LinkKind
from scheduler.model.schedule import ReasonCode

Ticks = int
Bits = int

COUPLED_TERMS: tuple[TermName, ...] = ("makespan", "travel", "changeover_time", "changeover_cost", "run_time", "quota_excess", "worst_off")
"""Terms that are no sum over requests of what each costs by itself."""


Matrix = tuple[tuple[int, ...], ...]
"""`[before][after]`."""


@dataclass(frozen=True, slots=True)
class TickChangeover:
    """What lies between uses of a resource, by recipe (positions in `Instance.recipes`), cleaning included.

    `times` in ticks, `minutes` as they are, `costs`. A use that begins more than `idle` ticks after the
    end of the one before, or is the first, needs `warm_up` ticks more (`warm_minutes`, `warm_cost`);
    `idle` None: no warm-up. `within_opening`: the changeover, just before the use, and the use lie in one opening.
    """

    times: Matrix
    minutes: Matrix
    costs: Matrix
    within_opening: bool
    idle: Ticks | None = None
    warm_up: Ticks = 0
    warm_minutes: int = 0
    warm_cost: int = 0


@dataclass(frozen=True, slots=True)
class TickTravel:
    """How a person moves. `ways` in ticks and `minutes` between sites; `home` -1: none.

    `openings` as tick ranges, from the first booking in force on: before the horizon some begin at negative ticks.

    `most_a_day`: minutes travelled for the sessions that start on one local day, None: any.
    `days`: where local days begin, ascending, the first at or before tick 0.
    """

    ways: Matrix
    minutes: Matrix
    home: int
    openings: tuple[tuple[Ticks, Ticks], ...]
    most_a_day: int | None
    days: tuple[Ticks, ...]


@dataclass(frozen=True, slots=True)
class TickSessions:
    """At most `most_a_day` bookings start between two neighbours of `days`, and `most_a_week` of `weeks`; None: any number.

    Both ascend and reach from at or before the first tick (or frozen booking) to the end of the horizon.
    """

    most_a_day: int | None
    days: tuple[Ticks, ...]
    most_a_week: int | None
    weeks: tuple[Ticks, ...]


@dataclass(frozen=True, slots=True)
class TickResource:
    """One resource. `open`: ticks in which it is open as a whole. `site`, `institute`: -1 if it has none.

    `site` of a person who travels is -1 (the home is in `travel`). `initial_recipe` -1: none.
    `shares`: some use of it is undisturbed or has a recipe, and it is neither a batch nor a unit
    resource; unlike recipes meet there only if `compatible` has the pair (in both orders).
    """

    id: str
    capacity: int
    is_person: bool
    site: int
    institute: int
    open: Bits
    is_batch: bool = False
    shares: bool = False
    compatible: frozenset[tuple[int, int]] = frozenset()
    changeover: TickChangeover | None = None
    initial_recipe: int = -1
    travel: TickTravel | None = None
    sessions: TickSessions | None = None

    @property
    def is_special(self) -> bool:
        """Whether what it can do next depends on more than how much of it is free."""
        return self.is_batch or self.shares or self.changeover is not None or self.travel is not None or self.sessions is not None


@dataclass(frozen=True, slots=True)
class TickRequirement:
    """`count` different `candidates`, `demand` units of each, during `[start + begin, start + end)`.

    `begin` may be negative and `end` beyond the mode's length (taken before, or after, the task).
    A candidate in `limited` serves only inside the ticks given there (its qualification ends or
    begins within the horizon, specimens are not there yet). Every candidate has the capacity for `demand`. `preferred` is
    empty if the company has no preference. `recipe` -1: none. In `idle` ticks the candidates need
    not be open (the task pauses). `different_institutes`: no two of those chosen share one. `minutes`
    is the true time taken, rounded up to whole minutes; it begins `late` microseconds after the tick `begin`,
    and ends `short` microseconds before `end`.
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
    recipe: int = -1
    undisturbed: bool = False
    idle: Bits = 0
    different_institutes: bool = False
    minutes: int = 0
    late: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class TickMode:
    """One way to do a task. Starts lie in `first_start..last_start`, both included, and in `starts`; empty if last < first.

    `length` is the true time from start to end; `ticks` the same rounded up, `minutes` rounded up to whole
    minutes, from which completion is counted. `opens_run` False: it is longer than the
    task's own minimum, so it can only be had in a batch run that another task makes that long.
    """

    id: str
    ticks: Ticks
    minutes: int
    first_start: Ticks
    last_start: Ticks
    requirements: tuple[TickRequirement, ...]
    length: timedelta = timedelta(0)
    starts: Bits = -1
    opens_run: bool = True


@dataclass(frozen=True, slots=True)
class TickTask:
    """A task that is free to be placed. `one_site`: its resources with a site share it, `site` if that is not -1.

    `due_minute` is its own due date. `takes_place`: people who travel come to the site; else nobody does.
    `refused` is the first class of cause why no modes are left, None if there are some.
    """

    id: str
    modes: tuple[TickMode, ...]
    one_site: bool
    refused: ReasonCode | None = None
    due_minute: int | None = None
    site: int = -1
    takes_place: bool = True


@dataclass(frozen=True, slots=True)
class TickPrecedence:
    """start(after) - start(before) is in `least[m]..most[m]` where m is the mode of `before`; None: no upper limit.

    `is_series`: it comes of a series, not of a precedence.
    """

    before: int
    after: int
    least: tuple[Ticks, ...]
    most: tuple[Ticks | None, ...]
    is_series: bool = False


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

    `weight` is the effective one (`problem.weight_of`), `company` numbers the companies.
    `due_minute`, `arrival_minute` count from the origin, rounded down. `fixed_completion` is the
    last end (minutes, rounded up) of its frozen tasks, `fixed_start` their first start (rounded down), None without any;
    `fixed_people` serve them, `fixed_tardiness` is the sum of minutes by which they miss due dates of their own. `current` has the movable bookings in force:
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
    company: int = 0
    fixed_start: int | None = None
    fixed_people: frozenset[int] = frozenset()
    fixed_tardiness: int = 0


@dataclass(frozen=True, slots=True)
class FixedUse:
    """`demand` units of a resource taken in `[start, end)` by a frozen booking.

    `at` is where the booking starts, not clipped to the horizon (for sessions), `owner` its request
    and task (by number), `minutes` the true time taken; `recipe`, `undisturbed` as in its
    requirement; `site` is where its task takes place, -1: nowhere. `is_on_grid`: it starts on a tick, so that
    others can start with it; `late`, `short` as in a requirement. Uses of special resources are not clipped to the horizon, and may lie outside it: what
    comes next depends on them. All others lie in the horizon.
    """

    resource: int
    start: Ticks
    end: Ticks
    demand: int
    recipe: int = -1
    undisturbed: bool = False
    site: int = -1
    at: Ticks = 0
    owner: tuple[int, int] = (-1, -1)
    minutes: int = 0
    is_on_grid: bool = True
    late: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class TickQuota:
    """Minutes that a company's parts may take of `resources` in one period, counted where the booking starts.

    Periods lie between neighbours of `periods`. `company` -1: each for itself. `price` None: never more than
    `most_minutes`. `fixed` has by (company, period) what frozen bookings take.
    """

    company: int
    resources: frozenset[int]
    periods: tuple[Ticks, ...]
    most_minutes: int
    price: int | None
    fixed: tuple[tuple[tuple[int, int], int], ...] = ()


@dataclass(frozen=True, slots=True)
class TickTerm:
    """One term of the objective; `scalar` is its weight in the single number that orders plans like the tiers do."""

    name: TermName
    tier: int
    weight: int
    scalar: int


@dataclass(frozen=True)
class Instance:
    """A whole problem in ticks. `ticks` is the length of the horizon, `tick_minutes` that of a tick; nothing is done before `first_tick`.

    Minutes count from the origin; the true horizon begins at `start_minute` and lasts `horizon_minutes` (None: as long as its ticks).
    People are told moments in `time_zone`.

    An instance may be a cut of a larger one, the bookings of all other requests being fixed uses. Then `base_makespan`
    is the last minute at which one of those is complete, `base_delay` per company the minutes by which
    they are late (left out: the whole horizon), `most_moves` what they leave; `company_sizes` counts all requests.
    """

    origin: datetime
    resolution: timedelta
    ticks: Ticks
    resources: tuple[TickResource, ...]
    requests: tuple[TickRequest, ...]
    fixed_uses: tuple[FixedUse, ...]
    terms: tuple[TickTerm, ...]
    recipes: tuple[str, ...] = ()
    company_sizes: tuple[int, ...] = ()
    quotas: tuple[TickQuota, ...] = ()
    most_moves: int | None = None
    base_makespan: int = 0
    base_delay: tuple[int, ...] = ()
    first_tick: Ticks = 0
    start_minute: int = 0
    horizon_minutes: int | None = None
    time_zone: str = "Etc/UTC"

    @cached_property
    def is_coupled(self) -> bool:
        """Whether requests meet in more than the use of what is free: in special resources, common limits, or terms that are no sum over requests."""
        return (
            any(each.is_special for each in self.resources)
            or bool(self.quotas)
            or self.most_moves is not None
            or any(self.scalars[name] for name in COUPLED_TERMS)
        )

    @cached_property
    def has_inner_terms(self) -> bool:
        """Whether a term counts that looks into a request: at its tasks, its span or its people, and not at its completion alone."""
        return any(self.scalars[name] for name in ("task_tardiness", "late", "span", "people"))

    @cached_property
    def has_coupled_terms(self) -> bool:
        """Whether a term counts that is no sum over requests."""
        return any(self.scalars[name] for name in COUPLED_TERMS)

    @cached_property
    def tick_minutes(self) -> int:
        """Minutes of one tick."""
        return int(self.resolution / timedelta(minutes=1))

    def told(self, moment: datetime) -> str:
        """The moment to the minute, as people of the lab read it on their clocks, with the offset of their zone."""
        return moment.astimezone(ZoneInfo(self.time_zone)).isoformat(timespec="minutes")

    @cached_property
    def scalars(self) -> dict[TermName, int]:
        """Scalar weight per term; 0 for a term that the policy leaves out."""
        weights: dict[TermName, int] = dict.fromkeys(TERM_NAMES, 0)
        weights.update({term.name: term.scalar for term in self.terms})
        return weights


Plan = dict[int, Placement]
"""Served requests by position. A request all of whose tasks are frozen is served with `()`."""
