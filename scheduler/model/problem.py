"""One planning run's data, complete in itself."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Moment, Name
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy
from scheduler.model.request import Request
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
