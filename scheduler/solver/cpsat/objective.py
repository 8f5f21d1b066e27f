"""The objective: every term by its name, and the sum of a tier."""

from collections.abc import Callable

from scheduler.model.policy import TermName
from scheduler.solver.cpsat import coupled_terms, request_terms
from scheduler.solver.cpsat.endings import Endings
from scheduler.solver.cpsat.sums import Sum


class Objective(Endings):
    """Builds the amounts of all terms over one set of variables. The rules must have been added: some terms sum up what they made."""

    def tier(self, number: int) -> Sum:
        """The weighted sum of the terms of one tier."""
        total = Sum()
        for term in self.instance.terms:
            if term.tier == number and term.weight:
                total.add_times(TERMS[term.name](self), term.weight)
        return total


TERMS: dict[TermName, Callable[[Endings], Sum]] = {
    "unserved": request_terms.unserved,
    "tardiness": request_terms.tardiness,
    "task_tardiness": request_terms.task_tardiness,
    "late": request_terms.late,
    "makespan": coupled_terms.makespan,
    "span": request_terms.span,
    "flow_time": request_terms.flow_time,
    "moves": request_terms.moves,
    "travel": coupled_terms.travel,
    "changeover_time": coupled_terms.changeover_time,
    "changeover_cost": coupled_terms.changeover_cost,
    "run_time": coupled_terms.run_time,
    "people": request_terms.people,
    "preferences": request_terms.preferences,
    "quota_excess": coupled_terms.quota_excess,
    "worst_off": coupled_terms.worst_off,
}
"""What builds the amount of each term."""
