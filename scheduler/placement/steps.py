"""How long the search for one request may go on."""

from collections.abc import Callable

MOST_STEPS, STEPS_A_TASK = 2_000, 100
"""So many starts are tried before a search gives up with the best it has; real requests need a few dozen. Without
an end, an adverse tangle of links and rivals would hold up a whole plan, or an offer, for minutes."""

HOPEFUL_STEPS = 40
"""So many starts are tried in the second try, in which tasks of one request make room for each other."""

STEPS_A_CHOICE = 8
"""What a further choice of resources at the same start counts: it is looked at with all that it leaves to the other tasks."""


class GivenUp(Exception):
    """The steps are used up."""


class Steps:
    """How many starts may still be tried; none as soon as `is_over` holds."""

    __slots__ = ("is_over", "left")

    def __init__(self, left: int, is_over: Callable[[], bool] | None = None) -> None:
        self.left = left
        self.is_over = is_over

    def take(self, steps: int = 1) -> None:
        """One start more is tried, or something that costs as much as so many. Raises: GivenUp."""
        self.left -= steps
        if self.are_used_up():
            raise GivenUp

    def are_used_up(self) -> bool:
        """Whether nothing more may be tried."""
        if self.is_over is not None and self.left > 0 and self.is_over():
            self.left = 0
        return self.left <= 0


def steps_for(tasks: int) -> int:
    """How many steps a request of so many tasks deserves."""
    return MOST_STEPS + STEPS_A_TASK * tasks
