"""The terms of the objective in which requests meet, one function each: the amount as `model.policy.Term` defines it.

Runs, changeovers, ways and uses of quotas are made by their rules; here they are only added up.
"""

from collections.abc import Iterable
from functools import partial

from ortools.sat.python import cp_model

from scheduler.placement import coupled
from scheduler.solver.clique import loads_of
from scheduler.solver.cpsat.endings import Endings
from scheduler.solver.cpsat.sums import Sum
from scheduler.ticks.instance import Plan


def makespan(build: Endings) -> Sum:
    """Minutes from the start of the horizon to the last end of a served request."""
    instance, model = build.instance, build.model
    served = list(build.variables.servable())
    known = (build.request(request).fixed_completion or 0 for request, _ in served if not request.tasks)
    low = max(0, instance.start_minute, instance.base_makespan, *known)
    endings = [(request, ending) for request, domain in served if request.tasks and (ending := build.completion(request, domain)).most > low]
    if not endings:
        return Sum(low - instance.start_minute)
    last = model.new_int_var(low, max(ending.most for _, ending in endings), "")
    for request, ending in endings:
        rule = model.add(last >= ending.expression())
        if not request.must_serve:
            rule.only_enforce_if(request.presence)
    # Redundant, but the solver finds no clique of requests that get in each other's way by itself.
    for load in loads_of(instance, build.variables.domains):
        work = cp_model.LinearExpr.weighted_sum([build.variables.requests[each].presence for each, _ in load.work], [minutes for _, minutes in load.work])
        if load.offset >= 0 and load.work:
            model.add(load.capacity * last >= work + load.capacity * load.offset * build.variables.requests[load.work[0][0]].presence)
        else:
            model.add(load.capacity * last >= work + load.capacity * load.offset)
    build.variables.define(last, lambda plan: max(low, coupled.makespan(instance, plan) + instance.start_minute))
    total = Sum(-instance.start_minute)
    total.add(last, 1)
    return total


def travel(build: Endings) -> Sum:
    """Minutes that people travel."""
    return _sum(build.variables.ways)


def run_time(build: Endings) -> Sum:
    """Minutes of batch runs."""
    return _sum(build.variables.runs)


def changeover_time(build: Endings) -> Sum:
    """Minutes of changeovers, cleaning and warm-up."""
    return _sum((literal, minutes) for literal, minutes, _ in build.variables.transitions)


def changeover_cost(build: Endings) -> Sum:
    """Cost of changeovers, cleaning and warm-up."""
    return _sum((literal, cost) for literal, _, cost in build.variables.transitions)


def _sum(amounts: Iterable[tuple[cp_model.IntVar | None, int]]) -> Sum:
    total = Sum()
    for literal, amount in amounts:
        if literal is None:
            total.constant += amount
        else:
            total.add(literal, amount)
    return total


def quota_excess(build: Endings) -> Sum:
    """Price x minutes above the priced quotas."""
    total = Sum()
    for number, quota in enumerate(build.instance.quotas):
        if quota.price is None:
            continue
        fixed = dict(quota.fixed)
        asked = build.variables.quotas[number] if number < len(build.variables.quotas) else {}
        for key in sorted(fixed.keys() | asked.keys()):
            taken = _sum(asked.get(key, ()))
            taken.constant += fixed.get(key, 0) - quota.most_minutes
            most = taken.constant + sum(taken.coefficients)
            if most <= 0:
                continue
            if not taken.variables:
                total.constant += quota.price * most
                continue
            excess = build.model.new_int_var(max(0, taken.constant), most, "")
            build.model.add(excess >= taken.expression())
            build.variables.define(excess, partial(_excess, build, (number, *key), taken.constant))
            total.add(excess, quota.price)
    return total


def _excess(build: Endings, key: coupled.QuotaKey, before: int, plan: Plan) -> int:
    """Minutes above a quota in a plan; `before` it has so many (below zero: so many are left)."""
    taken = (coupled.quota_minutes(build.instance, position, placement).get(key, 0) for position, placement in plan.items())
    return max(0, before + sum(taken))


def worst_off(build: Endings) -> Sum:
    """Mean delay of the company with the largest, rounded up."""
    instance = build.instance
    horizon = coupled.horizon_minutes(instance)
    sizes = coupled.company_sizes(instance)
    late = [Sum(each) for each in instance.base_delay or [0] * len(sizes)]
    for request, domain in zip(build.variables.requests, build.variables.domains, strict=True):
        data = build.request(request)
        of_company = late[data.company]
        of_company.constant += horizon
        of_company.add(request.presence, -horizon)
        if domain.can_serve and data.due_minute is not None:
            of_company.add_times(build.beyond_completion(request, domain, data.due_minute), 1)
    most = max((-(-each.magnitude() // size) for each, size in zip(late, sizes, strict=True) if size), default=0)
    worst = build.model.new_int_var(0, most, "")
    for each, size in zip(late, sizes, strict=True):
        if size:
            # Whole and at least the mean: that rounds up.
            build.model.add(size * worst >= each.expression())
    build.variables.define(worst, lambda plan: coupled.worst_off(instance, coupled.delays(instance, plan)))
    total = Sum()
    total.add(worst, 1)
    return total
