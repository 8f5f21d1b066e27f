"""The policy's terms with scalar weights."""

from scheduler.model.policy import TERM_NAMES, TermName
from scheduler.model.problem import Problem
from scheduler.ticks.grid import MINUTE, Grid
from scheduler.ticks.instance import TickQuota, TickRequest, TickResource, TickTerm


def tick_terms(
    problem: Problem, grid: Grid, requests: tuple[TickRequest, ...], resources: tuple[TickResource, ...], quotas: tuple[TickQuota, ...]
) -> tuple[TickTerm, ...]:
    """One tier's unit outweighs all that later tiers can cost."""
    terms = problem.policy.terms
    tiers = sorted({term.tier for term in terms}, reverse=True)
    if len(tiers) == 1:
        return tuple(TickTerm(term.name, term.tier, term.weight, term.weight) for term in terms)
    most = _most(problem, grid, requests, resources, quotas)
    factor, factors = 1, {}
    for tier in tiers:
        factors[tier] = factor
        factor *= 1 + sum(term.weight * most[term.name] for term in terms if term.tier == tier)
    return tuple(TickTerm(term.name, term.tier, term.weight, term.weight * factors[term.tier]) for term in terms)


def _most(
    problem: Problem, grid: Grid, requests: tuple[TickRequest, ...], resources: tuple[TickResource, ...], quotas: tuple[TickQuota, ...]
) -> dict[TermName, int]:
    """More than any plan can have of each term."""
    last = grid.ticks * int(grid.resolution / MINUTE)
    most: dict[TermName, int] = dict.fromkeys(TERM_NAMES, 0)
    uses = 0
    most["worst_off"] = -(-problem.horizon.length // MINUTE)
    for each in requests:
        end = max(last, each.fixed_completion or 0)
        start = min(0, each.fixed_start or 0)
        most["unserved"] += each.weight
        most["tardiness"] += 0 if each.due_minute is None else each.weight * max(0, end - each.due_minute)
        dues = [task.due_minute for task in each.tasks if task.due_minute is not None]
        most["task_tardiness"] += each.weight * (each.fixed_tardiness + sum(max(0, end - due) for due in dues))
        most["late"] += 1
        most["makespan"] = max(most["makespan"], end)
        most["span"] += end - start
        most["moves"] += sum(cost for _, _, cost in each.current)
        most["flow_time"] += max(0, end - each.arrival_minute)
        taken = sum(max((sum(r.count for r in mode.requirements) for mode in task.modes), default=0) for task in each.tasks)
        most["preferences"] += taken
        most["people"] += taken + len(each.fixed_people)
        most["worst_off"] = max(most["worst_off"], end, 0 if each.due_minute is None else end - each.due_minute)
        uses += taken
    uses += len(problem.in_force) * max((len(each.booking.resources) for each in problem.in_force), default=0)
    # A run, a changeover or a way may come with every use.
    most["run_time"] = uses * last
    changeovers = {id(each.changeover): each.changeover for each in resources if each.changeover is not None}.values()
    most["changeover_time"] = uses * max((max(map(max, each.minutes)) + each.warm_minutes for each in changeovers if each.minutes), default=0)
    most["changeover_cost"] = uses * max((max(map(max, each.costs)) + each.warm_cost for each in changeovers if each.costs), default=0)
    travels = {id(each.travel): each.travel for each in resources if each.travel is not None}.values()
    # Longer ways than the horizon are never gone.
    most["travel"] = 2 * uses * max((min(last, max(map(max, each.minutes))) for each in travels if each.minutes), default=0)
    most["quota_excess"] = sum((each.price or 0) * uses * last for each in quotas)
    return most
