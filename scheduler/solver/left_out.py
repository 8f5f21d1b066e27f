"""Why requests are left out of a plan, as far as there is time to look into it."""

from collections.abc import Mapping
from time import monotonic

from scheduler.model.limits import Limits
from scheduler.model.schedule import Reason
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.reasons import find_reasons
from scheduler.placement.steps import Steps
from scheduler.ticks.instance import Instance, Plan

SHARE, LEAST_SECONDS = 0.05, 1.0
"""Of the time limit, what finding reasons may take, and at least so long."""

STEPS_A_SECOND, NEVER_USED_UP = 10_000, 1 << 60
"""What a second for reasons counts where the repeatable clock does; where it does not, seconds alone end them."""

MOST_REASONS = 2_000
"""So many requests left out get reasons of their own."""

NOT_LOOKED_INTO = (Reason(code="not_found", detail="The time was over before it could be looked into; `explain` tells more."),)


def reasons_of(instance: Instance, plan: Plan, limits: Limits) -> Mapping[str, tuple[Reason, ...]]:
    """By request that `plan` leaves out: why."""
    left_out = [position for position in range(len(instance.requests)) if position not in plan]
    if not left_out:
        return {}
    occupancy = occupied(instance, plan)
    seconds = max(LEAST_SECONDS, SHARE * limits.time_limit_seconds)
    ends_at = monotonic() + seconds
    # A repeatable run must not look at the clock.
    is_repeatable = limits.deterministic_seconds is not None
    allowed = Steps(int(STEPS_A_SECOND * seconds)) if is_repeatable else Steps(NEVER_USED_UP, lambda: monotonic() > ends_at)
    found = {}
    # Those of one task first: a tangle may use up what there is.
    for number, position in enumerate(sorted(left_out, key=lambda each: len(instance.requests[each].tasks))):
        is_over = number >= MOST_REASONS or allowed.are_used_up()
        found[instance.requests[position].id] = NOT_LOOKED_INTO if is_over else find_reasons(instance, occupancy, position, allowed=allowed)
    return found


def occupied(instance: Instance, plan: Plan) -> Occupancy:
    """What is free beside `plan` and the frozen bookings."""
    occupancy = Occupancy(instance)
    for position, placement in plan.items():
        occupancy.book_placement(instance.requests[position], placement)
    return occupancy
