"""Resources tick by tick: when each is open, what frozen bookings leave of it, what a unit costs."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from scheduler.errors import InputError
from scheduler.model.calendar import open_windows
from scheduler.model.certificate import Certificate, Prices, origin_of, stands
from scheduler.model.lab import Resource
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule
from scheduler.model.window import Windows, difference, union, window
from scheduler.verify.facts import facts_of

MINUTE = timedelta(minutes=1)

MOST_TICKS = 10_000_000
"""A finer grid over a longer horizon is refused: each resource takes some bytes per tick."""

REMEMBERED = 200_000_000
"""Bytes of answers of one kind that are kept; a year on thousands of resources would take many times that."""

LARGEST = 1 << 60
"""Sums in 64 bits stay below."""

Mask = NDArray[np.bool_]
Numbers = NDArray[Any]
"""Whole numbers, of 64 bits where they are added up."""

Array = TypeVar("Array", bound=NDArray[Any])


class Kept(Generic[Array]):
    """Arrays that have been worked out, those asked for last; no more than `most` bytes of them."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self.arrays: OrderedDict[Hashable, Array] = OrderedDict()

    def get(self, key: Hashable, work_out: Callable[[], Array]) -> Array:
        """The array of that key."""
        found = self.arrays.get(key)
        if found is not None:
            self.arrays.move_to_end(key)
            return found
        found = self.arrays[key] = work_out()
        self.bytes += found.nbytes
        while self.bytes > self.most and len(self.arrays) > 1:
            self.bytes -= self.arrays.popitem(last=False)[1].nbytes
        return found


class Grid:
    """Ticks `[origin + k * resolution, origin + (k + 1) * resolution)` for k in `range(ticks)`, all within the horizon's end."""

    def __init__(self, origin: datetime, resolution: timedelta, ticks: int) -> None:
        self.origin, self.resolution, self.ticks = origin, resolution, ticks
        self.minutes = resolution // MINUTE

    def up(self, length: timedelta) -> int:
        """Whole ticks that hold `length`; of a negative one likewise."""
        return -((-length) // self.resolution)

    def down(self, length: timedelta) -> int:
        """Whole ticks in `length`, rounded towards the past."""
        return length // self.resolution

    def minute_up(self, moment: datetime) -> int:
        """Minutes from the origin, rounded up."""
        return -((self.origin - moment) // MINUTE)

    def minute_down(self, moment: datetime) -> int:
        """Minutes from the origin, rounded down."""
        return (moment - self.origin) // MINUTE

    def inside(self, windows: Windows) -> Numbers:
        """The stretches of ticks that lie wholly in one of `windows`: rows of first and last, ascending."""
        found = [(max(0, self.up(each.start - self.origin)), min(self.ticks, self.down(each.end - self.origin))) for each in windows]
        return np.array([each for each in found if each[0] < each[1]], np.int64).reshape(-1, 2)


def grid_of(problem: Problem, certificate: Certificate) -> Grid:
    """The grid of the certificate. Raises: InputError if it is not one on which all plans of the policy's resolution start."""
    origin, step = origin_of(problem), certificate.resolution
    if certificate.origin != origin:
        raise InputError(f"must be {origin.isoformat()}, the full hour at which the horizon starts", "origin")
    if step % MINUTE or timedelta(hours=1) % step:
        raise InputError("must be whole minutes that divide an hour, such as PT15M", "resolution")
    if problem.policy.resolution % step:
        raise InputError("the policy's plans start on a finer grid, of which this certificate says nothing", "resolution")
    for each in problem.in_force:
        since = each.booking.window.start - origin
        if not stands(problem, each) and not since % MINUTE and since % step:
            raise InputError(f"task {each.booking.task!r} of request {each.booking.request!r} may stay where it is, which is not on this grid", "resolution")
    ticks = (problem.horizon.end - origin) // step
    if ticks > MOST_TICKS:
        raise InputError(f"the horizon has {ticks:,} ticks, more than the {MOST_TICKS:,} that can be checked", "resolution")
    return Grid(origin, step, ticks)


class Timeline:
    """The resources of a problem on a grid, by position in `lab.resources`; `prices` are asked in open ticks only, where alone they bind anybody."""

    def __init__(self, problem: Problem, certificate: Certificate) -> None:
        self.problem = problem
        self.grid = grid_of(problem, certificate)
        self.resources = problem.lab.resources
        self.calendars = {each.id: each for each in problem.lab.calendars}
        self.position = {each.id: number for number, each in enumerate(self.resources)}
        self._openings: dict[tuple[object, ...], Numbers] = {}
        self._shut: Kept[Numbers] = Kept(REMEMBERED)
        self.frozen = dict(self._frozen())
        self.asked: dict[int, list[tuple[dict[int, int] | None, Numbers]]] = defaultdict(list)
        self._most: dict[int, int] = defaultdict(int)
        self._prices: Kept[Numbers] = Kept(REMEMBERED)
        self.worth = sum(self._price(number, each) for number, each in enumerate(certificate.prices))

    def open(self, position: int) -> Mask:
        """The ticks in which the resource is open as a whole."""
        resource = self.resources[position]
        key = self._hours(resource)
        if key not in self._openings:
            grid = self.grid
            windows: Windows = ()
            if resource.calendar in self.calendars and grid.ticks:
                windows = open_windows(self.calendars[resource.calendar], window(grid.origin, grid.origin + grid.ticks * grid.resolution))
            self._openings[key] = grid.inside(difference(windows, union(each.window for each in resource.closures)) if resource.closures else windows)
        edges = np.zeros(self.grid.ticks + 1, np.int8)
        edges[self._openings[key][:, 0]] += 1
        edges[self._openings[key][:, 1]] -= 1
        is_open: Mask = np.cumsum(edges[:-1], dtype=np.int8).astype(bool)
        return is_open

    def free(self, position: int) -> Numbers:
        """Units that frozen bookings leave in each tick; none where it is not open as a whole."""
        is_open = self.open(position)
        if position not in self.frozen:
            return np.where(is_open, self.resources[position].capacity, 0)
        return np.where(is_open, np.maximum(self.resources[position].capacity - self.frozen[position], 0), 0)

    def shut_before(self, position: int, demand: int) -> Numbers:
        """For each tick, and the end, how many ticks before it have no `demand` units for anybody."""
        resource = self.resources[position]
        key = (position, demand) if position in self.frozen else self._hours(resource)

        def work_out() -> Numbers:
            return _before(self.free(position) < demand if position in self.frozen else ~self.open(position), np.int32)

        return self._shut.get(key, work_out)

    def _hours(self, resource: Resource) -> tuple[object, ...]:
        return (resource.calendar, resource.closures)

    def price_before(self, position: int, demand: int) -> Numbers | None:
        """For each tick, and the end, what `demand` units cost in all ticks before it; None: nothing."""
        counted = self._counted(position, demand)
        if not counted:
            return None

        def work_out() -> Numbers:
            found: Numbers = np.sum([units * before for units, before in counted], axis=0)
            return found

        return self._prices.get((position, demand), work_out)

    def price_of_all(self, position: int, demand: int) -> int:
        """What `demand` units cost in all ticks together."""
        return sum(units * int(before[-1]) for units, before in self._counted(position, demand))

    def _counted(self, position: int, demand: int) -> list[tuple[int, Numbers]]:
        """Units that so much counts, with what each costs before each tick."""
        return [(n, before) for units, before in self.asked.get(position, ()) if (n := demand if units is None else units.get(demand, 0))]

    def _price(self, number: int, prices: Prices) -> int:
        """Notes the price of all open ticks before each tick; returns what all there is costs."""
        position = self.position.get(prices.resource)
        if position is None:
            raise InputError(f"there is no resource {prices.resource!r} in the problem", f"prices[{number}].resource")
        ticks, steps = self.grid.ticks, prices.steps
        if steps[-1][0] > ticks:
            raise InputError(f"tick {steps[-1][0]:,} lies after the end of the horizon, tick {ticks:,}", f"prices[{number}].steps")
        most = max((units for _, units in prices.units), default=self.resources[position].capacity)
        self._most[position] += max(1, most) * max(price for _, price in steps) * (ticks + 1)
        if self._most[position] >= LARGEST:
            raise InputError("prices are too large to be added up", f"prices[{number}].steps")
        is_open, free = self.open(position), self.free(position)
        if prices.units:
            free = np.array(rooms(prices.units, self.resources[position].capacity), np.int64)[free]
        asked = np.zeros(ticks, np.int64)
        worth = 0
        for (first, price), (last, _) in pairwise((*steps, (ticks, 0))):
            asked[first:last] = price
            worth += price * int(free[first:last].sum())
        asked[~is_open] = 0
        self.asked[position].append((dict(prices.units) if prices.units else None, _before(asked)))
        return worth

    def _frozen(self) -> Iterator[tuple[int, Numbers]]:
        """Per resource the most that frozen bookings take at any moment of each tick."""
        bookings = tuple(each.booking for each in self.problem.in_force if stands(self.problem, each))
        taken: dict[int, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
        for placed in facts_of(self.problem, Schedule(bookings=bookings)).placed:
            for part in placed.parts:
                for resource in part.resources:
                    taken[self.position[resource.id]][part.start] += part.requirement.demand
                    taken[self.position[resource.id]][part.end] -= part.requirement.demand
        grid = self.grid
        for position, changes in taken.items():
            most = np.zeros(grid.ticks, np.int64)
            moments = sorted(changes)
            load = 0
            for moment, until in pairwise(moments):
                load += changes[moment]
                first, last = max(0, grid.down(moment - grid.origin)), max(0, grid.up(until - grid.origin))
                most[first:last] = np.maximum(most[first:last], load)
            yield position, most


def _before(values: Mask | Numbers, kind: type[Any] = np.int64) -> Numbers:
    found = np.zeros(len(values) + 1, kind)
    np.cumsum(values, out=found[1:])
    return found


@lru_cache(maxsize=10_000)
def rooms(units: tuple[tuple[int, int], ...], capacity: int) -> tuple[int, ...]:
    """The most units that parts count which go together in so many places, for each number of places up to `capacity`."""
    most = [0]
    for places in range(1, capacity + 1):
        most.append(max((most[places - demand] + counted for demand, counted in units if demand <= places), default=0))
    return tuple(most)
