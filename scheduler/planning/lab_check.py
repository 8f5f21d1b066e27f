"""Whether a lab is complete in itself: ids unique, everything named is there."""

from collections.abc import Collection, Iterable
from typing import NoReturn

from scheduler.errors import InputError, UnknownReference
from scheduler.model.calendar import Calendar
from scheduler.model.catalogue import Method
from scheduler.model.changeover import Changeover
from scheduler.model.lab import Lab, Resource
from scheduler.model.request import Requirement, Select
from scheduler.model.text import did_you_mean
from scheduler.model.travel import Ways
from scheduler.planning.order_check import check_links, check_order


def check_lab(lab: Lab, path: str = "lab") -> None:
    """Every id of the lab is used once, and everything named in it exists: sites, calendars, resources, changeovers, ways.

    Raises: InputError, UnknownReference, with the path below `path`.
    """
    refuse_twice((each.id for each in lab.sites), f"{path}.sites")
    refuse_twice((each.id for each in lab.calendars), f"{path}.calendars")
    refuse_twice((each.id for each in lab.resources), f"{path}.resources")
    refuse_twice((each.id for each in lab.methods), f"{path}.methods")
    refuse_twice((each.id for each in lab.changeovers), f"{path}.changeovers")
    refuse_twice((each.id for each in lab.ways), f"{path}.ways")
    sites = {each.id for each in lab.sites}
    calendars = {each.id for each in lab.calendars}
    resources = {each.id for each in lab.resources}
    for index, site in enumerate(lab.sites):
        if site.receiving is not None and site.receiving not in calendars:
            refuse_unknown("calendar", site.receiving, calendars, f"{path}.sites[{index}].receiving")
    for index, calendar in enumerate(lab.calendars):
        _check_exceptions(calendar, f"{path}.calendars[{index}]")
    for index, resource in enumerate(lab.resources):
        check_resource(lab, resource, f"{path}.resources[{index}]", sites, calendars)
    for index, changeover in enumerate(lab.changeovers):
        _check_recipes(changeover, [each for each in lab.resources if each.changeover == changeover.id], f"{path}.changeovers[{index}]")
    for index, ways in enumerate(lab.ways):
        _check_ways(ways, sites, f"{path}.ways[{index}]")
    for index, method in enumerate(lab.methods):
        _check_method(method, resources, sites, calendars, f"{path}.methods[{index}]")


def check_resource(lab: Lab, resource: Resource, path: str, sites: Collection[str], calendars: Collection[str]) -> None:
    """The site, the calendar, the changeover and the ways that a resource names are in the lab. Raises: UnknownReference."""
    if resource.calendar not in calendars:
        refuse_unknown("calendar", resource.calendar, calendars, f"{path}.calendar")
    if resource.site is not None and resource.site not in sites:
        refuse_unknown("site", resource.site, sites, f"{path}.site")
    if resource.changeover is not None and all(each.id != resource.changeover for each in lab.changeovers):
        refuse_unknown("changeover", resource.changeover, [each.id for each in lab.changeovers], f"{path}.changeover")
    if resource.travel is not None and all(each.id != resource.travel.ways for each in lab.ways):
        refuse_unknown("table of ways", resource.travel.ways, [each.id for each in lab.ways], f"{path}.travel.ways")


def check_names(requirement: Requirement, resources: Collection[str], sites: Collection[str], path: str) -> None:
    """Every resource and site that a requirement names exists. Raises: UnknownReference."""
    check_select(requirement.select, resources, sites, f"{path}.select")
    for index, each in enumerate(requirement.preferred):
        if each not in resources:
            refuse_unknown("resource", each, resources, f"{path}.preferred[{index}]")


def check_select(select: Select, resources: Collection[str], sites: Collection[str], path: str) -> None:
    """Every resource and site that a select names exists. Raises: UnknownReference."""
    for index, each in enumerate(select.ids):
        if each not in resources:
            refuse_unknown("resource", each, resources, f"{path}.ids[{index}]")
    for index, each in enumerate(select.sites):
        if each not in sites:
            refuse_unknown("site", each, sites, f"{path}.sites[{index}]")


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


def _check_recipes(changeover: Changeover, resources: list[Resource], path: str) -> None:
    """What the changeover names is held by one of its resources, if each of those says what it holds: a slip would silently drop a cleaning."""
    held = {recipe for each in resources for recipe in each.recipes}
    if not resources or not all(each.recipes for each in resources):
        return
    named = [(f"cleaning[{number}].recipe", each.recipe) for number, each in enumerate(changeover.cleaning)]
    for number, each in enumerate(changeover.transitions):
        named += [(f"transitions[{number}].before", each.before), (f"transitions[{number}].after", each.after)]
    initial = {each.initial_recipe for each in resources}
    for where, recipe in named:
        # A chamber may begin with something that it does not run itself.
        if recipe not in held and recipe not in initial:
            hint = did_you_mean(recipe, held) or "; correct the spelling, or add it to the recipes of one of them"
            raise UnknownReference(f"no resource with this changeover holds the recipe {recipe!r}{hint}", f"{path}.{where}")


def _check_ways(ways: Ways, sites: Collection[str], path: str) -> None:
    seen: dict[tuple[str, str], int] = {}
    for index, each in enumerate(ways.ways):
        for end, name in (("start", each.start), ("end", each.end)):
            if name not in sites:
                refuse_unknown("site", name, sites, f"{path}.ways[{index}].{end}")
        first = seen.setdefault((each.start, each.end), index)
        if first != index:
            raise InputError(f"the way from {each.start!r} to {each.end!r} is already given by ways[{first}]; keep one of them", f"{path}.ways[{index}]")


def _check_method(method: Method, resources: Collection[str], sites: Collection[str], calendars: Collection[str], path: str) -> None:
    refuse_twice((each.id for each in method.steps), f"{path}.steps")
    repeated = {name: step for step in method.steps if step.times > 1 for name in step.task_ids}
    for index, step in enumerate(method.steps):
        if step.id in repeated:
            other = repeated[step.id]
            raise InputError(
                f"the id {step.id!r} is that of a task of step {other.id!r}, which is done {other.times} times; give it its own", f"{path}.steps[{index}].id"
            )
        for field, name in (("pauses_in", step.pauses_in), ("within", step.within)):
            if name is not None and name not in calendars:
                refuse_unknown("calendar", name, calendars, f"{path}.steps[{index}].{field}")
        refuse_twice((each.id for each in step.requirements), f"{path}.steps[{index}].requirements")
        for number, requirement in enumerate(step.requirements):
            check_names(requirement, resources, sites, f"{path}.steps[{index}].requirements[{number}]")
    check_order([each.id for each in method.steps], method.precedences, path)
    check_links({each.id: (each.requirements,) for each in method.steps}, method.links, path)
