"""Puts into a standing plan what a program in whole numbers has chosen: where the task with most work of each request stands.

The program knows of busy resources only. Here everything else that a request needs is found around its choice; who finds that
impossible looks for any other place when all the others stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler.placement.cost import request_cost
from scheduler.placement.place import place_shape
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import TickMode, TickRequest, TickRequirement, Ticks


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one task of a request is to stand: mode, start, and by requirement the resources that may serve it (others are not told)."""

    task: int
    mode: int
    start: Ticks
    resources: Mapping[int, tuple[int, ...]]


Chosen = Mapping[int, Stand | None]
"""By request; None: left out."""


def put_chosen(standing: Standing, chosen: Chosen) -> bool:
    """The chosen requests stand so as far as they can; whether all cost less together then. Else everything is as it was."""
    instance, shapes = standing.instance, standing.occupancy.shapes
    old, before = standing.stood(chosen), standing.total
    for position in chosen:
        standing.take_out(position)
    waiting = [position for position, stand in chosen.items() if stand is None]
    for position, stand in sorted(((position, stand) for position, stand in chosen.items() if stand is not None), key=lambda each: each[1].start):
        request = instance.requests[position]
        placed = place_shape(instance, standing.occupancy, shapes.build(held_to(request, stand)))
        if placed is None:
            waiting.append(position)
        else:
            standing.put(position, placed.placement, request_cost(instance, request, placed.placement))
    standing.find_homes(waiting)
    if standing.total < before and standing.keeps_rules(old):
        standing.mark(old)
        return True
    standing.put_back(old)
    return False


def held_to(request: TickRequest, stand: Stand) -> TickRequest:
    """The request with no other way for that task than `stand`."""
    tasks = list(request.tasks)
    task = tasks[stand.task]
    modes = tuple(_held_mode(mode, stand) if m == stand.mode else _barred(mode) for m, mode in enumerate(task.modes))
    tasks[stand.task] = replace(task, modes=modes)
    return replace(request, tasks=tuple(tasks))


def _barred(mode: TickMode) -> TickMode:
    return replace(mode, last_start=mode.first_start - 1)


def _held_mode(mode: TickMode, stand: Stand) -> TickMode:
    requirements = tuple(_held(each, stand.resources[k]) if k in stand.resources else each for k, each in enumerate(mode.requirements))
    return replace(mode, first_start=stand.start, last_start=stand.start, requirements=requirements)


def _held(requirement: TickRequirement, resources: tuple[int, ...]) -> TickRequirement:
    return replace(
        requirement,
        candidates=resources,
        limited=tuple(each for each in requirement.limited if each[0] in resources),
        preferred=requirement.preferred.intersection(resources),
    )
