"""What modes take, in ticks from their start, and at which starts it is there, at which price."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from scheduler.model.lab import Resource
from scheduler.model.request import Mode, Requirement, Task
from scheduler.planning.eligible import Eligibility, place_of
from scheduler.verify.certified.timeline import REMEMBERED, Kept, Mask, Numbers, Timeline

NONE = timedelta(0)

FAR = 1 << 61
"""More than anything costs; `certified.least` refuses sums that could come near it."""


@dataclass(frozen=True, slots=True)
class Need:
    """`count` of `candidates`, `demand` units of each, at least in the ticks `[start + begin, start + end)`.

    `is_known` False: it may be taken at another time instead, as the end of the task is not known. `is_worked`: the task pauses, and
    candidates need be open only where it does not.
    """

    candidates: tuple[int, ...]
    count: int
    demand: int
    begin: int
    end: int
    is_known: bool
    is_worked: bool
    preferred: frozenset[int]


class Needs:
    """Answers for one timeline; each is worked out once, as long as there is room for it."""

    def __init__(self, timeline: Timeline, preference: int) -> None:
        self.timeline = timeline
        self.preference = preference
        self.eligibility = Eligibility(timeline.problem.lab)
        self.places = [place_of(each) for each in timeline.resources]
        self._masks: Kept[Mask] = Kept(REMEMBERED)
        self._prices: Kept[Numbers] = Kept(REMEMBERED)

    def of(self, task: Task, mode: Mode) -> tuple[Need, ...]:
        """One for each requirement of the mode."""
        return tuple(self._need(task, mode, each) for each in mode.requirements)

    def _need(self, task: Task, mode: Mode, requirement: Requirement) -> Need:
        resources: tuple[Resource, ...] = self.timeline.resources
        candidates = tuple(each for each in self.eligibility.candidates_for(requirement) if resources[each].capacity >= requirement.demand)
        begin, end, is_known = _stretch(task, mode, requirement)
        grid = self.timeline.grid
        first, last = grid.up(begin), grid.down(end)
        preferred = frozenset(self.timeline.position[each] for each in requirement.preferred if each in self.timeline.position)
        return Need(candidates, requirement.count, requirement.demand, first, max(first, last), is_known, task.pauses_in is not None, preferred)

    def mask(self, need: Need) -> Mask:
        """The starts at which `count` candidates are open and free of frozen bookings."""
        return self._masks.get(need, lambda: self._mask(need))

    def price(self, need: Need) -> Numbers | None:
        """For every start the least price of `count` candidates that are there then, and of those not preferred; None: nothing at any start."""
        wanted = need.preferred and self.preference
        if not wanted and (not need.is_known or self.timeline.asked.keys().isdisjoint(need.candidates)):
            return None
        return self._prices.get(need, lambda: self._price(need))

    def worst(self, need: Need) -> int:
        """No start has a higher price, but where nobody is there."""
        return need.count * (max((self.timeline.price_of_all(each, need.demand) for each in need.candidates), default=0) + self.preference)

    def _mask(self, need: Need) -> Mask:
        ticks = self.timeline.grid.ticks
        if len(need.candidates) < need.count:
            return np.zeros(ticks, bool)
        if not need.is_known or need.is_worked:
            return np.ones(ticks, bool)
        # Many share their hours: each is looked at once.
        hours: dict[int, Numbers] = {}
        units: dict[int, int] = {}
        for each in need.candidates:
            shut = self.timeline.shut_before(each, need.demand)
            hours[id(shut)] = shut
            units[id(shut)] = units.get(id(shut), 0) + 1
        there = np.zeros(ticks, np.int64)
        for key, shut in hours.items():
            there += units[key] * (_between(shut, need) == 0)
        return there >= need.count

    def _price(self, need: Need) -> Numbers:
        ticks = self.timeline.grid.ticks
        found: list[Numbers] = []
        for each in need.candidates:
            before = self.timeline.price_before(each, need.demand)
            price = np.zeros(ticks, np.int64) if before is None or not need.is_known else _between(before, need)
            if need.preferred and each not in need.preferred:
                price = price + self.preference
            if need.is_known and not need.is_worked:
                price = np.where(_between(self.timeline.shut_before(each, need.demand), need) == 0, price, FAR)
            found.append(price)
        if len(found) < need.count:
            return np.full(ticks, FAR, np.int64)
        if need.count == 1:
            least: Numbers = np.minimum.reduce(found)
            return least
        cheapest = np.partition(np.stack(found), need.count - 1, axis=0)[: need.count]
        # Where too few are there the mask says so; their sum must not run over.
        return np.where((cheapest == FAR).any(axis=0), FAR, np.where(cheapest == FAR, 0, cheapest).sum(axis=0))


def _stretch(task: Task, mode: Mode, requirement: Requirement) -> tuple[timedelta, timedelta, bool]:
    """When it is taken, from the start of the booking: at least so long, for bookings of the shortest length; and whether that is so for all lengths."""
    duration, part = mode.duration, requirement.part
    is_fixed = has_one_length(task, mode)
    if part is None or requirement.during == "whole":
        return NONE, duration, True
    if requirement.during == "before":
        return -part, NONE, True
    if requirement.during == "head":
        return NONE, min(part, duration), True
    if requirement.during == "tail":
        return duration - min(part, duration), duration, is_fixed
    return duration, duration + part, is_fixed


def has_one_length(task: Task, mode: Mode) -> bool:
    """Whether every booking in this mode is as long as its duration: it neither pauses nor waits for others in a batch run."""
    return task.pauses_in is None and (mode.max_duration is None or mode.max_duration <= mode.duration)


def _between(before: Numbers, need: Need) -> Numbers:
    """`before[start + end] - before[start + begin]` for every start; nothing counts beyond the horizon."""
    ticks = len(before) - 1
    if need.begin == 0 and 0 < need.end <= ticks:
        # The plain case without copies of where to look.
        found = np.empty(ticks, np.int64)
        inside = ticks + 1 - need.end
        np.subtract(before[need.end :], before[:inside], out=found[:inside])
        np.subtract(before[-1], before[inside:ticks], out=found[inside:])
        return found
    at = np.arange(ticks)
    result: Numbers = before[np.clip(at + need.end, 0, ticks)] - before[np.clip(at + need.begin, 0, ticks)]
    return result
