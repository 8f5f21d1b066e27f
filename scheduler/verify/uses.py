"""Who takes a resource when, in order: what the rules about one use after another walk along."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from scheduler.model.lab import Resource
from scheduler.verify.facts import Facts, Part, Placed

MINUTE = timedelta(minutes=1)


class Use(NamedTuple):
    """One part that takes a resource, and the booking it is of."""

    placed: Placed
    part: Part


def uses_where(facts: Facts, is_meant: Callable[[Resource], bool], checked: bool = False) -> list[tuple[Resource, list[Use]]]:
    """The resources that are meant and taken, in the lab's order, with their uses by start.

    Looks at no booking if none is meant. `checked`: at those of `facts.checked` only, for what looks up hours.
    """
    found: dict[str, list[Use]] = {each.id: [] for each in facts.problem.lab.resources if is_meant(each)}
    if not found:
        return []
    for placed in facts.checked if checked else facts.placed:
        for part in placed.parts:
            for resource in part.resources:
                if resource.id in found:
                    found[resource.id].append(Use(placed, part))
    return [(facts.resources[resource_id], sorted(uses, key=in_order)) for resource_id, uses in found.items() if uses]


def in_order(use: Use) -> tuple[datetime, datetime, str, str, str]:
    """By start; what starts together in an order that does not depend on that of the schedule."""
    return (use.part.start, use.part.end, use.placed.booking.request, use.placed.booking.task, use.part.requirement.id)


class Group(NamedTuple):
    """Uses of one batch resource with the same start, end and recipe: they can be nothing but one run."""

    recipe: str | None
    start: datetime
    end: datetime
    uses: tuple[Use, ...]

    @property
    def is_frozen(self) -> bool:
        """Whether it holds a frozen booking: then its time and recipe were decided earlier."""
        return any(each.placed.is_frozen for each in self.uses)


def groups_of(resource: Resource, uses: list[Use]) -> list[Group]:
    """The uses in order, on a batch resource one for each run."""
    if not resource.batch:
        return [Group(use.part.requirement.recipe, use.part.start, use.part.end, (use,)) for use in uses]
    members: dict[tuple[datetime, datetime, str], list[Use]] = {}
    for use in uses:
        members.setdefault((use.part.start, use.part.end, use.part.requirement.recipe or ""), []).append(use)
    return [Group(recipe or None, start, end, tuple(members[start, end, recipe])) for start, end, recipe in sorted(members)]


def minutes_of(length: timedelta) -> int:
    """Whole minutes, rounded up."""
    return -(-length // MINUTE)
