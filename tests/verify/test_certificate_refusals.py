"""Certificates that say too much, or do not fit the problem, are refused in one sentence."""

from typing import Any

import pytest

from scheduler.errors import InputError
from scheduler.model.certificate import Anchor, Prices, TierFactor
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce
from scheduler.verify.certificate import check_certificate
from tests.ticks.labs import at, booked, chamber, hours, needs, operator, problem
from tests.verify.priced import OUT, asked, bound, certificate, one


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"problem": "0" * 64}, "problem", "another problem"),
        ({"origin": at(1)}, "origin", "2026-03-02T00:00:00"),
        ({"resolution": hours(2)}, "resolution", "divide an hour"),
        ({"resolution": hours(1) / 7}, "resolution", "divide an hour"),
        ({"prices": {"nobody": 1}}, "prices[0].resource", "'nobody'"),
        ({"prices": {"chamber": ((9, 1),)}}, "prices[0].steps", "after the end"),
        ({"anchors": (Anchor(request="b", task="t"),)}, "anchors[0].request", "'b'"),
        ({"anchors": (Anchor(request="a", task="u"),)}, "anchors[0].task", "'u'"),
        ({"tiers": (TierFactor(tier=2, factor=1),)}, "tiers[0].tier", "no tier 2"),
        ({"tiers": (TierFactor(tier=1, factor=2),)}, "tiers[0].factor", "is 1"),
    ],
    ids=str,
)
def test_what_does_not_fit_the_problem_is_refused(change: dict[str, Any], path: str, said: str) -> None:
    given = asked(one("a"))
    with pytest.raises(InputError, match=said) as caught:
        check_certificate(given, certificate(given, **change))
    assert caught.value.path == path


def test_a_grid_coarser_than_the_plans_is_refused_a_finer_one_holds() -> None:
    quarter = problem(one("a"), one("b"), policy=Policy(terms=(Term(name="unserved", weight=OUT), Term(name="flow_time", weight=1))))
    with pytest.raises(InputError, match="finer grid"):
        check_certificate(quarter, certificate(quarter))
    fine = {"resolution": hours(0.25), "prices": {"chamber": ((0, 15), (4, 0))}}
    assert check_certificate(quarter, certificate(quarter, **fine)).bound == 2 * 60 + 60
    stays = InForce(booking=booked("t", 0.5, 1.5, "a"))
    with pytest.raises(InputError, match="may stay where it is"):
        check_certificate(asked(one("a"), in_force=(stays,)), certificate(asked(one("a"), in_force=(stays,))))


@pytest.mark.parametrize("huge", [{"scale": 10**9, "weight": 10**9}, {"price": 10**15}])
def test_numbers_too_large_to_be_added_up_are_refused(huge: dict[str, int]) -> None:
    terms = (Term(name="flow_time", weight=huge.get("weight", 1)),)
    given = problem(one("a", 1, needs("chamber", demand=10_000)), resources=(chamber(capacity=10_000),), policy=Policy(resolution=hours(1), terms=terms))
    with pytest.raises(InputError, match="too large"):
        bound(given, {"chamber": huge.get("price", 0)}, scale=huge.get("scale", 1))


def test_prices_that_can_be_added_up_one_by_one_but_not_together_are_refused() -> None:
    big = (chamber(capacity=10_000), operator(capacity=10_000))
    both = (needs("chamber", demand=10_000), needs("operator", demand=10_000))
    # Nine ticks at so much come to just under 2 to the power of 60.
    dear = 10**12 * 12
    given = asked(one("a", 8, *both), resources=big)
    assert bound(given, {"chamber": dear}) == 0
    with pytest.raises(InputError, match="too large to be added up") as caught:
        bound(given, {"chamber": dear}, prices_too=(Prices(resource="chamber", steps=((0, dear),), units=((1, 10_000),)),))
    assert caught.value.path == "prices[1].steps"
    with pytest.raises(InputError, match="request 'a' takes are too large") as caught:
        bound(given, {"chamber": dear, "operator": dear})
    assert caught.value.path == "prices"


def test_a_claim_holds_up_to_what_is_proved() -> None:
    pair = asked(one("a"), one("b"))
    assert check_certificate(pair, certificate(pair, bound=120)).holds
    assert not check_certificate(pair, certificate(pair, bound=121)).holds
