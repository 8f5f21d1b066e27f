"""Prices of a bound, in ticks and positions, as a certificate that the verifier can recompute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.model.certificate import Anchor, Certificate, Prices, TierFactor
from scheduler.solver.bounds.blocks import SCALE
from scheduler.solver.bounds.scale import PriceBound
from scheduler.ticks.instance import Instance, Ticks

LARGEST = 10**15
"""A certificate holds no larger factor or price."""

Steps = tuple[tuple[Ticks, Ticks, int], ...]
"""Disjoint `[first, last)` with a price each, ascending; elsewhere nothing is asked."""

Units = tuple[tuple[int, int], ...]
"""(demand, units)."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a bound by prices stands on.

    `prices`: resource, how many units each demand counts (none said: what it is), and what a unit costs per tick, in parts of a unit of
    the scalar cost of which `scale` make one. `anchors`: which task of which request pays.
    """

    prices: Sequence[tuple[int, Units, Steps]]
    anchors: Mapping[int, int]
    scale: int


def proof_of(found: PriceBound) -> Proof | None:
    """What `found` stands on; None if there was no time to look at all requests."""
    if not found.is_whole:
        return None
    prices = tuple((measure.resource, measure.units, steps) for measure, steps in found.prices.items())
    return Proof(prices, {position: task for position, task in enumerate(found.anchors) if task >= 0}, SCALE)


def certificate_of(
    instance: Instance, proof: Proof, digest: str, versions: Mapping[str, str], *, members: Mapping[int, tuple[int, ...]] | None = None
) -> Certificate | None:
    """The certificate that says `proof` of the problem with that digest; None if its numbers are larger than a certificate may hold.

    Resources are positions in `instance`; `members` lists the units of pools by their first one, which stands for all in the proof.
    It claims nothing yet: whoever writes it down has the verifier say what its prices prove, as that drops other rules than the solver does.
    """
    tiers = tuple(TierFactor(tier=tier, factor=factor) for tier, factor in _factors(instance).items() if factor <= LARGEST)
    if len(tiers) < len(_factors(instance)) or any(price > LARGEST for _, _, steps in proof.prices for _, _, price in steps):
        return None
    asked: dict[tuple[int, Units], Steps] = {}
    for resource, units, steps in proof.prices:
        for unit in (members or {}).get(resource, (resource,)):
            asked[unit, _short(units)] = steps
    return Certificate(
        problem=digest,
        origin=instance.origin,
        resolution=instance.resolution,
        scale=proof.scale,
        bound=0,
        tiers=tiers,
        prices=tuple(
            Prices(resource=instance.resources[resource].id, steps=turns, units=units)
            for (resource, units), steps in sorted(asked.items())
            if (turns := _turns(steps, instance.ticks))
        ),
        anchors=tuple(
            Anchor(request=instance.requests[position].id, task=instance.requests[position].tasks[task].id) for position, task in sorted(proof.anchors.items())
        ),
        versions=dict(versions),
    )


def _factors(instance: Instance) -> dict[int, int]:
    """What a unit of each tier's cost counts in the scalar cost; 0 where no term of it weighs anything."""
    found = dict.fromkeys(sorted({term.tier for term in instance.terms}), 0)
    for term in instance.terms:
        if term.weight:
            found[term.tier] = term.scalar // term.weight
    # A single tier whose terms weigh nothing counts once like every other.
    return found if len(found) > 1 else dict.fromkeys(found, 1)


def _short(units: Units) -> Units:
    """The same, where every demand counts what it is said by none; with a smallest part of one place that makes no difference to what goes together."""
    return () if (1, 1) in units and all(demand == counted for demand, counted in units) else units


def _turns(steps: Steps, ticks: Ticks) -> tuple[tuple[Ticks, int], ...]:
    """Where the price changes, and to what."""
    found: list[tuple[Ticks, int]] = []
    asked, until = 0, 0
    for first, last, price in steps:
        if asked and until < first:
            found.append((until, 0))
            asked = 0
        if price != asked:
            found.append((first, price))
        asked, until = price, last
    if asked and until < ticks:
        found.append((until, 0))
    return tuple(found)
