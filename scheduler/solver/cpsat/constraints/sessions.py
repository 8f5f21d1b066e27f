"""Sessions: not more bookings of a resource start on one day, or in one week, than it may have. Check: verify.rules.check_sessions."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.periods import any_of, by_period
from scheduler.solver.cpsat.readings import booking_of, period_at
from scheduler.solver.cpsat.variables import Part, Variables
from scheduler.solver.starts import fixed_by_resource
from scheduler.ticks.instance import FixedUse, Instance, Plan, Ticks


def add_sessions(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """In every day and week, frozen bookings included, there are at most so many; where frozen ones alone are more, none is added."""
    limited = [(resource, each.sessions) for resource, each in enumerate(instance.resources) if each.sessions is not None and variables.parts(resource)]
    fixed = fixed_by_resource(instance) if limited else {}
    for resource, sessions in limited:
        for most, edges in ((sessions.most_a_day, sessions.days), (sessions.most_a_week, sessions.weeks)):
            if most is not None:
                _limit(model, variables, resource, most, edges, fixed.get(resource, []))


def _limit(model: cp_model.CpModel, variables: Variables, resource: int, most: int, edges: Sequence[Ticks], fixed: list[FixedUse]) -> None:
    tasks: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for part in variables.parts(resource):
        tasks[part.key[:2]].append(part)
    taken: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for use in fixed:
        taken[period_at(edges, use.at)].add(use.owner)
    counted: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    for key, parts in tasks.items():
        # A booking counts once, however many of its parts the resource serves.
        booked = any_of(model, variables, [part.literal for part in parts], partial(_is_booked, resource, key))
        starts = 0
        for part in parts:
            starts |= part.starts
        for period, literal in by_period(model, variables, booked, parts[0].task_start, starts, edges, partial(_start, resource, key)).items():
            counted[period].append(literal)
    for period, literals in counted.items():
        left = max(0, most - len(taken[period]))
        if len(literals) > left:
            model.add(sum(literals) <= left)


def _start(resource: int, key: tuple[int, int], plan: Plan) -> Ticks | None:
    booking = booking_of(plan, *key)
    return None if booking is None or not any(resource in served for served in booking.resources) else booking.start


def _is_booked(resource: int, key: tuple[int, int], plan: Plan) -> int:
    return int(_start(resource, key, plan) is not None)
