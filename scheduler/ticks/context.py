"""What all requests of a problem share while it is compiled; the caches make equal requirements one object."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from scheduler.model.calendar import open_windows
from scheduler.model.lab import validity
from scheduler.model.logistics import ready_at
from scheduler.model.problem import Problem
from scheduler.model.request import Request, Requirement, Shipment
from scheduler.model.window import Windows, window
from scheduler.planning.eligible import Eligibility
from scheduler.planning.serving import part_of
from scheduler.ticks.grid import MINUTE, TINY, Grid
from scheduler.ticks.instance import Bits, TickRequirement
from scheduler.ticks.resources import recipe_names, tick_resources


class Context:
    """Lab and grid with what has been worked out of them."""

    def __init__(self, problem: Problem, grid: Grid, around: tuple[Request, ...]) -> None:
        lab = problem.lab
        everybody = (*problem.requests, *around)
        self.problem, self.grid = problem, grid
        self.eligibility = Eligibility(lab)
        self.first_tick = max(grid.ceil(max(problem.now, problem.horizon.start)), 0)
        self.recipes = {name: number for number, name in enumerate(recipe_names(lab, everybody))}
        self.sites = {site.id: number for number, site in enumerate(lab.sites)}
        institutes: dict[str, int] = {}
        for site in lab.sites:
            institutes.setdefault(site.institute, len(institutes))
        institute_of = {site.id: institutes[site.institute] for site in lab.sites}
        self.resources = tick_resources(problem, grid, self.recipes, self.eligibility, everybody, institute_of, is_whole=not around)
        self.index = {each.id: number for number, each in enumerate(lab.resources)}
        self.companies: dict[str, int] = {}
        for each in problem.requests:
            self.companies.setdefault(each.company, len(self.companies))
        self.known_companies = {each.id: each for each in problem.companies}
        self.run_lengths = self._run_lengths(everybody) if any(each.batch for each in lab.resources) else {}
        self._requirements: dict[tuple[Requirement, timedelta, Bits, bool], TickRequirement] = {}
        self._limits: dict[tuple[int, str, int], Bits | None] = {}
        self._openings: dict[str, Windows] = {}
        self._ready: dict[tuple[Shipment, int], Bits | None] = {}

    def openings(self, calendar: str) -> Windows:
        """The openings of a calendar, from the start of the grid to well beyond the horizon: a task that pauses may be late, never early."""
        found = self._openings.get(calendar)
        if found is None:
            grid = self.grid
            wanted = next(each for each in self.problem.lab.calendars if each.id == calendar)
            found = self._openings[calendar] = open_windows(wanted, window(grid.origin, grid.moment(grid.ticks) + grid.resolution))
        return found

    def requirement(self, wanted: Requirement, length: timedelta, idle: Bits = 0, *, batch_only: bool = False) -> TickRequirement:
        """`wanted` in a mode that lasts `length`; `batch_only`: if batch resources may serve it, only they do."""
        key = (wanted, length, idle, batch_only)
        # Hashing a requirement takes longer than all else here: once has to do.
        found = self._requirements.get(key)
        if found is None:
            found = self._requirements[key] = self._requirement(wanted, length, idle, batch_only)
        return found

    def _requirement(self, wanted: Requirement, length: timedelta, idle: Bits, batch_only: bool) -> TickRequirement:
        select = wanted.select
        since, until = part_of(wanted, length)
        # Rounded outward.
        begin, end = self.grid.length_down(since), self.grid.length_up(until)
        candidates = []
        limited = []
        for each in self.eligibility.candidates(select):
            if self.resources[each].capacity < wanted.demand or not self._holds(each, wanted):
                continue
            bits = None if select.qualification is None else self._limit(each, select.qualification, select.level)
            if bits is not None:
                if not bits & self.resources[each].open:
                    continue
                limited.append((each, bits))
            candidates.append(each)
        if batch_only and any(self.resources[each].is_batch for each in candidates):
            candidates = [each for each in candidates if self.resources[each].is_batch]
        preferred = frozenset(self.index[name] for name in wanted.preferred if name in self.index)
        # A company whose preferred resources do not qualify still prefers: -1 keeps the set from looking empty.
        if wanted.preferred and not preferred:
            preferred = frozenset({-1})
        return TickRequirement(
            id=wanted.id,
            count=wanted.count,
            demand=wanted.demand,
            during=wanted.during,
            begin=begin,
            end=end,
            candidates=tuple(candidates),
            limited=tuple(limited),
            preferred=preferred,
            recipe=-1 if wanted.recipe is None else self.recipes[wanted.recipe],
            undisturbed=wanted.undisturbed,
            idle=idle,
            different_institutes=wanted.different_institutes,
            minutes=-(-(until - since) // MINUTE),
            late=(since - begin * self.grid.resolution) // TINY,
            short=(end * self.grid.resolution - until) // TINY,
        )

    def _holds(self, position: int, wanted: Requirement) -> bool:
        """Whether the resource can be set to the recipe wanted."""
        held = self.problem.lab.resources[position].recipes
        return wanted.recipe is None or not held or wanted.recipe in held

    def _limit(self, position: int, qualification: str, level: int) -> Bits | None:
        key = (position, qualification, level)
        if key not in self._limits:
            horizon = self.problem.horizon
            windows = validity(self.problem.lab.resources[position], qualification, horizon, level)
            self._limits[key] = None if windows == (horizon,) else self.grid.bits(windows)
        return self._limits[key]

    def after_arrival(self, requirement: TickRequirement, shipment: Shipment) -> TickRequirement:
        """The requirement, served at each site only once the specimens are ready there."""
        limits = dict(requirement.limited)
        candidates = []
        for each in requirement.candidates:
            bits = self._ready_bits(shipment, self.resources[each].site)
            if bits is not None:
                bits &= limits.get(each, -1)
                if not bits:
                    limits.pop(each, None)
                    continue
                limits[each] = bits
            candidates.append(each)
        return replace(requirement, candidates=tuple(candidates), limited=tuple((each, limits[each]) for each in candidates if each in limits))

    def _ready_bits(self, shipment: Shipment, site: int) -> Bits | None:
        if site < 0:
            return None
        key = (shipment, site)
        if key not in self._ready:
            ready = ready_at(self.problem.lab, shipment, self.problem.lab.sites[site])
            everything = (1 << self.grid.ticks) - 1
            first = self.grid.ticks if ready is None else min(max(self.grid.ceil(ready), 0), self.grid.ticks)
            self._ready[key] = everything >> first << first
        return self._ready[key]

    def _run_lengths(self, requests: tuple[Request, ...]) -> dict[str | None, tuple[timedelta, ...]]:
        """Per recipe the lengths that a batch run may have: those of the tasks that could be in one, and of the frozen bookings of such."""
        batch = {number for number, each in enumerate(self.problem.lab.resources) if each.batch}
        frozen = {each.booking.key: each.booking for each in self.problem.in_force if each.frozen}
        found: dict[str | None, set[timedelta]] = defaultdict(set)
        for request in requests:
            for task in request.tasks:
                booking = frozen.get((request.id, task.id))
                for mode in task.modes:
                    for each in mode.requirements:
                        if not batch.isdisjoint(self.eligibility.candidates(each.select)):
                            found[each.recipe].add(mode.duration)
                            if booking is not None and booking.mode == mode.id:
                                found[each.recipe].add(booking.window.length)
        return {recipe: tuple(sorted(each)) for recipe, each in found.items()}

    def runs_in_batches(self, wanted: Requirement) -> bool:
        """Whether a batch resource may serve the requirement."""
        return any(self.resources[each].is_batch for each in self.eligibility.candidates(wanted.select))
