"""Whether a plan stands: all its bookings go together, on whatever is frozen and within all common limits."""

from scheduler.errors import Defect
from scheduler.placement.occupancy import Occupancy
from scheduler.solver.beside import moves_made
from scheduler.ticks.instance import Instance, Plan


def stands(instance: Instance, plan: Plan) -> bool:
    """Whether all bookings of the plan go together."""
    most = instance.most_moves
    if most is not None and sum(moves_made(request, plan.get(position)) for position, request in enumerate(instance.requests)) > most:
        return False
    occupancy = Occupancy(instance)
    try:
        for position, placement in plan.items():
            request = instance.requests[position]
            if occupancy.quotas is not None and not all(occupancy.quotas.fits(request.company, occupancy.wants(request, each)) for each in placement):
                return False
            occupancy.book_placement(request, placement)
    except Defect:
        return False
    return not occupancy.broken()
