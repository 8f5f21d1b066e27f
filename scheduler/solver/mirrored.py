"""Time running backwards: what comes last comes first, so that what is placed as early as possible is truly placed as late as possible."""

from collections.abc import Callable
from copy import copy
from functools import cache

from scheduler.solver.serial import Choice, QuickSerial, Way
from scheduler.ticks.instance import Bits, Ticks


def mirrored(serial: QuickSerial, ticks: Ticks) -> QuickSerial:
    """The same requests and what is free for them during the first `ticks`, in which tick t is now tick `ticks - 1 - t`."""
    turned = cache(_turned)  # most sets are the same
    made = copy(serial)
    made.whole = [turned(each, ticks) for each in serial.whole]
    made.ways = [tuple(_turned_way(each, ticks, turned) for each in ways if each.ticks <= ticks) for ways in serial.ways]
    return made


def _turned_way(way: Way, ticks: Ticks, turned: Callable[[Bits, Ticks], Bits]) -> Way:
    def begins(begin: Ticks, length: Ticks) -> Ticks:
        return way.ticks - begin - length

    return Way(
        way.mode,
        way.ticks,
        way.minutes,
        # The last start is where the first one was.
        turned(way.window, ticks - way.ticks + 1),
        tuple((begins(begin, length), length, turned(allowed, ticks), sets) for begin, length, allowed, sets in way.fixed),
        tuple((resource, demand, begins(begin, length), length) for resource, demand, begin, length in way.takes),
        tuple(
            Choice(
                each.number,
                begins(each.begin, each.length),
                each.length,
                each.demand,
                tuple((resource, number, turned(allowed, ticks)) for resource, number, allowed in each.candidates),
            )
            for each in way.choices
        ),
        way.all_of,
    )


def _turned(ticks: Bits, length: Ticks) -> Bits:
    """The first `length` ticks of a set in reverse order; a set without end stays one."""
    if ticks == -1:
        return -1
    return int(format(ticks & ((1 << length) - 1), "b").zfill(length)[::-1], 2)
