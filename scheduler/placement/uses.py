"""What a booking takes of one resource, and what one would take: the words in which ledgers are asked and told."""

from collections.abc import Iterator
from typing import NamedTuple

from scheduler.ticks.instance import Bits, FixedUse, Instance, TickBooking, TickMode, TickRequest, TickRequirement, Ticks
from scheduler.ticks.uses import site_of

Owner = tuple[int, int]
"""Request and task, by position; a negative request is that of a frozen booking."""

NOWHERE = -1
"""The site of what takes place at none."""


class Use(NamedTuple):
    """`demand` units of a resource taken in `[start, end)` by the booking of `owner`, which starts at `at`.

    `recipe` -1: none. `site`: where a person who travels must be, -1: anywhere. `minutes`: the true time taken.
    `opens_run` False: its task lasts longer than it must, so some other member must make the run that long.
    """

    start: Ticks
    end: Ticks
    demand: int
    recipe: int
    undisturbed: bool
    site: int
    at: Ticks
    owner: Owner
    minutes: int
    opens_run: bool
    is_fixed: bool
    late: int = 0
    short: int = 0


class Need(NamedTuple):
    """A use without a time: it may begin wherever the resource can serve it. Its booking starts `begin` ticks before it.

    In `idle` ticks the resource need not be open.
    """

    demand: int
    length: Ticks
    recipe: int = -1
    undisturbed: bool = False
    site: int = NOWHERE
    begin: Ticks = 0
    minutes: int = 0
    opens_run: bool = True
    idle: Bits = 0
    late: int = 0
    short: int = 0


class Want(NamedTuple):
    """What a booking takes of one resource."""

    resource: int
    need: Need
    use: Use


def need_of(mode: TickMode, requirement: TickRequirement, site: int = NOWHERE) -> Need:
    """What the requirement takes of each resource that serves it, for a task that takes place at `site`."""
    return Need(
        requirement.demand,
        requirement.end - requirement.begin,
        requirement.recipe,
        requirement.undisturbed,
        site,
        requirement.begin,
        requirement.minutes,
        mode.opens_run,
        requirement.idle,
        requirement.late,
        requirement.short,
    )


def use_of(need: Need, start: Ticks, owner: Owner) -> Use:
    """The need served from `start` on."""
    return Use(
        start,
        start + need.length,
        need.demand,
        need.recipe,
        need.undisturbed,
        need.site,
        start - need.begin,
        owner,
        need.minutes,
        need.opens_run,
        False,
        need.late,
        need.short,
    )


def fixed_use(use: FixedUse) -> Use:
    """A fixed use as a ledger keeps it. One that starts between ticks has no true length that a need could share."""
    minutes = use.minutes if use.is_on_grid else -1
    return Use(use.start, use.end, use.demand, use.recipe, use.undisturbed, use.site, use.at, use.owner, minutes, True, True, use.late, use.short)


def wants_of(instance: Instance, request: TickRequest, booking: TickBooking, position: int) -> Iterator[Want]:
    """All that the booking takes, for the request at `position`."""
    mode = request.tasks[booking.task].modes[booking.mode]
    site = site_of(instance.resources, request, booking)
    owner = (position, booking.task)
    for requirement, served in zip(mode.requirements, booking.resources, strict=True):
        plain = need_of(mode, requirement)
        for resource in served:
            need = plain if site == NOWHERE or instance.resources[resource].travel is None else plain._replace(site=site)
            yield Want(resource, need, use_of(need, booking.start + requirement.begin, owner))
