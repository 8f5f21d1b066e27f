"""The rules that start domains carry: when one candidate alone could serve a part of a mode.

Calendar and qualification, what frozen bookings have taken, and the time limits; `domains` puts them together.
"""

from collections import defaultdict

from scheduler.placement import bits
from scheduler.ticks.instance import Bits, Instance, TickMode, Ticks


def open_starts(is_open: Bits, begin: Ticks, end: Ticks) -> Bits:
    """The starts s with all of `[s + begin, s + end)` in `is_open`."""
    return bits.starts(is_open, end - begin) >> begin


def allowed_starts(mode: TickMode, tick_minutes: int, latest: int | None) -> Bits:
    """The starts of `mode` within its limits that end by the minute `latest` (None: no such limit)."""
    last = mode.last_start
    if latest is not None:
        last = min(last, (latest - mode.minutes) // tick_minutes)
    return bits.span(mode.first_start, last + 1)


class Residual:
    """What fixed uses leave of each resource."""

    def __init__(self, instance: Instance) -> None:
        self._capacity = [each.capacity for each in instance.resources]
        self._profile = profile(instance)

    def free_starts(self, resource: int, demand: int, begin: Ticks, end: Ticks) -> Bits:
        """The starts s at which `demand` units are left in all of `[s + begin, s + end)`; bits may reach beyond the horizon."""
        # Only strict overlap disturbs: s + begin < last and first < s + end.
        taken = 0
        for first, last, amount in self._profile.get(resource, ()):
            if amount + demand > self._capacity[resource]:
                taken |= bits.span(first - end + 1, last - begin)
        return ~taken


def profile(instance: Instance) -> dict[int, list[tuple[Ticks, Ticks, int]]]:
    """Per resource with fixed uses: disjoint [start, end) with the units taken in them, ascending."""
    steps: dict[int, dict[Ticks, int]] = defaultdict(lambda: defaultdict(int))
    for use in instance.fixed_uses:
        steps[use.resource][use.start] += use.demand
        steps[use.resource][use.end] -= use.demand
    found = {}
    for resource, changes in steps.items():
        pieces = []
        level, since = 0, 0
        for tick in sorted(changes):
            if level and tick > since:
                pieces.append((since, tick, level))
            level, since = level + changes[tick], tick
        found[resource] = pieces
    return found
