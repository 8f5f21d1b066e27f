"""Whole numbers in, wall-clock schedule out; and back again for a schedule that is kept."""

from collections.abc import Iterable, Mapping

from scheduler.model.collector import resting
from scheduler.model.problem import Problem
from scheduler.model.schedule import Allocation, Booking, Reason, Schedule, Unserved
from scheduler.model.window import Window
from scheduler.ticks.instance import Instance, Placement, Plan, TickBooking
from scheduler.ticks.locate import locate
from scheduler.ticks.runs import with_runs


@resting
def extract_schedule(
    problem: Problem,
    instance: Instance,
    plan: Plan,
    reasons: Mapping[str, tuple[Reason, ...]],
    *,
    digest: str = "",
    standing: Iterable[Booking] = (),
) -> Schedule:
    """The schedule that `plan` and the frozen bookings of `problem` make up.

    `reasons` has the reasons of requests left out, by id; those without get none. `standing` are bookings of other requests
    beside, whose runs these may join.
    """
    frozen = {each.booking.key: each.booking for each in problem.in_force if each.frozen}
    allocations = _Allocations(instance)
    bookings: list[Booking] = []
    unserved: list[Unserved] = []
    for position, request in enumerate(problem.requests):
        placement = plan.get(position)
        if placement is None:
            unserved.append(Unserved(request=request.id, reasons=reasons.get(request.id, ())))
        compiled = instance.requests[position]
        placed = {compiled.tasks[each.task].id: each for each in placement or ()}
        for task in request.tasks:
            kept = frozen.get((request.id, task.id))
            if kept is not None:
                bookings.append(kept)
            elif task.id in placed:
                bookings.append(_booking(instance, position, placed[task.id], allocations))
    if any(each.is_batch for each in instance.resources):
        bookings, runs = with_runs(problem, bookings, standing)
        return Schedule(problem=digest, bookings=tuple(bookings), unserved=tuple(unserved), runs=runs)
    return Schedule(problem=digest, bookings=tuple(bookings), unserved=tuple(unserved))


class _Allocations(dict[tuple[str, tuple[int, ...]], Allocation]):
    """Allocations by requirement and resources, each made once: the same few serve a year, and making a record costs more than looking it up."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self._names = [each.id for each in instance.resources]

    def __missing__(self, key: tuple[str, tuple[int, ...]]) -> Allocation:
        requirement, taken = key
        made = self[key] = Allocation(requirement=requirement, resources=tuple(self._names[each] for each in taken))
        return made


def _booking(instance: Instance, position: int, placed: TickBooking, allocations: _Allocations) -> Booking:
    request = instance.requests[position]
    task = request.tasks[placed.task]
    mode = task.modes[placed.mode]
    start = instance.origin + placed.start * instance.resolution
    return Booking(
        request=request.id,
        task=task.id,
        mode=mode.id,
        window=Window(start=start, end=start + mode.length),
        allocations=tuple(allocations[each.id, taken] for each, taken in zip(mode.requirements, placed.resources, strict=True)),
    )


def plan_of(problem: Problem, instance: Instance, schedule: Schedule) -> Plan:
    """The part of `schedule` that stands on the grid: requests booked whole, on ticks, by known modes and candidates.

    A request that does not is left out of the plan: the schedule may come from another grid or an older lab.
    """
    frozen = {each.booking.key for each in problem.in_force if each.frozen}
    left_out = {each.request for each in schedule.unserved}
    bookings = {each.key: each for each in schedule.bookings}
    index = {each.id: number for number, each in enumerate(instance.resources)}
    plan: Plan = {}
    for position, compiled in enumerate(instance.requests):
        if compiled.id in left_out or not compiled.can_serve:
            continue
        placement = _placement(instance, position, bookings, index)
        is_complete = all((compiled.id, task.id) in bookings or (compiled.id, task.id) in frozen for task in problem.requests[position].tasks)
        if placement is not None and is_complete:
            plan[position] = placement
    return plan


def _placement(instance: Instance, position: int, bookings: Mapping[tuple[str, str], Booking], index: Mapping[str, int]) -> Placement | None:
    compiled = instance.requests[position]
    placed = []
    for number, task in enumerate(compiled.tasks):
        booking = bookings.get((compiled.id, task.id))
        found = None if booking is None else locate(booking, number, task, instance.origin, instance.resolution, index)
        if found is None:
            return None
        placed.append(found)
    return tuple(placed)
