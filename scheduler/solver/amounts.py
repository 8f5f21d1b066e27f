"""What a plan costs, term by term and tier by tier; `placement.cost` has it as one number."""

from scheduler.model.policy import TermName
from scheduler.placement.cost import completion_minute, unpreferred_count
from scheduler.ticks.instance import Instance, Placement, Plan, TickRequest

Amounts = dict[TermName, int]


def amounts_of(instance: Instance, request: TickRequest, placement: Placement | None) -> Amounts:
    """Amount per term that one request adds when it is placed so; None: when it is left out."""
    if placement is None:
        return amounts_left_out(request)
    placed = {each.task: each for each in placement}
    amounts = amounts_complete(request, completion_minute(instance, request, placement))
    amounts["moves"] = sum(cost for task, booking, cost in request.current if booking is None or placed.get(task) != booking)
    amounts["preferences"] = unpreferred_count(request, placement)
    return amounts


def amounts_left_out(request: TickRequest) -> Amounts:
    """Amount per term of a request that is left out."""
    return {"unserved": request.weight, "tardiness": 0, "moves": sum(cost for _, _, cost in request.current), "flow_time": 0, "preferences": 0}


def amounts_complete(request: TickRequest, completion: int) -> Amounts:
    """The least amount per term of a request that is served and complete no sooner than the minute `completion`."""
    late = 0 if request.due_minute is None else max(0, completion - request.due_minute)
    lost = sum(cost for _, booking, cost in request.current if booking is None)
    flow = max(0, completion - request.arrival_minute)
    return {"unserved": 0, "tardiness": request.weight * late, "moves": lost, "flow_time": flow, "preferences": 0}


def scalar_of(instance: Instance, amounts: Amounts) -> int:
    """The single number that orders plans like the tiers do."""
    return sum(instance.scalars[name] * amount for name, amount in amounts.items())


def tiers_of(instance: Instance) -> tuple[int, ...]:
    """The tiers in use, highest first."""
    return tuple(sorted({term.tier for term in instance.terms}))


def tier_cost(instance: Instance, tier: int, amounts: Amounts) -> int:
    """Cost of `amounts` in one tier."""
    return sum(term.weight * amounts[term.name] for term in instance.terms if term.tier == tier)


def plan_tiers(instance: Instance, plan: Plan) -> tuple[int, ...]:
    """Cost per tier of a whole plan, highest tier first."""
    costs = dict.fromkeys(tiers_of(instance), 0)
    for position, request in enumerate(instance.requests):
        amounts = amounts_of(instance, request, plan.get(position))
        for term in instance.terms:
            costs[term.tier] += term.weight * amounts[term.name]
    return tuple(costs.values())
