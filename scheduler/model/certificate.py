"""A certificate: prices of time by which anybody can recompute that no plan costs less than a bound."""

from dataclasses import field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Id, Moment, first_twice
from scheduler.model.problem import InForce, Problem

CERTIFICATE_FORMAT = "slotwright/certificate@1"

Tick = Annotated[int, Field(ge=0, le=10_000_000)]
Price = Annotated[int, Field(ge=0, le=10**15)]
Demand = Annotated[int, Field(ge=1, le=10_000)]
Units = Annotated[int, Field(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Prices:
    """What a unit of one resource costs per tick: each step `(tick, price)` holds until the next one, the last to the end; nothing before the first.

    `units` says how many units a part counts that takes so much of the resource, as pairs `(demand, units)`; other demands count
    none. Without any each counts what it is. Of four places with parts of three and of two, `((2, 1), (3, 2))` says that two parts of three never go
    together: what does, counts two at most.
    """

    resource: Id
    steps: Annotated[tuple[tuple[Tick, Price], ...], Field(min_length=1)]
    units: Annotated[tuple[tuple[Demand, Units], ...], Field(max_length=1_000)] = ()

    @model_validator(mode="after")
    def _steps_ascend(self) -> "Prices":
        twice = first_twice([each[0] for each in self.units])
        if twice is not None:
            raise ValueError(f"units[{twice}]: a demand of {self.units[twice][0]} is there twice; keep one")
        for number, (before, after) in enumerate(zip(self.steps, self.steps[1:], strict=False), 1):
            if after[0] <= before[0]:
                raise ValueError(f"steps[{number}]: tick {after[0]} does not come after tick {before[0]}; list each step once, in order of time")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Anchor:
    """The one task of a request that pays for what it takes."""

    request: Id
    task: Id


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TierFactor:
    """What a unit of one tier's cost counts in the number that is bounded."""

    tier: Annotated[int, Field(ge=1, le=9)]
    factor: Annotated[int, Field(ge=0, le=10**15)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Certificate:
    """Why no plan of the problem with the digest `problem` costs less than `bound`.

    Bounded is the sum of factor times cost over `tiers`; with one tier its factor is 1 and the sum is the objective. The plans
    meant are those whose bookings, but for frozen ones, start at `origin` plus whole ticks of `resolution`. Prices are per unit and tick, in
    parts of a unit of cost of which `scale` make one. For any such prices this holds (weak duality): what every request costs at least if it had the lab to
    itself, but paid for what its anchor takes, summed up, less the price of all that there is to take, is no more than the cost of any plan.

    Check: verify.certificate.
    """

    format: Literal["slotwright/certificate@1"] = "slotwright/certificate@1"
    problem: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    origin: Moment
    resolution: Duration
    scale: Annotated[int, Field(ge=1, le=1_000_000_000)]
    bound: int
    tiers: Annotated[tuple[TierFactor, ...], Field(min_length=1)]
    prices: tuple[Prices, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)

    @model_validator(mode="after")
    def _names_each_once(self) -> "Certificate":
        for where, names in (
            ("tiers", [each.tier for each in self.tiers]),
            ("prices", [(each.resource, each.units) for each in self.prices]),
            ("anchors", [each.request for each in self.anchors]),
        ):
            twice = first_twice(names)
            if twice is not None:
                raise ValueError(f"{where}[{twice}]: {names[twice]!r} is there twice; keep one")
        return self


def origin_of(problem: Problem) -> datetime:
    """Where ticks are counted from: the full hour (UTC) at or before the start of the horizon."""
    return problem.horizon.start.replace(minute=0, second=0, microsecond=0)


def stands(problem: Problem, each: InForce) -> bool:
    """Whether a booking in force stays where it is in every plan: it is frozen, or costs something to move where nothing of that kind may move."""
    cost = problem.policy.move_cost if each.move_cost is None else each.move_cost
    return each.frozen or (problem.policy.most_moves == 0 and cost > 0)
