"""The course of a run: told as it happens, kept in a bounded number of points."""

from collections.abc import Callable
from time import monotonic

from scheduler.model.result import Progress, TierValue

MOST_POINTS = 200
"""A longer history is thinned: every other point goes."""


class History:
    """Collects progress and passes it on; `started` is on the monotonic clock."""

    def __init__(self, started: float, on_progress: Callable[[Progress], None] | None) -> None:
        self._started = started
        self._on_progress = on_progress
        self._points: list[Progress] = []

    def add(self, phase: str, tiers: tuple[TierValue, ...] = (), served: int | None = None) -> None:
        """Notes where the run is; nothing happens if nothing has changed. Values are those of the first tier with an open gap, else of the last."""
        tier = next((each for each in tiers if each.gap > 0), tiers[-1] if tiers else None)
        point = Progress(
            seconds=monotonic() - self._started,
            phase=phase,
            objective=None if tier is None else tier.objective,
            bound=None if tier is None else tier.bound,
            gap=None if tier is None else tier.gap,
            regret_gap=None if tier is None else tier.regret_gap,
            served=served,
        )
        if self._points and _content(self._points[-1]) == _content(point):
            return
        if len(self._points) >= MOST_POINTS:
            self._points = self._points[::2]
        self._points.append(point)
        if self._on_progress is not None:
            self._on_progress(point)

    def points(self) -> tuple[Progress, ...]:
        """What was noted, in order."""
        return tuple(self._points)


def _content(point: Progress) -> tuple[object, ...]:
    return (point.phase, point.objective, point.bound, point.served)
