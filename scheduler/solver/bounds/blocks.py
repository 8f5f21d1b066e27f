"""What a request costs at least for every start of its anchor, and what of busy resources it takes then.

A relaxation: other tasks count as early as their own starts allow, on resources that nobody else uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.model.policy import TermName
from scheduler.placement.cost import Amounts
from scheduler.solver.amounts import amounts_complete, amounts_left_out, scalar_of
from scheduler.solver.bound import least_amounts
from scheduler.solver.bounds.queues import weighs
from scheduler.solver.domains import NOWHERE, Explorer, RequestDomain
from scheduler.ticks.instance import Bits, Instance, TickRequest, TickRequirement, Ticks

SCALE = 1_000
"""Prices, and all costs beside them, are whole thousandths."""

Numbers = NDArray[Any]
"""Whole numbers: int64 where they surely fit, else Python's own."""


@dataclass(frozen=True, slots=True)
class Part:
    """`count` of some candidates, `demand` units of each, during `[start + begin, start + end)`; each with the starts at which it could serve."""

    candidates: tuple[tuple[int, Bits], ...]
    count: int
    demand: int
    begin: Ticks
    end: Ticks


@dataclass(frozen=True, slots=True)
class Block:
    """Starts of the anchor in one mode at one site: `cost[k]` is the least (in thousandths) if it starts at `first + k`, far where it cannot.

    `parts` only as far as they are priced; `requirements` says of which requirement each is.
    """

    mode: int
    site: int
    first: Ticks
    cost: Numbers
    least: int
    parts: tuple[Part, ...]
    requirements: tuple[int, ...]


MANY = 1_000
"""More people, and more resources without preference, no request has."""


@dataclass(frozen=True, slots=True)
class Money:
    """How costs are held, and what is more than anything costs (for what cannot be had)."""

    kind: type
    far: int


def money_of(instance: Instance) -> Money:
    """64 bits where they surely hold every sum of prices; else Python's own numbers, which take twenty times longer."""
    most = max((scalar_of(instance, amounts_left_out(each)) for each in instance.requests), default=0)
    # Who is late until the end of the horizon may cost more than who is left out.
    scalars = instance.scalars
    latest = instance.ticks * instance.tick_minutes + max((abs(each.arrival_minute) for each in instance.requests), default=0)
    heaviest = max((each.weight for each in instance.requests), default=0)
    by_minute = heaviest * (scalars["tardiness"] + scalars["task_tardiness"]) + scalars["flow_time"] + scalars["span"]
    most = max(most, by_minute * latest) + MANY * (scalars["late"] + scalars["people"] + scalars["preferences"])
    needed = (SCALE * most * (instance.ticks + 1)).bit_length()
    return Money(np.int64, 1 << 56) if needed <= 55 else Money(object, 1 << (needed + 40))


def positions(starts: Bits) -> NDArray[np.int64]:
    """The members of a set, ascending."""
    octets = starts.to_bytes((starts.bit_length() + 7) // 8, "little")
    found: NDArray[np.int64] = np.flatnonzero(np.unpackbits(np.frombuffer(octets, np.uint8), bitorder="little"))
    return found


def set_of(at: Numbers) -> Bits:
    """The ticks in ascending order as a set."""
    if not len(at):
        return 0
    flags = np.zeros(int(at[-1]) + 1, np.uint8)
    flags[at] = 1
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def mask_of(starts: Bits, first: Ticks, last: Ticks) -> NDArray[np.bool_]:
    """Whether each of the ticks `first..last-1` belongs to a set."""
    length = last - first
    inside = starts >> first & ((1 << length) - 1)
    return np.unpackbits(np.frombuffer(inside.to_bytes((length + 7) // 8, "little"), np.uint8), bitorder="little")[:length].astype(bool)


def blocks_of(
    instance: Instance, explorer: Explorer, request: TickRequest, domain: RequestDomain, anchor: int, priced: frozenset[int], money: Money
) -> list[Block]:
    """All ways of the anchor within `domain`, those that could be cheapest first."""
    found: list[Block] = []
    home = next((place for place in domain.places if anchor in place.tasks), None)
    amounts = least_amounts(instance, request, domain)
    extra, least = _extra(instance, request, domain, amounts), scalar_of(instance, amounts)
    for m, (mode, possible) in enumerate(zip(request.tasks[anchor].modes, domain.tasks[anchor], strict=True)):
        for site, starts in possible.by_site.items():
            if not starts:
                continue
            at = positions(starts)
            first, last = int(at[0]), int(at[-1]) + 1
            complete = np.maximum(_completions(instance, request, domain, anchor, m, at, site), domain.earliest)
            cost: Numbers = np.full(last - first, money.far, money.kind)
            cost[at - first] = SCALE * np.maximum(costs_of(instance, request, complete.astype(money.kind)) + extra, least)
            counted = tuple(
                k
                for k, (requirement, kept) in enumerate(zip(mode.requirements, possible.candidates, strict=True))
                if weighs(mode, requirement) and not priced.isdisjoint(kept)
            )
            parts = tuple(_part(instance, explorer, mode.requirements[k], site if home is not None else None) for k in counted)
            found.append(Block(m, site, first, cost, int(cost.min()), parts, counted))
    return sorted(found, key=lambda each: each.least)


def _part(instance: Instance, explorer: Explorer, requirement: TickRequirement, site: int | None) -> Part:
    near = [r for r in requirement.candidates if site is None or instance.resources[r].site in (site, NOWHERE)]
    return Part(tuple((r, explorer.starts_of(requirement, r)) for r in near), requirement.count, requirement.demand, requirement.begin, requirement.end)


def _extra(instance: Instance, request: TickRequest, domain: RequestDomain, least: Amounts) -> int:
    """What a request costs at least, served within `domain`, beyond what its completion says."""
    by_completion = amounts_complete(request, domain.earliest)
    # Of lateness and span the completion may say more later on; what both say must not count twice.
    names: tuple[TermName, ...] = ("preferences", "task_tardiness", "people")
    return sum(instance.scalars[name] * (least[name] - by_completion[name]) for name in names)


def costs_of(instance: Instance, request: TickRequest, complete: Numbers) -> Numbers:
    """The scalar cost by `amounts_complete` for each minute of completion."""
    scalars = instance.scalars
    minutes = complete
    found = scalars["flow_time"] * np.maximum(minutes - request.arrival_minute, 0)
    if request.due_minute is not None:
        late = np.maximum(minutes - request.due_minute, 0)
        found = found + request.weight * scalars["tardiness"] * late
        if scalars["late"]:
            found = found + scalars["late"] * (late > 0 if not request.fixed_tardiness else late >= 0).astype(np.int64)
    elif request.fixed_tardiness:
        found = found + scalars["late"]
    if request.fixed_start is not None:
        found = found + scalars["span"] * np.maximum(minutes - request.fixed_start, 0)
    constant = amounts_complete(request, request.arrival_minute)
    names: tuple[TermName, ...] = ("task_tardiness", "moves", "people")
    whole: Numbers = found + sum(scalars[name] * constant[name] for name in names)
    return whole


def _completions(instance: Instance, request: TickRequest, domain: RequestDomain, anchor: int, mode: int, at: Numbers, site: int) -> Numbers:
    """The least minute of completion for each start `at` of the anchor, at that site."""
    tick = instance.tick_minutes
    complete = at * tick + request.tasks[anchor].modes[mode].minutes
    home = next((place for place in domain.places if anchor in place.tasks), None)

    def later(task: int, from_tick: Numbers, lags: Sequence[int]) -> None:
        """Folds in all that follows `task`, which starts at `from_tick` or later, its modes with these lags at least."""
        nonlocal complete
        for precedence in request.precedences:
            if precedence.before != task:
                continue
            after = precedence.after
            lag = min(precedence.least[m] for m in lags)
            ends: Numbers | None = None
            starts_at: Numbers | None = None
            usable = []
            for m, (tick_mode, possible) in enumerate(zip(request.tasks[after].modes, domain.tasks[after], strict=True)):
                starts = possible.by_site.get(site, 0) if home is not None and after in home.tasks and site in possible.by_site else possible.starts
                if not starts:
                    continue
                usable.append(m)
                options = positions(starts)
                place = np.searchsorted(options, from_tick + lag)
                following = np.append(options, 4 * instance.ticks)[place]
                end = following * tick + tick_mode.minutes
                ends = end if ends is None else np.minimum(ends, end)
                starts_at = following if starts_at is None else np.minimum(starts_at, following)
            if ends is not None and starts_at is not None:
                # A start that nothing can follow in time is left to others to refuse.
                complete = np.maximum(complete, np.where(starts_at >= instance.ticks, complete, ends))
                later(after, starts_at, usable)

    later(anchor, at, (mode,))
    return complete
