"""The rule about one use of a resource after another: the changeover between them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from scheduler.model.changeover import Changeover, Matrix
from scheduler.model.lab import Resource
from scheduler.model.text import duration_text
from scheduler.verify.facts import Facts
from scheduler.verify.uses import Group, groups_of, minutes_of, uses_where
from scheduler.verify.violation import Violation, about


class Change(NamedTuple):
    """What has to be done just before one use of a resource.

    `before` is the use before, None before the first. `time` and `cost` are those of transition
    and cleaning, None: the matrix has a hole there; warm-up comes on top.
    """

    resource: Resource
    before: Group | None
    use: Group
    time: timedelta | None
    cost: int
    warm_up: timedelta
    warm_up_cost: int

    @property
    def minutes(self) -> int:
        """Of both, each rounded up to whole minutes."""
        return minutes_of(self.time or timedelta(0)) + minutes_of(self.warm_up)

    @property
    def is_exempt(self) -> bool:
        """Whether it was decided earlier: both uses are frozen."""
        return self.use.is_frozen and (self.before is None or self.before.is_frozen)


def changes_of(facts: Facts) -> Iterator[Change]:
    """Every use of a resource with a changeover, with what comes before it; a run of a batch resource is one use.

    Between uses that overlap nothing is to be done: that they do is told by `capacity` or `batch`.
    """
    known = {each.id: (each, Matrix(each)) for each in facts.problem.lab.changeovers}
    for resource, uses in uses_where(facts, _has_changeover, checked=True):
        changeover, matrix = known.get(resource.changeover or "", (None, None))
        before: Group | None = None
        for use in groups_of(resource, uses):
            if changeover is not None and matrix is not None and (before is None or before.end <= use.start):
                yield _change(resource, changeover, matrix, before, use)
            if before is None or use.end > before.end:
                before = use


def _has_changeover(resource: Resource) -> bool:
    return resource.changeover is not None


def _change(resource: Resource, changeover: Changeover, matrix: Matrix, before: Group | None, use: Group) -> Change:
    recipe = resource.initial_recipe if before is None else before.recipe
    found = (timedelta(0), 0) if recipe is None or use.recipe is None else matrix.transition(recipe, use.recipe)
    warm_up = changeover.warm_up
    is_warm = warm_up is None or (before is not None and use.start - before.end <= warm_up.after_idle)
    return Change(
        resource,
        before,
        use,
        None if found is None else found[0],
        0 if found is None else found[1],
        timedelta(0) if is_warm or warm_up is None else warm_up.time,
        0 if is_warm or warm_up is None else warm_up.cost,
    )


def check_changeover(facts: Facts) -> Iterator[Violation]:
    """Between two uses there is time for transition, cleaning and warm-up; before the first, after now; where said, in the opening of the later use.

    Between two frozen uses, and before a frozen first one, it was decided earlier.
    """
    within = {each.id for each in facts.problem.lab.changeovers if each.within_opening}
    begin = max(facts.problem.now, facts.problem.horizon.start)
    for change in changes_of(facts):
        if change.is_exempt:
            continue
        resource, use = change.resource, change.use
        placed = use.uses[0].placed
        if change.time is None:
            says = f"takes {resource.id!r} with recipe {use.recipe!r}, to which its changeover names no way from what is there before."
            yield about(placed, "changeover", says, (resource.id,))
            continue
        needed = change.time + change.warm_up
        since, name = (begin, "the earliest moment") if change.before is None else (change.before.end, "the end of the use before")
        # Without anything to do there is nothing to be late for: `time_limits` tells what begins too early.
        if needed and use.start - needed < since:
            says = f"takes {resource.id!r} at {use.start}, but {name} is at {since} and the changeover takes {duration_text(needed)}."
            yield about(placed, "changeover", says, (resource.id,))
        elif resource.changeover in within:
            opening = facts.hours.of(resource).around(use.start)
            # What begins or goes on while it is shut is told by `calendar`, but for one that pauses.
            pauses = any(each.placed.task.pauses_in is not None for each in use.uses)
            if opening is not None and (use.start - needed < opening[0] or (pauses and use.end > opening[1])):
                ahead = duration_text(needed)
                says = f"takes {resource.id!r} from {use.start} to {use.end}, with {ahead} of changeover before it; that does not lie in one opening."
                yield about(placed, "changeover", says, (resource.id,))
