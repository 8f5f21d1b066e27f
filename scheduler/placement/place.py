"""The best placement of one request, the rest of the plan fixed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from scheduler.placement.chain import place_on_path
from scheduler.placement.cheaper import STEPS_A_TRY, Find, cheaper
from scheduler.placement.cost import inner_cost, latest_completion, move_cost, request_cost, time_cost, unpreferred_count
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.search import search
from scheduler.placement.shapes import Shape
from scheduler.placement.steps import Steps
from scheduler.ticks.instance import Instance, Placement, TickBooking, Ticks


@dataclass(frozen=True, slots=True)
class Placed:
    """A feasible placement of one request and what it costs (`cost.request_cost`)."""

    placement: Placement
    cost: int


def place(instance: Instance, occupancy: Occupancy, request_index: int, *, limit: int | None = None) -> Placed | None:
    """The best placement of one request into what is free; None if there is none (cheaper than `limit`).

    Exact, but for tangles on which `search` gives up, and for tasks of the request that can only stand on a special resource because a later
    one of them does: whatever is returned is feasible; None without a limit means that no placement exists;
    tardiness and flow time are the least possible, and so is the cost if the request has neither
    preferences nor movable bookings in force. Movable bookings: every set of them to keep is tried
    (beyond three: all, and all but one), so the cost is exact for up to three. Preferences: the earliest
    completion with any resources and the earliest with preferred ones only (wherever enough of them
    qualify) are compared; a mixture that is cheaper than both is not looked for, so with a limit
    None may then hide one. Where the objective looks into requests (their people, span, due dates of tasks)
    a few ways to be cheaper than the earliest are tried too.
    """
    return place_shape(instance, occupancy, occupancy.shapes.shape(request_index), limit=limit)


def place_shape(
    instance: Instance, occupancy: Occupancy, shape: Shape, *, limit: int | None = None, not_before: Ticks = 0, site: int | None = None
) -> Placed | None:
    """As `place`, for any shape; `not_before` bars earlier starts, `site` bars other frames of a shape with a path."""
    request = shape.request
    if not request.can_serve:
        return None
    if not request.tasks:
        cost = request_cost(instance, request, ())
        return Placed((), cost) if limit is None or cost < limit else None
    best: Placed | None = None
    if request.current:
        for kept in _kept(request.current):
            moved = instance.scalars["moves"] * sum(cost for task, _, cost in request.current if task not in kept)
            for each in _variants(shape):
                found = _earliest(instance, occupancy, each, limit, moved, not_before, kept, site)
                if found is not None:
                    best, limit = found, found.cost
        moved = instance.scalars["moves"] * sum(cost for _, _, cost in request.current)
    else:
        moved = 0
    if instance.has_inner_terms:
        finds = [_finder(occupancy, each, site) for each in _variants(shape)]
        better = cheaper(instance, occupancy, request, finds, limit, not_before, site if shape.path else None)
        return best if better is None else Placed(better[1], better[0])
    for each in _variants(shape):
        found = _earliest(instance, occupancy, each, limit, moved, not_before, {}, site)
        if found is not None:
            best, limit = found, found.cost
    return best


def soonest(instance: Instance, occupancy: Occupancy, shape: Shape, steps: Steps) -> Placed | None:
    """The placement of earliest completion, whatever else it costs and whatever bookings in force it moves; None also if the steps are used up."""
    if not shape.request.tasks:
        return Placed((), request_cost(instance, shape.request, ()))
    return _earliest(instance, occupancy, shape, None, 0, 0, {}, None, steps)


def _finder(occupancy: Occupancy, shape: Shape, site: int | None) -> Find:
    """Finds the earliest placement of a shape, whatever bookings in force it moves."""

    tries = 0

    def find(cap: int | None, not_before: Ticks) -> Placement | None:
        nonlocal tries
        if shape.path:
            found = place_on_path(occupancy, shape, cap, not_before, site)
        else:
            # Only the first look, for the earliest of all, is worth a long search.
            found = search(occupancy, shape.request, cap, not_before=not_before, steps=STEPS_A_TRY if tries else None)
        tries += 1
        return None if found is None else found[1]

    return find


def _variants(shape: Shape) -> tuple[Shape, ...]:
    """With preferred resources only, then with any."""
    return (shape,) if shape.preferred is None else (shape.preferred, shape)


def _earliest(
    instance: Instance,
    occupancy: Occupancy,
    shape: Shape,
    limit: int | None,
    moved: int,
    not_before: Ticks,
    kept: dict[int, TickBooking],
    site: int | None,
    steps: Steps | None = None,
) -> Placed | None:
    """The placement of earliest completion that keeps `kept`, if it is cheaper than `limit`; `moved` is what the others cost in moves."""
    request = shape.request
    cap = None
    if limit is not None:
        cap = latest_completion(instance, request, limit - 1 - moved)
        if cap is not None and cap < 0:
            return None
    if shape.path and not kept:
        found = place_on_path(occupancy, shape, cap, not_before, site)
    else:
        found = search(occupancy, request, cap, fixed=kept, not_before=not_before, steps=steps)
    if found is None:
        return None
    completion, placement = found
    if request.fixed_completion is not None:
        completion = max(completion, request.fixed_completion)
    cost = time_cost(instance, request, completion)
    if request.current:
        cost += move_cost(instance, request, placement)
    if shape.has_preferences:
        cost += instance.scalars["preferences"] * unpreferred_count(request, placement)
    if instance.has_inner_terms:
        cost += inner_cost(instance, request, placement, completion)
    return Placed(placement, cost) if limit is None or cost < limit else None


def _kept(current: tuple[tuple[int, TickBooking | None, int], ...]) -> Iterator[dict[int, TickBooking]]:
    """The sets of bookings in force to keep, larger ones first; the empty set is left to the caller."""
    standing = [(task, booking) for task, booking, _ in current if booking is not None]
    sizes = range(len(standing), 0, -1) if len(standing) <= 3 else range(len(standing), len(standing) - 2, -1)
    for size in sizes:
        for each in combinations(standing, size):
            yield dict(each)
