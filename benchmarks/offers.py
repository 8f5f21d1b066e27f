"""How fast five offers are on a booked lab: the engine alone, without reading or writing JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter, thread_time

from benchmarks.generator import generate
from benchmarks.machine import processor, versions
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.offers import best_offers
from scheduler.solver.construct import construct
from scheduler.ticks.compile import compile_problem

OFFERS = 5


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one query: CPU time of the thread, and wall-clock."""

    cpu: tuple[float, ...]
    wall: tuple[float, ...]


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure_offers(size: str, seed: int, queries: int) -> str:
    """One line: p50, p95, p99 and the greatest of `queries` random requests asked for again on the booked lab of `size`.

    The first query of a kind pays for its shape, as the first of a day does.
    """
    instance = compile_problem(generate(size, seed))
    plan = construct(instance)
    occupancy = Occupancy(instance)
    for position, placement in plan.items():
        occupancy.book_placement(instance.requests[position], placement)
    random = Random(f"offers:{seed}")
    asked = [random.randrange(len(instance.requests)) for _ in range(queries)]
    times = _times(lambda position: best_offers(instance, occupancy, position, OFFERS), asked)
    parts = [
        f"{name} p50 {quantile(values, 0.5):.2f} p95 {quantile(values, 0.95):.2f} p99 {quantile(values, 0.99):.2f} max {max(values):.2f}"
        for name, values in (("cpu ms", times.cpu), ("wall ms", times.wall))
    ]
    return f"offers {size} seed {seed}, {len(plan)} requests booked, {queries} queries: {'; '.join(parts)} ({processor()}; {versions()})"


def _times(query: Callable[[int], object], asked: Sequence[int]) -> Times:
    cpu, wall = [], []
    for position in asked:
        begun, ticked = perf_counter(), thread_time()
        query(position)
        cpu.append((thread_time() - ticked) * 1000)
        wall.append((perf_counter() - begun) * 1000)
    return Times(tuple(cpu), tuple(wall))
