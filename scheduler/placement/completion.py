"""When a placed request is complete."""

from scheduler.ticks.instance import Instance, Placement, TickRequest


def completion_minute(instance: Instance, request: TickRequest, placement: Placement) -> int:
    """Minutes from the origin to the last end of a task, frozen ones included."""
    tick = instance.tick_minutes
    ends = [each.start * tick + request.tasks[each.task].modes[each.mode].minutes for each in placement]
    if request.fixed_completion is not None:
        ends.append(request.fixed_completion)
    return max(ends, default=0)
