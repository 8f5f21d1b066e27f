"""Maintenance that the planner may place: a request of the institute itself, not a closure at a fixed time."""

from datetime import timedelta

from scheduler.model.lab import Resource
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.window import Window

HEAVIEST = 1_000
"""The largest weight of a request: maintenance gives way to nothing that could be served at another time."""

MAX_ID = 120


def maintenance_request(
    resource: Resource,
    duration: timedelta,
    within: Window,
    *,
    company: str,
    company_name: str = "",
    name: str = "점검",
    recipe: str | None = None,
    operator: Select | None = None,
) -> Request:
    """The request to shut `resource` for `duration` somewhere in `within`: it takes all capacity, weighs most, and is never outside.

    `company` is the id by which the institute counts among the companies. The resource must be
    open then, as for any work. `operator`: who does it, for the whole time. `recipe`: what the
    resource is left in, where it has a changeover. The id names the resource and the day on which
    `within` starts (UTC).

    Raises: ValueError if the resource has a changeover and no `recipe` is given, or if `within` is too short.
    """
    if resource.changeover is not None and recipe is None:
        raise ValueError(f"recipe: {resource.id} is changed over between recipes; name the one for maintenance")
    if within.length < duration:
        raise ValueError("duration: longer than the window in which it is to be; shorten it or widen the window")
    taken = [Requirement(id="resource", select=Select(ids=(resource.id,)), demand=resource.capacity, recipe=recipe)]
    if operator is not None:
        taken.append(Requirement(id="operator", select=operator))
    ending = f":{within.start:%Y-%m-%d}"
    front = "maintenance:"
    return Request(
        id=front + resource.id[: MAX_ID - len(front) - len(ending)] + ending,
        company=company,
        company_name=company_name,
        name=name,
        tasks=(Task(id="maintenance", name=name, name_en="Maintenance", modes=(Mode(duration=duration, requirements=tuple(taken)),)),),
        release=within.start,
        deadline=within.end,
        weight=HEAVIEST,
    )
