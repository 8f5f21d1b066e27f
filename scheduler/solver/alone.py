"""What each request would cost if nobody else were there, by placement: how much better it could be at most, where the exact ideal takes too long."""

from collections.abc import Callable

from scheduler.placement.cost import unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.ticks.instance import Instance


def costs_alone(instance: Instance, is_over: Callable[[], bool] | None = None) -> list[int]:
    """Per request its cost on the lab as frozen bookings leave it; 0 for those not looked at before `is_over`.

    No bound: a cheaper placement is not always found (see `place`).
    """
    empty = Occupancy(instance)
    costs = [0] * len(instance.requests)
    for position, request in enumerate(instance.requests):
        if is_over is not None and position % 64 == 0 and is_over():
            break
        left_out = unserved_cost(instance, request)
        placed = place(instance, empty, position, limit=left_out + 1)
        costs[position] = left_out if placed is None else placed.cost
    return costs
