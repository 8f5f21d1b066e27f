"""The rule about people who move between sites: the ways to their sessions and home."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.model.lab import Resource
from scheduler.model.text import duration_text
from scheduler.model.travel import Position, Ways, way_time
from scheduler.verify.facts import Facts, Placed
from scheduler.verify.openings import Stretch
from scheduler.verify.uses import Use, minutes_of, uses_where
from scheduler.verify.violation import Violation, about


class Leg(NamedTuple):
    """One way of a person: to `session`, or home after it (`is_home`).

    `time` None: nothing tells how long it takes. `opening` is the one in which the session
    starts, `is_exempt` whether it was decided earlier (the session and the one before are frozen).
    """

    person: Resource
    session: Use
    is_home: bool
    start: str
    end: str
    time: timedelta | None
    opening: Stretch
    is_exempt: bool

    @property
    def minutes(self) -> int:
        """Whole minutes on the way, rounded up."""
        return minutes_of(self.time or timedelta(0))

    @property
    def block(self) -> Stretch:
        """When the way is travelled: just before the session, or just after it."""
        time = self.time or timedelta(0)
        return (self.session.part.end, self.session.part.end + time) if self.is_home else (self.session.part.start - time, self.session.part.start)


def legs_of(facts: Facts) -> Iterator[tuple[Resource, list[Use], list[Leg]]]:
    """People who travel, with all they do by start, and with their ways.

    A session on site begins inside an opening (else `calendar` tells), and its way belongs to that opening.
    """
    ways = {each.id: each for each in facts.problem.lab.ways}
    positions = {each.id: (each.latitude, each.longitude) for each in facts.problem.lab.sites if each.latitude is not None and each.longitude is not None}
    for person, uses in uses_where(facts, _travels, checked=True):
        known = ways.get(person.travel.ways) if person.travel is not None else None
        if known is not None:
            yield person, uses, list(_legs(facts, person, uses, known, positions))


def _travels(resource: Resource) -> bool:
    return resource.travel is not None


def _legs(facts: Facts, person: Resource, uses: list[Use], ways: Ways, positions: dict[str, Position]) -> Iterator[Leg]:
    before: tuple[Use, str, Stretch] | None = None
    for use in uses:
        site, opening = _place(use.placed), facts.hours.of(person).around(use.part.start)
        if site is None or opening is None:
            continue
        if before is not None and before[2] != opening:
            yield from _home(person, before, ways, positions)
            before = None
        # Who has no home begins where the first session is.
        origin = (person.site or site) if before is None else before[1]
        is_exempt = use.placed.is_frozen and (before is None or before[0].placed.is_frozen)
        yield Leg(person, use, False, origin, site, way_time(ways, origin, site, positions), opening, is_exempt)
        before = (use, site, opening)
    if before is not None:
        yield from _home(person, before, ways, positions)


def _home(person: Resource, last: tuple[Use, str, Stretch], ways: Ways, positions: dict[str, Position]) -> Iterator[Leg]:
    use, site, opening = last
    if person.site is not None:
        yield Leg(person, use, True, site, person.site, way_time(ways, site, person.site, positions), opening, use.placed.is_frozen)


def _place(placed: Placed) -> str | None:
    """Where the booking takes place; None: nowhere, or (which `location` tells) in several places."""
    if placed.task.place != "one_site":
        return None
    if placed.task.site is not None:
        return placed.task.site
    sites = {each.site for each in placed.resources() if each.site is not None and each.travel is None}
    return sites.pop() if len(sites) == 1 else None


def check_travel(facts: Facts) -> Iterator[Violation]:
    """Each way lies in the opening and beside all else that the person does, and all ways of a day take no longer than the person may travel."""
    for person, uses, legs in legs_of(facts):
        starts = [each.part.start for each in uses]
        # For each use the last end of it and all before it.
        reached = list(accumulate((each.part.end for each in uses), max))
        for leg in legs:
            if not leg.is_exempt:
                yield from _way(leg, starts, reached)
        yield from _too_far(facts, person, legs)


def _way(leg: Leg, starts: list[datetime], reached: list[datetime]) -> Iterator[Violation]:
    what = f"takes {leg.person.id!r}, whose way {'home ' if leg.is_home else ''}from {leg.start!r} to {leg.end!r}"
    if leg.time is None:
        yield about(leg.session.placed, "travel", f"{what} nothing tells.", (leg.person.id,))
        return
    start, end = leg.block
    if start == end:
        return
    if start < leg.opening[0] or end > leg.opening[1]:
        yield about(leg.session.placed, "travel", f"{what}, from {start} to {end}, is not inside the opening.", (leg.person.id,))
        return
    others = bisect_left(starts, end)
    if others and reached[others - 1] > start:
        yield about(leg.session.placed, "travel", f"{what}, from {start} to {end}, is not free of other work.", (leg.person.id,))


def _too_far(facts: Facts, person: Resource, legs: list[Leg]) -> Iterator[Violation]:
    """At most one violation a day, told of its last session."""
    most = None if person.travel is None else person.travel.most_a_day
    if most is None or not legs:
        return
    zone = ZoneInfo(facts.hours.calendars[person.calendar].time_zone)
    days: dict[object, list[Leg]] = {}
    for leg in legs:
        days.setdefault(leg.session.part.start.astimezone(zone).date(), []).append(leg)
    for day, ways in days.items():
        minutes = sum(each.minutes for each in ways)
        if timedelta(minutes=minutes) > most and not all(each.session.placed.is_frozen for each in ways):
            says = f"takes {person.id!r}, who travels {duration_text(timedelta(minutes=minutes))} on {day}, more than {duration_text(most)}."
            yield about(ways[-1].session.placed, "travel", says, (person.id,))
