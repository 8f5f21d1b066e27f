"""Batch runs of a schedule: which bookings share one, and what each holds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scheduler.model.lab import Resource
from scheduler.model.problem import Problem
from scheduler.model.schedule import Allocation, Booking, Run, Schedule, run_id
from scheduler.model.window import Window

Key = tuple[str, Window]
"""Resource and window: no two runs share both."""


def with_runs(problem: Problem, bookings: Sequence[Booking], standing: Iterable[Booking] = ()) -> tuple[list[Booking], tuple[Run, ...]]:
    """The bookings with the ids of their runs, and the runs, by resource (in the lab's order) and start.

    A run keeps the id that a booking in it has already, here, in force or among those `standing` beside; else `run_id` names it.
    """
    chambers = frozenset(each.id for each in problem.lab.resources if each.batch)
    names = _named(chambers, [*bookings, *(each.booking for each in problem.in_force), *standing])
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
            key = _key(chambers, booking, each)
            if key is not None:
                demand, recipe = wanted.get((booking.request, booking.task, booking.mode, each.requirement), (1, None))
                loads[key] = loads.get(key, 0) + demand
                recipes.setdefault(key, recipe)
                allocations.append(each if each.run_id is not None else replace(each, run_id=names.get(key) or run_id(*key)))
            else:
                allocations.append(each)
        told.append(_told(booking, allocations))
    return told, tuple(_runs(problem.lab.resources, names, loads, recipes))


def in_runs(problem: Problem, schedule: Schedule) -> Schedule:
    """`schedule` with the runs that its bookings make up."""
    if not any(each.batch for each in problem.lab.resources):
        return schedule
    bookings, runs = with_runs(problem, schedule.bookings)
    return replace(schedule, bookings=tuple(bookings), runs=runs)


def _key(chambers: frozenset[str], booking: Booking, allocation: Allocation) -> Key | None:
    """Which run the allocation is in; None if it is in none."""
    chamber = next((name for name in allocation.resources if name in chambers), None)
    return None if chamber is None else (chamber, booking.window)


def _named(chambers: frozenset[str], bookings: Iterable[Booking]) -> dict[Key, str]:
    """The ids that runs have already; where two claim one run, the first."""
    names: dict[Key, str] = {}
    for booking in bookings:
        for each in booking.allocations:
            key = None if each.run_id is None else _key(chambers, booking, each)
            if key is not None and each.run_id is not None:
                names.setdefault(key, each.run_id)
    return names


def _told(booking: Booking, allocations: list[Allocation]) -> Booking:
    changed = tuple(allocations)
    return booking if changed == booking.allocations else replace(booking, allocations=changed)


def _runs(resources: Iterable[Resource], names: dict[Key, str], loads: dict[Key, int], recipes: dict[Key, str | None]) -> Iterable[Run]:
    for resource in resources:
        for key in sorted((key for key in loads if key[0] == resource.id), key=lambda key: key[1].start):
            yield Run(id=names.get(key) or run_id(*key), resource=resource.id, recipe=recipes[key], window=key[1], load=loads[key], capacity=resource.capacity)
