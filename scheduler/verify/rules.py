"""The rules of a schedule, checked in wall-clock time.

Knows nothing of solver, placement or ticks: it reads problem and schedule as a person with a
diary would. Every rule has a heading in docs/rules.md.
"""

from collections.abc import Callable, Iterable

from scheduler.model.collector import resting
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule
from scheduler.verify.bookings import check_completeness, check_duration, check_frozen, check_time_limits
from scheduler.verify.facts import Facts, facts_of
from scheduler.verify.limits import check_most_moves, check_quota, check_sessions
from scheduler.verify.relations import check_links, check_location, check_precedence, check_series
from scheduler.verify.resources import check_alternatives, check_calendar, check_capacity
from scheduler.verify.runs import check_batch, check_sharing
from scheduler.verify.sequences import check_changeover
from scheduler.verify.travel import check_travel
from scheduler.verify.violation import RuleName, Violation

__all__ = ["RULES", "Violation", "check_schedule"]

RULES: dict[RuleName, Callable[[Facts], Iterable[Violation]]] = {
    "completeness": check_completeness,
    "duration": check_duration,
    "time_limits": check_time_limits,
    "alternatives": check_alternatives,
    "calendar": check_calendar,
    "capacity": check_capacity,
    "batch": check_batch,
    "sharing": check_sharing,
    "changeover": check_changeover,
    "travel": check_travel,
    "sessions": check_sessions,
    "precedence": check_precedence,
    "series": check_series,
    "location": check_location,
    "links": check_links,
    "quota": check_quota,
    "most_moves": check_most_moves,
    "frozen": check_frozen,
}
"""Every rule by its name, in the order in which they are told."""


@resting
def check_schedule(problem: Problem, schedule: Schedule) -> tuple[Violation, ...]:
    """All violations of all rules, sorted within a rule; none if the schedule may be shown.

    The order of bookings, allocations and resources in the schedule does not matter.
    """
    facts = facts_of(problem, schedule)
    return tuple(violation for check in RULES.values() for violation in sorted(check(facts), key=_order))


def _order(violation: Violation) -> tuple[str, str, tuple[str, ...], str]:
    return (violation.request, violation.task or "", violation.resources, violation.detail)
