"""What counts as a good plan: the terms of the objective, their weights and tiers."""

from datetime import timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Lag

TermName = Literal["unserved", "tardiness", "moves", "flow_time", "preferences"]
TERM_NAMES: tuple[TermName, ...] = get_args(TermName)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Term:
    """One term of the objective: its amount times `weight`, summed with the others of its tier.

    | name | amount |
    |---|---|
    | unserved | sum of the weights of the requests left out |
    | tardiness | sum over served requests of weight x minutes from due date to completion, if late |
    | moves | sum of the move costs of bookings in force that the schedule moves or drops |
    | flow_time | sum over served requests of minutes from arrival (or release) to completion |
    | preferences | number of resources booked for a requirement with preferences that are not preferred |

    Minutes of one request are rounded up to the whole minute. A lower `tier` number counts
    first: no gain in a later tier ever pays for a loss in an earlier one.
    """

    name: TermName
    weight: Annotated[int, Field(ge=0, le=1_000_000_000)]
    tier: Annotated[int, Field(ge=1, le=9)] = 1


DEFAULT_TERMS = (
    Term(name="unserved", weight=10_000_000),
    Term(name="tardiness", weight=20),
    Term(name="moves", weight=1),
    Term(name="flow_time", weight=1),
    Term(name="preferences", weight=60),
)
"""One tier. A request left out weighs as much as one that is 347 days late, so that nobody who could be served is
dropped for being late; a day's wait as 24 hours of somebody not preferred."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Policy:
    """How to plan: objective terms, the length of a tick, and what must stay.

    Bookings in force that start before `now + freeze_horizon` are frozen. `move_cost` is the
    amount that the term "moves" counts for a moved booking that names no cost of its own.
    """

    terms: Annotated[tuple[Term, ...], Field(min_length=1)] = DEFAULT_TERMS
    resolution: Duration = timedelta(minutes=15)
    freeze_horizon: Lag = timedelta(0)
    move_cost: Annotated[int, Field(ge=0, le=1_000_000_000)] = 10_000

    @model_validator(mode="after")
    def _is_consistent(self) -> "Policy":
        names = [term.name for term in self.terms]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise ValueError(f"terms[{index}].name: {name!r} is listed twice; keep one")
        if self.resolution % timedelta(minutes=1) or timedelta(hours=1) % self.resolution:
            raise ValueError("resolution: must be whole minutes that divide an hour, such as PT5M, PT15M or PT30M")
        return self
