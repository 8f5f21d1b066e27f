"""What frozen tasks of a request leave to its free tasks: time, sites, institutes, people.

So that placement and solver never have to think of a request that is half frozen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.model.request import Request
from scheduler.model.schedule import Booking
from scheduler.ticks.instance import TickRequirement, TickResource

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Narrowing:
    """Limits on one free task. `same` maps a requirement id to the resources it must have."""

    earliest: datetime = _FIRST
    latest: datetime = _LAST
    earliest_end: datetime = _FIRST
    latest_end: datetime = _LAST
    sites: frozenset[int] | None = None
    banned_institutes: frozenset[int] = frozenset()
    people: frozenset[int] | None = None
    same: tuple[tuple[str, frozenset[int]], ...] = ()

    def earliest_start(self, duration: timedelta) -> datetime:
        """The earliest start of a mode that lasts `duration`."""
        return max(self.earliest, self.earliest_end if self.earliest_end is _FIRST else self.earliest_end - duration)

    def latest_start(self, duration: timedelta) -> datetime:
        """The latest start of a mode that lasts `duration`."""
        return min(self.latest, self.latest_end if self.latest_end is _LAST else self.latest_end - duration)

    def candidates(self, requirement: TickRequirement, resources: tuple[TickResource, ...]) -> tuple[int, ...]:
        """The candidates that remain for `requirement`; none if the count cannot match."""
        same = dict(self.same).get(requirement.id)
        if same is not None and len(same) != requirement.count:
            return ()
        return tuple(each for each in requirement.candidates if self._admits(each, resources[each]) and (same is None or each in same))

    def _admits(self, position: int, resource: TickResource) -> bool:
        return (
            (self.sites is None or resource.site < 0 or resource.site in self.sites)
            and (resource.institute < 0 or resource.institute not in self.banned_institutes)
            and (self.people is None or not resource.is_person or position in self.people)
        )

    def people_match(self, requirements: Iterable[TickRequirement], resources: tuple[TickResource, ...]) -> bool:
        """Whether the persons of a task must come out as exactly the frozen ones.

        On the safe side: true only if one requirement takes them all, or there are none to take.
        """
        if self.people is None:
            return True
        if not self.people:
            return not any(resources[c].is_person for each in requirements for c in each.candidates)
        # Where an instrument may stand in for a person, the requirement does not surely take them all.
        return any(each.count == len(self.people) and all(resources[c].is_person for c in each.candidates) for each in requirements)


def narrowings(request: Request, frozen: dict[str, Booking], resources: tuple[TickResource, ...], index: dict[str, int]) -> dict[str, Narrowing]:
    """By id of each free task that frozen tasks of `request` limit, its limits."""
    found: dict[str, Narrowing] = {}
    for each in request.precedences:
        before, after = frozen.get(each.before), frozen.get(each.after)
        if before is not None and after is None:
            limit = found.setdefault(each.after, Narrowing())
            limit.earliest = max(limit.earliest, before.window.end + each.min_lag)
            if each.max_lag is not None:
                limit.latest = min(limit.latest, before.window.end + each.max_lag)
        elif after is not None and before is None:
            limit = found.setdefault(each.before, Narrowing())
            limit.latest_end = min(limit.latest_end, after.window.start - each.min_lag)
            if each.max_lag is not None:
                limit.earliest_end = max(limit.earliest_end, after.window.start - each.max_lag)
    for series in request.series:
        for one, following in zip(series.tasks, series.tasks[1:], strict=False):
            before, after = frozen.get(one), frozen.get(following)
            if before is not None and after is None:
                limit = found.setdefault(following, Narrowing())
                limit.earliest = max(limit.earliest, before.window.start + series.least_apart)
                if series.most_apart is not None:
                    limit.latest = min(limit.latest, before.window.start + series.most_apart)
            elif after is not None and before is None:
                limit = found.setdefault(one, Narrowing())
                limit.latest = min(limit.latest, after.window.start - series.least_apart)
                if series.most_apart is not None:
                    limit.earliest = max(limit.earliest, after.window.start - series.most_apart)
    for link in request.links:
        fixed = [frozen[name] for name in link.tasks if name in frozen]
        if not fixed:
            continue
        taken = [resources[index[name]] for booking in fixed for name in booking.resources if name in index]
        for name in link.tasks:
            if name in frozen:
                continue
            limit = found.setdefault(name, Narrowing())
            if link.kind == "same_site":
                sites = frozenset(each.site for each in taken if each.site >= 0)
                if sites:
                    limit.sites = sites if limit.sites is None else limit.sites & sites
            elif link.kind == "different_institutes":
                limit.banned_institutes |= frozenset(each.institute for each in taken if each.institute >= 0)
            elif link.kind == "same_people":
                people = frozenset(index[r] for r in fixed[0].resources if r in index and resources[index[r]].is_person)
                limit.people = people if limit.people in (None, people) else frozenset()
            elif link.requirement is not None:
                served = [a.resources for a in fixed[0].allocations if a.requirement == link.requirement]
                limit.same += tuple((link.requirement, frozenset(index[r] for r in each if r in index)) for each in served)
    return found
