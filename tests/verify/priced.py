"""Problems on a grid of hours with prices, for tests of certificates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scheduler.model.certificate import Anchor, Certificate, Prices, TierFactor, origin_of
from scheduler.model.codec import digest
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Request, Requirement
from scheduler.verify.certificate import check_certificate
from tests.ticks.labs import hours, problem, request, task

OUT = 100_000
Steps = tuple[tuple[int, int], ...]


def asked(*requests: Request, length: float = 8, terms: tuple[Term, ...] = (), **more: Any) -> Problem:
    """A problem on a grid of hours in which leaving out costs a lot and each minute until the end costs one."""
    every = (Term(name="unserved", weight=OUT), Term(name="flow_time", weight=1), *terms)
    return problem(*requests, length=length, policy=Policy(resolution=hours(1), terms=every), **more)


def one(name: str, length: float = 1, *requirements: Requirement, **more: Any) -> Request:
    return request(task("t", length, *requirements), id=name, **more)


def certificate(given: Problem, prices: Mapping[str, Steps | int] = {}, **more: Any) -> Certificate:
    """Prices per unit and hour; all requests pay for their longest task. A number is a price at all times."""
    steps = {name: ((0, each),) if isinstance(each, int) else each for name, each in prices.items()}
    return Certificate(
        **{
            "problem": digest(given),
            "origin": origin_of(given),
            "resolution": hours(1),
            "scale": 1,
            "bound": 0,
            "tiers": (TierFactor(tier=1, factor=1),),
            "prices": tuple(Prices(resource=name, steps=each) for name, each in steps.items()),
            "anchors": tuple(Anchor(request=each.id, task=max(each.tasks, key=lambda t: t.modes[0].duration).id) for each in given.requests),
            **more,
        }
    )


def bound(given: Problem, prices: Mapping[str, Steps | int] = {}, *, prices_too: tuple[Prices, ...] = (), **more: Any) -> int:
    made = certificate(given, prices, **more)
    return check_certificate(given, replace(made, prices=(*made.prices, *prices_too))).bound
