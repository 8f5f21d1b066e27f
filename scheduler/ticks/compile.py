"""Wall-clock problem in, whole numbers out.

Every rounding is to the safe side: starts and lags up, latest starts down, parts served
outward, openings and validity inward. So whatever is feasible in ticks is feasible in time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.errors import InputError
from scheduler.model.calendar import open_windows
from scheduler.model.lab import Closure, Resource, validity
from scheduler.model.policy import TermName
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Task
from scheduler.model.schedule import Booking, ReasonCode
from scheduler.planning.eligible import Eligibility
from scheduler.ticks.grid import Grid, grid_of
from scheduler.ticks.instance import (
    Bits,
    FixedUse,
    Instance,
    TickLink,
    TickMode,
    TickPrecedence,
    TickRequest,
    TickRequirement,
    TickResource,
    TickTask,
    TickTerm,
)
from scheduler.ticks.locate import locate
from scheduler.ticks.narrow import Narrowing, narrowings

MINUTE = timedelta(minutes=1)


def compile_problem(problem: Problem) -> Instance:
    """The problem in ticks, frozen bookings folded in.

    Expects what `planning.check_problem` accepts. Raises: InputError if the horizon is shorter than a tick.
    """
    grid = grid_of(problem)
    if grid.ticks < 1:
        raise InputError("shorter than one tick of the policy's resolution; give a later end", "horizon")
    context = _Context.of(problem, grid)
    frozen: dict[str, dict[str, Booking]] = {}
    movable: dict[str, dict[str, tuple[Booking, int]]] = {}
    for each in problem.in_force:
        booking = each.booking
        if each.frozen:
            frozen.setdefault(booking.request, {})[booking.task] = booking
        else:
            cost = problem.policy.move_cost if each.move_cost is None else each.move_cost
            movable.setdefault(booking.request, {})[booking.task] = (booking, cost)
    requests = tuple(_request(context, each, frozen.get(each.id, {}), movable.get(each.id, {})) for each in problem.requests)
    by_id = {each.id: each for each in problem.requests}
    uses = tuple(use for name, bookings in frozen.items() for booking in bookings.values() for use in fixed_uses(grid, context.index, by_id[name], booking))
    return Instance(
        origin=grid.origin,
        resolution=grid.resolution,
        ticks=grid.ticks,
        resources=context.resources,
        requests=requests,
        fixed_uses=uses,
        terms=_terms(problem, grid, requests),
    )


def fixed_uses(grid: Grid, index: dict[str, int], request: Request, booking: Booking) -> Iterable[FixedUse]:
    """What `booking` takes of each resource, in ticks rounded outward and clipped to the grid."""
    mode = mode_of(request, booking)
    wanted = {each.id: each for each in mode.requirements} if mode else {}
    for allocation in booking.allocations:
        requirement = wanted.get(allocation.requirement)
        start, end = booking.window.start, booking.window.end
        if requirement is not None and requirement.part is not None:
            start, end = (start, start + requirement.part) if requirement.during == "head" else (end - requirement.part, end)
        first, last = max(grid.floor(start), 0), min(grid.ceil(end), grid.ticks)
        for name in allocation.resources:
            if first < last and name in index:
                yield FixedUse(index[name], first, last, requirement.demand if requirement else 1)


def mode_of(request: Request, booking: Booking) -> Mode | None:
    """The mode that `booking` says, None if the request has no such task or mode."""
    for task in request.tasks:
        if task.id == booking.task:
            return next((mode for mode in task.modes if mode.id == booking.mode), None)
    return None


@dataclass(frozen=True, slots=True)
class _Context:
    """What all requests share while compiling; the caches make equal requirements one object."""

    problem: Problem
    grid: Grid
    resources: tuple[TickResource, ...]
    index: dict[str, int]
    eligibility: Eligibility
    requirements: dict[tuple[Requirement, timedelta], TickRequirement]
    limits: dict[tuple[int, str], Bits | None]

    @classmethod
    def of(cls, problem: Problem, grid: Grid) -> "_Context":
        lab = problem.lab
        sites = {site.id: number for number, site in enumerate(lab.sites)}
        institutes: dict[str, int] = {}
        for site in lab.sites:
            institutes.setdefault(site.institute, len(institutes))
        institute_of = {site.id: institutes[site.institute] for site in lab.sites}
        # Equal calendars and closures share one integer: a nation has thousands of resources and few calendars.
        hours = {each.id: grid.bits(open_windows(each, problem.horizon)) for each in lab.calendars}
        shut: dict[tuple[str, tuple[Closure, ...]], Bits] = {}

        def open_bits(resource: Resource) -> Bits:
            if not resource.closures:
                return hours[resource.calendar]
            key = (resource.calendar, resource.closures)
            if key not in shut:
                shut[key] = hours[resource.calendar] & ~grid.touched(each.window for each in resource.closures)
            return shut[key]

        resources = tuple(
            TickResource(
                id=each.id,
                capacity=each.capacity,
                is_person=each.kind == "person",
                site=-1 if each.site is None else sites[each.site],
                institute=-1 if each.site is None else institute_of[each.site],
                open=open_bits(each),
            )
            for each in lab.resources
        )
        index = {each.id: number for number, each in enumerate(lab.resources)}
        return cls(problem, grid, resources, index, Eligibility(lab), {}, {})

    def requirement(self, wanted: Requirement, duration: timedelta) -> TickRequirement:
        """`wanted` in a mode of that duration."""
        key = (wanted, duration)
        # Hashing a requirement takes longer than all else here: once has to do.
        found = self.requirements.get(key)
        if found is None:
            found = self.requirements[key] = self._requirement(wanted, duration)
        return found

    def _requirement(self, wanted: Requirement, duration: timedelta) -> TickRequirement:
        grid, whole = self.grid, self.grid.length_up(duration)
        begin, end = 0, whole
        if wanted.part is not None and wanted.during == "head":
            end = grid.length_up(wanted.part)
        elif wanted.part is not None:
            begin = grid.length_down(duration - wanted.part)
        candidates = []
        limited = []
        for each in self.eligibility.candidates(wanted.select):
            if self.resources[each].capacity < wanted.demand:
                continue
            bits = None if wanted.select.qualification is None else self._limit(each, wanted.select.qualification)
            if bits is not None:
                if not bits & self.resources[each].open:
                    continue
                limited.append((each, bits))
            candidates.append(each)
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
        )

    def _limit(self, position: int, qualification: str) -> Bits | None:
        key = (position, qualification)
        if key not in self.limits:
            horizon = self.problem.horizon
            windows = validity(self.problem.lab.resources[position], qualification, horizon)
            self.limits[key] = None if windows == (horizon,) else self.grid.bits(windows)
        return self.limits[key]


def _request(context: _Context, request: Request, frozen: dict[str, Booking], movable: dict[str, tuple[Booking, int]]) -> TickRequest:
    problem, grid = context.problem, context.grid
    earliest = max(problem.now, problem.horizon.start, request.release or problem.now)
    latest = min(problem.horizon.end, request.deadline or problem.horizon.end)
    free = [task for task in request.tasks if task.id not in frozen]
    narrowed = narrowings(request, frozen, context.resources, context.index) if frozen else {}
    # Of a same_site link that is frozen but for one task, only this is left: that the task is at one site.
    gathered = {name for link in request.links if link.kind == "same_site" for name in link.tasks}
    tasks = tuple(_task(context, task, task.place == "one_site" or task.id in gathered, earliest, latest, narrowed.get(task.id)) for task in free)
    position = {task.id: number for number, task in enumerate(free)}
    links = []
    for link in request.links:
        kept = tuple(position[name] for name in link.tasks if name in position)
        if len(kept) > 1:
            links.append(TickLink(link.kind, kept, link.requirement))
    current = tuple(
        (
            position[task.id],
            locate(movable[task.id][0], position[task.id], tasks[position[task.id]], grid.origin, grid.resolution, context.index),
            movable[task.id][1],
        )
        for task in free
        if task.id in movable
    )
    arrival = request.arrival or request.release or problem.now
    return TickRequest(
        id=request.id,
        weight=request.weight,
        tasks=tasks,
        precedences=_precedences(grid, request, free, tasks),
        links=tuple(links),
        due_minute=None if request.due is None else grid.minute_down(request.due),
        arrival_minute=grid.minute_down(arrival),
        fixed_completion=max((grid.minute_up(each.window.end) for each in frozen.values()), default=None),
        current=current,
        can_serve=all(task.modes for task in tasks),
    )


def _task(context: _Context, task: Task, one_site: bool, earliest: datetime, latest: datetime, narrowing: Narrowing | None) -> TickTask:
    grid = context.grid
    modes = []
    # A mode that time allows but nobody can serve says more than one that is merely too long.
    refused: ReasonCode | None = "deadline"
    for mode in task.modes:
        first, last = earliest, latest - mode.duration
        if narrowing is not None:
            first, last = max(first, narrowing.earliest_start(mode.duration)), min(last, narrowing.latest_start(mode.duration))
        first_start, last_start = grid.ceil(first), grid.floor(last)
        if first_start > last_start:
            continue
        requirements = [context.requirement(each, mode.duration) for each in mode.requirements]
        if narrowing is not None:
            requirements = [replace(each, candidates=narrowing.candidates(each, context.resources)) for each in requirements]
            if not narrowing.people_match(requirements, context.resources):
                refused = "links"
                continue
        if not all(len(each.candidates) >= each.count for each in requirements):
            refused = "qualification" if narrowing is None else "links"
            continue
        minutes = -(-mode.duration // MINUTE)
        modes.append(TickMode(mode.id, grid.length_up(mode.duration), minutes, first_start, last_start, tuple(requirements)))
    return TickTask(task.id, tuple(modes), one_site, None if modes else refused)


def _precedences(grid: Grid, request: Request, free: list[Task], compiled: tuple[TickTask, ...]) -> tuple[TickPrecedence, ...]:
    position = {task.id: number for number, task in enumerate(free)}
    found = []
    for each in request.precedences:
        before, after = position.get(each.before), position.get(each.after)
        if before is None or after is None:
            continue
        # One entry per mode that compiling has kept, in its order.
        durations = {mode.id: mode.duration for mode in free[before].modes}
        kept = [durations[mode.id] for mode in compiled[before].modes]
        least = tuple(grid.length_up(length + each.min_lag) for length in kept)
        most = tuple(None if each.max_lag is None else grid.length_down(length + each.max_lag) for length in kept)
        found.append(TickPrecedence(before, after, least, most))
    return tuple(found)


def _terms(problem: Problem, grid: Grid, requests: tuple[TickRequest, ...]) -> tuple[TickTerm, ...]:
    """The policy's terms with scalar weights: one tier's unit outweighs all that later tiers can cost."""
    last = grid.ticks * int(grid.resolution / MINUTE)
    most: dict[TermName, int] = {"unserved": 0, "tardiness": 0, "moves": 0, "flow_time": 0, "preferences": 0}
    for each in requests:
        end = max(last, each.fixed_completion or 0)
        most["unserved"] += each.weight
        most["tardiness"] += 0 if each.due_minute is None else each.weight * max(0, end - each.due_minute)
        most["moves"] += sum(cost for _, _, cost in each.current)
        most["flow_time"] += max(0, end - each.arrival_minute)
        most["preferences"] += sum(max((sum(r.count for r in mode.requirements) for mode in task.modes), default=0) for task in each.tasks)
    terms = problem.policy.terms
    factor, factors = 1, {}
    for tier in sorted({term.tier for term in terms}, reverse=True):
        factors[tier] = factor
        factor *= 1 + sum(term.weight * most[term.name] for term in terms if term.tier == tier)
    return tuple(TickTerm(term.name, term.tier, term.weight, term.weight * factors[term.tier]) for term in terms)
