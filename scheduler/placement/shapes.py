"""What never changes while plans come and go: who could serve a request, and where.

A `Pool` is a set of interchangeable resources for one demand and length; equal pools of
different requests are one object, so that what is free of it is worked out once. A `Shape` is
one request seen through pools, site by site. Both are made on first use and kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from scheduler.placement.bits import starts
from scheduler.placement.ties import NO_SITE, loose_ties, site_groups
from scheduler.placement.views import MOST_OPEN_BYTES, STEP, Catalogue, OpenView
from scheduler.ticks.instance import Bits, Instance, TickMode, TickPrecedence, TickRequest, TickRequirement, Ticks

Terms = tuple[tuple[int, Ticks], ...]
"""Per requirement of a mode: its pool, and the ticks from the task's start to where it is served."""


class Pool(NamedTuple):
    """`needed` different `members`, `demand` units each, for `length` ticks. The members stand in the order in which they are taken.

    `limited` narrows members to the starts given.
    """

    members: tuple[int, ...]
    demand: int
    length: Ticks
    needed: int
    limited: tuple[tuple[int, Bits], ...]


Parts = tuple[Terms, tuple[int, ...], Terms]
"""The terms of a mode at a site, and the same split: pools that serve from the start (longest first), terms that begin later."""


@dataclass(frozen=True, slots=True)
class ModeSites:
    """One mode's requirements at every site that can serve them; `elsewhere` where only resources without a site can, None if they cannot.

    `needs_search`: bitsets alone cannot see all that decides about it. `longest`: the ticks of its longest requirement.
    """

    at: dict[int, Parts]
    elsewhere: Parts | None
    needs_search: bool
    longest: Ticks


class Variant(NamedTuple):
    """One way to do a task at one site (or anywhere): mode position and terms.

    The terms again, split: pools that serve from the start, longest first, as they are the most likely to have no room, and terms that begin later.
    """

    mode: int
    terms: Terms
    heads: tuple[int, ...]
    tails: Terms


Variants = tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """One choice of the site: per task, in the order of the path, its variants there; `longest` is the task that takes a resource longest."""

    site: int
    tasks: tuple[Variants, ...]
    longest: int


@dataclass(frozen=True, slots=True)
class Shape:
    """One request prepared for placement.

    `path`: its tasks in order if they stand in one line, no two of them can meet in time, and no
    resource is wanted twice at once or shared by a link; such a request is placed by bitsets
    alone, `frames` and `lags` (by position in the path: mode of the earlier task, least, most) say all. Otherwise `path` is empty.
    `preferred` is the same request with preferred resources only, None if it prefers nothing.
    """

    request: TickRequest
    path: tuple[int, ...]
    lags: tuple[tuple[tuple[Ticks, ...], tuple[Ticks | None, ...]], ...]
    frames: tuple[Frame, ...]
    has_preferences: bool
    preferred: "Shape | None"


ModeKey = tuple[bool, tuple[tuple[tuple[int, ...], int, int, Ticks, Ticks, tuple[tuple[int, Bits], ...]], ...], tuple[bool, ...]]
FrameKey = tuple[object, ...]
RequirementKey = tuple[bool, tuple[int, ...], int, int, Ticks, tuple[tuple[int, Bits], ...]]


class Shapes:
    """The pools and shapes of one instance; shared by all occupancies of it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.catalogue = Catalogue(instance)
        self._pool_ids: dict[Pool, int] = {}
        self._at_sites: dict[tuple[bool, tuple[int, ...]], dict[int, tuple[int, ...]]] = {}
        self._requirement_pools: dict[RequirementKey, dict[int, int | None]] = {}
        self._mode_sites: dict[ModeKey, ModeSites] = {}
        self._identical_mode_sites: dict[tuple[bool, tuple[int, ...]], ModeSites] = {}
        self._limits: dict[tuple[Bits, Ticks], Bits] = {}
        self._frames: dict[FrameKey, tuple[Frame, ...]] = {}
        self._shapes: list[Shape | None] = [None] * len(instance.requests)
        self._site_of = [each.site for each in instance.resources]
        self._rank: list[int] | None = None
        self._open_views: dict[tuple[Ticks, Ticks], OpenView] = {}
        self._positions: dict[str, int] | None = None
        self._own_positions: dict[int, int] = {}
        self.ledgered = ledgered(instance)
        self.is_counted = bytearray(each.capacity > 1 or number in self.ledgered for number, each in enumerate(instance.resources))
        self.counted = frozenset(each for quota in instance.quotas if quota.price is None for each in quota.resources)
        # Who is asked for these is not placed by sets of free ticks alone.
        self._tangled = self.ledgered | self.counted

    def shape(self, index: int) -> Shape:
        """The shape of the request at `index`."""
        found = self._shapes[index]
        if found is None:
            found = self._shapes[index] = self.build(self.instance.requests[index], is_own=True)
        return found

    def position(self, request: TickRequest) -> int:
        """The position of the request in the instance, also of one that was made of it; -1 if it is a stranger."""
        if self._positions is None:
            self._positions = {each.id: number for number, each in enumerate(self.instance.requests)}
            self._own_positions = {id(each): number for number, each in enumerate(self.instance.requests)}
        found = self._own_positions.get(id(request))
        return self._positions.get(request.id, -1) if found is None else found

    def is_tangled(self, mode: TickMode) -> bool:
        """Whether the mode may take something with a ledger or a hard quota, or of which no two may share an institute."""
        return any(each.different_institutes or not self._tangled.isdisjoint(each.candidates) for each in mode.requirements)

    def open_view(self, offset: Ticks, end: Ticks) -> OpenView:
        """The view of the calendars from `offset` to `end`."""
        found = self._open_views.get((offset, end))
        if found is None:
            is_whole = end - offset == self.instance.ticks
            share = MOST_OPEN_BYTES if is_whole else MOST_OPEN_BYTES * STEP // self.instance.ticks
            found = self._open_views[offset, end] = OpenView(self.catalogue, offset, end, share)
        return found

    def rank(self, resource: int) -> int:
        """How many different sets of candidates name the resource: the less wanted are taken first."""
        if self._rank is None:
            counts = [0] * len(self.instance.resources)
            modes = (mode for request in self.instance.requests for task in request.tasks for mode in task.modes)
            sets = {requirement.candidates for mode in modes for requirement in mode.requirements}
            for candidates in sets:
                for each in candidates:
                    counts[each] += 1
            self._rank = counts
        return self._rank[resource]

    def shun(self, resource: int) -> None:
        """The resource is taken later than before where there is a choice: somebody can do with no other."""
        before = self.rank(resource)
        assert self._rank is not None  # `rank` has made it
        self._rank[resource] = before + 1

    def build(self, request: TickRequest, *, is_own: bool = False) -> Shape:
        """The shape of any request over the instance's resources; `is_own`: it is one of the instance's, and lives as long."""
        has_preferences = _prefers(request)
        preferred = None
        if has_preferences:
            narrowed = _with_preferred_only(request)
            preferred = None if narrowed == request else self._plain(narrowed, has_preferences, None)
        return self._plain(request, has_preferences, preferred, is_own=is_own)

    def _plain(self, request: TickRequest, has_preferences: bool, preferred: Shape | None, *, is_own: bool = False) -> Shape:
        line = _line(request) if all(task.site < 0 for task in request.tasks) else None
        frames: tuple[Frame, ...] | None = None
        if line is not None and all(link.kind == "same_site" for link in request.links) and not (len(request.links) > 1 and loose_ties(request, self._site_of)):
            frames = self._line_frames(request, line[0], is_own)
        if line is None or frames is None:
            return Shape(request, (), (), (), has_preferences, preferred)
        path, edges = line
        return Shape(request, path, tuple((edge.least, edge.most) for edge in edges), frames, has_preferences, preferred)

    def _line_frames(self, request: TickRequest, path: tuple[int, ...], is_own: bool) -> tuple[Frame, ...] | None:
        """The frames of a request in one line; None if resources compete or only some tasks share a site."""
        one_group = len(path) == 1 or (len(request.links) == 1 and len(request.links[0].tasks) == len(path))
        if not one_group:
            groups = site_groups(len(request.tasks), request.links)
            one_group = len(groups) == 1
            if not one_group and len(groups) < len(path):
                return None
        linked = one_group and len(path) > 1
        modes = [[self.mode_sites(mode, request.tasks[task].one_site or linked, is_own) for mode in request.tasks[task].modes] for task in path]
        if any(each.needs_search for row in modes for each in row):
            return None
        key: FrameKey = (one_group, tuple(tuple(id(each) for each in row) for row in modes))
        found = self._frames.get(key)
        if found is None:
            found = self._frames[key] = tuple(self._group_frames(modes) if one_group else self._free_frames(modes))
        return found

    def _group_frames(self, modes: list[list[ModeSites]]) -> Iterable[Frame]:
        """A frame for each site at which every task has a mode."""
        longest = _longest(modes)
        sites = dict.fromkeys(site for row in modes for each in row for site in each.at)
        for site in sites or {NO_SITE: None}:
            tasks: list[Variants] = []
            for row in modes:
                found = [(mode, each.at.get(site, each.elsewhere)) for mode, each in enumerate(row)]
                tasks.append(tuple([Variant(mode, *parts) for mode, parts in found if parts is not None]))
            if all(tasks):
                yield Frame(site, tuple(tasks), longest)

    def _free_frames(self, modes: list[list[ModeSites]]) -> Iterable[Frame]:
        """The one frame of tasks that choose their sites freely: every site is a variant."""
        tasks: list[Variants] = []
        for row in modes:
            found = [(mode, parts) for mode, each in enumerate(row) for parts in (each.at.values() or [each.elsewhere])]
            tasks.append(tuple([Variant(mode, *parts) for mode, parts in found if parts is not None]))
        if all(tasks):
            yield Frame(NO_SITE, tuple(tasks), _longest(modes))

    def mode_sites(self, mode: TickMode, one_site: bool, is_own: bool) -> ModeSites:
        """The pools of a mode at each site; `one_site` False: at no site in particular, from everywhere."""
        if not is_own:
            return self._equal_mode_sites(mode, one_site)
        # Equal requirements of an instance are mostly one object, and that is quicker to see than that they are equal.
        identity = (one_site, tuple([id(each) for each in mode.requirements]))
        found = self._identical_mode_sites.get(identity)
        if found is None:
            found = self._identical_mode_sites[identity] = self._make_mode_sites(mode, one_site)
        return found

    def _equal_mode_sites(self, mode: TickMode, one_site: bool) -> ModeSites:
        parts = mode.requirements
        key = (
            one_site,
            tuple([(each.candidates, each.count, each.demand, each.begin, each.end, each.limited) for each in parts]),
            tuple([each.different_institutes or each.during == "after" for each in parts]),
        )
        found = self._mode_sites.get(key)
        if found is None:
            found = self._mode_sites[key] = self._make_mode_sites(mode, one_site)
        return found

    def _make_mode_sites(self, mode: TickMode, one_site: bool) -> ModeSites:
        rows = [self._pools_at(each, one_site) for each in mode.requirements]
        begins = [each.begin for each in mode.requirements]
        lengths = [each.end - each.begin for each in mode.requirements]
        heads = sorted((index for index, begin in enumerate(begins) if begin == 0), key=lambda index: -lengths[index])
        tails = [index for index, begin in enumerate(begins) if begin > 0]

        def parts(site: int) -> Parts | None:
            pools = [row.get(site, row[NO_SITE]) for row in rows]
            if None in pools:
                return None
            terms = tuple([(pool, begin) for pool, begin in zip(pools, begins, strict=True) if pool is not None])
            return terms, tuple([terms[index][0] for index in heads]), tuple([terms[index] for index in tails])

        sites = dict.fromkeys(site for row in rows for site in row if site != NO_SITE)
        at = {site: found for site in sites if (found := parts(site)) is not None}
        elsewhere = parts(NO_SITE)
        needs_search = competes(mode) or reaches_out(mode) or self.is_tangled(mode)
        if not one_site:
            return ModeSites({} if elsewhere is None else {NO_SITE: elsewhere}, None, needs_search, max(lengths))
        return ModeSites(at, elsewhere, needs_search, max(lengths))

    def _pools_at(self, requirement: TickRequirement, one_site: bool) -> dict[int, int | None]:
        """The pool that serves the requirement at each site of its candidates, None if too few are there; under NO_SITE, of those that any site has.

        If `one_site` does not hold, all candidates are as good as without a site.
        """
        key = (one_site, requirement.candidates, requirement.count, requirement.demand, requirement.end - requirement.begin, requirement.limited)
        found = self._requirement_pools.get(key)
        if found is None:
            found = {
                site: self.pool(members, requirement) if len(members) >= requirement.count else None
                for site, members in self._members_at(requirement.candidates, one_site).items()
            }
            self._requirement_pools[key] = found
        return found

    def _members_at(self, candidates: tuple[int, ...], one_site: bool) -> dict[int, tuple[int, ...]]:
        """The candidates that can serve at each of their sites, in the order in which they are taken."""
        found = self._at_sites.get((one_site, candidates))
        if found is None:
            order = sorted(candidates, key=lambda each: (self.rank(each), each))
            rows: dict[int, list[int]] = {self._site_of[each] if one_site else NO_SITE: [] for each in candidates}
            rows.setdefault(NO_SITE, [])
            for each in order:
                site = self._site_of[each] if one_site else NO_SITE
                for row in rows.values() if site == NO_SITE else (rows[site],):
                    row.append(each)
            found = self._at_sites[one_site, candidates] = {site: tuple(row) for site, row in rows.items()}
        return found

    def _eroded(self, bits: Bits, length: Ticks) -> Bits:
        """As `bits.starts`; whoever is limited is so for many sites and requests."""
        found = self._limits.get((bits, length))
        if found is None:
            found = self._limits[bits, length] = starts(bits, length)
        return found

    def pool(self, members: tuple[int, ...], requirement: TickRequirement) -> int:
        """The number of the pool of `members`, in that order, for a requirement."""
        length = requirement.end - requirement.begin
        limited: tuple[tuple[int, Bits], ...] = ()
        if requirement.limited:
            inside = set(members)
            limited = tuple([(each, self._eroded(bits, length)) for each, bits in requirement.limited if each in inside])
        wanted = Pool(members, requirement.demand, length, requirement.count, limited)
        found = self._pool_ids.get(wanted)
        if found is None:
            found = self._pool_ids[wanted] = len(self.catalogue.pools)
            self.catalogue.pools.append(wanted)
        return found


def _prefers(request: TickRequest) -> bool:
    """Whether some requirement prefers somebody; asked of every request, so in plain loops."""
    for task in request.tasks:
        for mode in task.modes:
            for each in mode.requirements:
                if each.preferred:
                    return True
    return False


def competes(mode: TickMode) -> bool:
    """Whether two requirements of the mode may want the same resource at the same time."""
    parts = mode.requirements
    return any(
        parts[i].begin < parts[j].end and parts[j].begin < parts[i].end and not set(parts[i].candidates).isdisjoint(parts[j].candidates)
        for i in range(len(parts))
        for j in range(i)
    )


def reaches_out(mode: TickMode) -> bool:
    """Whether something is taken before the task begins or after it has ended."""
    return any(each.begin < 0 or each.during == "after" for each in mode.requirements)


def ledgered(instance: Instance) -> frozenset[int]:
    """The resources of which more must be known than when they are free: special ones, and those that a task may keep while they are closed."""
    found = {number for number, each in enumerate(instance.resources) if each.is_special}
    for request in instance.requests:
        for task in request.tasks:
            for mode in task.modes:
                for each in mode.requirements:
                    if each.idle:
                        found.update(each.candidates)
    return frozenset(found)


def _longest(modes: list[list[ModeSites]]) -> int:
    """The position of the task that takes a resource longest."""
    lengths = [max((each.longest for each in row), default=0) for row in modes]
    return lengths.index(max(lengths))


def _line(request: TickRequest) -> tuple[tuple[int, ...], tuple[TickPrecedence, ...]] | None:
    """The tasks and precedences in order if the tasks form one line in which each ends before the next starts."""
    count = len(request.tasks)
    if len(request.precedences) != count - 1:
        return None
    if count == 1:
        return (0,), ()
    after = {each.before: each for each in request.precedences}
    targets = {each.after for each in request.precedences}
    if len(after) != count - 1 or len(targets) != count - 1:
        return None
    path = [next(task for task in range(count) if task not in targets)]
    edges = []
    while path[-1] in after and len(path) <= count:
        edge = after[path[-1]]
        if any(least < mode.ticks for least, mode in zip(edge.least, request.tasks[edge.before].modes, strict=True)):
            return None
        edges.append(edge)
        path.append(edge.after)
    return (tuple(path), tuple(edges)) if len(path) == count else None


def _with_preferred_only(request: TickRequest) -> TickRequest:
    """The request with candidates cut to the preferred ones wherever enough of them qualify."""

    def narrow(each: TickRequirement) -> TickRequirement:
        kept = tuple(c for c in each.candidates if c in each.preferred)
        return replace(each, candidates=kept) if len(kept) >= each.count else each

    def narrow_all(mode: TickMode) -> TickMode:
        return replace(mode, requirements=tuple(narrow(each) for each in mode.requirements))

    tasks = tuple(replace(task, modes=tuple(narrow_all(mode) for mode in task.modes)) for task in request.tasks)
    return replace(request, tasks=tasks)
