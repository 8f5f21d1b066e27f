"""What one request adds to the objective, as the single number that orders plans like the tiers do; and what a whole plan costs.

Terms that are no sum over requests are in `coupled`.

Check: scheduler.verify.score recomputes the same in wall-clock time.
"""

from scheduler.model.policy import TermName
from scheduler.placement.completion import completion_minute as completion_minute
from scheduler.placement.coupled import coupled_cost
from scheduler.ticks.instance import Instance, Placement, TickRequest

Amounts = dict[TermName, int]


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


def task_tardiness_minutes(instance: Instance, request: TickRequest, placement: Placement) -> int:
    """Minutes by which tasks miss due dates of their own, summed, frozen ones included."""
    tick = instance.tick_minutes
    late = request.fixed_tardiness
    for each in placement:
        task = request.tasks[each.task]
        if task.due_minute is not None:
            late += max(0, each.start * tick + task.modes[each.mode].minutes - task.due_minute)
    return late


def span_minutes(instance: Instance, request: TickRequest, placement: Placement, completion: int) -> int:
    """Minutes from the first start of a task to the completion, frozen tasks included."""
    first = min((each.start for each in placement), default=None)
    start = request.fixed_start if first is None else first * instance.tick_minutes
    if start is None:
        return 0
    return completion - (start if request.fixed_start is None else min(start, request.fixed_start))


def people_of(instance: Instance, request: TickRequest, placement: Placement) -> set[int]:
    """The different persons who serve, frozen tasks included."""
    people = set(request.fixed_people)
    for each in placement:
        for served in each.resources:
            people.update(resource for resource in served if instance.resources[resource].is_person)
    return people


def inner_amounts(instance: Instance, request: TickRequest, placement: Placement, completion: int) -> Amounts:
    """The amounts of the terms that look into the request."""
    minutes = task_tardiness_minutes(instance, request, placement)
    return {
        "task_tardiness": request.weight * minutes,
        "late": int(minutes > 0 or (request.due_minute is not None and completion > request.due_minute)),
        "span": span_minutes(instance, request, placement, completion),
        "people": len(people_of(instance, request, placement)),
    }


def inner_cost(instance: Instance, request: TickRequest, placement: Placement, completion: int) -> int:
    """Cost of the terms that look into the request."""
    return sum(instance.scalars[name] * amount for name, amount in inner_amounts(instance, request, placement, completion).items())


def request_cost(instance: Instance, request: TickRequest, placement: Placement) -> int:
    """What the request costs if it is placed so."""
    completion = completion_minute(instance, request, placement)
    cost = (
        time_cost(instance, request, completion)
        + move_cost(instance, request, placement)
        + instance.scalars["preferences"] * unpreferred_count(request, placement)
    )
    return cost + inner_cost(instance, request, placement, completion) if instance.has_inner_terms else cost


def unserved_cost(instance: Instance, request: TickRequest) -> int:
    """What the request costs if it is left out: its weight, and every booking in force dropped."""
    scalars = instance.scalars
    return request.weight * scalars["unserved"] + scalars["moves"] * sum(cost for _, _, cost in request.current)


def requests_cost(instance: Instance, plan: dict[int, Placement]) -> int:
    """What the requests of a plan cost one by one; those that it lacks are left out."""
    return sum(
        request_cost(instance, request, plan[index]) if index in plan else unserved_cost(instance, request) for index, request in enumerate(instance.requests)
    )


def plan_cost(instance: Instance, plan: dict[int, Placement]) -> int:
    """The scalar objective of a plan; requests that it lacks are left out."""
    return requests_cost(instance, plan) + (coupled_cost(instance, plan) if instance.has_coupled_terms else 0)


def request_amounts(instance: Instance, request: TickRequest, placement: Placement) -> Amounts:
    """Amount per term that the request adds when it is placed so; coupled terms are not in it."""
    completion = completion_minute(instance, request, placement)
    placed = {each.task: each for each in placement}
    late = 0 if request.due_minute is None else max(0, completion - request.due_minute)
    return {
        "unserved": 0,
        "tardiness": request.weight * late,
        "moves": sum(cost for task, booking, cost in request.current if booking is None or placed.get(task) != booking),
        "flow_time": max(0, completion - request.arrival_minute),
        "preferences": unpreferred_count(request, placement),
        **inner_amounts(instance, request, placement, completion),
    }


def request_tiers(instance: Instance, request: TickRequest, placement: Placement) -> tuple[int, ...]:
    """The request's share of the objective tier by tier, highest first (amount times weight, not scalar); coupled terms are not in it."""
    amounts = request_amounts(instance, request, placement)
    tiers = sorted({term.tier for term in instance.terms})
    return tuple(sum(term.weight * amounts.get(term.name, 0) for term in instance.terms if term.tier == tier) for tier in tiers)
