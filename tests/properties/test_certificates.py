"""Whatever prices somebody writes down, what they are said to prove is no more than the best of all schedules costs."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.certificate import Anchor, Certificate, Prices, TierFactor, origin_of
from scheduler.model.codec import digest
from scheduler.model.problem import Problem
from scheduler.model.result import tier_costs
from scheduler.ticks.grid import grid_of
from scheduler.verify.certificate import check_certificate, off_grid
from scheduler.verify.score import score_schedule
from tests.properties.exact import exact_schedule
from tests.properties.random_problems import random_problem, with_in_force
from tests.properties.tiny_traits import TINY, least_costs, tiny_problem, with_frozen

seeds = st.integers(0, 1_000_000)


def priced(problem: Problem, random: Random) -> Certificate:
    """Random prices, about as large as an hour's wait costs, for some resources and tasks."""
    grid = grid_of(problem)
    ticks = grid.ticks
    scale = random.choice((1, 10, 1_000))
    dear = scale * random.choice((1, 30, 300, 100_000))
    prices = []
    for each in problem.lab.resources:
        if random.random() < 0.8:
            steps = sorted(random.sample(range(ticks), random.randint(1, min(4, ticks))))
            units = tuple((demand, random.randint(0, 3)) for demand in range(1, each.capacity + 1)) if random.random() < 0.4 else ()
            prices.append(Prices(resource=each.id, steps=tuple((tick, random.randint(0, dear)) for tick in steps), units=units))
    tiers = sorted({term.tier for term in problem.policy.terms})
    return Certificate(
        problem=digest(problem),
        origin=origin_of(problem),
        resolution=grid.resolution,
        scale=scale,
        bound=0,
        tiers=tuple(TierFactor(tier=tier, factor=1 if len(tiers) == 1 else random.choice((0, 1, 1_000))) for tier in tiers),
        prices=tuple(prices),
        anchors=tuple(Anchor(request=each.id, task=random.choice(each.tasks).id) for each in problem.requests if random.random() < 0.9),
    )


@pytest.mark.parametrize("trait", TINY)
@settings(deadline=None, max_examples=6)
@given(seed=seeds, frozen=st.booleans())
def test_no_prices_prove_more_than_the_best_of_all_schedules_costs(trait: str, seed: int, frozen: bool) -> None:
    random = Random(seed)
    problem = tiny_problem(trait, seed)
    if frozen:
        problem = with_frozen(problem, random, past=random.random() < 0.3)
    best = least_costs(problem)
    certificate = priced(problem, random)
    reached = -1
    for _ in range(15):
        # Better prices prove more, so that a mistake is not hidden by poor ones.
        changed = dearer(certificate, random) if reached >= 0 else certificate
        proved = check_certificate(problem, changed).bound
        assert proved <= scalar(changed, problem, best)
        if proved >= reached:
            certificate, reached = changed, proved


def scalar(certificate: Certificate, problem: Problem, costs: tuple[int, ...]) -> int:
    factors = {each.tier: each.factor for each in certificate.tiers}
    tiers = sorted({term.tier for term in problem.policy.terms})
    return sum(factors[tier] * cost for tier, cost in zip(tiers, costs, strict=True))


def dearer(certificate: Certificate, random: Random) -> Certificate:
    """One step of one price is another one."""
    if not certificate.prices:
        return certificate
    number = random.randrange(len(certificate.prices))
    steps = list(certificate.prices[number].steps)
    k = random.randrange(len(steps))
    steps[k] = (steps[k][0], random.choice((0, steps[k][1] * 2, steps[k][1] // 2, random.randint(0, 300 * certificate.scale))))
    changed = replace(certificate.prices[number], steps=tuple(steps))
    return replace(certificate, prices=(*certificate.prices[:number], changed, *certificate.prices[number + 1 :]))


@settings(deadline=None, max_examples=12)
@given(seed=seeds, in_force=st.booleans())
def test_no_prices_prove_more_than_a_proved_optimum_of_tasks_in_chains_costs(seed: int, in_force: bool) -> None:
    # Dates and lengths lie between the ticks here, and tasks have chains, links, several modes and parts.
    random = Random(seed)
    problem = random_problem(seed, random.randint(2, 4), 2)
    if in_force:
        problem = with_in_force(problem, exact_schedule(problem)[0], seed)
    schedule, _ = exact_schedule(problem)
    best = tier_costs(score_schedule(problem, schedule))
    certificate = priced(problem, random)
    reached = -1
    for _ in range(10):
        changed = dearer(certificate, random) if reached >= 0 else certificate
        proved = check_certificate(problem, changed).bound
        # Any plan on the grid may cost no less, the best known one too.
        assert off_grid(problem, changed, schedule) == 0
        assert proved <= scalar(changed, problem, best)
        if proved >= reached:
            certificate, reached = changed, proved
