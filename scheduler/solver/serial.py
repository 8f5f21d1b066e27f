"""Serial schedules: requests one after the other, each complete as early as what the ones before have left allows.

Where every request is one task that looks at nothing but what is free, a few operations on sets of ticks place it; all else is
left to `placement`, which knows every rule.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scheduler.placement import bits
from scheduler.placement.completion import completion_minute
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.ticks.instance import Bits, Instance, Placement, TickBooking, TickMode, TickRequest, Ticks

MOST_UNITS = 16
"""A resource with more units is left to `placement`: here each number of units has a set of its own."""

Put = tuple[int, Any]
"""The minute at which the request is complete, and what `placement` makes its bookings of."""


class Serial(Protocol):
    """How requests are put; a state is what is free."""

    seconds: float
    """What one request counts on the repeatable clock."""

    def empty(self, last: int) -> Any:
        """The state without any request, of use for what is complete by minute `last`."""
        ...

    def put(self, state: Any, position: int, last: int) -> Put | None:
        """Puts a request so that it is complete as early as possible, by minute `last`; None (state as it was) if it cannot be."""
        ...

    def placement(self, position: int, token: Any) -> Placement:
        """The bookings that `put` told."""
        ...


def serial_for(instance: Instance) -> Serial:
    """The quick way if it knows all that counts in the instance, else by `placement`."""
    return QuickSerial(instance) if is_quick(instance) else PlacedSerial(instance)


class PlacedSerial:
    """Any instance."""

    seconds = 0.0005

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.origin = Occupancy(instance)

    def empty(self, last: int) -> Occupancy:
        """All free but for frozen bookings."""
        return self.origin.copy()

    def put(self, state: Occupancy, position: int, last: int) -> Put | None:
        """By `placement.place`."""
        request = self.instance.requests[position]
        placed = place(self.instance, state, position)
        if placed is None:
            return None
        end = completion_minute(self.instance, request, placed.placement)
        if end > last:
            return None
        state.book_placement(request, placed.placement)
        return end, placed.placement

    def placement(self, position: int, token: Placement) -> Placement:
        """The token itself."""
        return token


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `candidates` (resource, set that has its ticks, where it may serve) is taken during `[start + begin, start + begin + length)`."""

    number: int
    begin: Ticks
    length: Ticks
    demand: int
    candidates: tuple[tuple[int, int, Bits], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A mode at a site: `fixed` are (begin, length, ticks allowed, sets) of what it takes in any case."""

    mode: int
    ticks: Ticks
    minutes: int
    window: Bits
    fixed: tuple[tuple[Ticks, Ticks, Bits, tuple[int, ...]], ...]
    takes: tuple[tuple[int, int, Ticks, Ticks], ...]
    choices: tuple[Choice, ...]
    all_of: tuple[tuple[int, tuple[int, ...]], ...]


def is_quick(instance: Instance) -> bool:
    """Whether `QuickSerial` knows all that counts for every request of the instance."""
    return not instance.quotas and instance.most_moves is None and all(_is_quick(instance, each) for each in instance.requests)


def _is_quick(instance: Instance, request: TickRequest) -> bool:
    return len(request.tasks) <= 1 and all(_is_quick_mode(instance, mode) for task in request.tasks for mode in task.modes)


def _is_quick_mode(instance: Instance, mode: TickMode) -> bool:
    """Each requirement takes one of its candidates or all, none of which another one may take; nothing special, nothing that pauses."""
    seen: set[int] = set()
    for each in mode.requirements:
        resources = [instance.resources[candidate] for candidate in each.candidates]
        is_plain = not each.idle and not each.different_institutes and not each.undisturbed and (each.count == 1 or each.count == len(each.candidates))
        if not is_plain or not seen.isdisjoint(each.candidates) or any(resource.is_special or resource.capacity > MOST_UNITS for resource in resources):
            return False
        seen.update(each.candidates)
    return True


class QuickSerial:
    """Instances that are quick. A state has, per resource and number of units, the ticks in which so many are free."""

    seconds = 0.00005

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        occupancy = Occupancy(instance)
        self.first_of: list[int] = []
        self.whole: list[Bits] = []
        for number, resource in enumerate(instance.resources):
            self.first_of.append(len(self.whole))
            # Larger ones are not asked for, see `is_quick`.
            units = 0 if resource.is_special else min(resource.capacity, MOST_UNITS)
            self.whole += [occupancy.free(number, demand) for demand in range(1, units + 1)]
        self.capacity = [each.capacity for each in instance.resources]
        work = _work(instance)
        self.ways = [self._ways(request, work) for request in instance.requests]

    def empty(self, last: int) -> list[Bits]:
        """All free but for frozen bookings."""
        ends = [way.ticks + max([0, *(begin + length - way.ticks for _, _, begin, length in way.takes)]) for ways in self.ways for way in ways]
        seen = bits.ones(max(0, last // self.instance.tick_minutes + 1 + max(ends, default=0)))
        return [each & seen for each in self.whole]

    def put(self, state: list[Bits], position: int, last: int) -> Put | None:
        """The earliest start of the first way that has the earliest end."""
        tick = self.instance.tick_minutes
        best: tuple[int, Way, Ticks, tuple[int, ...]] | None = None
        for way in self.ways[position]:
            # Ties go to the way before.
            latest = ((last if best is None else best[0] - 1) - way.minutes) // tick
            found = _earliest(state, way, latest) if latest >= 0 else None
            if found is not None:
                best = found[0] * tick + way.minutes, way, *found
        if best is None:
            return None
        end, way, start, chosen = best
        for resource, demand, begin, length in way.takes:
            self._take(state, resource, demand, start + begin, length)
        for choice, resource in zip(way.choices, chosen, strict=True):
            self._take(state, resource, choice.demand, start + choice.begin, choice.length)
        return end, (way, start, chosen)

    def placement(self, position: int, token: tuple[Way, Ticks, tuple[int, ...]]) -> Placement:
        """One booking."""
        way, start, chosen = token
        served = dict(way.all_of)
        served.update((choice.number, (resource,)) for choice, resource in zip(way.choices, chosen, strict=True))
        return (TickBooking(0, way.mode, start, tuple(served[number] for number in sorted(served))),)

    def _take(self, state: list[Bits], resource: int, demand: int, start: Ticks, length: Ticks) -> None:
        taken = bits.ones(length) << start
        first, capacity = self.first_of[resource], self.capacity[resource]
        if capacity == 1:
            state[first] ^= taken
            return
        for number in range(first, first + capacity):
            more = state[number + demand] & taken if number + demand < first + capacity else 0
            state[number] = state[number] & ~taken | more

    def _ways(self, request: TickRequest, work: Counter[int]) -> tuple[Way, ...]:
        found = []
        for task in request.tasks:
            for number, mode in enumerate(task.modes):
                window = bits.span(mode.first_start, mode.last_start + 1) & mode.starts
                if not window or not request.can_serve:
                    continue
                sites = {self.instance.resources[each].site for requirement in mode.requirements for each in requirement.candidates} - {-1}
                if task.one_site and task.site >= 0:
                    sites = {task.site}
                for site in sorted(sites) if task.one_site and sites else (None,):
                    way = self._way(mode, number, window, site, work)
                    if way is not None:
                        found.append(way)
        return tuple(found)

    def _way(self, mode: TickMode, number: int, window: Bits, site: int | None, work: Counter[int]) -> Way | None:
        fixed: dict[tuple[Ticks, Ticks], tuple[Bits, list[int]]] = {}
        takes, choices, all_of = [], [], []
        for k, each in enumerate(mode.requirements):
            candidates = [r for r in each.candidates if site is None or self.instance.resources[r].site in (-1, site)]
            if len(candidates) < each.count:
                return None
            limited = dict(each.limited)
            length = each.end - each.begin
            if len(candidates) == each.count:
                allowed, sets = fixed.setdefault((each.begin, length), (-1, []))
                for resource in candidates:
                    allowed &= limited.get(resource, -1)
                    sets.append(self.first_of[resource] + each.demand - 1)
                    takes.append((resource, each.demand, each.begin, length))
                fixed[each.begin, length] = allowed, sets
                all_of.append((k, tuple(sorted(candidates))))
            else:
                candidates.sort(key=lambda r: (r not in each.preferred, work[r], r))
                options = tuple((r, self.first_of[r] + each.demand - 1, limited.get(r, -1)) for r in candidates)
                choices.append(Choice(k, each.begin, length, each.demand, options))
        groups = tuple((begin, length, allowed, tuple(sets)) for (begin, length), (allowed, sets) in fixed.items())
        return Way(number, mode.ticks, mode.minutes, window, groups, tuple(takes), tuple(choices), tuple(all_of))


def _work(instance: Instance) -> Counter[int]:
    """Per resource the ticks of work that would be its share if candidates shared evenly."""
    found: Counter[int] = Counter()
    for request in instance.requests:
        for task in request.tasks:
            for mode in task.modes:
                for each in mode.requirements:
                    for resource in each.candidates:
                        found[resource] += (each.end - each.begin) * each.count // (len(each.candidates) * len(task.modes))
    return found


def _earliest(state: Sequence[Bits], way: Way, latest: Ticks) -> tuple[Ticks, tuple[int, ...]] | None:
    """The first start, at most `latest`, and who serves each choice then."""
    possible = way.window & bits.ones(latest + 1)
    for begin, length, allowed, sets in way.fixed:
        # No start after `latest`, so nothing after that and the length counts: short sets are quick.
        free = bits.ones(max(0, latest + begin + length)) & allowed
        for each in sets:
            free &= state[each]
        possible &= bits.starts(free >> begin if begin >= 0 else free << -begin, length)
    if not possible:
        return None
    start = bits.lowest(possible)
    chosen = _serving(state, way.choices, start)
    if chosen is not None:
        return start, chosen
    for choice in way.choices:
        possible = _any_serves(state, choice, possible, start, is_last=len(way.choices) == 1)
        if not possible:
            return None
    start = bits.lowest(possible)
    chosen = _serving(state, way.choices, start)
    return None if chosen is None else (start, chosen)


def _serving(state: Sequence[Bits], choices: Iterable[Choice], start: Ticks) -> tuple[int, ...] | None:
    """The first candidate of each choice that is free, if all have one."""
    chosen = []
    for choice in choices:
        if start + choice.begin < 0:
            return None
        wanted = bits.ones(choice.length) << (start + choice.begin)
        for resource, number, allowed in choice.candidates:
            if state[number] & allowed & wanted == wanted:
                chosen.append(resource)
                break
        else:
            return None
    return tuple(chosen)


def _any_serves(state: Sequence[Bits], choice: Choice, possible: Bits, base: Ticks, *, is_last: bool) -> Bits:
    """The possible starts, none before `base`, at which some candidate can serve; `is_last`: the first of them is enough."""
    shifted = possible >> base
    found: Bits = 0
    shift = base + choice.begin
    for _, number, allowed in choice.candidates:
        seen = state[number] & allowed & bits.ones(max(0, shift + shifted.bit_length() + choice.length))
        starts = bits.starts(seen >> shift if shift >= 0 else seen << -shift, choice.length) & shifted
        found |= starts
        if is_last and starts:
            # Only what is earlier still is of interest.
            shifted &= bits.ones(bits.lowest(starts))
    return found << base
