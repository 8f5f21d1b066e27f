"""A plan as values of every variable: the solver starts from it instead of from nothing."""

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.ticks.instance import Plan


def hint_values(variables: Variables, plan: Plan) -> dict[int, tuple[cp_model.IntVar, int]]:
    """The value of every variable in `plan`, by the variable's index."""
    values: dict[int, tuple[cp_model.IntVar, int]] = {}

    def put(variable: cp_model.IntVar, value: int) -> None:
        values[variable.index] = (variable, value)

    for request in variables.requests:
        for variable, value in _decisions(request, plan):
            put(variable, value)
    for variable, value_of in variables.defined:
        put(variable, value_of(plan))
    for table, values_of in variables.tables:
        for variable, value in zip(table, values_of(plan), strict=True):
            put(variable, value)
    return values


def _decisions(request: RequestVariables, plan: Plan) -> list[tuple[cp_model.IntVar, int]]:
    found = []
    placed = {each.task: each for each in plan.get(request.position, ())}
    for t, task in enumerate(request.tasks):
        booking = placed.get(t)
        found.append((task.start, bits.lowest(task.starts) if booking is None else booking.start))
        for m, (mode, serves) in enumerate(zip(task.modes, task.serves, strict=True)):
            chosen = booking is not None and booking.mode == m
            for k, literals in enumerate(serves):
                served = booking.resources[k] if booking is not None and chosen else ()
                found += [(literal, int(resource in served)) for resource, literal in literals.items()]
            if mode is not None:
                found.append((mode, int(chosen)))
    # Last, because other literals may be the same variable: a lone mode is its request's presence.
    found.append((request.presence, int(request.position in plan)))
    return found


def give_hint(model: cp_model.CpModel, variables: Variables, plan: Plan) -> None:
    """Replaces the hint of `model` by `plan`."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    for variable, value in hint_values(variables, plan).values():
        model.add_hint(variable, value)
