"""Tiny instances of several requests, their optimum by trying everything, and shortcuts to the exact rung."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from time import monotonic

from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.search import Found, search
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import Exact, prove
from scheduler.solver.pooling import pool
from scheduler.ticks.instance import Instance, Placement, Plan, TickRequest
from tests.placement.builders import breaks, cost_of, every_placement, instance, link, mode, need, precedence, request, resource, task, uses_of


def budget(seconds: float = 30.0, *, deterministic: float | None = None, seed: int = 0, workers: int = 1) -> Budget:
    """A budget that starts now."""
    return Budget(monotonic() + seconds, deterministic, seed, workers)


def frozen_plan(whole: Instance) -> Plan:
    """The plan in which nothing free is served."""
    return {position: () for position, each in enumerate(whole.requests) if not each.tasks}


def searched(whole: Instance, plan: Plan | None = None) -> Found:
    """The exact model alone, over everything that is possible."""
    explorer = Explorer(whole)
    found = search(whole, [explorer.explore(each) for each in whole.requests], frozen_plan(whole) if plan is None else plan, budget())
    assert found is not None
    return found


def proved(whole: Instance, plan: Plan | None = None) -> Exact:
    """The whole exact rung, with pools, components and shrinking domains; its plan in terms of `whole`."""
    pooling = pool(whole)
    explorer = Explorer(pooling.pooled)
    start = pooling.pool_plan(frozen_plan(whole) if plan is None else plan)
    found = prove(pooling.pooled, ideal_of(pooling.pooled, explorer), explorer, start, budget())
    return replace(found, plan=pooling.share_out(found.plan))


def served(whole: Instance) -> bool:
    """Whether the first request is served in the optimum, which both ways of solving must agree on."""
    first, second = searched(whole), proved(whole)
    assert first.is_proved
    assert second.is_proved
    assert plan_tiers(whole, first.plan) == plan_tiers(whole, second.plan) == second.bounds
    assert broken(whole, second.plan) == ""
    return 0 in first.plan


def broken(whole: Instance, plan: Plan) -> str:
    """The first rule that `plan` breaks, tick by tick; empty if none."""
    for position, placement in plan.items():
        taken = [use for other, booked in plan.items() if other != position for use in uses_of(whole.requests[other], booked)]
        fault = breaks(whole, whole.requests[position], placement, taken)
        if fault:
            return fault
    return ""


def least_cost(whole: Instance) -> int:
    """The optimal scalar cost, by trying every plan."""
    options = []
    for each in whole.requests:
        ways: list[tuple[int, Placement | None]] = [(cost_of(whole, each, placement), placement) for placement in every_placement(whole, each)]
        if each.tasks or not ways:
            ways.append((_left_out(whole, each), None))
        options.append(sorted(ways, key=lambda way: way[0]))
    least = [ways[0][0] for ways in options]
    best = sum(max(cost for cost, _ in ways) for ways in options) + 1

    def go_on(position: int, cost: int, taken: list[tuple[int, int, int, int]]) -> None:
        nonlocal best
        if position == len(options):
            best = min(best, cost)
            return
        for more, placement in options[position]:
            if cost + more + sum(least[position + 1 :]) >= best:
                return
            uses = [] if placement is None else uses_of(whole.requests[position], placement)
            if _within_capacity(whole, [*taken, *uses]):
                go_on(position + 1, cost + more, [*taken, *uses])

    go_on(0, 0, [])
    return best


def _left_out(whole: Instance, each: TickRequest) -> int:
    scalars = whole.scalars
    return scalars["unserved"] * each.weight + scalars["moves"] * sum(cost for _, _, cost in each.current)


def _within_capacity(whole: Instance, taken: Sequence[tuple[int, int, int, int]]) -> bool:
    load: dict[tuple[int, int], int] = {}
    for r, start, end, demand in taken:
        for tick in range(start, end):
            load[r, tick] = load.get((r, tick), 0) + demand
    fixed: dict[tuple[int, int], int] = {}
    for use in whole.fixed_uses:
        for tick in range(use.start, use.end):
            fixed[use.resource, tick] = fixed.get((use.resource, tick), 0) + use.demand
    return all(amount + fixed.get(key, 0) <= whole.resources[key[0]].capacity for key, amount in load.items())


def random_lab(random: Random) -> Instance:
    """Two to four small requests that crowd two kinds of resources, some of them alike."""
    ticks = random.randint(6, 10)
    calendars = ["#" * ticks, "#" * ticks, "##.#####.#"[:ticks]]
    chambers = [resource(f"c{i}", random.choice(calendars), capacity=random.choice([1, 1, 2]), site=i % 2) for i in range(random.randint(1, 3))]
    people = [resource(f"p{i}", random.choice(calendars), person=True, site=i % 2) for i in range(random.randint(1, 3))]
    resources = [*chambers, *people]
    chamber_ids, people_ids = list(range(len(chambers))), list(range(len(chambers), len(resources)))
    requests = []
    for number in range(random.randint(2, 4)):
        length = random.randint(1, 4)
        demand = 2 if random.random() < 0.2 and any(each.capacity > 1 for each in chambers) else 1
        able = [c for c in chamber_ids if chambers[c].capacity >= demand]
        wanted = [need(able, length, name="chamber", demand=demand)]
        if random.random() < 0.6:
            wanted.append(need(people_ids, length, name="load", during="head", part=1, preferred=people_ids[:1] if random.random() < 0.3 else ()))
        tasks = [task(mode(length, *wanted, first=random.randint(0, 2), last=ticks), one_site=random.random() < 0.7)]
        precedences, links = [], []
        if random.random() < 0.4:
            tasks.append(task(mode(1, need(people_ids, 1, name="load"), last=ticks), name="after"))
            precedences.append(precedence(0, 1, length, random.choice([None, length + 1])))
            kind = random.choice(["same_site", "same_people", "same_resource", None])
            if kind is not None:
                links.append(link(kind, 0, 1, requirement="load" if kind == "same_resource" else None))
        due = random.choice([None, random.randint(1, ticks)])
        requests.append(request(*tasks, precedences=precedences, links=links, weight=random.randint(1, 3), due=due, name=f"q{number}"))
    return instance(ticks, resources, *requests, scalars={"unserved": random.choice([30, 10_000])})


__all__ = ["broken", "budget", "cost_of", "least_cost", "plan_cost", "proved", "random_lab", "searched", "served"]
