"""Quota: what the parts of a company take of some resources in one period is within its hard quotas. Check: verify.rules.check_quota.

The minutes of all quotas, priced ones too, are left to the objective in `variables.quotas`.
"""

from collections import defaultdict
from functools import partial

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.periods import by_period
from scheduler.solver.cpsat.readings import booking_of, is_served
from scheduler.solver.cpsat.variables import Key, Variables
from scheduler.ticks.instance import Instance, Plan, TickQuota, Ticks

Minutes = dict[tuple[int, int], list[tuple[cp_model.IntVar, int]]]
"""By (company, period): minutes, each under a literal."""


def add_quota(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Together with frozen bookings a company takes at most so much; where those alone take more, nothing is added."""
    for quota in instance.quotas:
        minutes = _minutes(model, variables, instance, quota)
        variables.quotas.append(minutes)
        if quota.price is None:
            fixed = dict(quota.fixed)
            for key, parts in minutes.items():
                left = max(0, quota.most_minutes - fixed.get(key, 0))
                if sum(each for _, each in parts) > left:
                    model.add(sum(each * literal for literal, each in parts) <= left)


def _minutes(model: cp_model.CpModel, variables: Variables, instance: Instance, quota: TickQuota) -> Minutes:
    found: Minutes = defaultdict(list)
    for request, domain in variables.servable():
        data = instance.requests[request.position]
        if quota.company not in (-1, data.company):
            continue
        for t, (task, tick_task) in enumerate(zip(request.tasks, data.tasks, strict=True)):
            for m, (mode, serves) in enumerate(zip(tick_task.modes, task.serves, strict=True)):
                for k, (requirement, literals) in enumerate(zip(mode.requirements, serves, strict=False)):
                    for resource, literal in literals.items():
                        if resource in quota.resources:
                            starts = domain.tasks[t][m].candidates[k][resource]
                            start_of = partial(_start, resource, (request.position, t, m, k))
                            for period, each in by_period(model, variables, literal, task.start, starts, quota.periods, start_of).items():
                                found[data.company, period].append((each, requirement.minutes))
    return dict(found)


def _start(resource: int, key: Key, plan: Plan) -> Ticks | None:
    booking = booking_of(plan, *key[:2])
    return booking.start if booking is not None and is_served(plan, resource, key) else None
