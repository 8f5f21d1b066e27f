"""What a search may use up, and when it has to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop: a moment of the monotonic clock, what is left of the repeatable clock (None: it is not counted), a question asked while searching.

    On the repeatable clock the work done is counted, so that the same budget gives the same plan on any machine; where it counts, the
    other one is for machines that are far too slow, and nothing else may depend on it.
    """

    ends_at: float
    deterministic_seconds: float | None
    seed: int
    workers: int
    should_stop: Callable[[], bool] | None = None

    @property
    def left(self) -> float:
        """Wall-clock seconds left, never below zero."""
        return max(0.0, self.ends_at - monotonic())

    @property
    def is_repeatable(self) -> bool:
        """Whether the repeatable clock counts: then nothing but an early stop may depend on the other one."""
        return self.deterministic_seconds is not None

    @property
    def is_cut_off(self) -> bool:
        """Whether the clock on the wall ended what the repeatable one should have: then the same budget may give another plan next time."""
        return self.is_repeatable and self.left <= 0

    def is_over(self) -> bool:
        """Whether to stop now: one of the clocks has run out, or somebody wants it."""
        return (
            (self.deterministic_seconds is not None and self.deterministic_seconds <= 0)
            or self.left <= 0
            or (self.should_stop is not None and self.should_stop())
        )

    def share(self, share: float) -> Budget:
        """A part of what is left, of the clock that counts."""
        if self.deterministic_seconds is None:
            return replace(self, ends_at=monotonic() + share * self.left)
        return replace(self, deterministic_seconds=share * self.deterministic_seconds)

    def most(self, seconds: float) -> Budget:
        """What is left, but no more than so many seconds of the clock that counts."""
        if self.deterministic_seconds is None:
            return replace(self, ends_at=min(self.ends_at, monotonic() + seconds))
        return replace(self, deterministic_seconds=min(self.deterministic_seconds, seconds))

    def less(self, seconds: float) -> Budget:
        """What is left after so many seconds of the repeatable clock are spent: below zero if these were too many, the same if it is not counted."""
        if self.deterministic_seconds is None:
            return self
        return replace(self, deterministic_seconds=self.deterministic_seconds - seconds)

    def spent_of(self, given: Budget) -> float:
        """How many seconds of the repeatable clock lie between `given` and this: 0 if it is not counted."""
        return (given.deterministic_seconds or 0.0) - (self.deterministic_seconds or 0.0)
