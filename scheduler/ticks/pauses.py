"""Tasks that pause: from a start and a time worked to an end, in wall-clock time, and the starts that share a length."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from scheduler.model.window import Windows
from scheduler.ticks.grid import Grid
from scheduler.ticks.instance import Bits


def paused_lengths(grid: Grid, openings: Windows, duration: timedelta) -> Iterator[tuple[timedelta, Bits]]:
    """Every length from start to end that `duration` of work inside `openings` may have, each with the ticks that start such a task.

    The task starts inside an opening and ends as soon as the work is done, so while start and end stay in their
    openings the length stays the same: between two openings there are at most two stretches of starts.
    """
    # Work done before each opening begins.
    done = [timedelta(0), *accumulate(each.length for each in openings)]
    found: dict[timedelta, Bits] = {}
    for index, opening in enumerate(openings):
        first = max(grid.ceil(opening.start), 0)
        last = min(grid.ceil(opening.end), grid.ticks)
        tick = first
        while tick < last:
            start = grid.moment(tick)
            target = done[index] + (start - opening.start) + duration
            # The work may end exactly with an opening: it does not wait for the next one to begin.
            ending = bisect_right(done, target - timedelta.resolution) - 1
            if ending >= len(openings):
                break
            end = openings[ending].start + (target - done[ending])
            # As long as the end stays in that opening, a later start ends as much later.
            spare = openings[ending].end - end
            count = min(spare // grid.resolution + 1, last - tick)
            length = end - start
            found[length] = found.get(length, 0) | ((1 << count) - 1) << tick
            tick += count
    yield from sorted(found.items())


def worked_end(openings: Windows, start: datetime, duration: timedelta) -> datetime | None:
    """When `duration` of work that starts at `start` inside an opening is done; None if it starts in a closure or is never done."""
    left = duration
    for each in openings:
        if each.end <= start:
            continue
        if left == duration and each.start > start:
            return None
        begin = max(each.start, start)
        if each.end - begin >= left:
            return begin + left
        left -= each.end - begin
    return None
