"""What is published, as a plan: where nearly all of it stays, nobody has to look for places anew."""

from scheduler.ticks.instance import Instance, Plan

MANY = 1_000
"""So many published requests are taken as they stand before anything else is tried: placing each once more takes longer than a week's new ones deserve."""


def published_plan(instance: Instance) -> Plan:
    """The requests of which every task that is not frozen is booked in force, where they are. Whether rules and lab still allow that is not looked at."""
    plan: Plan = {}
    for position, request in enumerate(instance.requests):
        standing = {booking.task: booking for _, booking, _ in request.current if booking is not None}
        if request.tasks and len(standing) == len(request.tasks):
            plan[position] = tuple(standing[task] for task in sorted(standing))
    return plan
