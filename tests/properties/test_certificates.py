"""Whatever prices somebody writes down, what they are said to prove is no more than the best of all schedules costs."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.certificate import Anchor, Certificate, Prices, TierFactor, origin_of
from scheduler.model.codec import digest
from scheduler.model.problem import Problem
from scheduler.verify.certificate import check_certificate
from tests.properties.tiny_traits import TINY, least_costs, tiny_problem, with_frozen

seeds = st.integers(0, 1_000_000)
HOUR = timedelta(hours=1)


def priced(problem: Problem, random: Random) -> Certificate:
    """Random prices, about as large as an hour's wait costs, for some resources and tasks."""
    ticks = (problem.horizon.end - origin_of(problem)) // HOUR
    scale = random.choice((1, 10, 1_000))
    dear = scale * random.choice((1, 30, 300, 100_000))
    prices = []
    for each in problem.lab.resources:
        if random.random() < 0.8:
            steps = sorted(random.sample(range(ticks), random.randint(1, min(4, ticks))))
            prices.append(Prices(resource=each.id, steps=tuple((tick, random.randint(0, dear)) for tick in steps)))
    tiers = sorted({term.tier for term in problem.policy.terms})
    return Certificate(
        problem=digest(problem),
        origin=origin_of(problem),
        resolution=HOUR,
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
    tiers = sorted({term.tier for term in problem.policy.terms})
    for _ in range(20):
        certificate = priced(problem, random)
        factors = {each.tier: each.factor for each in certificate.tiers}
        cost = sum(factors[tier] * value for tier, value in zip(tiers, best, strict=True))
        assert check_certificate(problem, certificate).bound <= cost
