"""The terms of the objective, one function each: the amount as `model.policy.Term` defines it.

Costs of time are linear in starts wherever that is exact, because then the solver's relaxation is: a
request left out keeps its earliest start, and its presence pays for what even that start costs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.model.policy import TermName
from scheduler.placement import bits
from scheduler.placement.cost import completion_minute
from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.solver.domains import RequestDomain
from scheduler.ticks.instance import Instance, Plan, TickBooking


@dataclass(slots=True)
class Sum:
    """A linear expression in parts."""

    constant: int = 0
    variables: list[cp_model.IntVar] = field(default_factory=list)
    coefficients: list[int] = field(default_factory=list)

    def add(self, variable: cp_model.IntVar, coefficient: int) -> None:
        """Adds coefficient x variable."""
        if coefficient:
            self.variables.append(variable)
            self.coefficients.append(coefficient)

    def add_times(self, other: "Sum", factor: int) -> None:
        """Adds factor x other."""
        self.constant += other.constant * factor
        for variable, coefficient in zip(other.variables, other.coefficients, strict=True):
            self.add(variable, coefficient * factor)

    def expression(self) -> cp_model.LinearExprT:
        """The solver's form."""
        return cp_model.LinearExpr.weighted_sum(self.variables, self.coefficients) + self.constant

    def magnitude(self) -> int:
        """A value that neither the sum nor any part of it exceeds in absolute size."""
        return abs(self.constant) + sum(abs(c) * max(abs(int(edge)) for edge in v.proto.domain) for v, c in zip(self.variables, self.coefficients, strict=True))


@dataclass(frozen=True, slots=True)
class Completion:
    """The minute at which a request is complete, factor x variable + offset; in `least..most`, `least` if it is left out."""

    position: int
    variable: cp_model.IntVar
    factor: int
    offset: int
    least: int
    most: int


class Objective:
    """Builds the amounts of all terms over one set of variables."""

    def __init__(self, model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
        self.model = model
        self.variables = variables
        self.instance = instance
        self._completions: dict[int, Completion] = {}

    def tier(self, number: int) -> Sum:
        """The weighted sum of the terms of one tier."""
        total = Sum()
        for term in self.instance.terms:
            if term.tier == number and term.weight:
                total.add_times(TERMS[term.name](self), term.weight)
        return total

    def completion(self, request: RequestVariables, domain: RequestDomain) -> Completion:
        """The completion of a request that has free tasks."""
        found = self._completions.get(request.position)
        if found is None:
            found = self._completions[request.position] = self._completion(request, domain)
        return found

    def _completion(self, request: RequestVariables, domain: RequestDomain) -> Completion:
        data = self.instance.requests[request.position]
        tick = self.instance.tick_minutes
        minutes = [
            {mode.minutes for mode, literal in zip(task.modes, made.modes, strict=True) if literal is not None}
            for task, made in zip(data.tasks, request.tasks, strict=True)
        ]
        # A task that something follows long enough after is never the last to end.
        followed = {
            each.before
            for each in data.precedences
            if all(least * tick + min(minutes[each.after]) >= mode.minutes for mode, least in zip(data.tasks[each.before].modes, each.least, strict=True))
        }
        final = [t for t in range(len(data.tasks)) if t not in followed] or list(range(len(data.tasks)))
        least = domain.earliest
        most = max(
            data.fixed_completion or 0,
            *(
                (mode.starts.bit_length() - 1) * tick + tick_mode.minutes
                for t in final
                for mode, tick_mode in zip(domain.tasks[t], data.tasks[t].modes, strict=True)
                if mode.starts
            ),
        )
        if len(final) == 1 and len(minutes[final[0]]) == 1:
            task = request.tasks[final[0]]
            (offset,) = minutes[final[0]]
            first = bits.lowest(task.starts) * tick + offset
            if (data.fixed_completion or 0) <= first:
                return Completion(request.position, task.start, tick, offset, first, most)
        complete = self.model.new_int_var(least, max(least, most), "")
        self.variables.define(complete, lambda plan: completion_minute(self.instance, data, plan[request.position]) if request.position in plan else least)
        for t in final:
            task = request.tasks[t]
            for mode, literal in zip(data.tasks[t].modes, task.modes, strict=True):
                if literal is None:
                    continue
                ends = self.model.add(complete >= tick * task.start + mode.minutes)
                if len(minutes[t]) == 1:
                    break
                ends.only_enforce_if(literal)
        return Completion(request.position, complete, 1, 0, least, max(least, most))

    def beyond(self, request: RequestVariables, domain: RequestDomain, limit: int) -> Sum:
        """max(0, completion - limit) if the request is served, else 0."""
        if not request.tasks:
            return Sum(max(0, (self.instance.requests[request.position].fixed_completion or 0) - limit))
        completion = self.completion(request, domain)
        total = Sum()
        total.add(request.presence, max(0, completion.least - limit))
        limit = max(limit, completion.least)
        if limit == completion.least:
            total.add(completion.variable, completion.factor)
            total.constant = completion.offset - limit
        elif completion.most > limit:
            late = self.model.new_int_var(0, completion.most - limit, "")
            self.model.add(late >= completion.factor * completion.variable + (completion.offset - limit))
            self.variables.define(late, lambda plan: max(0, self._value(completion, plan) - limit))
            total.add(late, 1)
        return total

    def _value(self, completion: Completion, plan: Plan) -> int:
        if completion.position not in plan:
            return completion.least
        return completion_minute(self.instance, self.instance.requests[completion.position], plan[completion.position])


def unserved(objective: Objective) -> Sum:
    """Weights of the requests left out."""
    total = Sum()
    for request in objective.variables.requests:
        weight = objective.instance.requests[request.position].weight
        total.constant += weight
        total.add(request.presence, -weight)
    return total


def tardiness(objective: Objective) -> Sum:
    """Weight x minutes from due date to completion, of the served requests that are late."""
    total = Sum()
    for request, domain in objective.variables.servable():
        data = objective.instance.requests[request.position]
        if data.due_minute is not None:
            total.add_times(objective.beyond(request, domain, data.due_minute), data.weight)
    return total


def moves(objective: Objective) -> Sum:
    """Costs of the bookings in force that the plan moves or drops."""
    total = Sum()
    for request in objective.variables.requests:
        for task, booking, cost in objective.instance.requests[request.position].current:
            total.constant += cost
            if booking is not None and cost and request.tasks:
                stays = _stays(objective, request, task, booking)
                if stays is not None:
                    total.add(stays, -cost)
    return total


def _stays(objective: Objective, request: RequestVariables, task: int, booking: TickBooking) -> cp_model.IntVar | None:
    """A literal that is true only if the booking stays as it is; None if it cannot."""
    made = request.tasks[task]
    mode = made.modes[booking.mode]
    if mode is None or not made.starts >> booking.start & 1:
        return None
    needed = [mode]
    for served, literals in zip(booking.resources, made.serves[booking.mode], strict=True):
        if any(resource not in literals for resource in served):
            return None
        needed += [literals[resource] for resource in served]
    stays = objective.model.new_bool_var("")
    for literal in dict.fromkeys(needed):
        objective.model.add_implication(stays, literal)
    objective.model.add(made.start == booking.start).only_enforce_if(stays)
    objective.variables.define(stays, lambda plan: int(any(each == booking for each in plan.get(request.position, ()))))
    return stays


def flow_time(objective: Objective) -> Sum:
    """Minutes from arrival to completion of the served requests."""
    total = Sum()
    for request, domain in objective.variables.servable():
        total.add_times(objective.beyond(request, domain, objective.instance.requests[request.position].arrival_minute), 1)
    return total


def preferences(objective: Objective) -> Sum:
    """Number of resources that serve a requirement with preferences and are not preferred."""
    total = Sum()
    for request, _ in objective.variables.servable():
        for task, made in zip(objective.instance.requests[request.position].tasks, request.tasks, strict=True):
            for mode, serves in zip(task.modes, made.serves, strict=True):
                for requirement, literals in zip(mode.requirements, serves, strict=False):
                    if requirement.preferred:
                        for resource, literal in literals.items():
                            if resource not in requirement.preferred:
                                total.add(literal, 1)
    return total


TERMS: dict[TermName, Callable[[Objective], Sum]] = {
    "unserved": unserved,
    "tardiness": tardiness,
    "moves": moves,
    "flow_time": flow_time,
    "preferences": preferences,
}
"""What builds the amount of each term."""
