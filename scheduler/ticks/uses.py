"""What bookings take: of a plan in ticks, and of frozen bookings of the wall-clock world."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Task
from scheduler.model.schedule import Booking
from scheduler.planning.serving import use_of
from scheduler.ticks.days import period_of
from scheduler.ticks.grid import MINUTE, TINY, Grid, grid_of
from scheduler.ticks.instance import FixedUse, Instance, Placement, TickBooking, TickQuota, TickRequest, TickResource, Ticks

ZERO = timedelta(0)


def site_of(resources: tuple[TickResource, ...], request: TickRequest, booking: TickBooking) -> int:
    """Where a task that is placed so takes place: the site to which people travel; -1: nowhere."""
    task = request.tasks[booking.task]
    if not task.takes_place:
        return -1
    if task.site >= 0:
        return task.site
    return next((resources[each].site for served in booking.resources for each in served if resources[each].site >= 0), -1)


def uses_of(instance: Instance, request: TickRequest, placement: Placement, position: int) -> Iterator[FixedUse]:
    """What a placement of the request at `position` takes, as if it were fixed."""
    for booking in placement:
        mode = request.tasks[booking.task].modes[booking.mode]
        site = site_of(instance.resources, request, booking)
        for requirement, served in zip(mode.requirements, booking.resources, strict=True):
            start, end = booking.start + requirement.begin, booking.start + requirement.end
            for resource in served:
                yield FixedUse(
                    resource,
                    start,
                    end,
                    requirement.demand,
                    requirement.recipe,
                    requirement.undisturbed,
                    site,
                    booking.start,
                    (position, booking.task),
                    requirement.minutes,
                    late=requirement.late,
                    short=requirement.short,
                )


class Fixing:
    """Makes fixed uses of bookings of the wall-clock world; one for all bookings of an instance, which it numbers."""

    def __init__(self, problem: Problem, grid: Grid, resources: tuple[TickResource, ...], recipes: tuple[str, ...]) -> None:
        self.grid = grid
        self.resources = resources
        self.index = {each.id: number for number, each in enumerate(resources)}
        self.recipes = {name: number for number, name in enumerate(recipes)}
        self.sites = {each.id: number for number, each in enumerate(problem.lab.sites)}
        self.count = 0

    def clipped(self, use: FixedUse) -> FixedUse | None:
        """What counts of a use in the horizon: all of it on a special resource, else what lies inside, None if nothing does."""
        if self.resources[use.resource].is_special:
            return use
        if use.start >= 0 and use.end <= self.grid.ticks:
            return use
        first, last = max(use.start, 0), min(use.end, self.grid.ticks)
        return replace(use, start=first, end=last) if first < last else None

    def uses(self, request: Request, booking: Booking) -> Iterator[FixedUse]:
        """What `booking` takes of each resource, in ticks rounded outward, wherever it lies."""
        self.count += 1
        task, mode = task_and_mode(request, booking)
        wanted = {each.id: each for each in mode.requirements} if mode else {}
        site = self.site(task, booking)
        at = self.grid.floor(booking.window.start)
        for allocation in booking.allocations:
            requirement = wanted.get(allocation.requirement)
            start, end = (booking.window.start, booking.window.end) if requirement is None else use_of(requirement, booking.window)
            first, last = self.grid.floor(start), self.grid.ceil(end)
            for name in allocation.resources:
                if name in self.index:
                    since = self._since(self.index[name], start, first, last)
                    yield FixedUse(
                        self.index[name],
                        since,
                        last,
                        requirement.demand if requirement else 1,
                        -1 if requirement is None or requirement.recipe is None else self.recipes.get(requirement.recipe, -1),
                        requirement.undisturbed if requirement else False,
                        site,
                        at,
                        (-1 - self.count, 0),
                        -(-(end - start) // MINUTE),
                        self.grid.is_on_grid(start),
                        max(start - self.grid.moment(since), ZERO) // TINY,
                        (self.grid.moment(last) - end) // TINY,
                    )

    def _since(self, resource: int, start: datetime, first: Ticks, last: Ticks) -> Ticks:
        """Where a use begins; for a person who travels in the opening in which it does, though openings are rounded inward."""
        travel = self.resources[resource].travel
        if travel is None or self.grid.is_on_grid(start) or first + 1 == last:
            return first
        return first + 1 if any(each == first + 1 for each, _ in travel.openings) else first

    def site(self, task: Task | None, booking: Booking) -> int:
        """Where the booked task takes place; -1: nowhere."""
        if task is None or task.place == "anywhere":
            return -1
        if task.site is not None:
            return self.sites.get(task.site, -1)
        return next(
            (self.resources[self.index[name]].site for name in booking.resources if name in self.index and self.resources[self.index[name]].site >= 0), -1
        )


def task_and_mode(request: Request, booking: Booking) -> tuple[Task | None, Mode | None]:
    """The task and the mode that `booking` says, None where the request has no such."""
    for task in request.tasks:
        if task.id == booking.task:
            return task, next((mode for mode in task.modes if mode.id == booking.mode), None)
    return None, None


def beside_bookings(instance: Instance, problem: Problem, bookings: Iterable[tuple[Request, Booking]]) -> tuple[Instance, list[FixedUse]]:
    """`instance` with further bookings counted in its quotas, and what they take, for an occupancy to block.

    `problem` is the one that was compiled; requests whose bookings are added were named to `compile_problem` as `around`.
    """
    fixing = Fixing(problem, grid_of(problem), instance.resources, instance.recipes)
    fixing.count = len(problem.in_force)
    companies: dict[str, int] = {}
    for each in problem.requests:
        companies.setdefault(each.company, len(companies))
    uses: list[FixedUse] = []
    taken: list[tuple[int, FixedUse]] = []
    for request, booking in bookings:
        for use in fixing.uses(request, booking):
            kept = fixing.clipped(use)
            if kept is not None:
                uses.append(kept)
            if instance.quotas and request.company in companies:
                taken.append((companies[request.company], use))
    return counted(instance, taken), uses


def counted(instance: Instance, taken: Iterable[tuple[int, FixedUse]]) -> Instance:
    """`instance` with uses, each of a company, counted in its quotas as fixed."""
    pairs = tuple(taken)
    return replace(instance, quotas=tuple(_counted(quota, pairs) for quota in instance.quotas)) if instance.quotas else instance


def _counted(quota: TickQuota, taken: Iterable[tuple[int, FixedUse]]) -> TickQuota:
    fixed = dict(quota.fixed)
    for company, use in taken:
        if use.resource in quota.resources and quota.company in (-1, company):
            key = (company, period_of(quota.periods, use.at))
            fixed[key] = fixed.get(key, 0) + use.minutes
    return replace(quota, fixed=tuple(sorted(fixed.items())))
