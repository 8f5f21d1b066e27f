"""How fast the kernel is: construction, placement and offers on synthetic instances of realistic shape.

`python -m benchmarks.kernel [month] [year] [--profile]` prints one line per measurement; times are
CPU seconds of this process, so that a busy machine matters less.
"""

import cProfile
import pstats
import resource as process
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time

from scheduler.model.policy import DEFAULT_TERMS
from scheduler.placement.cost import plan_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.offers import best_offers
from scheduler.placement.place import place
from scheduler.placement.reasons import find_reasons
from scheduler.solver.construct import RULES, construct
from scheduler.ticks.instance import (
    Bits,
    Instance,
    Plan,
    TickLink,
    TickMode,
    TickPrecedence,
    TickRequest,
    TickRequirement,
    TickResource,
    TickTask,
    TickTerm,
)

HOUR = 4
DAY = 24 * HOUR
EXPOSURES = (24, 48, 48, 72, 72, 96, 96, 168, 240, 336, 500)


def weekly(ticks: int, opens: int, closes: int, days: int = 5) -> Bits:
    """Open on the first `days` days of each week between two hours."""
    day = ((1 << (closes - opens) * HOUR) - 1) << opens * HOUR
    week = sum(day << d * DAY for d in range(days))
    return sum(week << w * 7 * DAY for w in range(-(-ticks // (7 * DAY)))) & ((1 << ticks) - 1)


def shut(random: Random, ticks: int, opening: Bits, days: int) -> Bits:
    """The opening less some days of maintenance or leave."""
    return opening & ~(((1 << days * DAY) - 1) << random.randrange(max(ticks - days * DAY, 1)))


class Lab:
    """Sites with rooms, operators, chambers per method, and advisors per topic."""

    def __init__(self, random: Random, ticks: int, sites: int, methods: int, advisors: int) -> None:
        self.resources: list[TickResource] = []
        office = [weekly(ticks, 9, 18), weekly(ticks, 8, 17), weekly(ticks, 9, 17)]
        always = (1 << ticks) - 1
        self.operators: list[list[int]] = []
        self.rooms: list[list[int]] = []
        for site in range(sites):
            hours = shut(random, ticks, random.choice(office), 1)
            self.operators.append([self._add(f"op{site}-{i}", 1, True, site, shut(random, ticks, hours, 5)) for i in range(random.randint(3, 10))])
            self.rooms.append([self._add(f"room{site}-{i}", 1, False, site, hours) for i in range(random.randint(1, 2))])
        self.chambers: list[dict[int, list[int]]] = []
        for method in range(methods):
            capacity = random.choice((1, 1, 1, 4))
            chosen = random.sample(range(sites), random.randint(3, 8))
            self.chambers.append(
                {
                    site: [self._add(f"ch{method}-{site}-{i}", capacity, False, site, shut(random, ticks, always, 3)) for i in range(random.randint(1, 5))]
                    for site in chosen
                }
            )
        people = [self._add(f"adv{i}", 1, True, random.randrange(sites), shut(random, ticks, random.choice(office), 5)) for i in range(advisors)]
        self.topics = [tuple(sorted(random.sample(people, min(random.randint(5, 25), advisors)))) for _ in range(methods)]

    def _add(self, name: str, capacity: int, is_person: bool, site: int, opening: Bits) -> int:
        self.resources.append(TickResource(name, capacity, is_person, site, site, opening))
        return len(self.resources) - 1


def synthetic(requests: int, arrival_weeks: float, tail_weeks: int, *, sites: int, methods: int, advisors: int, seed: int = 1) -> Instance:
    """70 % chains of preparation, exposure with loading and unloading, evaluation within 24-48 h, at one site; 30 % advisor sessions."""
    random = Random(seed)
    ticks = int((arrival_weeks + tail_weeks) * 7 * DAY)
    lab = Lab(random, ticks, sites, methods, advisors)
    popularity = [1 / (rank + 3) for rank in range(methods)]
    cache: dict[tuple[object, ...], TickMode] = {}
    made = []
    for number in range(requests):
        release = int(random.random() * arrival_weeks * 7 * DAY)
        method = random.choices(range(methods), popularity)[0]
        last = min(ticks, release + 10 * 7 * DAY)
        weight = random.choice((1, 1, 1, 2, 2, 4, 8))
        if random.random() < 0.7:
            made.append(_chain(random, cache, lab, method, number, release, last, weight))
        else:
            made.append(_session(random, lab, method, number, release, last, weight))
    terms = tuple(TickTerm(each.name, each.tier, each.weight, each.weight) for each in DEFAULT_TERMS)
    return Instance(datetime(2026, 1, 5, tzinfo=UTC), timedelta(minutes=15), ticks, tuple(lab.resources), tuple(made), (), terms)


def _need(name: str, candidates: tuple[int, ...], begin: int, end: int, count: int = 1, demand: int = 1) -> TickRequirement:
    return TickRequirement(name, count, demand, "whole", begin, end, candidates, (), frozenset())


def _mode(ticks: int, release: int, last: int, *needs: TickRequirement) -> TickMode:
    return TickMode("standard", ticks, ticks * 15, release, last - ticks, needs)


def _chain(random: Random, cache: dict[tuple[object, ...], TickMode], lab: Lab, method: int, number: int, release: int, last: int, weight: int) -> TickRequest:
    by_site = lab.chambers[method]
    exposure = random.choice(EXPOSURES) * HOUR
    key = (method, exposure)
    if key not in cache:
        # Candidates are one tuple per method, as compile makes them.
        operators = tuple(sorted(each for site in by_site for each in lab.operators[site]))
        rooms = tuple(sorted(each for site in by_site for each in lab.rooms[site]))
        chambers = tuple(sorted(each for site in by_site for each in by_site[site]))
        prepare = _mode(HOUR, 0, 0, _need("room", rooms, 0, HOUR) if method % 2 else _need("operator", operators, 0, HOUR))
        needs = (_need("chamber", chambers, 0, exposure), _need("load", operators, 0, 2), _need("unload", operators, exposure - 2, exposure))
        cache[key, 0], cache[key, 1] = prepare, _mode(exposure, 0, 0, *needs)
        cache[key, 2] = _mode(HOUR, 0, 0, _need("operator", operators, 0, HOUR))
        cache[key] = prepare
    tasks = tuple(
        TickTask(name, (_mode(cache[key, i].ticks, release, last, *cache[key, i].requirements),), True)
        for i, name in enumerate(("prepare", "expose", "evaluate"))
    )
    order = (
        TickPrecedence(0, 1, (HOUR,), (None,)),
        TickPrecedence(1, 2, (exposure + 24 * HOUR,), (exposure + 48 * HOUR,)),
    )
    due = (release + int((exposure + 3 * DAY) * random.uniform(1.2, 3))) * 15
    return TickRequest(f"q{number}", weight, tasks, order, (TickLink("same_site", (0, 1, 2), None),), due, release * 15, None, (), True)


def _session(random: Random, lab: Lab, method: int, number: int, release: int, last: int, weight: int) -> TickRequest:
    length = random.choice((2, 3, 4)) * HOUR
    need = _need("advisor", lab.topics[method], 0, length, count=random.choice((1, 1, 1, 2)))
    task = TickTask("session", (_mode(length, release, last, need),), False)
    return TickRequest(f"q{number}", weight, (task,), (), (), (release + random.randint(2, 10) * DAY) * 15, release * 15, None, (), True)


def month(seed: int = 1) -> Instance:
    """2,000 requests over a month, 18 weeks."""
    return synthetic(2_000, 4.45, 14, sites=120, methods=80, advisors=900, seed=seed)


def year(seed: int = 1) -> Instance:
    """23,359 requests over a year, 64 weeks."""
    return synthetic(23_359, 52, 12, sites=150, methods=130, advisors=3_300, seed=seed)


SIZES: dict[str, Callable[[], Instance]] = {"month": month, "year": year}


def main(arguments: list[str]) -> None:
    """Measures the sizes named (default: all)."""
    profile = "--profile" in arguments
    for size in [each for each in arguments if each in SIZES] or list(SIZES):
        begun = process_time()
        instance = SIZES[size]()
        count = len(instance.requests)
        print(f"yardstick: {_yardstick() * 1000:.0f} ms for a fixed piece of work; compare only runs with a like yardstick")
        print(f"{size}: {count} requests, {len(instance.resources)} resources, {instance.ticks} ticks (made in {process_time() - begun:.1f} s), {_peak()}")
        for rule in RULES:
            begun = process_time()
            plan = construct(instance, rules=[rule])
            seconds = process_time() - begun
            cost = plan_cost(instance, plan)
            print(f"  construct {rule:17} {seconds:6.2f} s {count / seconds:8.0f} requests/s, left out {count - len(plan)}, cost {cost:,}, {_peak()}")
        if profile:
            profiler = cProfile.Profile()
            profiler.runcall(construct, instance, rules=["weighted_slack"])
            pstats.Stats(profiler).sort_stats("tottime").print_stats(18)
        begun = process_time()
        plan = construct(instance)
        print(f"  construct as a whole    {process_time() - begun:6.2f} s, {_peak()}")
        _measure_queries(instance, plan)


def _measure_queries(instance: Instance, plan: Plan) -> None:
    """Times of `place` and of five offers on the booked plan."""
    occupancy = Occupancy(instance)
    for index, placement in plan.items():
        occupancy.book_placement(instance.requests[index], placement)
    sample = Random(3).sample(range(len(instance.requests)), min(2_000, len(instance.requests)))
    for index in sample:
        occupancy.shapes.shape(index)
    _report("place", [_timed(place, instance, occupancy, index) for index in sample])
    _report("five offers", [_timed(best_offers, instance, occupancy, index) for index in sample])
    left_out = [index for index in range(len(instance.requests)) if index not in plan][:200]
    if left_out:
        _report(f"reasons of {len(left_out)} left out", [_timed(find_reasons, instance, occupancy, index) for index in left_out])


def _timed(call: Callable[[Instance, Occupancy, int], object], instance: Instance, occupancy: Occupancy, index: int) -> float:
    begun = process_time()
    call(instance, occupancy, index)
    return process_time() - begun


def _report(name: str, seconds: list[float]) -> None:
    ranked = sorted(seconds)
    shares = ", ".join(f"p{share} {ranked[min(len(ranked) * share // 100, len(ranked) - 1)] * 1000:.2f} ms" for share in (50, 95, 99))
    print(f"  {name} on the booked plan: {shares}, worst {ranked[-1] * 1000:.2f} ms")


def _yardstick() -> float:
    """CPU seconds of a fixed piece of the same kind of work: tells a busy machine from a quiet one."""
    bits = (1 << 12_000) - 5
    begun = process_time()
    for index in range(100_000):
        bits ^= (bits >> (index & 7)) & index
    return process_time() - begun


def _peak() -> str:
    return f"peak {process.getrusage(process.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


if __name__ == "__main__":
    main(sys.argv[1:])
