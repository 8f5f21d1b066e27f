"""What of a problem is open: requests of which all is frozen are no work for any rung, however many they are.

A week's new requests are planned beside half a year of published ones in the time that a week takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler.model.problem import Problem
from scheduler.model.schedule import Reason, Schedule
from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers, tiers_of
from scheduler.solver.beside import beside
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule, plan_of
from scheduler.ticks.instance import Instance, Plan


@dataclass(frozen=True, slots=True)
class OpenPart:
    """The requests of `problem` that have something to plan, as an `instance`; the others are in `frozen`, at their positions in the problem.

    `positions` are those of the instance's requests in the problem; `base` is what the frozen ones cost per tier in any plan, `base_cost` the same as
    the number that orders plans.
    """

    problem: Problem
    whole: Instance
    instance: Instance
    positions: tuple[int, ...]
    frozen: Plan
    base: tuple[int, ...]
    base_cost: int

    def schedule(self, plan: Plan, reasons: Mapping[str, tuple[Reason, ...]], *, digest: str = "") -> Schedule:
        """The schedule that a plan of the instance and the frozen bookings make up."""
        everything = {**self.frozen, **{self.positions[each]: placement for each, placement in plan.items()}}
        return extract_schedule(self.problem, self.whole, everything, reasons, digest=digest)

    def plan_of(self, schedule: Schedule) -> Plan:
        """The part of a schedule of the problem that stands on the grid, as a plan of the instance."""
        found = plan_of(self.problem, self.whole, schedule)
        return {number: found[position] for number, position in enumerate(self.positions) if position in found}


def open_part(problem: Problem) -> OpenPart:
    """The open part of a problem; the instance is the whole one if nothing is frozen whole. Raises: InputError as `compile_problem` does."""
    whole = compile_problem(problem)
    frozen: Plan = {position: () for position, request in enumerate(whole.requests) if not request.tasks and request.can_serve}
    positions = tuple(position for position in range(len(whole.requests)) if position not in frozen)
    if not frozen:
        return OpenPart(problem, whole, whole, positions, {}, (0,) * len(tiers_of(whole)), 0)
    instance = beside(whole, positions, frozen)
    base = tuple(all_of_it - part for all_of_it, part in zip(plan_tiers(whole, frozen), plan_tiers(instance, {}), strict=True))
    return OpenPart(problem, whole, instance, positions, frozen, base, plan_cost(whole, frozen) - plan_cost(instance, {}))


def held(problem: Problem) -> Problem:
    """The problem with all bookings in force frozen that nobody may move, where no more than none of them may; else the problem as it is.

    A plan of it is one of `problem` if its frozen bookings break no rule there, which is more lenient with those frozen.
    """
    if problem.policy.most_moves != 0:
        return problem
    cost = problem.policy.move_cost
    in_force = tuple(
        each if each.frozen or (each.move_cost if each.move_cost is not None else cost) == 0 else replace(each, frozen=True) for each in problem.in_force
    )
    return problem if in_force == problem.in_force else replace(problem, in_force=in_force)
