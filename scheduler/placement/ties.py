"""Which tasks of a request have to be done at one site, and which sites a task could be done at."""

from collections.abc import Iterable

from scheduler.ticks.instance import TickLink, TickMode, TickRequest

NO_SITE = -1
"""The site of what may be anywhere."""


def sites_of(mode: TickMode, site_of: list[int]) -> list[int]:
    """The sites of the mode's candidates in the order of their first mention."""
    sites = dict.fromkeys(site_of[each] for requirement in mode.requirements for each in requirement.candidates)
    return [site for site in sites if site != NO_SITE]


def loose_ties(request: TickRequest, site_of: list[int]) -> list[int]:
    """The tasks in several same_site links that could be done by resources without a site alone: then they tie those links together no more."""
    ties = [task for task in range(len(request.tasks)) if sum(link.kind == "same_site" and task in link.tasks for link in request.links) > 1]
    return [task for task in ties if request.tasks[task].site == NO_SITE and any(_can_be_nowhere(mode, site_of) for mode in request.tasks[task].modes)]


def _can_be_nowhere(mode: TickMode, site_of: list[int]) -> bool:
    return all(sum(site_of[each] == NO_SITE for each in requirement.candidates) >= requirement.count for requirement in mode.requirements)


def site_groups(tasks: int, links: Iterable[TickLink]) -> list[list[int]]:
    """The tasks gathered by same_site links; a task without one is alone."""
    group = list(range(tasks))
    for link in links:
        if link.kind == "same_site":
            joined = {group[each] for each in link.tasks}
            group = [min(joined) if each in joined else each for each in group]
    return [[task for task in range(tasks) if group[task] == name] for name in sorted(set(group))]
