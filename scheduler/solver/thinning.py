"""Fewer candidates for a search that is run often: who serves now, and some others."""

from dataclasses import replace
from random import Random

from scheduler.ticks.instance import Instance, Placement, TickRequest, TickRequirement

SPARES = (2, 4, 8)
"""Candidates beyond those needed, one number a search: with all of them, thirty tasks of a large lab make thousands of intervals."""


def thinned(instance: Instance, request: TickRequest, placement: Placement | None, random: Random, spare: int) -> TickRequest:
    """`request` with at most `spare` candidates more than each requirement needs; those of `placement`, and its people, stay.

    Batch resources stay too: their runs are what could be joined.
    """
    placed = {each.task: each for each in placement or ()}
    people = {r for each in placed.values() for served in each.resources for r in served if instance.resources[r].is_person}
    tasks = []
    for number, task in enumerate(request.tasks):
        modes = []
        for which, mode in enumerate(task.modes):
            booking = placed.get(number)
            serving = booking.resources if booking is not None and booking.mode == which else ((),) * len(mode.requirements)
            requirements = tuple(
                _thin(instance, each, frozenset(served), people, random, spare) for each, served in zip(mode.requirements, serving, strict=True)
            )
            modes.append(replace(mode, requirements=requirements))
        tasks.append(replace(task, modes=tuple(modes)))
    return replace(request, tasks=tuple(tasks))


def _thin(instance: Instance, requirement: TickRequirement, served: frozenset[int], people: set[int], random: Random, spare: int) -> TickRequirement:
    candidates = requirement.candidates
    if len(candidates) <= requirement.count + spare or any(instance.resources[each].is_batch for each in candidates):
        return requirement
    # Who works on the request already costs nobody new; who is preferred costs nothing either.
    rank = {each: (each not in served, each not in people and random.random() < 0.5, each not in requirement.preferred, random.random()) for each in candidates}
    kept = frozenset(sorted(candidates, key=lambda each: rank[each])[: requirement.count + spare])
    return replace(
        requirement, candidates=tuple(each for each in candidates if each in kept), limited=tuple(each for each in requirement.limited if each[0] in kept)
    )
