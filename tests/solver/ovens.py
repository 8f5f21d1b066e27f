"""Random instances of ovens, with loads that share runs, and what else may stand in an oven."""

from dataclasses import replace
from random import Random

from scheduler.placement.occupancy import Occupancy
from scheduler.solver.bound import Ideal, ideal_of
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import FixedUse, Instance, Plan, TickChangeover, TickMode, TickRequest, TickRequirement, TickResource
from tests.placement.builders import instance, mode, need, request, resource, task

TICKS = 60


def ovens(seed: int, loads: int, *, frozen: bool = False, warm: bool = False, pairs: bool = True) -> Instance:
    """Two ovens of two recipes with changeovers; `frozen`: something stands in them, `warm`: they cool down; `pairs`: perhaps a request of two tasks."""
    random = Random(seed)
    within = random.random() < 0.5
    rooms = [_oven(random, f"o{number}", within, warm=warm) for number in range(2)]
    requests = [_load(random, number) for number in range(loads)]
    if random.random() < 0.5 and pairs:
        short = mode(2, _need([0], 2, 1, random.randrange(2)))
        requests.append(request(task(short), task(short), name="pair"))
    fixed = []
    if frozen:
        for number in range(2):
            start = random.randint(5, 40)
            fixed.append(FixedUse(number, start, start + random.randint(2, 5), 1, recipe=random.randrange(2), minutes=4))
    scalars = {"unserved": 500, "tardiness": random.choice((0, 3)), "late": 40, "flow_time": random.choice((0, 1)), "preferences": 0}
    return instance(TICKS, rooms, *requests, fixed=fixed, scalars={**scalars, "run_time": 7, "changeover_cost": 5, "changeover_time": random.choice((0, 2))})  # type: ignore[dict-item]


def _oven(random: Random, name: str, within: bool, *, warm: bool) -> TickResource:
    times = tuple(tuple(0 if a == b and random.random() < 0.7 else random.randint(0, 3) for b in range(2)) for a in range(2))
    costs = tuple(tuple(random.randint(0, 3) for _ in range(2)) for _ in range(2))
    changeover = TickChangeover(times, times, costs, within, random.randint(1, 4) if warm else None, 2 if warm else 0, 2 if warm else 0, 1 if warm else 0)
    opening = sum(1 << tick for tick in range(TICKS) if tick % 20 < 17 or name == "o1")
    plain = resource(name, opening, capacity=random.randint(3, 5))
    return replace(plain, is_batch=True, changeover=changeover, initial_recipe=random.randint(-1, 1))


def _need(candidates: list[int], ticks: int, demand: int, recipe: int) -> TickRequirement:
    return replace(need(candidates, ticks, demand=demand), recipe=recipe)


def _load(random: Random, number: int) -> TickRequest:
    candidates = random.choice(([0], [1], [0, 1], [0, 1]))
    demand, recipe, least, first = random.randint(1, 3), random.randrange(2), random.randint(1, 5), random.randint(0, 15)
    modes: list[TickMode] = []
    for ticks in range(least, least + random.randint(1, 4)):
        modes.append(replace(mode(ticks, _need(candidates, ticks, demand, recipe), first=first), opens_run=ticks == least))
    due = first + least + random.randint(0, 12) if random.random() < 0.8 else None
    return request(task(*modes), due=due, arrival=first, name=f"q{number}")


def begun(whole: Instance) -> tuple[Ideal, Plan]:
    """What each could do alone, and a first plan."""
    return ideal_of(whole, Explorer(whole)), construct(whole)


def stands(whole: Instance, plan: Plan) -> bool:
    """Whether each request can be put back where it is when all others are there."""
    occupancy = Occupancy(whole)
    for position, placement in plan.items():
        occupancy.book_placement(whole.requests[position], placement)
    return not occupancy.broken()
