"""Resources of the lab in ticks, with what decides who may follow whom on them."""

from collections.abc import Iterable
from datetime import timedelta

from scheduler.model.base import EARLIEST
from scheduler.model.calendar import Calendar, open_windows
from scheduler.model.changeover import Changeover, Matrix
from scheduler.model.lab import Closure, Lab, Resource
from scheduler.model.problem import Problem
from scheduler.model.request import Request, Requirement
from scheduler.model.travel import Ways, way_time
from scheduler.model.window import Window, difference, union
from scheduler.planning.eligible import Eligibility
from scheduler.ticks.days import edges
from scheduler.ticks.grid import MINUTE, Grid
from scheduler.ticks.instance import Bits, TickChangeover, TickResource, TickSessions, TickTravel
from scheduler.ticks.stretches import stretches

DAY = timedelta(days=1)

UNKNOWN_WAY = timedelta(days=365)
"""The way between sites that nothing tells: nobody goes it. `planning` refuses labs in which anybody would have to."""


def recipe_names(lab: Lab, requests: Iterable[Request]) -> tuple[str, ...]:
    """Every recipe that is named anywhere, each once."""
    names: dict[str, None] = {}
    for changeover in lab.changeovers:
        for each in changeover.transitions:
            names.update({each.before: None, each.after: None})
        names.update(dict.fromkeys(each.recipe for each in changeover.cleaning))
    for resource in lab.resources:
        names.update(dict.fromkeys(resource.recipes))
        for group in resource.compatible_recipes:
            names.update(dict.fromkeys(group))
        if resource.initial_recipe is not None:
            names[resource.initial_recipe] = None
    for requirement in _requirements(requests):
        if requirement.recipe is not None:
            names[requirement.recipe] = None
    return tuple(names)


def tick_resources(
    problem: Problem,
    grid: Grid,
    recipes: dict[str, int],
    eligibility: Eligibility,
    requests: tuple[Request, ...],
    institutes: dict[str, int],
    *,
    is_whole: bool = True,
) -> tuple[TickResource, ...]:
    """The resources of the lab, in its order. `requests` are all whose bookings may come to stand on them; `is_whole`: the bookings are known, too."""
    return _Maker(problem, grid, recipes, institutes, _sharing(problem.lab, eligibility, requests), _hidden(problem, grid, requests) if is_whole else 2).all()


class _Maker:
    def __init__(self, problem: Problem, grid: Grid, recipes: dict[str, int], institutes: dict[str, int], sharing: frozenset[int], hidden: int) -> None:
        self.problem, self.grid, self.recipes, self.institutes = problem, grid, recipes, institutes
        self.sharing = sharing
        self.hidden = hidden
        lab = problem.lab
        self.sites = {site.id: number for number, site in enumerate(lab.sites)}
        self.calendars = {each.id: each for each in lab.calendars}
        # Equal calendars and closures share one integer: a nation has thousands of resources and few calendars.
        self.hours = {each.id: grid.bits(open_windows(each, problem.horizon)) for each in lab.calendars}
        self.shut: dict[tuple[str, tuple[Closure, ...]], Bits] = {}
        self.changeovers = {each.id: self._changeover(each) for each in lab.changeovers}
        self.ways = {each.id: self._ways(each) for each in lab.ways}
        self.since = min((each.booking.window.start for each in problem.in_force), default=grid.origin)
        self.edges: dict[tuple[str, str], tuple[int, ...]] = {}

    def all(self) -> tuple[TickResource, ...]:
        return tuple(self._resource(number, each) for number, each in enumerate(self.problem.lab.resources))

    def _resource(self, number: int, resource: Resource) -> TickResource:
        site = -1 if resource.site is None else self.sites[resource.site]
        return TickResource(
            id=resource.id,
            capacity=resource.capacity,
            is_person=resource.kind == "person",
            # Who travels is at no site of its own; the home is in `travel`.
            site=-1 if resource.travel is not None else site,
            institute=-1 if resource.site is None else self.institutes[resource.site],
            open=self._open(resource),
            is_batch=resource.batch,
            shares=resource.capacity > 1 and not resource.batch and number in self.sharing,
            compatible=frozenset((self.recipes[a], self.recipes[b]) for group in resource.compatible_recipes for a in group for b in group),
            changeover=None if resource.changeover is None else self.changeovers[resource.changeover],
            initial_recipe=-1 if resource.initial_recipe is None else self.recipes[resource.initial_recipe],
            travel=self._travel(resource, site),
            sessions=self._sessions(resource),
        )

    def _open(self, resource: Resource) -> Bits:
        if not resource.closures:
            return self.hours[resource.calendar]
        key = (resource.calendar, resource.closures)
        if key not in self.shut:
            self.shut[key] = self.hours[resource.calendar] & ~self.grid.touched(each.window for each in resource.closures)
        return self.shut[key]

    def _changeover(self, changeover: Changeover) -> TickChangeover:
        names = list(self.recipes)
        # A hole that no requirement can meet (planning refuses others) may say anything.
        matrix = Matrix(changeover)
        pairs = [[matrix.transition(a, b) or (timedelta(0), 0) for b in names] for a in names]
        warm = changeover.warm_up
        idle = None if warm is None else self.grid.length_down(warm.after_idle) - self.hidden
        return TickChangeover(
            times=tuple(tuple(self.grid.length_up(time) for time, _ in row) for row in pairs),
            minutes=tuple(tuple(-(-time // MINUTE) for time, _ in row) for row in pairs),
            costs=tuple(tuple(cost for _, cost in row) for row in pairs),
            within_opening=changeover.within_opening,
            idle=idle,
            warm_up=0 if warm is None else self.grid.length_up(warm.time),
            warm_minutes=0 if warm is None else -(-warm.time // MINUTE),
            warm_cost=0 if warm is None else warm.cost,
        )

    def _ways(self, ways: Ways) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
        positions = {each.id: (each.latitude, each.longitude) for each in self.problem.lab.sites if each.latitude is not None and each.longitude is not None}
        times = [[way_time(ways, a, b, positions) for b in self.sites] for a in self.sites]
        known = [[UNKNOWN_WAY if time is None else time for time in row] for row in times]
        return (
            tuple(tuple(self.grid.length_up(time) for time in row) for row in known),
            tuple(tuple(-(-time // MINUTE) for time in row) for row in known),
        )

    def _travel(self, resource: Resource, home: int) -> TickTravel | None:
        if resource.travel is None:
            return None
        ways, minutes = self.ways[resource.travel.ways]
        most = resource.travel.most_a_day
        return TickTravel(
            ways=ways,
            minutes=minutes,
            home=home,
            openings=self._openings(resource),
            most_a_day=None if most is None else most // MINUTE,
            days=self._edges(self.calendars[resource.calendar], "day"),
        )

    def _openings(self, resource: Resource) -> tuple[tuple[int, int], ...]:
        within = self.problem.horizon
        if self.since >= within.start:
            return tuple(stretches(self._open(resource)))
        # A frozen session before the horizon may be of an opening that goes on in it: where the person is then.
        within = Window(start=max(self.since - DAY, EARLIEST), end=within.end)
        found = []
        for each in difference(open_windows(self.calendars[resource.calendar], within), union(closure.window for closure in resource.closures)):
            first, last = self.grid.ceil(each.start), min(self.grid.floor(each.end), self.grid.ticks)
            if first < last:
                found.append((first, last))
        return tuple(found)

    def _sessions(self, resource: Resource) -> TickSessions | None:
        if resource.most_a_day is None and resource.most_a_week is None:
            return None
        calendar = self.calendars[resource.calendar]
        return TickSessions(resource.most_a_day, self._edges(calendar, "day"), resource.most_a_week, self._edges(calendar, "week"))

    def _edges(self, calendar: Calendar, period: str) -> tuple[int, ...]:
        key = (calendar.time_zone, period)
        if key not in self.edges:
            self.edges[key] = edges(self.grid, calendar.time_zone, "day" if period == "day" else "week", min(self.since, self.grid.origin))
        return self.edges[key]


def _requirements(requests: Iterable[Request]) -> Iterable[Requirement]:
    return (requirement for request in requests for task in request.tasks for mode in task.modes for requirement in mode.requirements)


def _sharing(lab: Lab, eligibility: Eligibility, requests: Iterable[Request]) -> frozenset[int]:
    """The resources that some requirement takes with a recipe, or undisturbed."""
    found: set[int] = set()
    for each in _requirements(requests):
        if each.recipe is not None or each.undisturbed:
            found.update(eligibility.candidates(each.select))
    return frozenset(found)


def _hidden(problem: Problem, grid: Grid, requests: Iterable[Request]) -> int:
    """By how many ticks at most a gap between two uses of a resource seems shorter than it is: ends are rounded up, starts down."""
    if all(each.warm_up is None for each in problem.lab.changeovers):
        return 0
    windows = [each.booking.window for each in problem.in_force if each.frozen]
    starts = not all(grid.is_on_grid(each.start) for each in windows)
    ends = not all(grid.is_on_grid(each.end) for each in windows)
    for task in (task for request in requests for task in request.tasks):
        # The openings in which a task pauses may begin and end anywhere.
        is_odd = task.pauses_in is not None or any(mode.duration % grid.resolution for mode in task.modes)
        ends = ends or is_odd
        for each in (each for mode in task.modes for each in mode.requirements if each.part is not None):
            is_cut = is_odd or bool(each.part is not None and each.part % grid.resolution)
            ends = ends or (is_cut and each.during in ("head", "after"))
            starts = starts or (is_cut and each.during in ("tail", "before", "after"))
    return starts + ends
