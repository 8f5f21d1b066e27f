"""Half-open windows of time and the algebra on sorted, disjoint tuples of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Moment


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Window:
    """The half-open stretch of time `[start, end)`; never empty."""

    start: Moment
    end: Moment

    @model_validator(mode="after")
    def _ends_after_start(self) -> "Window":
        if self.end <= self.start:
            raise ValueError(f"end {self.end.isoformat()} is not after start {self.start.isoformat()}; give an end later than the start")
        return self

    @property
    def length(self) -> timedelta:
        """Time from start to end."""
        return self.end - self.start

    def overlaps(self, other: "Window") -> bool:
        """Whether the two share an instant; windows that only touch do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Window") -> bool:
        """Whether `other` lies inside."""
        return self.start <= other.start and other.end <= self.end


Windows = tuple[Window, ...]
"""Sorted by start, disjoint, never touching, unless said otherwise."""


def window(start: datetime, end: datetime) -> Window:
    """The window from `start` to `end`."""
    return Window(start=start, end=end)


def union(windows: Iterable[Window]) -> Windows:
    """The same instants as sorted, disjoint windows; those that touch become one."""
    merged: list[Window] = []
    for each in sorted(windows, key=lambda w: w.start):
        if merged and each.start <= merged[-1].end:
            if each.end > merged[-1].end:
                merged[-1] = window(merged[-1].start, each.end)
        else:
            merged.append(each)
    return tuple(merged)


def intersection(left: Windows, right: Windows) -> Windows:
    """The instants in both; both sides sorted and disjoint."""
    common: list[Window] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            # Windows that stay whole are kept as they are: making one costs more than all the rest.
            common.append(left[i] if start == left[i].start and end == left[i].end else window(start, end))
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return tuple(common)


def difference(windows: Windows, removed: Windows) -> Windows:
    """The instants of `windows` that are in none of `removed`; both sorted and disjoint."""
    kept: list[Window] = []
    j = 0
    for each in windows:
        start = each.start
        while j < len(removed) and removed[j].end <= start:
            j += 1
        k = j
        while k < len(removed) and removed[k].start < each.end:
            if start < removed[k].start:
                kept.append(window(start, removed[k].start))
            start = max(start, removed[k].end)
            k += 1
        if start < each.end:
            kept.append(each if start == each.start else window(start, each.end))
    return tuple(kept)


def covers(windows: Windows, wanted: Window) -> bool:
    """Whether one of the sorted, disjoint `windows` contains the whole of `wanted`."""
    low, high = 0, len(windows)
    while low < high:
        middle = (low + high) // 2
        if windows[middle].start <= wanted.start:
            low = middle + 1
        else:
            high = middle
    return low > 0 and wanted.end <= windows[low - 1].end
