"""One planning run's data, complete in itself."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Id, Moment, Name
from scheduler.model.calendar import TimeZone
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy
from scheduler.model.request import Request, Select
from scheduler.model.schedule import Booking
from scheduler.model.window import Window

PROBLEM_FORMAT = "slotwright/problem@1"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class InForce:
    """A booking of the schedule in force: frozen, or free to move at a cost.

    `move_cost` None means the policy's.
    """

    booking: Booking
    frozen: bool = False
    move_cost: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Company:
    """What the policy looks at in a company."""

    id: Id
    name: Name = ""
    is_small: bool = False
    is_first_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Quota:
    """How long a company may take certain resources in each period: `most`, never more, or more at `price` a minute.

    `company` None: every company for itself. Counted is the time that each resource of `select`
    serves, whatever the demand, in the period in which the booking starts; weeks (from Monday) and
    months are those of `time_zone`, "horizon" is one period.
    """

    id: Id
    company: Id | None = None
    select: Select
    period: Literal["week", "month", "horizon"] = "horizon"
    time_zone: TimeZone = "UTC"
    most: Duration
    price: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Problem:
    """Everything a planning run needs: lab, requests, schedule in force, policy, horizon, now.

    Nothing is booked before `now` or outside `horizon`, but frozen bookings stay where they are.
    Bookings in force are of requests listed in `requests`.
    """

    format: Literal["slotwright/problem@1"] = "slotwright/problem@1"
    name: Name = ""
    now: Moment
    horizon: Window
    lab: Lab
    requests: tuple[Request, ...] = ()
    policy: Policy = field(default_factory=Policy)
    in_force: tuple[InForce, ...] = ()
    companies: tuple[Company, ...] = ()
    quotas: tuple[Quota, ...] = ()


def weight_of(problem: Problem, request: Request, companies: dict[str, Company]) -> int:
    """What `request` weighs: its own weight times the policy's factors that apply. `companies` are the problem's by id."""
    policy, company = problem.policy, companies.get(request.company)
    weight = request.weight * (policy.urgent_factor if request.urgency == "urgent" else 1)
    if company is not None:
        weight *= policy.small_firm_factor if company.is_small else 1
        weight *= policy.first_time_factor if company.is_first_time else 1
    return weight
