"""What the verifier says when a schedule breaks a rule."""

from typing import Literal

from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT
from scheduler.verify.facts import Placed

RuleName = Literal[
    "completeness",
    "duration",
    "time_limits",
    "alternatives",
    "calendar",
    "capacity",
    "batch",
    "sharing",
    "changeover",
    "travel",
    "sessions",
    "precedence",
    "series",
    "location",
    "links",
    "quota",
    "most_moves",
    "frozen",
]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Violation:
    """One rule broken: which, by whose task (None: by the request as a whole), on which resources, and how.

    `request` is empty where no request is at fault: a run that is listed and holds nobody. `detail` is one English sentence; its times are UTC.
    """

    rule: RuleName
    request: str
    task: str | None = None
    resources: tuple[str, ...] = ()
    detail: str


def about(placed: Placed, rule: RuleName, says: str, resources: tuple[str, ...] = ()) -> Violation:
    """The violation by one booked task: "Task 'expose' of request 'R1' " and what `says` says."""
    detail = f"Task {placed.task.id!r} of request {placed.request.id!r} {says}"
    return Violation(rule=rule, request=placed.request.id, task=placed.task.id, resources=resources, detail=detail)
