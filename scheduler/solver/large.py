"""The rungs of problems too large for exact work as a whole: a team improves the plan, and by turns one worker proves a bound while the others go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import NamedTuple, Protocol

from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import Ideal, ideal_of
from scheduler.solver.bounds.scale import PriceBound, bound_by_prices
from scheduler.solver.budget import Budget
from scheduler.solver.chosen import Chosen
from scheduler.solver.domains import Explorer
from scheduler.solver.groups import Group
from scheduler.solver.refining import Refining
from scheduler.solver.team import Team
from scheduler.ticks.instance import Instance, Plan

FIRST_SHARE = 0.3
"""Of the time, what improving the plan gets before any bound: prices and programs look where the plan leaves much open."""

BOUND_SHARE, LEAST_SHARE = 0.5, 0.1
"""Of what is left then, what the bound gets; and if improving does not use up the rest, there is another turn of both, while so much is left."""


class Shares(NamedTuple):
    """Of what is left each time, what the bound gets, then improving, then a search in everything at once; and then all begin again."""

    bound: float
    refine: float
    search: float


WITHOUT_PRICES = Shares(BOUND_SHARE, 1.0, 0.8)
"""Where prices are of no use to the search it is what is left to try where all others are stuck."""

Report = Callable[[str, Plan, int], None]
"""Called with the rung's name, the best plan and the bound of the first tier."""


class Search(Protocol):
    """Looks for better plans where all others are stuck; no repeatable plan may see the prices that it begins with, as the clock on the wall tells them."""

    def shares(self, plan: Plan, proof: PriceBound | None, seconds: float) -> Shares:
        """How so many seconds are best shared out, given the plan at hand and the best prices so far."""

    def __call__(self, plan: Plan, bounds: tuple[int, ...], proof: PriceBound | None, budget: Budget) -> tuple[Plan, tuple[int, ...], float]:
        """From a plan, the bound per tier and the best prices: no worse ones of the first two, and what finding them took of the repeatable clock."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """The best plan, a lower bound per tier, what each request costs alone (None: there was no time for all), and the prices that prove the bound."""

    plan: Plan
    bounds: tuple[int, ...]
    ideal: Ideal | None
    proof: PriceBound | None


def climb_large(instance: Instance, plan: Plan, team: Team, budget: Budget, report: Report) -> Climbed:
    """The best plan found from `plan` on, and what is proved of it. Raises: ModelInvalid."""
    if instance.has_coupled_terms:
        # What one request adds to such a term only all of them together tell.
        return _bounded(instance, plan, budget, lambda first: report("bound", plan, first))
    ideal = ideal_of(instance, Explorer(instance), budget.is_over, keep_domains=False)
    first = ideal.tiers[0]
    report("bound", plan, first)
    if not ideal.is_whole:
        return Climbed(plan, ideal.tiers, None, None)
    refining = Refining(team, instance, ideal.scalars, budget.seed, lambda better, bound: report("improve", better, max(first, bound)))
    plan, spent = refining(plan, budget.share(FIRST_SHARE))
    return bounded(instance, plan, ideal.tiers, refining, budget.less(spent), report, ideal)


def bounded(
    instance: Instance,
    plan: Plan,
    bounds: tuple[int, ...],
    refining: Refining,
    budget: Budget,
    report: Report,
    ideal: Ideal,
    search: Search | None = None,
    groups: Sequence[Group] = (),
) -> Climbed:
    """By turns a bound by prices, while the mates improve the plan, and the plan improved with what the programs of the bound chose.

    `bounds` is what is proved already, `groups` what of disjoint groups of requests. `search` looks for a better plan where all these are stuck, and may
    prove something as well.
    """
    best = Climbed(plan, bounds, ideal, None)
    shortest = LEAST_SHARE * (budget.left if budget.deterministic_seconds is None else budget.deterministic_seconds)
    while not budget.is_over():
        shares = _shares(search, plan, best, budget)
        pricing = budget.share(shares.bound)
        plan, found = _bounded_beside(instance, plan, refining, pricing, report, best, groups)
        if found.proof is not None:
            groups = found.proof.groups
            best = replace(best, bounds=_higher(found.bounds, best.bounds), proof=_stronger(found.proof, best.proof))
        budget = budget.less(pricing.deterministic_seconds or 0.0)
        shares = _shares(search, plan, best, budget)
        plan, spent = refining(plan, budget.share(shares.refine), best.bounds[0])
        budget = budget.less(spent)
        if search is not None and not budget.is_over() and plan_tiers(instance, plan) != best.bounds:
            plan, proved, spent = search(plan, best.bounds, best.proof, budget.share(shares.search))
            best = replace(best, bounds=proved)
            budget = budget.less(spent)
        left = budget.left if budget.deterministic_seconds is None else budget.deterministic_seconds
        if left < shortest or plan_tiers(instance, plan) == best.bounds:
            break
    return replace(best, plan=plan)


def _shares(search: Search | None, plan: Plan, known: Climbed, budget: Budget) -> Shares:
    return WITHOUT_PRICES if search is None or budget.is_repeatable else search.shares(plan, known.proof, budget.left)


def _stronger(found: PriceBound, known: PriceBound | None) -> PriceBound:
    """What is proved by now, on those of the prices that prove more: a later look may have had no time for all queues."""
    if known is None or found.certified >= known.certified:
        return found
    return replace(known, scalar=found.scalar, first=found.first, groups=found.groups)


def _higher(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    """Both bound each tier, so the higher one does."""
    return tuple(max(each) for each in zip(some, others, strict=True))


def _bounded_beside(
    instance: Instance, plan: Plan, refining: Refining, budget: Budget, report: Report, known: Climbed, groups: Sequence[Group]
) -> tuple[Plan, Climbed]:
    """The plan, improved by the mates meanwhile and by what programs chose, and a bound."""
    chosen: list[Chosen] = []
    best, first = plan, known.bounds[0]

    def improved(better: Plan) -> None:
        nonlocal best
        best = better
        report("improve", best, first)

    def proved(more: int) -> None:
        nonlocal first
        first = max(first, more)
        report("bound", best, first)

    better, found = refining.beside(plan, budget, improved, lambda watched: _bounded(instance, plan, watched, proved, known.ideal, chosen.append, groups))
    # Which programs are solved in time the clock on the wall tells, and on it no repeatable plan may depend.
    return better if budget.is_repeatable else refining.choose(better, chosen), found


def _bounded(
    instance: Instance,
    plan: Plan,
    budget: Budget,
    say: Callable[[int], None],
    ideal: Ideal | None = None,
    on_chosen: Callable[[Chosen], None] | None = None,
    groups: Sequence[Group] = (),
) -> Climbed:
    if ideal is None:
        ideal = ideal_of(instance, Explorer(instance), budget.is_over, keep_domains=False)
        say(ideal.tiers[0])
    if not ideal.is_whole:
        return Climbed(plan, ideal.tiers, None, None)
    if instance.is_coupled or budget.is_over():
        return Climbed(plan, ideal.tiers, ideal, None)
    tiers = ideal.tiers
    # Prices are proved of the scalar objective: where there is one tier only, that is its cost.
    on_bound = (lambda scalar: say(scalar)) if len(tiers) == 1 else None
    # The plan must not depend on the clock on the wall; a bound may, and is given about the seconds that the plan has.
    seconds = budget.left if budget.deterministic_seconds is None else min(budget.left, budget.deterministic_seconds)
    ends_at = monotonic() + seconds
    proof = bound_by_prices(instance, plan, budget.is_over, ends_at=ends_at, least=ideal.scalars, on_bound=on_bound, on_chosen=on_chosen, groups=groups)
    return Climbed(plan, (max(tiers[0], proof.first), *tiers[1:]), ideal, proof)
