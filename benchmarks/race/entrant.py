"""What every entrant of the race takes and gives."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Progress
from scheduler.model.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Found:
    """What an entrant found: a schedule, or none; what it says of a bound on the cost; and its plans as they came.

    `bound` is in the policy's units, None if it proves none. Seconds of `progress` count from when the entrant got the problem.
    """

    schedule: Schedule | None
    bound: int | None = None
    progress: tuple[Progress, ...] = field(default=())
    versions: str = ""

    @property
    def first_plan_s(self) -> float | None:
        """When the first plan was there, None if there was none."""
        return next((round(each.seconds, 3) for each in self.progress if each.objective is not None), None)


class NotInstalledError(Exception):
    """What the entrant needs is not there; the message says how to get it."""


Entrant = Callable[[Problem, Limits], Found]
"""The seconds of the limits count from the call: building a model is part of the work."""

HOW_TO_INSTALL = "pip install -e '.[race]'"
