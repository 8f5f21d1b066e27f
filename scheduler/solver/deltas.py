"""What differs between two plans: as data that goes through a pipe, and put into a plan that has changed meanwhile."""

from collections.abc import Mapping
from typing import Any

from scheduler.placement.cost import request_cost
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Placement, Plan, TickBooking

Changes = Mapping[int, Placement | None]
"""Where requests stand now; None: left out."""


def difference(before: Plan, after: Plan) -> Changes:
    """What turns `before` into `after`."""
    changed = {position: placement for position, placement in after.items() if before.get(position) != placement}
    return {**changed, **dict.fromkeys(before.keys() - after.keys())}


def changed(plan: Plan, changes: Changes) -> Plan:
    """`plan` with the changes made."""
    return {position: placement for position, placement in {**plan, **changes}.items() if placement is not None}


def to_plain(changes: Changes) -> list[Any]:
    """The changes as JSON-ready lists."""
    return [
        [position, None if placement is None else [[each.task, each.mode, each.start, each.resources] for each in placement]]
        for position, placement in sorted(changes.items())
    ]


def from_plain(plain: list[Any]) -> Changes:
    """What `to_plain` made lists of."""
    return {
        position: None
        if placement is None
        else tuple(TickBooking(task, mode, start, tuple(tuple(served) for served in resources)) for task, mode, start, resources in placement)
        for position, placement in plain
    }


def follow(standing: Standing, changes: Changes) -> None:
    """The plan is changed just so; it is then the best one. Raises: Defect if something is not free."""
    for position in changes:
        standing.take_out(position)
    for position, placement in changes.items():
        if placement is not None:
            standing.put(position, placement, request_cost(standing.instance, standing.instance.requests[position], placement))
    standing.settle()


def merge(standing: Standing, changes: Changes) -> bool:
    """The plan is changed so as far as it has room; who finds somebody in his place looks for another. Whether the plan is better then; else it stays.

    What does not fit any more is the smaller part: workers share out the requests by what they wait for.
    """
    old = standing.stood(changes)
    before = standing.total
    for position in changes:
        standing.take_out(position)
    homeless: list[int] = []
    for position, placement in changes.items():
        if placement is not None and not standing.try_put(position, placement):
            homeless.append(position)
    standing.find_homes(homeless)
    if standing.total < before and standing.keeps_rules(old):
        standing.settle()
        return True
    standing.put_back(old)
    return False
