"""The terms of the objective that are sums over requests, one function each: the amount as `model.policy.Term` defines it."""

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.placement.completion import completion_minute
from scheduler.placement.cost import inner_amounts, people_of, span_minutes
from scheduler.solver.cpsat.endings import Ending, Endings
from scheduler.solver.cpsat.stays import stays_as
from scheduler.solver.cpsat.sums import Sum
from scheduler.solver.cpsat.variables import RequestVariables
from scheduler.solver.domains import RequestDomain
from scheduler.solver.least import least_span
from scheduler.ticks.instance import Plan


def unserved(build: Endings) -> Sum:
    """Weights of the requests left out."""
    total = Sum()
    for request in build.variables.requests:
        weight = build.request(request).weight
        total.constant += weight
        total.add(request.presence, -weight)
    return total


def tardiness(build: Endings) -> Sum:
    """Weight x minutes from due date to completion, of the served requests that are late."""
    total = Sum()
    for request, domain in build.variables.servable():
        data = build.request(request)
        if data.due_minute is not None:
            total.add_times(build.beyond_completion(request, domain, data.due_minute), data.weight)
    return total


def task_tardiness(build: Endings) -> Sum:
    """Weight x minutes from the due dates of tasks to their ends, of those that are late."""
    total = Sum()
    for request, domain in build.variables.servable():
        data = build.request(request)
        total.add(request.presence, data.weight * data.fixed_tardiness)
        for t, task in enumerate(data.tasks):
            if task.due_minute is not None:
                total.add_times(build.beyond(request, build.task_end(request, domain, t), task.due_minute), data.weight)
    return total


def late(build: Endings) -> Sum:
    """Number of served requests that are late, or of which a task is late by its own due date."""
    total = Sum()
    for request, domain in build.variables.servable():
        data = build.request(request)
        if data.fixed_tardiness or (not request.tasks and data.due_minute is not None and (data.fixed_completion or 0) > data.due_minute):
            total.add(request.presence, 1)
            continue
        limits = [] if data.due_minute is None or not request.tasks else [(build.completion(request, domain), data.due_minute)]
        limits += [(build.task_end(request, domain, t), task.due_minute) for t, task in enumerate(data.tasks) if task.due_minute is not None]
        if any(ending.least > limit for ending, limit in limits):
            total.add(request.presence, 1)
            continue
        limits = [(ending, limit) for ending, limit in limits if ending.most > limit]
        if limits:
            total.add(_is_late(build, request, limits), 1)
    return total


def _is_late(build: Endings, request: RequestVariables, limits: list[tuple[Ending, int]]) -> cp_model.IntVar:
    data = build.request(request)
    is_late = build.model.new_bool_var("")
    for ending, limit in limits:
        build.model.add(ending.expression() <= limit).only_enforce_if(~is_late)

    def value_of(plan: Plan) -> int:
        placement = plan.get(request.position)
        return 0 if placement is None else inner_amounts(build.instance, data, placement, completion_minute(build.instance, data, placement))["late"]

    build.variables.define(is_late, value_of)
    return is_late


def span(build: Endings) -> Sum:
    """Minutes from first start to completion of the served requests."""
    total = Sum()
    for request, domain in build.variables.servable():
        data, tick = build.request(request), build.instance.tick_minutes
        if not request.tasks:
            total.constant += span_minutes(build.instance, data, (), data.fixed_completion or 0)
            continue
        lowest = [bits.lowest(task.starts) for task in request.tasks]
        if data.fixed_start is not None and data.fixed_start <= min(lowest) * tick:
            total.add_times(build.beyond_completion(request, domain, data.fixed_start), 1)
        elif len(data.tasks) == 1 and data.fixed_completion is None:
            for mode, literal in zip(data.tasks[0].modes, request.tasks[0].modes, strict=True):
                if literal is not None:
                    total.add(literal, mode.minutes)
        else:
            total.add(_span(build, request, domain, lowest), 1)
    return total


def _span(build: Endings, request: RequestVariables, domain: RequestDomain, lowest: list[int]) -> cp_model.IntVar:
    data, tick, model = build.request(request), build.instance.tick_minutes, build.model
    completion = build.completion(request, domain)
    after = {each.after for each in data.precedences if min(each.least, default=0) >= 0}
    firsts = [t for t in range(len(data.tasks)) if t not in after] or list(range(len(data.tasks)))
    begin = request.tasks[firsts[0]].start
    if len(firsts) > 1:
        begin = model.new_int_var(min(lowest), max(task.starts.bit_length() - 1 for task in request.tasks), "")
        build.variables.define(begin, lambda plan: min((each.start for each in plan.get(request.position, ())), default=min(lowest)))
        for t in firsts:
            model.add(begin <= request.tasks[t].start)
    begins: list[cp_model.LinearExpr | int] = [tick * begin]
    if data.fixed_start is not None:
        begins.append(data.fixed_start)
    earliest = min(min(lowest) * tick, completion.least if data.fixed_start is None else data.fixed_start)
    length = model.new_int_var(0, completion.most - earliest, "")
    for each in begins:
        rule = model.add(each + length >= completion.expression())
        if not request.must_serve:
            rule.only_enforce_if(request.presence)
    model.add(length >= least_span(build.instance, data, domain) * request.presence)

    def value_of(plan: Plan) -> int:
        placement = plan.get(request.position)
        return 0 if placement is None else span_minutes(build.instance, data, placement, completion_minute(build.instance, data, placement))

    build.variables.define(length, value_of)
    return length


def moves(build: Endings) -> Sum:
    """Costs of the bookings in force that the plan moves or drops."""
    total = Sum()
    for request in build.variables.requests:
        for _, booking, cost in build.request(request).current:
            total.constant += cost
            if booking is not None and cost and request.tasks:
                stays = stays_as(build.model, build.variables, request, booking)
                if stays is not None:
                    total.add(stays, -cost)
    return total


def flow_time(build: Endings) -> Sum:
    """Minutes from arrival to completion of the served requests."""
    total = Sum()
    for request, domain in build.variables.servable():
        total.add_times(build.beyond_completion(request, domain, build.request(request).arrival_minute), 1)
    return total


def people(build: Endings) -> Sum:
    """Number of different persons of the served requests."""
    total = Sum()
    for request, _ in build.variables.servable():
        data = build.request(request)
        total.add(request.presence, len(data.fixed_people))
        literals: dict[int, dict[int, cp_model.IntVar]] = {}
        for made in request.tasks:
            for serves in made.serves:
                for options in serves:
                    for resource, literal in options.items():
                        if build.instance.resources[resource].is_person and resource not in data.fixed_people:
                            literals.setdefault(resource, {})[literal.index] = literal
        for person, any_of in literals.items():
            total.add(_takes_part(build, request, person, list(any_of.values())), 1)
    return total


def _takes_part(build: Endings, request: RequestVariables, person: int, any_of: list[cp_model.IntVar]) -> cp_model.IntVar:
    if len(any_of) == 1:
        return any_of[0]
    data = build.request(request)
    takes_part = build.model.new_bool_var("")
    for literal in any_of:
        build.model.add_implication(literal, takes_part)
    build.variables.define(takes_part, lambda plan: int(request.position in plan and person in people_of(build.instance, data, plan[request.position])))
    return takes_part


def preferences(build: Endings) -> Sum:
    """Number of resources that serve a requirement with preferences and are not preferred."""
    total = Sum()
    for request, _ in build.variables.servable():
        for task, made in zip(build.request(request).tasks, request.tasks, strict=True):
            for mode, serves in zip(task.modes, made.serves, strict=True):
                for requirement, literals in zip(mode.requirements, serves, strict=False):
                    if requirement.preferred:
                        for resource, literal in literals.items():
                            if resource not in requirement.preferred:
                                total.add(literal, 1)
    return total
