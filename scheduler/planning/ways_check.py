"""Whether the ways between all sites that a travelling person could need are known."""

from collections.abc import Iterable

from scheduler.errors import InputError
from scheduler.model.lab import Lab
from scheduler.model.request import Mode, Request, Task
from scheduler.model.travel import Ways
from scheduler.planning.eligible import place_of
from scheduler.planning.request_check import RequestCheck


def check_ways(lab: Lab, checker: RequestCheck, requests: Iterable[Request], path: str = "lab") -> None:
    """Between any two sites where tasks may take a travelling person, home included, something tells the way.

    Raises: InputError with the path of the ways.
    """
    if not lab.ways:
        return  # who travels names some
    travellers = [position for position, each in enumerate(lab.resources) if each.travel is not None]
    if not travellers:
        return
    gaps = {each.id: _Gaps(lab, each) for each in lab.ways}
    needed = _sites_of(lab, checker, requests, frozenset(travellers))
    seen: set[tuple[str, frozenset[str]]] = set()
    for position in travellers:
        resource = lab.resources[position]
        if position not in needed or resource.travel is None:
            continue
        sites = needed[position] if resource.site is None else needed[position] | {resource.site}
        key = (resource.travel.ways, frozenset(sites))
        if key in seen:
            continue
        seen.add(key)
        gap = gaps[resource.travel.ways].first_among(sorted(sites))
        if gap is not None:
            index = next(number for number, each in enumerate(lab.ways) if each.id == resource.travel.ways)
            raise InputError(
                f"nothing tells the way from {gap[0]!r} to {gap[1]!r}, which {resource.id} may have to travel; "
                "add it, or give speed_kmh and the positions of both sites",
                f"{path}.ways[{index}].ways",
            )


class _Gaps:
    """Which ways are not known; as `travel.way_time`, but without working out any."""

    def __init__(self, lab: Lab, ways: Ways) -> None:
        self._listed = {frozenset((each.start, each.end)) for each in ways.ways}
        self._placed = set() if ways.speed_kmh is None else {each.id for each in lab.sites if each.latitude is not None and each.longitude is not None}

    def first_among(self, sites: list[str]) -> tuple[str, str] | None:
        far = [each for each in sites if each not in self._placed]
        for start in far:
            for end in sites:
                if start != end and frozenset((start, end)) not in self._listed:
                    return min(start, end), max(start, end)
        return None


def _sites_of(lab: Lab, checker: RequestCheck, requests: Iterable[Request], travellers: frozenset[int]) -> dict[int, set[str]]:
    """For each traveller the sites where a task could take place that may take them."""
    needed: dict[int, set[str]] = {}
    seen: set[tuple[tuple[Mode, ...], str | None]] = set()
    for task in (task for request in requests for task in request.tasks):
        key = (task.modes, task.site)
        if task.place == "one_site" and key not in seen:
            seen.add(key)
            for mode in task.modes:
                served = [checker.capable(each) for each in mode.requirements]
                going = travellers.intersection(each for positions in served for each in positions)
                if going:
                    sites = _sites_in(lab, task, mode, served)
                    for each in going:
                        needed.setdefault(each, set()).update(sites)
    return needed


def _sites_in(lab: Lab, task: Task, mode: Mode, served: list[tuple[int, ...]]) -> set[str]:
    if task.site is not None:
        return {task.site}
    places = [[place_of(lab.resources[each]) for each in positions] for positions in served]
    found = {place for group in places for place in group if place is not None}
    return {
        site
        for site in found
        if all(sum(place in (None, site) for place in group) >= each.count for group, each in zip(places, mode.requirements, strict=True))
    }
