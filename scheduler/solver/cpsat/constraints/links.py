"""Links: what tasks of a request share, or must not share. Check: verify.rules.check_links."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.constraints.location import add_places
from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.ticks.instance import Instance, Plan, TickLink


def add_links(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Every link of a served request holds."""
    add_places(model, variables, instance, linked=True)
    for request, _ in variables.servable():
        for link in instance.requests[request.position].links:
            match link.kind:
                case "same_resource":
                    _same_resource(model, instance, request, link)
                case "same_people":
                    _same_people(model, variables, instance, request, link)
                case "different_institutes":
                    _different_institutes(model, variables, instance, request, link)
                case "same_site":
                    pass  # posted with the places above


def _same_resource(model: cp_model.CpModel, instance: Instance, request: RequestVariables, link: TickLink) -> None:
    # A mode without the requirement is served by nobody: its task then differs from one that has it.
    serving = []
    for t in link.tasks:
        by_resource: dict[int, list[cp_model.IntVar]] = {}
        for mode, serves in zip(instance.requests[request.position].tasks[t].modes, request.tasks[t].serves, strict=True):
            for requirement, literals in zip(mode.requirements, serves, strict=False):
                if requirement.id == link.requirement:
                    for resource, literal in literals.items():
                        by_resource.setdefault(resource, []).append(literal)
        serving.append(by_resource)
    for left, right in pairwise(serving):
        for resource in sorted({*left, *right}):
            model.add(sum(left.get(resource, [])) == sum(right.get(resource, [])))


def _same_people(model: cp_model.CpModel, variables: Variables, instance: Instance, request: RequestVariables, link: TickLink) -> None:
    people = {t: _literals_by(request, t, lambda r: r if instance.resources[r].is_person else None) for t in link.tasks}
    everybody = sorted({person for each in people.values() for person in each})
    for person in everybody:
        # One literal says that the person works on all the tasks; it must be so on each of them.
        works = model.new_bool_var("")
        variables.define(works, partial(_uses, request.position, link.tasks[0], lambda r, person=person: r == person))  # type: ignore[misc]
        for t in link.tasks:
            literals = people[t].get(person, [])
            for literal in literals:
                model.add_implication(literal, works)
            model.add_bool_or(*literals, ~works)


def _different_institutes(model: cp_model.CpModel, variables: Variables, instance: Instance, request: RequestVariables, link: TickLink) -> None:
    institutes = {t: _literals_by(request, t, lambda r: None if instance.resources[r].institute < 0 else instance.resources[r].institute) for t in link.tasks}
    for institute in sorted({each for by_institute in institutes.values() for each in by_institute}):
        uses = []
        for t in link.tasks:
            literals = institutes[t].get(institute, [])
            if not literals:
                continue
            used = model.new_bool_var("")
            variables.define(used, partial(_uses, request.position, t, lambda r, institute=institute: instance.resources[r].institute == institute))  # type: ignore[misc]
            for literal in literals:
                model.add_implication(literal, used)
            uses.append(used)
        if len(uses) > 1:
            model.add_at_most_one(*uses)


def _literals_by(request: RequestVariables, task: int, key: Callable[[int], int | None]) -> dict[int, list[cp_model.IntVar]]:
    found: dict[int, list[cp_model.IntVar]] = {}
    for mode in request.tasks[task].serves:
        for literals in mode:
            for resource, literal in literals.items():
                name = key(resource)
                if name is not None:
                    found.setdefault(name, []).append(literal)
    return found


def _uses(position: int, task: int, is_meant: Callable[[int], bool], plan: Plan) -> int:
    served: Iterable[int] = (r for booking in plan.get(position, ()) if booking.task == task for each in booking.resources for r in each)
    return int(any(is_meant(r) for r in served))
