"""Where each task of a request may start, before any search: exact calendars, sites, chains, cost.

Everything dropped here can be in no plan that costs at most the given limit, so the model that is
built on it keeps every such plan, the incumbent among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scheduler.placement import bits
from scheduler.solver.starts import Part, Residual, allowed_starts, open_starts
from scheduler.ticks.instance import Bits, Instance, TickRequest, TickRequirement, TickTask

CACHED = 20_000
"""Sets of starts that an explorer remembers; of a year each has five kilobytes."""

NOWHERE = -1
"""The site of a resource without one, and the only site of a place none of whose candidates has one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Tasks whose resources with a site share it, by a same_site link or as one task, and the sites still possible."""

    tasks: tuple[int, ...]
    sites: tuple[int, ...]
    is_link: bool


@dataclass(frozen=True, slots=True)
class ModeDomain:
    """Starts of one mode: all, by site, and by (requirement, candidate). No starts: the mode cannot be used."""

    starts: Bits
    by_site: dict[int, Bits]
    candidates: tuple[dict[int, Bits], ...]


@dataclass(frozen=True, slots=True)
class RequestDomain:
    """What is possible for one request. `tasks[t][m]` is the domain of mode m; `earliest` the first minute at which it can be complete.

    `can_serve` False: no plan (within the cost limit) serves it. `must_serve`: no such plan leaves it out.
    """

    can_serve: bool
    must_serve: bool
    tasks: tuple[tuple[ModeDomain, ...], ...]
    places: tuple[Place, ...]
    earliest: int

    @property
    def candidates(self) -> int:
        """Number of (mode, requirement, candidate) alternatives."""
        return sum(len(each) for task in self.tasks for mode in task for each in mode.candidates)


def never(earliest: int) -> RequestDomain:
    """The domain of a request that cannot be served."""
    return RequestDomain(False, False, (), (), earliest)


Cells = dict[tuple[int, int, int], Bits]
"""(task, mode, site of the task's place) -> starts."""


Raw = Sequence[Sequence[Sequence[dict[int, Bits]]]]
"""[task][mode][requirement][candidate] -> starts, each candidate taken alone."""


class Explorer:
    """Computes domains of requests of one instance; caches what resources have in common."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.residual = Residual(instance)
        self.horizon = bits.ones(instance.ticks)
        self.special = frozenset(number for number, each in enumerate(instance.resources) if each.is_special)
        self._starts = lru_cache(maxsize=CACHED)(self._starts_uncached)
        self._special_starts = lru_cache(maxsize=CACHED)(self._special_uncached)

    def explore(self, request: TickRequest, *, latest: int | None = None, must_serve: bool = False) -> RequestDomain:
        """The domain of `request` when it must be complete by the minute `latest` (None: no limit)."""
        if not request.tasks:
            return RequestDomain(request.can_serve, request.can_serve, (), (), request.fixed_completion or 0)
        if not request.can_serve or (request.fixed_completion is not None and latest is not None and request.fixed_completion > latest):
            return never(request.fixed_completion or 0)
        windows = [[allowed_starts(mode, self.instance.tick_minutes, latest) & self.horizon for mode in task.modes] for task in request.tasks]
        raw = [
            [[self._alternatives(each, window, task) for each in mode.requirements] for mode, window in zip(task.modes, windows[t], strict=True)]
            for t, task in enumerate(request.tasks)
        ]
        places = self._places(request, raw)
        home = [next((p for p, place in enumerate(places) if t in place.tasks), None) for t in range(len(request.tasks))]
        cells = self._cells(request, raw, windows, places, home)
        places = self._propagate(request, cells, places, home)
        return self._gather(request, raw, cells, places, home, must_serve)

    def _alternatives(self, requirement: TickRequirement, window: Bits, task: TickTask) -> dict[int, Bits]:
        found = {}
        candidates = requirement.candidates
        if task.one_site and task.site != NOWHERE:
            candidates = tuple(each for each in candidates if self._is_at(each, task.site))
        for resource in candidates:
            starts = self.starts_of(requirement, resource) & window
            if starts:
                found[resource] = starts
        return found

    def starts_of(self, requirement: TickRequirement, resource: int) -> Bits:
        """The starts of the mode at which this candidate alone could serve the requirement, beside frozen bookings."""
        limited = next((ticks for each, ticks in requirement.limited if each == resource), None) if requirement.limited else None
        if resource in self.special:
            return self._special_starts(resource, _part(requirement, limited))
        return self._starts(resource, requirement.demand, requirement.begin, requirement.end, limited, requirement.idle)

    def _starts_uncached(self, resource: int, demand: int, begin: int, end: int, limited: Bits | None, idle: Bits) -> Bits:
        return self._open(resource, begin, end, limited, idle) & self.residual.free_starts(resource, demand, begin, end)

    def _special_uncached(self, resource: int, wanted: Part) -> Bits:
        return self._open(resource, wanted.begin, wanted.end, wanted.limited, wanted.idle) & self.residual.special_starts(resource, wanted)

    def _open(self, resource: int, begin: int, end: int, limited: Bits | None, idle: Bits) -> Bits:
        is_open = self.instance.resources[resource].open
        if idle:
            is_open |= idle & self.horizon
        return open_starts(is_open if limited is None else is_open & limited, begin, end)

    def _places(self, request: TickRequest, raw: Raw) -> tuple[Place, ...]:
        links = [link.tasks for link in request.links if link.kind == "same_site"]
        linked = {t for tasks in links for t in tasks}
        alone = [(t,) for t, task in enumerate(request.tasks) if task.one_site and t not in linked]
        return tuple(Place(tasks, self._sites(tasks, raw), tasks in links) for tasks in (*links, *alone))

    def _sites(self, tasks: tuple[int, ...], raw: Raw) -> tuple[int, ...]:
        found = {self.instance.resources[resource].site for t in tasks for mode in raw[t] for requirement in mode for resource in requirement}
        return tuple(sorted(found - {NOWHERE})) or (NOWHERE,)

    def _cells(
        self,
        request: TickRequest,
        raw: Raw,
        windows: Sequence[Sequence[Bits]],
        places: tuple[Place, ...],
        home: list[int | None],
    ) -> Cells:
        cells: Cells = {}
        for t, task in enumerate(request.tasks):
            place = home[t]
            for site in _sites_of(places, place):
                for m, mode in enumerate(task.modes):
                    starts = windows[t][m]
                    for requirement, candidates in zip(mode.requirements, raw[t][m], strict=True):
                        near = [each for resource, each in candidates.items() if place is None or self._is_at(resource, site)]
                        starts &= bits.at_least(requirement.count, near)
                    cells[t, m, site] = starts
        return cells

    def _is_at(self, resource: int, site: int) -> bool:
        return self.instance.resources[resource].site in (site, NOWHERE)

    def _propagate(self, request: TickRequest, cells: Cells, places: tuple[Place, ...], home: list[int | None]) -> tuple[Place, ...]:
        """Narrows `cells` along the chains to a fixed point; the places with the sites that remain."""
        changed = True
        while changed:
            before_sum = sum(each.bit_count() for each in cells.values())
            places = tuple(self._alive(request, cells, place, [t for t in place.tasks if home[t] == p]) for p, place in enumerate(places))
            for precedence in request.precedences:
                b, a = precedence.before, precedence.after
                together = home[a] is not None and home[a] == home[b]
                sites = [((site,), (site,)) for site in _sites_of(places, home[a])] if together else [(_sites_of(places, home[b]), _sites_of(places, home[a]))]
                for before_sites, after_sites in sites:
                    self._narrow(request, cells, precedence.least, precedence.most, b, a, before_sites, after_sites)
            changed = sum(each.bit_count() for each in cells.values()) < before_sum
        return places

    def _narrow(
        self,
        request: TickRequest,
        cells: Cells,
        least: Sequence[int],
        most: Sequence[int | None],
        b: int,
        a: int,
        before_sites: Sequence[int],
        after_sites: Sequence[int],
    ) -> None:
        modes_before, modes_after = range(len(request.tasks[b].modes)), range(len(request.tasks[a].modes))
        reach = 0
        for m in modes_before:
            reach |= bits.later(_union(cells, b, (m,), before_sites), least[m], most[m])
        for m in modes_after:
            for site in after_sites:
                cells[a, m, site] &= reach
        target = _union(cells, a, modes_after, after_sites)
        for m in modes_before:
            allowed = bits.earlier(target, least[m], most[m])
            for site in before_sites:
                cells[b, m, site] &= allowed

    def _alive(self, request: TickRequest, cells: Cells, place: Place, at_home: list[int]) -> Place:
        """The place without the sites at which some task has no start; tasks at home in another place are not judged by this one."""
        sites = tuple(site for site in place.sites if all(any(cells[t, m, site] for m in range(len(request.tasks[t].modes))) for t in at_home))
        return replace(place, sites=sites)

    def _gather(
        self,
        request: TickRequest,
        raw: Raw,
        cells: Cells,
        places: tuple[Place, ...],
        home: list[int | None],
        must_serve: bool,
    ) -> RequestDomain:
        tasks: list[tuple[ModeDomain, ...]] = []
        earliest = request.fixed_completion or 0
        for t, task in enumerate(request.tasks):
            sites = _sites_of(places, home[t])
            modes = tuple(self._mode(task, raw[t][m], {site: cells[t, m, site] for site in sites}, m, home[t] is not None) for m in range(len(task.modes)))
            ends = [bits.lowest(each.starts) * self.instance.tick_minutes + mode.minutes for each, mode in zip(modes, task.modes, strict=True) if each.starts]
            if not ends:
                return never(earliest)
            earliest = max(earliest, min(ends))
            tasks.append(modes)
        return RequestDomain(True, must_serve, tuple(tasks), places, earliest)

    def _mode(self, task: TickTask, raw: Sequence[dict[int, Bits]], by_site: dict[int, Bits], m: int, is_placed: bool) -> ModeDomain:
        starts = 0
        for each in by_site.values():
            starts |= each
        candidates = []
        for requirement in raw:
            kept: dict[int, Bits] = {}
            for resource, possible in requirement.items():
                site = self.instance.resources[resource].site
                narrowed = possible & (by_site.get(site, 0) if is_placed and site != NOWHERE else starts)
                if narrowed:
                    kept[resource] = narrowed
            candidates.append(kept)
        if any(len(kept) < requirement.count for kept, requirement in zip(candidates, task.modes[m].requirements, strict=True)):
            return ModeDomain(0, {}, ())
        return ModeDomain(starts, by_site, tuple(candidates)) if starts else ModeDomain(0, {}, ())


def _part(requirement: TickRequirement, limited: Bits | None) -> Part:
    return Part(
        requirement.demand,
        requirement.begin,
        requirement.end,
        limited,
        requirement.idle,
        requirement.recipe,
        requirement.undisturbed,
        requirement.late,
        requirement.short,
    )


def _sites_of(places: tuple[Place, ...], place: int | None) -> tuple[int, ...]:
    return (NOWHERE,) if place is None else places[place].sites


def _union(cells: Cells, task: int, modes: Sequence[int], sites: Sequence[int]) -> Bits:
    union = 0
    for mode in modes:
        for site in sites:
            union |= cells[task, mode, site]
    return union
