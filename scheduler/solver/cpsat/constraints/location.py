"""Location: the resources with a site of a one-site task share it. Check: verify.rules.check_location.

Tasks linked by same_site share one choice of a site, which `links` relies on.
"""

from functools import partial

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.solver.domains import NOWHERE, Place, RequestDomain
from scheduler.ticks.instance import Instance, Plan


def add_location(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Every served one-site task is at one site, and all that serves it is there or nowhere."""
    add_places(model, variables, instance, linked=False)


def add_places(model: cp_model.CpModel, variables: Variables, instance: Instance, *, linked: bool) -> None:
    """The rule for places of single tasks (`linked` False) or of tasks linked by same_site (True)."""
    for request, domain in variables.servable():
        for place in domain.places:
            if place.is_link == linked and len(place.sites) > 1:
                _add_place(model, variables, instance, request, domain, place)


def _add_place(model: cp_model.CpModel, variables: Variables, instance: Instance, request: RequestVariables, domain: RequestDomain, place: Place) -> None:
    at = {}
    for site in place.sites:
        at[site] = model.new_bool_var("")
        variables.define(at[site], partial(_is_at, instance, request.position, place, site))
    model.add_exactly_one(*at.values(), ~request.presence)
    for t in place.tasks:
        task = request.tasks[t]
        for chosen, mode, mode_domain in zip(task.modes, task.serves, domain.tasks[t], strict=True):
            if chosen is not None and not all(mode_domain.candidates):
                # Easy parts have no candidates that would carry the starts of the site.
                for site, literal in at.items():
                    starts = mode_domain.by_site.get(site, 0)
                    if starts != task.starts:
                        model.add_linear_expression_in_domain(task.start, variables.domain_of(starts)).only_enforce_if(literal, chosen)
            for literals in mode:
                by_site: dict[int, list[cp_model.IntVar]] = {}
                for resource, literal in literals.items():
                    by_site.setdefault(instance.resources[resource].site, []).append(literal)
                for site, each in by_site.items():
                    if site != NOWHERE:
                        for literal in each:
                            model.add_implication(literal, at[site])


def _is_at(instance: Instance, position: int, place: Place, site: int, plan: Plan) -> int:
    if position not in plan:
        return 0
    used = {instance.resources[r].site for booking in plan[position] if booking.task in place.tasks for served in booking.resources for r in served} - {NOWHERE}
    return int(site == min(used, default=place.sites[0]))
