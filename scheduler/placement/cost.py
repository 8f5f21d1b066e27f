"""What one request adds to the objective, as the single number that orders plans like the tiers do.

Check: scheduler.verify.score recomputes the same in wall-clock time.
"""

from scheduler.ticks.instance import Instance, Placement, TickRequest


def completion_minute(instance: Instance, request: TickRequest, placement: Placement) -> int:
    """Minutes from the origin to the last end of a task, frozen ones included."""
    tick = instance.tick_minutes
    ends = [each.start * tick + request.tasks[each.task].modes[each.mode].minutes for each in placement]
    if request.fixed_completion is not None:
        ends.append(request.fixed_completion)
    return max(ends, default=0)


def time_cost(instance: Instance, request: TickRequest, completion: int) -> int:
    """Cost of tardiness and flow time if the request is complete at that minute."""
    scalars = instance.scalars
    cost = scalars["flow_time"] * max(0, completion - request.arrival_minute)
    if request.due_minute is not None and completion > request.due_minute:
        cost += request.weight * scalars["tardiness"] * (completion - request.due_minute)
    return cost


def latest_completion(instance: Instance, request: TickRequest, budget: int) -> int | None:
    """The last minute at which the request may be complete with a `time_cost` of at most `budget`; None: any.

    -1 if no minute will do.
    """
    if budget < 0:
        return -1
    kinks = [(request.arrival_minute, instance.scalars["flow_time"])]
    if request.due_minute is not None:
        kinks.append((request.due_minute, request.weight * instance.scalars["tardiness"]))
    kinks = sorted(each for each in kinks if each[1] > 0)
    if not kinks:
        return None
    first, slope = kinks[0]
    last = first + budget // slope
    if len(kinks) > 1 and last > kinks[1][0]:
        second, more = kinks[1]
        last = (budget + first * slope + second * more) // (slope + more)
    if request.fixed_completion is not None and request.fixed_completion > last:
        return -1
    return max(last, -1)


def move_cost(instance: Instance, request: TickRequest, placement: Placement) -> int:
    """Cost of the bookings in force that the placement changes: another start, mode or resource."""
    if not request.current:
        return 0
    placed = {each.task: each for each in placement}
    return instance.scalars["moves"] * sum(cost for task, booking, cost in request.current if booking is None or placed.get(task) != booking)


def unpreferred_count(request: TickRequest, placement: Placement) -> int:
    """How many booked resources are not preferred, over the requirements with preferences."""
    count = 0
    for each in placement:
        for requirement, resources in zip(request.tasks[each.task].modes[each.mode].requirements, each.resources, strict=True):
            if requirement.preferred:
                count += sum(resource not in requirement.preferred for resource in resources)
    return count


def request_cost(instance: Instance, request: TickRequest, placement: Placement) -> int:
    """What the request costs if it is placed so."""
    return (
        time_cost(instance, request, completion_minute(instance, request, placement))
        + move_cost(instance, request, placement)
        + instance.scalars["preferences"] * unpreferred_count(request, placement)
    )


def unserved_cost(instance: Instance, request: TickRequest) -> int:
    """What the request costs if it is left out: its weight, and every booking in force dropped."""
    scalars = instance.scalars
    return request.weight * scalars["unserved"] + scalars["moves"] * sum(cost for _, _, cost in request.current)


def plan_cost(instance: Instance, plan: dict[int, Placement]) -> int:
    """The scalar objective of a plan; requests that it lacks are left out."""
    return sum(
        request_cost(instance, request, plan[index]) if index in plan else unserved_cost(instance, request) for index, request in enumerate(instance.requests)
    )


def request_tiers(instance: Instance, request: TickRequest, placement: Placement) -> tuple[int, ...]:
    """The request's share of the objective tier by tier, highest first (amount times weight, not scalar)."""
    completion = completion_minute(instance, request, placement)
    placed = {each.task: each for each in placement}
    late = 0 if request.due_minute is None else max(0, completion - request.due_minute)
    amounts = {
        "unserved": 0,
        "tardiness": request.weight * late,
        "moves": sum(cost for task, booking, cost in request.current if booking is None or placed.get(task) != booking),
        "flow_time": max(0, completion - request.arrival_minute),
        "preferences": unpreferred_count(request, placement),
    }
    tiers = sorted({term.tier for term in instance.terms})
    return tuple(sum(term.weight * amounts[term.name] for term in instance.terms if term.tier == tier) for tier in tiers)
