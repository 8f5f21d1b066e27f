"""When tasks and requests end, in terms of the decisions: what the terms of time are built from.

Costs of time are linear in starts wherever that is exact, because then the solver's relaxation is: a
request left out keeps its earliest start, and its presence pays for what even that start costs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.placement.completion import completion_minute
from scheduler.solver.cpsat.sums import Sum
from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.solver.domains import RequestDomain
from scheduler.ticks.instance import Instance, Plan, TickRequest


@dataclass(frozen=True, slots=True)
class Ending:
    """A minute, factor x variable + offset; in `least..most`, `least` if the request is left out. `value_of` reads it off a plan."""

    variable: cp_model.IntVar
    factor: int
    offset: int
    least: int
    most: int
    value_of: Callable[[Plan], int]

    def expression(self) -> cp_model.LinearExprT:
        """The solver's form."""
        return self.factor * self.variable + self.offset


class Endings:
    """Builds the endings of requests and tasks over one set of variables, each once."""

    def __init__(self, model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
        self.model = model
        self.variables = variables
        self.instance = instance
        self._endings: dict[tuple[int, int | None], Ending] = {}
        self._beyond: dict[tuple[int, int], cp_model.IntVar] = {}

    def request(self, request: RequestVariables) -> TickRequest:
        """The data of a request."""
        return self.instance.requests[request.position]

    def completion(self, request: RequestVariables, domain: RequestDomain) -> Ending:
        """The completion of a request that has free tasks."""
        key = (request.position, None)
        if key not in self._endings:
            data = self.request(request)
            minutes = self._minutes(request)
            # A task that something follows long enough after is never the last to end.
            followed = {
                each.before
                for each in data.precedences
                if all(
                    least * self.instance.tick_minutes + min(minutes[each.after]) >= mode.minutes
                    for mode, least in zip(data.tasks[each.before].modes, each.least, strict=True)
                )
            }
            final = [t for t in range(len(data.tasks)) if t not in followed] or list(range(len(data.tasks)))
            self._endings[key] = self._ending(
                request,
                domain,
                final,
                domain.earliest,
                data.fixed_completion or 0,
                lambda plan: completion_minute(self.instance, data, plan[request.position]),
            )
        return self._endings[key]

    def task_end(self, request: RequestVariables, domain: RequestDomain, task: int) -> Ending:
        """The end of one task."""
        key = (request.position, task)
        if key not in self._endings:
            data = self.request(request)
            alone = [
                bits.lowest(mode.starts) * self.instance.tick_minutes + tick_mode.minutes
                for mode, tick_mode in zip(domain.tasks[task], data.tasks[task].modes, strict=True)
                if mode.starts
            ]

            def end(plan: Plan) -> int:
                booking = next(each for each in plan[request.position] if each.task == task)
                return booking.start * self.instance.tick_minutes + data.tasks[task].modes[booking.mode].minutes

            self._endings[key] = self._ending(request, domain, [task], min(alone), 0, end)
        return self._endings[key]

    def _minutes(self, request: RequestVariables) -> list[set[int]]:
        """Per task the minutes that it may last."""
        return [
            {mode.minutes for mode, literal in zip(task.modes, made.modes, strict=True) if literal is not None}
            for task, made in zip(self.request(request).tasks, request.tasks, strict=True)
        ]

    def _ending(self, request: RequestVariables, domain: RequestDomain, final: Sequence[int], least: int, fixed: int, value: Callable[[Plan], int]) -> Ending:
        """The last end of the tasks `final` and of what is `fixed`."""
        data, tick = self.request(request), self.instance.tick_minutes
        minutes = self._minutes(request)
        most = max(
            fixed,
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
            if fixed <= first:
                return Ending(task.start, tick, offset, first, most, lambda plan: value(plan) if request.position in plan else first)
        most = max(least, most)
        complete = self.model.new_int_var(least, most, "")

        def value_of(plan: Plan) -> int:
            return value(plan) if request.position in plan else least

        self.variables.define(complete, value_of)
        for t in final:
            task = request.tasks[t]
            for mode, literal in zip(data.tasks[t].modes, task.modes, strict=True):
                if literal is None:
                    continue
                ends = self.model.add(complete >= tick * task.start + mode.minutes)
                if len(minutes[t]) == 1:
                    break
                ends.only_enforce_if(literal)
        return Ending(complete, 1, 0, least, most, value_of)

    def beyond(self, request: RequestVariables, ending: Ending, limit: int) -> Sum:
        """max(0, ending - limit) if the request is served, else 0."""
        total = Sum()
        total.add(request.presence, max(0, ending.least - limit))
        limit = max(limit, ending.least)
        if limit == ending.least:
            total.add(ending.variable, ending.factor)
            total.constant = ending.offset - limit
        elif ending.most > limit:
            total.add(self._late(ending, limit), 1)
        return total

    def beyond_completion(self, request: RequestVariables, domain: RequestDomain, limit: int) -> Sum:
        """max(0, completion - limit) of a request that may be served, 0 if it is not."""
        if not request.tasks:
            return Sum(max(0, (self.request(request).fixed_completion or 0) - limit))
        return self.beyond(request, self.completion(request, domain), limit)

    def _late(self, ending: Ending, limit: int) -> cp_model.IntVar:
        key = (ending.variable.index, limit - ending.offset)
        if key not in self._beyond:
            late = self._beyond[key] = self.model.new_int_var(0, ending.most - limit, "")
            self.model.add(late >= ending.factor * ending.variable + (ending.offset - limit))
            self.variables.define(late, lambda plan: max(0, ending.value_of(plan) - limit))
        return self._beyond[key]
