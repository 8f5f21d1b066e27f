"""The exact model with every variable held at what a plan says."""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.hint import give_hint, hint_values
from scheduler.solver.cpsat.model import ExactModel, build_model
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance, Plan


def built(whole: Instance) -> ExactModel:
    """The model over everything that is possible."""
    explorer = Explorer(whole)
    return build_model(whole, [explorer.explore(each) for each in whole.requests])


def held_at(exact: ExactModel, plan: Plan) -> cp_model.CpSolver | None:
    """The solver after it took the plan's values, which every variable has; None if the model does not admit them."""
    give_hint(exact.model, exact.variables, plan)
    assert len(hint_values(exact.variables, plan)) == len(exact.model.proto.variables)
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False  # or Ctrl-C is lost to Python for good
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.num_workers = 1
    status = solver.solve(exact.model)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
