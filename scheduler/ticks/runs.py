"""Batch runs of a schedule: which bookings share one, and what each holds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scheduler.model.lab import Resource
from scheduler.model.problem import Problem
from scheduler.model.schedule import Allocation, Booking, Run, Schedule, run_id
from scheduler.model.window import Window

Key = tuple[str, Window]
"""Resource and window: no two runs share both."""


def with_runs(problem: Problem, bookings: Sequence[Booking]) -> tuple[list[Booking], tuple[Run, ...]]:
    """The bookings with the ids of their runs, and the runs, by resource (in the lab's order) and start."""
    chambers = {each.id: each for each in problem.lab.resources if each.batch}
    wanted = {
        (request.id, task.id, mode.id, each.id): (each.demand, each.recipe)
        for request in problem.requests
        for task in request.tasks
        for mode in task.modes
        for each in mode.requirements
    }
    loads: dict[Key, int] = {}
    recipes: dict[Key, str | None] = {}
    told: list[Booking] = []
    for booking in bookings:
        allocations = []
        for each in booking.allocations:
            chamber = next((name for name in each.resources if name in chambers), None)
            if chamber is not None:
                key = (chamber, booking.window)
                demand, recipe = wanted.get((booking.request, booking.task, booking.mode, each.requirement), (1, None))
                loads[key] = loads.get(key, 0) + demand
                recipes.setdefault(key, recipe)
                allocations.append(replace(each, run_id=run_id(chamber, booking.window)))
            else:
                allocations.append(each)
        told.append(_told(booking, allocations))
    return told, tuple(_runs(problem.lab.resources, loads, recipes))


def in_runs(problem: Problem, schedule: Schedule) -> Schedule:
    """`schedule` with the runs that its bookings make up."""
    if not any(each.batch for each in problem.lab.resources):
        return schedule
    bookings, runs = with_runs(problem, schedule.bookings)
    return replace(schedule, bookings=tuple(bookings), runs=runs)


def _told(booking: Booking, allocations: list[Allocation]) -> Booking:
    changed = tuple(allocations)
    return booking if changed == booking.allocations else replace(booking, allocations=changed)


def _runs(resources: Iterable[Resource], loads: dict[Key, int], recipes: dict[Key, str | None]) -> Iterable[Run]:
    for resource in resources:
        for key in sorted((key for key in loads if key[0] == resource.id), key=lambda key: key[1].start):
            yield Run(id=run_id(*key), resource=resource.id, recipe=recipes[key], window=key[1], load=loads[key], capacity=resource.capacity)
