"""Ways: where in the openings of a person who travels another session, with the ways to and from it, can stand.

The way to a session is travelled just before it, from the session before it in the same opening or
from home; after the last one the person goes home. So a session put in changes the way to the one after it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scheduler.placement.bits import ones, span, starts
from scheduler.placement.gaps import Openings
from scheduler.placement.uses import NOWHERE, Need, Use
from scheduler.ticks.instance import Bits, Ticks, TickTravel


class Block(NamedTuple):
    """A way travelled in `[start, end)` for a session that starts on `day`; `to` None: home, `since` the session before. `is_fixed`: nobody can change it."""

    start: Ticks
    end: Ticks
    minutes: int
    day: int
    opening: tuple[Ticks, Ticks]
    since: Use | None
    to: Use | None
    is_fixed: bool


class Journeys:
    """The ways of one person with the bookings there are."""

    __slots__ = ("_spent", "blocks", "days", "openings", "sessions", "travel", "uses")

    def __init__(self, travel: TickTravel, openings: Openings, uses: Sequence[Use]) -> None:
        self.travel, self.openings, self.uses = travel, openings, uses
        self.sessions: dict[tuple[Ticks, Ticks], list[Use]] = defaultdict(list)
        for each in uses:
            opening = self._opening(each.start)
            if each.site != NOWHERE and opening is not None:
                self.sessions[opening].append(each)
        self.blocks = [block for opening, sessions in self.sessions.items() for block in self._blocks(opening, sessions)]
        self._spent: dict[int, int] = defaultdict(int)
        # Days on which somebody has to keep to the limit: not only what is fixed.
        self.days: set[int] = set()
        for block in self.blocks:
            self._spent[block.day] += block.minutes
        for sessions in self.sessions.values():
            self.days.update(self._day(each.start) for each in sessions if not each.is_fixed)

    def starts(self, need: Need, base: Bits, is_open: Bits, quiet: Bits, ticks: Ticks) -> Bits:
        """Those ticks of `base` (time is free for it) at which the need can begin; in `quiet` ticks the person is open and has no part to do."""
        on_the_way = 0
        for each in self.blocks:
            on_the_way |= span(each.start, each.end)
        anywhere = base & starts(ones(ticks) & ~on_the_way, need.length) if on_the_way else base
        if need.site == NOWHERE:
            return anywhere
        travel = self.travel
        to, to_minutes = self.way(travel.home, need.site)
        back, back_minutes = self.way(need.site, travel.home)
        homeward = starts(is_open, need.length + back) & starts(quiet, back) >> need.length if back else -1
        total = anywhere & is_open & _after_way(quiet, to) & homeward
        for opening in self.sessions:
            total &= ~span(*opening)
        if travel.most_a_day is not None:
            if to_minutes + back_minutes > travel.most_a_day:
                total = 0
            for day, spent in self._spent.items():
                if spent + to_minutes + back_minutes > travel.most_a_day:
                    total &= ~span(*self._day_ticks(day, ticks))
        for opening, sessions in self.sessions.items():
            inside = base & span(*opening)
            if on_the_way and need.idle:
                others = 0
                for each in self.blocks:
                    others |= 0 if each.opening == opening else span(each.start, each.end)
                inside &= starts(ones(ticks) & ~others, need.length)
            if inside:
                total |= self._among(need, opening, sessions, inside, quiet, homeward, ticks)
        # Outside all openings nobody travels.
        return total | (anywhere & ~is_open)

    def _among(self, need: Need, opening: tuple[Ticks, Ticks], sessions: list[Use], inside: Bits, quiet: Bits, homeward: Bits, ticks: Ticks) -> Bits:
        """The starts in an opening in which there are other sessions."""
        total = 0
        home = self.travel.home
        for index in range(len(sessions) + 1):
            before = sessions[index - 1] if index else None
            after = sessions[index] if index < len(sessions) else None
            source = home if before is None else before.site
            to, to_minutes = self.way(source, need.site)
            first = opening[0] if before is None else before.end
            if after is not None:
                onward, onward_minutes = self.way(need.site, after.site)
                last = after.start - onward - need.length
                if last < first or span(after.start - onward, after.start) & ~quiet:
                    continue
                allowed = inside & span(first, last + 1)
                freed, freed_on = self.way(source, after.site)[1], self._day(after.start)
            else:
                onward_minutes = self.way(need.site, home)[1]
                allowed = inside & homeward & span(first, opening[1])
                freed, freed_on = (0, -1) if before is None else (self.way(before.site, home)[1], self._day(before.start))
            if allowed:
                allowed &= _after_way(quiet, to)
            if allowed and self.travel.most_a_day is not None:
                allowed = self._within_day(allowed, to_minutes, onward_minutes, freed, freed_on, after, ticks)
            total |= allowed
        return total

    def _within_day(self, allowed: Bits, to_minutes: int, onward_minutes: int, freed: int, freed_on: int, after: Use | None, ticks: Ticks) -> Bits:
        """Those starts with no more ways on a day than there may be."""
        most = self.travel.most_a_day
        assert most is not None  # asked only where there is a limit
        kept = 0
        for day in range(self._day((allowed & -allowed).bit_length() - 1), self._day(allowed.bit_length() - 1) + 1):
            spent = defaultdict(int, {day: to_minutes})
            onward_day = day if after is None else self._day(after.start)
            spent[onward_day] += onward_minutes
            spent[freed_on] -= freed
            if all(self._spent.get(each, 0) + more <= most for each, more in spent.items() if each == day or (each == onward_day and each in self.days)):
                kept |= allowed & span(*self._day_ticks(day, ticks))
        return kept

    def faults(self) -> Iterator[tuple[tuple[object, ...], tuple[Use, ...]]]:
        """What is wrong, and the uses that it is wrong with, the later first. What only fixed bookings have brought about counts as right."""
        begins = [each.start for each in self.uses]
        for block in self.blocks:
            concerned = tuple(each for each in (block.to, block.since) if each is not None)
            if block.start == block.end:
                continue
            if not block.is_fixed and (block.start < block.opening[0] or block.end > block.opening[1]):
                yield ("way", block.since, block.to), concerned
            for other in reversed(self.uses[: bisect_left(begins, block.end)]):
                if other.end <= block.start:
                    break
                if not (block.is_fixed and other.is_fixed):
                    yield ("way", block.since, block.to, other), (*concerned, other)
        most = self.travel.most_a_day
        if most is not None:
            for day, spent in self._spent.items():
                if spent > most and day in self.days:
                    inside = [each for sessions in self.sessions.values() for each in sessions if self._day(each.start) == day]
                    yield ("day", day), tuple(sorted(inside, reverse=True))

    def way(self, source: int, target: int) -> tuple[Ticks, int]:
        """Ticks and minutes between two sites; none from or to a home that there is not."""
        return (0, 0) if source < 0 or target < 0 or source == target else (self.travel.ways[source][target], self.travel.minutes[source][target])

    def _blocks(self, opening: tuple[Ticks, Ticks], sessions: list[Use]) -> Iterator[Block]:
        home = self.travel.home
        before: Use | None = None
        for each in sessions:
            ticks, minutes = self.way(home if before is None else before.site, each.site)
            is_fixed = each.is_fixed and (before is None or before.is_fixed)
            start = each.start - ticks
            if is_fixed:
                # Where frozen sessions leave too little time for the way, it takes what there is.
                start = min(max(start, opening[0] if before is None else before.end), each.start)
            yield Block(start, each.start, minutes, self._day(each.start), opening, before, each, is_fixed)
            before = each
        assert before is not None  # openings are listed with their first session
        ticks, minutes = self.way(before.site, home)
        end = before.end + ticks
        if before.is_fixed:
            end = max(min(end, opening[1]), before.end)
        yield Block(before.end, end, minutes, self._day(before.start), opening, before, None, before.is_fixed)

    def _opening(self, tick: Ticks) -> tuple[Ticks, Ticks] | None:
        index = bisect_right(self.openings, (tick, 1 << 60)) - 1
        return self.openings[index] if index >= 0 and tick < self.openings[index][1] else None

    def _day(self, tick: Ticks) -> int:
        return bisect_right(self.travel.days, tick) - 1

    def _day_ticks(self, day: int, ticks: Ticks) -> tuple[Ticks, Ticks]:
        days = self.travel.days
        return (days[day] if day >= 0 else 0), (min(days[day + 1], ticks) if day + 1 < len(days) else ticks)


def _after_way(quiet: Bits, way: Ticks) -> Bits:
    """The ticks with a whole way of quiet ticks before them."""
    return starts(quiet, way) << way if way else -1
