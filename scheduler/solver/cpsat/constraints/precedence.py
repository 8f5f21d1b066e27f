"""Precedence: minimum and maximum lags between tasks of a request. Check: verify.rules.check_precedence."""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.ticks.instance import Instance, TickPrecedence


def add_precedence(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """start(after) - start(before) is within the limits of the mode in which `before` is done."""
    for request, _ in variables.servable():
        for each in instance.requests[request.position].precedences:
            if not each.is_series:
                add_lag(model, request, each)


def add_lag(model: cp_model.CpModel, request: RequestVariables, precedence: TickPrecedence) -> None:
    """What one precedence says about the starts of its two tasks."""
    before, after = request.tasks[precedence.before], request.tasks[precedence.after]
    lags = zip(before.modes, precedence.least, precedence.most, strict=True)
    limits = [(literal, least, most) for literal, least, most in lags if literal is not None]
    if len({(least, most) for _, least, most in limits}) == 1:
        limits = [(request.presence, *limits[0][1:])]
    for literal, least, most in limits:
        lag = after.start - before.start
        rule = model.add(lag >= least) if most is None else model.add_linear_constraint(lag, least, most)
        if not (request.must_serve and literal is request.presence):
            rule.only_enforce_if(literal)
