"""Prices in ticks and positions become a file that the verifier reproduces."""

import pytest

from scheduler.model.certificate import Anchor, TierFactor
from scheduler.model.codec import digest
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.solver.certificate import Proof, Steps, certificate_of
from scheduler.solver.pooling import pool
from scheduler.ticks.compile import compile_problem
from scheduler.verify.certificate import check_certificate
from tests.ticks.labs import chamber, hours, needs, problem, request, task

TERMS = (Term(name="unserved", weight=10_000), Term(name="flow_time", weight=1))


def pair(*, terms: tuple[Term, ...] = TERMS, chambers: int = 1) -> Problem:
    names = tuple(f"c{k}" for k in range(chambers))
    return problem(
        *(request(task("t", 1, needs("use", *names)), id=name) for name in ("a", "b", "c")),
        resources=tuple(chamber(name) for name in names),
        length=8,
        policy=Policy(resolution=hours(1), terms=terms),
    )


def test_the_verifier_reproduces_what_the_prices_prove() -> None:
    given = pair()
    instance = compile_problem(given)
    proof = Proof(prices=((0, (), ((0, 1, 120_000), (1, 2, 60_000))),), anchors={0: 0, 1: 0, 2: 0}, scale=1_000)
    made = certificate_of(instance, proof, digest(given), {"slotwright": "0"})
    assert made is not None
    assert made.prices[0].steps == ((0, 120_000), (1, 60_000), (2, 0))
    assert made.anchors[1] == Anchor(request="b", task="t")
    assert made.tiers == (TierFactor(tier=1, factor=1),)
    assert check_certificate(given, made).bound == 60 + 120 + 180


def test_a_price_of_a_pool_is_that_of_each_of_its_units() -> None:
    given = pair(chambers=2)
    pooling = pool(compile_problem(given))
    assert pooling.members == {0: (0, 1)}
    proof = Proof(prices=((0, (), ((0, 1, 60),)),), anchors={0: 0, 1: 0, 2: 0}, scale=1)
    made = certificate_of(pooling.original, proof, digest(given), {}, members=pooling.members)
    assert made is not None
    assert [each.resource for each in made.prices] == ["c0", "c1"]
    # Two are done after an hour, one after two.
    assert check_certificate(given, made).bound == 60 + 60 + 120


@pytest.mark.parametrize(
    ("steps", "turns"),
    [
        (((2, 4, 7), (4, 6, 8)), ((2, 7), (4, 8), (6, 0))),
        (((2, 4, 7), (5, 6, 7)), ((2, 7), (4, 0), (5, 7), (6, 0))),
        (((2, 4, 7), (4, 6, 7)), ((2, 7), (6, 0))),
        (((2, 8, 7),), ((2, 7),)),
        (((1, 2, 0), (2, 3, 1)), ((2, 1), (3, 0))),
    ],
)
def test_steps_are_written_as_turns(steps: Steps, turns: tuple[tuple[int, int], ...]) -> None:
    given = pair()
    made = certificate_of(compile_problem(given), Proof(prices=((0, (), steps),), anchors={}, scale=1), digest(given), {})
    assert made is not None
    assert made.prices[0].steps == turns


def test_what_demands_count_is_written_where_it_says_more_than_plain_units() -> None:
    given = pair()
    prices = ((0, ((1, 1), (2, 2)), ((0, 1, 5),)), (0, ((1, 1), (2, 3)), ((0, 1, 5),)), (0, ((2, 2),), ((0, 1, 5),)))
    made = certificate_of(compile_problem(given), Proof(prices=prices, anchors={}, scale=1), digest(given), {})
    assert made is not None
    assert [each.units for each in made.prices] == [(), ((1, 1), (2, 3)), ((2, 2),)]


def test_tiers_count_with_the_factors_of_the_scalar_cost() -> None:
    given = pair(terms=(Term(name="unserved", weight=2, tier=1), Term(name="late", weight=0, tier=2), Term(name="flow_time", weight=3, tier=3)))
    instance = compile_problem(given)
    made = certificate_of(instance, Proof(prices=(), anchors={}, scale=1), digest(given), {})
    assert made is not None
    first, middle, last = made.tiers
    assert (first.factor * 2, middle.factor, last.factor) == (instance.scalars["unserved"], 0, 1)
    assert check_certificate(given, made).bound == 3 * 180


def test_numbers_that_no_certificate_holds_are_not_written() -> None:
    given = pair()
    huge = Proof(prices=((0, (), ((0, 1, 10**15 + 1),)),), anchors={}, scale=1)
    assert certificate_of(compile_problem(given), huge, digest(given), {}) is None
    terms = tuple(Term(name=name, weight=10**9, tier=tier) for tier, name in enumerate(("unserved", "flow_time", "span"), 1))  # type: ignore[arg-type]
    tiered = pair(terms=terms)
    assert certificate_of(compile_problem(tiered), Proof(prices=(), anchors={}, scale=1), digest(tiered), {}) is None
