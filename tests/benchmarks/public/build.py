"""Bookings and results made by hand, to be told in the formats of public benchmarks."""

from benchmarks.public.statement import at
from scheduler.model.result import Outcome, Result, TierValue
from scheduler.model.schedule import Allocation, Booking, Run, Schedule, Unserved
from scheduler.model.window import window


def booking(request: str, task: str, start: int, end: int, *, mode: str = "standard", run: str | None = None, **serving: tuple[str, ...]) -> Booking:
    """A booking of minutes; `serving` has the resources by requirement, with `_` for `-`."""
    allocations = tuple(Allocation(requirement=name.replace("_", "-"), resources=names, run_id=run) for name, names in serving.items())
    return Booking(request=request, task=task, mode=mode, window=window(at(start), at(end)), allocations=allocations)


def batch(run: str, oven: str, start: int, end: int, load: int) -> Run:
    """A run of minutes in an oven of capacity 10."""
    return Run(id=run, resource=oven, recipe="a1", window=window(at(start), at(end)), load=load, capacity=10)


def result(*bookings: Booking, objective: int, bound: int, outcome: Outcome = "feasible", runs: tuple[Run, ...] = (), unserved: tuple[str, ...] = ()) -> Result:
    """What the solver would say of this plan."""
    schedule = Schedule(bookings=bookings, runs=runs, unserved=tuple(Unserved(request=each) for each in unserved))
    return Result(outcome=outcome, schedule=schedule, tiers=(TierValue(tier=1, objective=objective, bound=bound),), seconds=2.5)
