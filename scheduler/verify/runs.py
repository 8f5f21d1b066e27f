"""Rules about what several tasks share at one time: closed batch runs, and chambers that others load and unload."""

from collections.abc import Iterable, Iterator

from scheduler.model.lab import Resource
from scheduler.model.schedule import Run
from scheduler.model.text import duration_text
from scheduler.model.window import Window
from scheduler.verify.facts import Facts, Placed
from scheduler.verify.uses import Group, Use, groups_of, uses_where
from scheduler.verify.violation import Violation, about


def check_batch(facts: Facts) -> Iterator[Violation]:
    """What meets in a batch resource is one run: same recipe, start and end, as long as the longest member needs, demands within the capacity.

    Each run has its own id, on all its bookings, and is listed once, as it is. That it is no
    shorter than any member needs, and no longer than any can bear, is told by `duration`. A run that
    holds a frozen booking may be longer than its members need.
    """
    runs: dict[str, tuple[Resource, Group]] = {}
    for resource, uses in uses_where(facts, _is_batch):
        reached: Group | None = None
        for group in groups_of(resource, uses):
            first = group.uses[0].placed
            if reached is not None and group.start < reached.end:
                what = f"recipe {reached.recipe!r} from {reached.start} to {reached.end}"
                says = f"takes {resource.id!r} from {group.start} to {group.end} with recipe {group.recipe!r}, but another run has it with {what}."
                yield about(first, "batch", says, (resource.id,))
            if reached is None or group.end > reached.end:
                reached = group
            yield from _run(resource, group)
            yield from _named(resource, group, runs)
    yield from _misnamed(facts)
    yield from _listed(facts.schedule.runs, runs)


def _is_batch(resource: Resource) -> bool:
    return resource.batch


def _run(resource: Resource, group: Group) -> Iterator[Violation]:
    load = _load(group.uses)
    last = group.uses[-1].placed
    if load > resource.capacity:
        says = f"takes {resource.id!r} at {group.start} in a run of {load} units, more than its capacity of {resource.capacity}."
        yield about(last, "batch", says, (resource.id,))
    longest = max(each.placed.mode.duration for each in group.uses)
    if group.end - group.start > longest and not group.is_frozen:
        length = duration_text(group.end - group.start)
        says = f"is in a run of {length} on {resource.id!r}, but none of those in it needs longer than {duration_text(longest)}."
        yield about(last, "batch", says, (resource.id,))


def _load(uses: Iterable[Use]) -> int:
    return sum(use.part.requirement.demand for use in uses)


def _named(resource: Resource, group: Group, runs: dict[str, tuple[Resource, Group]]) -> Iterator[Violation]:
    """Whether one id names the run, and no other; collects the run in `runs`."""
    name = group.uses[0].part.run_id
    for use in group.uses:
        if use.part.run_id is None:
            yield about(use.placed, "batch", f"takes {resource.id!r}, but does not say in which run.", (resource.id,))
        elif name is not None and use.part.run_id != name:
            yield about(use.placed, "batch", f"is in run {use.part.run_id!r} on {resource.id!r}, but those beside it are in {name!r}.", (resource.id,))
    if name is not None and runs.setdefault(name, (resource, group)) != (resource, group):
        yield about(group.uses[0].placed, "batch", f"is in run {name!r} on {resource.id!r}, but another run has that id.", (resource.id,))


def _misnamed(facts: Facts) -> Iterator[Violation]:
    for placed in facts.placed:
        for allocation in placed.booking.allocations:
            if allocation.run_id is not None and not any(each in facts.resources and facts.resources[each].batch for each in allocation.resources):
                says = f"names run {allocation.run_id!r} for {allocation.requirement!r}, which no batch resource serves."
                yield about(placed, "batch", says, allocation.resources)


def _listed(listed: tuple[Run, ...], runs: dict[str, tuple[Resource, Group]]) -> Iterator[Violation]:
    told: set[str] = set()
    for each in listed:
        if each.id not in runs:
            yield Violation(rule="batch", request="", resources=(each.resource,), detail=f"Run {each.id!r} is listed, but nothing is in it.")
            continue
        resource, group = runs[each.id]
        if each.id in told:
            yield _about_run(each.id, resource, group, "is listed twice")
        elif each != _as_listed(each.id, resource, group):
            yield _about_run(each.id, resource, group, "is listed otherwise than it is booked")
        told.add(each.id)
    for name, (resource, group) in runs.items():
        if name not in told:
            yield _about_run(name, resource, group, "is not listed")


def _as_listed(name: str, resource: Resource, group: Group) -> Run:
    window = Window(start=group.start, end=group.end)
    return Run(id=name, resource=resource.id, recipe=group.recipe, window=window, load=_load(group.uses), capacity=resource.capacity)


def _about_run(name: str, resource: Resource, group: Group, says: str) -> Violation:
    booking = group.uses[0].placed.booking
    detail = f"Run {name!r} on {resource.id!r}, with task {booking.task!r} of request {booking.request!r}, {says}."
    return Violation(rule="batch", request=booking.request, task=booking.task, resources=(resource.id,), detail=detail)


def check_sharing(facts: Facts) -> Iterator[Violation]:
    """In what is shared without being a batch resource only compatible recipes meet, and nobody else begins or ends while an undisturbed part runs."""
    for resource, uses in uses_where(facts, _is_shared):
        if all(use.part.requirement.recipe is None and not use.part.requirement.undisturbed for use in uses):
            continue
        groups = [frozenset(each) for each in resource.compatible_recipes]
        running: list[Use] = []
        for later in uses:
            running = [each for each in running if each.part.end > later.part.start]
            for earlier in running:
                yield from _meeting(resource, groups, earlier, later)
            running.append(later)


def _is_shared(resource: Resource) -> bool:
    return resource.capacity > 1 and not resource.batch


def _meeting(resource: Resource, groups: list[frozenset[str]], earlier: Use, later: Use) -> Iterator[Violation]:
    """What is wrong with two uses that overlap."""
    left, right = earlier.part.requirement.recipe, later.part.requirement.recipe
    if left is not None and right is not None and left != right and not any({left, right} <= group for group in groups):
        says = f"takes {resource.id!r} with recipe {right!r} at {later.part.start}, beside {left!r}, with which that is not compatible."
        yield about(later.placed, "sharing", says, (resource.id,))
    if earlier.placed.booking.key != later.placed.booking.key:
        yield from _disturbed(resource, earlier, later)
        yield from _disturbed(resource, later, earlier)


def _disturbed(resource: Resource, kept: Use, other: Use) -> Iterator[Violation]:
    if not kept.part.requirement.undisturbed:
        return
    for moment, does in ((other.part.start, "begins"), (other.part.end, "ends")):
        if kept.part.start < moment < kept.part.end:
            says = f"{does} in {resource.id!r} at {moment}, while {_name(kept.placed)} must not be disturbed there."
            yield about(other.placed, "sharing", says, (resource.id,))
            return


def _name(placed: Placed) -> str:
    return f"task {placed.task.id!r} of request {placed.request.id!r}"
