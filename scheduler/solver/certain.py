"""What a request takes in every placement: where it has no choice of time and candidates, others had better stay away.

The compulsory part of a task is what lies between its latest start and its earliest end.
"""

from dataclasses import dataclass

from scheduler.ticks.instance import TickRequest, Ticks, TickTask


@dataclass(frozen=True, slots=True)
class Certain:
    """`demand` units of `resource` in `[start, end)`."""

    resource: int
    start: Ticks
    end: Ticks
    demand: int


def certain_uses(request: TickRequest) -> tuple[Certain, ...]:
    """What every placement of the request takes; nothing overlaps."""
    found: dict[tuple[int, Ticks, Ticks], Certain] = {}
    for task in request.tasks:
        for use in _of(task):
            found.setdefault((use.resource, use.start, use.end), use)
    kept: list[Certain] = []
    for use in sorted(found.values(), key=lambda each: (each.start - each.end, each.resource, each.start)):
        # Tasks of one request that would meet here are its own affair.
        if not any(each.resource == use.resource and each.start < use.end and use.start < each.end for each in kept):
            kept.append(use)
    return tuple(kept)


def _of(task: TickTask) -> list[Certain]:
    uses: list[Certain] | None = None
    for mode in task.modes:
        here = [
            Certain(resource, mode.last_start + each.begin, mode.first_start + each.end, each.demand)
            for each in mode.requirements
            if len(each.candidates) == each.count and mode.last_start + each.begin < mode.first_start + each.end
            for resource in each.candidates
        ]
        uses = here if uses is None else [_common(use, here) for use in uses if _common(use, here).start < _common(use, here).end]
    return uses or []


def _common(use: Certain, others: list[Certain]) -> Certain:
    """The part of `use` that one of `others` has too; empty if none has any."""
    for each in others:
        if each.resource == use.resource:
            return Certain(use.resource, max(use.start, each.start), min(use.end, each.end), min(use.demand, each.demand))
    return Certain(use.resource, 0, 0, 0)
