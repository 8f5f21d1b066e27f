"""Whether a lab is complete in itself: ids unique, everything named is there."""

from collections.abc import Collection, Iterable
from typing import NoReturn

from scheduler.errors import InputError, UnknownReference
from scheduler.model.calendar import Calendar
from scheduler.model.catalogue import Method
from scheduler.model.lab import Lab
from scheduler.model.request import Requirement
from scheduler.model.text import did_you_mean
from scheduler.planning.order_check import check_links, check_order


def check_lab(lab: Lab, path: str = "lab") -> None:
    """Every id of the lab is used once, and every site, calendar and resource named in it exists.

    Raises: InputError, UnknownReference, with the path below `path`.
    """
    refuse_twice((each.id for each in lab.sites), f"{path}.sites")
    refuse_twice((each.id for each in lab.calendars), f"{path}.calendars")
    refuse_twice((each.id for each in lab.resources), f"{path}.resources")
    refuse_twice((each.id for each in lab.methods), f"{path}.methods")
    sites = {each.id for each in lab.sites}
    calendars = {each.id for each in lab.calendars}
    resources = {each.id for each in lab.resources}
    for index, calendar in enumerate(lab.calendars):
        _check_exceptions(calendar, f"{path}.calendars[{index}]")
    for index, resource in enumerate(lab.resources):
        if resource.calendar not in calendars:
            refuse_unknown("calendar", resource.calendar, calendars, f"{path}.resources[{index}].calendar")
        if resource.site is not None and resource.site not in sites:
            refuse_unknown("site", resource.site, sites, f"{path}.resources[{index}].site")
    for index, method in enumerate(lab.methods):
        _check_method(method, resources, sites, f"{path}.methods[{index}]")


def check_names(requirement: Requirement, resources: Collection[str], sites: Collection[str], path: str) -> None:
    """Every resource and site that a requirement names exists. Raises: UnknownReference."""
    select = requirement.select
    for index, each in enumerate(select.ids):
        if each not in resources:
            refuse_unknown("resource", each, resources, f"{path}.select.ids[{index}]")
    for index, each in enumerate(select.sites):
        if each not in sites:
            refuse_unknown("site", each, sites, f"{path}.select.sites[{index}]")
    for index, each in enumerate(requirement.preferred):
        if each not in resources:
            refuse_unknown("resource", each, resources, f"{path}.preferred[{index}]")


def refuse_twice(ids: Iterable[str], path: str) -> None:
    """Raises InputError at the second use of an id."""
    seen: dict[str, int] = {}
    for index, each in enumerate(ids):
        first = seen.setdefault(each, index)
        if first != index:
            raise InputError(f"the id {each!r} is already used by {path}[{first}]; give each its own id", f"{path}[{index}].id")


def refuse_unknown(thing: str, name: str, known: Iterable[str], path: str) -> NoReturn:
    """Raises UnknownReference that says which `thing` is missing and names the nearest known one."""
    hint = did_you_mean(name, known) or f"; add the {thing} or correct the id"
    raise UnknownReference(f"no {thing} has the id {name!r}{hint}", path)


def _check_exceptions(calendar: Calendar, path: str) -> None:
    seen: set[object] = set()
    for index, each in enumerate(calendar.exceptions):
        if each.date in seen:
            # The later one would silently replace the earlier.
            raise InputError(f"{each.date} has two exceptions; put all hours of the day into one", f"{path}.exceptions[{index}].date")
        seen.add(each.date)


def _check_method(method: Method, resources: Collection[str], sites: Collection[str], path: str) -> None:
    refuse_twice((each.id for each in method.steps), f"{path}.steps")
    for index, step in enumerate(method.steps):
        refuse_twice((each.id for each in step.requirements), f"{path}.steps[{index}].requirements")
        for number, requirement in enumerate(step.requirements):
            check_names(requirement, resources, sites, f"{path}.steps[{index}].requirements[{number}]")
    check_order([each.id for each in method.steps], method.precedences, path)
    check_links({each.id: (each.requirements,) for each in method.steps}, method.links, path)
