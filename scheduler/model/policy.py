"""What counts as a good plan: the terms of the objective, their weights and tiers."""

from datetime import timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Lag

TermName = Literal[
    "unserved",
    "tardiness",
    "task_tardiness",
    "late",
    "makespan",
    "span",
    "flow_time",
    "moves",
    "travel",
    "changeover_time",
    "changeover_cost",
    "run_time",
    "people",
    "preferences",
    "quota_excess",
    "worst_off",
]
TERM_NAMES: tuple[TermName, ...] = get_args(TermName)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Term:
    """One term of the objective: its amount times `weight`, summed with the others of its tier.

    | name | amount |
    |---|---|
    | unserved | sum of the weights of the requests left out |
    | tardiness | sum over served requests of weight x minutes from due date to completion, if late |
    | task_tardiness | sum over booked tasks with a due date of their own of weight x minutes from it to their end, if late |
    | late | number of served requests that are late, or of which a task is late by its own due date |
    | makespan | minutes from the start of the horizon to the last end of a served request |
    | span | sum over served requests of minutes from first start to last end |
    | flow_time | sum over served requests of minutes from arrival (or release) to completion |
    | moves | sum of the move costs of bookings in force that the schedule moves or drops |
    | travel | minutes that people travel, ways from and to home included |
    | changeover_time | minutes of changeovers, cleaning and warm-up included |
    | changeover_cost | cost of changeovers, cleaning and warm-up included |
    | run_time | minutes of batch runs, each run counted once |
    | people | sum over served requests of the number of different persons |
    | preferences | number of resources booked for a requirement with preferences that are not preferred |
    | quota_excess | sum over priced quotas of price x minutes above the quota |
    | worst_off | mean tardiness (minutes a request, rounded up) of the company with the largest; a request left out counts as late by the whole horizon |

    The weight of a request is that of `problem.weight_of`. Minutes of one request are rounded up to the whole minute.
    A lower `tier` number counts first: no gain in a later tier ever pays for a loss in an earlier one.
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


Factor = Annotated[int, Field(ge=1, le=100)]
"""How many times as much a request weighs."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Policy:
    """How to plan: objective terms, the length of a tick, what must stay, and whose requests weigh more.

    Bookings in force that start before `now + freeze_horizon` are frozen. `move_cost` is the
    amount that the term "moves" counts for a moved booking that names no cost of its own. At most
    `most_moves` of the movable bookings in force that cost something to move are moved or dropped.
    The factors multiply the weight of requests that are urgent, of small firms, and of companies that come for the first time.
    """

    terms: Annotated[tuple[Term, ...], Field(min_length=1)] = DEFAULT_TERMS
    resolution: Duration = timedelta(minutes=15)
    freeze_horizon: Lag = timedelta(0)
    move_cost: Annotated[int, Field(ge=0, le=1_000_000_000)] = 10_000
    most_moves: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    urgent_factor: Factor = 3
    small_firm_factor: Factor = 1
    first_time_factor: Factor = 1

    @model_validator(mode="after")
    def _is_consistent(self) -> "Policy":
        names = [term.name for term in self.terms]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise ValueError(f"terms[{index}].name: {name!r} is listed twice; keep one")
        if self.resolution % timedelta(minutes=1) or timedelta(hours=1) % self.resolution:
            raise ValueError("resolution: must be whole minutes that divide an hour, such as PT5M, PT15M or PT30M")
        return self
