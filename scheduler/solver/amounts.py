"""What a plan costs, term by term and tier by tier; `placement.cost` has it as one number."""

from scheduler.placement.cost import Amounts, request_amounts
from scheduler.placement.coupled import coupled_amounts
from scheduler.ticks.instance import Instance, Placement, Plan, TickRequest


def amounts_of(instance: Instance, request: TickRequest, placement: Placement | None) -> Amounts:
    """Amount per term that one request adds when it is placed so; None: when it is left out. Coupled terms are not in it."""
    return amounts_left_out(request) if placement is None else request_amounts(instance, request, placement)


def amounts_left_out(request: TickRequest) -> Amounts:
    """Amount per term of a request that is left out."""
    return {
        "unserved": request.weight,
        "tardiness": 0,
        "task_tardiness": 0,
        "late": 0,
        "span": 0,
        "moves": sum(cost for _, _, cost in request.current),
        "flow_time": 0,
        "people": 0,
        "preferences": 0,
    }


def amounts_complete(request: TickRequest, completion: int) -> Amounts:
    """The least amount per term of a request that is served and complete no sooner than the minute `completion`; none falls as that grows."""
    late = 0 if request.due_minute is None else max(0, completion - request.due_minute)
    return {
        "unserved": 0,
        "tardiness": request.weight * late,
        "task_tardiness": request.weight * request.fixed_tardiness,
        "late": int(late > 0 or request.fixed_tardiness > 0),
        "span": 0 if request.fixed_start is None else max(0, completion - request.fixed_start),
        "moves": sum(cost for _, booking, cost in request.current if booking is None),
        "flow_time": max(0, completion - request.arrival_minute),
        "people": len(request.fixed_people),
        "preferences": 0,
    }


def scalar_of(instance: Instance, amounts: Amounts) -> int:
    """The single number that orders plans like the tiers do."""
    return sum(instance.scalars[name] * amount for name, amount in amounts.items())


def tiers_of(instance: Instance) -> tuple[int, ...]:
    """The tiers in use, highest first."""
    return tuple(sorted({term.tier for term in instance.terms}))


def tier_cost(instance: Instance, tier: int, amounts: Amounts) -> int:
    """Cost of `amounts` in one tier; a term that has no amount there counts nothing."""
    return sum(term.weight * amounts.get(term.name, 0) for term in instance.terms if term.tier == tier)


def plan_tiers(instance: Instance, plan: Plan) -> tuple[int, ...]:
    """Cost per tier of a whole plan, highest tier first."""
    costs = dict.fromkeys(tiers_of(instance), 0)
    for position, request in enumerate(instance.requests):
        amounts = amounts_of(instance, request, plan.get(position))
        for term in instance.terms:
            costs[term.tier] += term.weight * amounts.get(term.name, 0)
    if instance.has_coupled_terms:
        amounts = coupled_amounts(instance, plan)
        for term in instance.terms:
            costs[term.tier] += term.weight * amounts.get(term.name, 0)
    return tuple(costs.values())
