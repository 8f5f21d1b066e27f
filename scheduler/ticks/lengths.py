"""The lengths that a mode may have: one, unless its task pauses or runs in a batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from scheduler.model.request import Mode, Task
from scheduler.ticks.context import Context
from scheduler.ticks.instance import Bits
from scheduler.ticks.pauses import paused_lengths


@dataclass(frozen=True, slots=True)
class Length:
    """Time from start to end, the starts that it goes with (-1: all), the ticks in which nobody need be open, and whether it is the mode's own."""

    time: timedelta
    starts: Bits = -1
    idle: Bits = 0
    opens_run: bool = True


def lengths_of(context: Context, task: Task, mode: Mode) -> Iterator[Length]:
    """Every length that `mode` of `task` may have."""
    grid = context.grid
    if task.pauses_in is not None:
        openings = context.openings(task.pauses_in)
        idle = ((1 << grid.ticks) - 1) & ~grid.touched(openings)
        for time, starts in paused_lengths(grid, openings, mode.duration):
            yield Length(time, starts, idle)
        return
    starts = -1
    if task.within is not None:
        starts = _starts_within(context, task.within, mode.duration)
    yield Length(mode.duration, starts)
    if mode.max_duration is not None and context.run_lengths:
        longer: set[timedelta] = set()
        for each in mode.requirements:
            if context.runs_in_batches(each):
                longer.update(time for time in context.run_lengths.get(each.recipe, ()) if mode.duration < time <= mode.max_duration)
        for time in sorted(longer):
            allowed = -1 if task.within is None else _starts_within(context, task.within, time)
            yield Length(time, allowed, opens_run=False)


def _starts_within(context: Context, calendar: str, time: timedelta) -> Bits:
    """The ticks from which `time` lies inside one opening of the calendar."""
    grid = context.grid
    total = 0
    for each in context.openings(calendar):
        first, last = max(grid.ceil(each.start), 0), min(grid.floor(each.end - time), grid.ticks - 1)
        if first <= last:
            total |= ((1 << (last - first + 1)) - 1) << first
    return total
