"""The rules that start domains carry: when one candidate alone could serve a part of a mode.

Calendar and qualification, what frozen bookings have taken, and the time limits; `domains` puts them together.
Of resources that are special only what no plan can avoid is cut here; the rest is said by the rules of the model.
"""

from collections import defaultdict
from dataclasses import dataclass

from scheduler.placement import bits
from scheduler.ticks.instance import Bits, FixedUse, Instance, TickMode, Ticks


def open_starts(is_open: Bits, begin: Ticks, end: Ticks) -> Bits:
    """The starts s from 0 on with all of `[s + begin, s + end)` in `is_open`; `begin` may be negative."""
    found = bits.starts(is_open, end - begin)
    return found >> begin if begin >= 0 else found << -begin


def allowed_starts(mode: TickMode, tick_minutes: int, latest: int | None) -> Bits:
    """The starts of `mode` within its limits that end by the minute `latest` (None: no such limit)."""
    last = mode.last_start
    if latest is not None:
        last = min(last, (latest - mode.minutes) // tick_minutes)
    return bits.span(mode.first_start, last + 1) & mode.starts


@dataclass(frozen=True, slots=True)
class Part:
    """What a requirement asks of a special resource during `[start + begin, start + end)`; `limited` None: all ticks."""

    demand: int
    begin: Ticks
    end: Ticks
    limited: Bits | None
    idle: Bits
    recipe: int
    undisturbed: bool
    late: int = 0
    short: int = 0


class Residual:
    """What fixed uses leave of each resource."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._capacity = [each.capacity for each in instance.resources]
        self._profile = profile(instance)
        self._runs: dict[int, list[FixedRun]] | None = None
        self._uses: dict[int, list[FixedUse]] | None = None

    def free_starts(self, resource: int, demand: int, begin: Ticks, end: Ticks) -> Bits:
        """The starts s at which `demand` units are left in all of `[s + begin, s + end)`; bits may reach beyond the horizon."""
        # Only strict overlap disturbs: s + begin < last and first < s + end.
        taken = 0
        for first, last, amount in self._profile.get(resource, ()):
            if amount + demand > self._capacity[resource]:
                taken |= bits.span(first - end + 1, last - begin)
        return ~taken

    def special_starts(self, resource: int, wanted: Part) -> Bits:
        """As `free_starts`, for a special resource: beside fixed uses that `wanted` may join, or must not meet."""
        data = self._instance.resources[resource]
        if data.is_batch:
            return ~self._outside_runs(resource, wanted)
        free = self.free_starts(resource, wanted.demand, wanted.begin, wanted.end)
        return free & ~self._disturbing(resource, wanted) if data.shares else free

    def _outside_runs(self, resource: int, wanted: Part) -> Bits:
        if self._runs is None:
            self._runs = fixed_runs(self._instance)
        taken = 0
        for run in self._runs.get(resource, ()):
            meeting = bits.span(run.start - wanted.end + 1, run.end - wanted.begin)
            if run.may_join(wanted, self._capacity[resource]):
                meeting &= ~bits.span(run.start - wanted.begin, run.start - wanted.begin + 1)
            taken |= meeting
        return taken

    def _disturbing(self, resource: int, wanted: Part) -> Bits:
        if self._uses is None:
            self._uses = fixed_by_resource(self._instance)
        compatible = self._instance.resources[resource].compatible
        begin, end = wanted.begin, wanted.end
        taken = 0
        for use in self._uses.get(resource, ()):
            if are_unlike(wanted.recipe, use.recipe, compatible):
                taken |= bits.span(use.start - end + 1, use.end - begin)
            first, last = use.start, use.end
            # Edges in one tick are told apart by what they truly are.
            if use.undisturbed:
                # Neither the start nor the end of the part lies strictly inside the fixed use.
                taken |= bits.span(first + (wanted.late <= use.late) - begin, last - begin)
                taken |= bits.span(first + 1 - end, last - end + (wanted.short > use.short))
            if wanted.undisturbed:
                taken |= bits.span(first - end + 1, first - begin + (wanted.late < use.late))
                taken |= bits.span(last - end + (use.short <= wanted.short), last - begin)
        return taken


def are_unlike(first: int, second: int, compatible: frozenset[tuple[int, int]]) -> bool:
    """Whether two recipes (-1: none) must not meet."""
    return first >= 0 and second >= 0 and first != second and (first, second) not in compatible


@dataclass(frozen=True, slots=True)
class FixedRun:
    """Frozen bookings that share a run of a batch resource. `can_grow`: it starts on a tick, so that others can start with it. `minutes` 0: not told."""

    start: Ticks
    end: Ticks
    recipe: int
    load: int
    minutes: int
    can_grow: bool
    short: int = 0

    def may_join(self, wanted: Part, capacity: int) -> bool:
        """Whether a part like that could be in this run."""
        is_alike = self.recipe == wanted.recipe and self.short == wanted.short and wanted.end - wanted.begin == self.end - self.start
        return self.can_grow and is_alike and self.load + wanted.demand <= capacity


def fixed_runs(instance: Instance) -> dict[int, list[FixedRun]]:
    """The runs of frozen bookings per batch resource, ascending."""
    found: dict[int, list[FixedRun]] = {}
    for resource, uses in fixed_by_resource(instance).items():
        if not instance.resources[resource].is_batch:
            continue
        together: dict[tuple[Ticks, Ticks, int], list[FixedUse]] = defaultdict(list)
        for use in uses:
            together[use.start, use.end, use.recipe].append(use)
        found[resource] = [
            FixedRun(
                start,
                end,
                recipe,
                sum(use.demand for use in same),
                max(use.minutes for use in same),
                all(use.is_on_grid and use.short == same[0].short for use in same),
                same[0].short,
            )
            for (start, end, recipe), same in sorted(together.items())
        ]
    return found


def fixed_by_resource(instance: Instance) -> dict[int, list[FixedUse]]:
    """The fixed uses per resource, by start."""
    found: dict[int, list[FixedUse]] = defaultdict(list)
    for use in sorted(instance.fixed_uses, key=lambda each: (each.start, each.end)):
        found[use.resource].append(use)
    return found


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
