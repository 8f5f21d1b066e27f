"""Placement alone: one request after the other into what is free."""

from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule
from scheduler.placement.cost import unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.ticks.instance import Plan


def greedy_schedule(problem: Problem) -> Schedule:
    """Every request in the problem's order at its best place."""
    instance = compile_problem(problem)
    occupancy = Occupancy(instance)
    plan: Plan = {}
    for position, request in enumerate(instance.requests):
        if not request.tasks:
            plan[position] = ()  # all of it is frozen
            continue
        placed = place(instance, occupancy, position, limit=unserved_cost(instance, request))
        if placed is not None:
            occupancy.book_placement(request, placed.placement)
            plan[position] = placed.placement
    return extract_schedule(problem, instance, plan, {})
