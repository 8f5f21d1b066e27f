"""Duration: a task lasts as long as its mode says, and takes its resources for the whole, the head or the tail, or just before or after it.

In a batch run it may last longer, pausing it lasts as long as its closures make it: then each length is a mode of its own.

Check: verify.rules.check_duration.
"""

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.solver.cpsat.variables import Key, Part, Use, Variables
from scheduler.ticks.instance import Bits, Instance, TickMode, TickRequirement


def add_duration(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Every candidate that serves takes `[start + begin, start + end)`."""
    for request, domain in variables.servable():
        for t, (task, mode_domains, tick_task) in enumerate(zip(request.tasks, domain.tasks, instance.requests[request.position].tasks, strict=True)):
            for m, (mode, mode_domain, serves) in enumerate(zip(tick_task.modes, mode_domains, task.serves, strict=True)):
                # A mode that cannot be used has no literals, hence not strict.
                for k, (requirement, literals, candidates) in enumerate(zip(mode.requirements, serves, mode_domain.candidates, strict=False)):
                    begin, length = requirement.begin, requirement.end - requirement.begin
                    for resource, literal in literals.items():
                        if not variables.is_contested(resource):
                            continue
                        starts = candidates[resource]
                        interval = model.new_optional_fixed_size_interval_var(task.start + begin, length, literal, "")
                        part = None
                        if instance.resources[resource].is_special:
                            key = (request.position, t, m, k)
                            part = _part(key, literal, task.start, starts, mode, requirement, instance.tick_minutes)
                        use = Use(interval, requirement.demand, bits.lowest(starts) + begin, starts.bit_length() - 1 + requirement.end, request.position, part)
                        variables.uses[resource].append(use)


def _part(key: Key, literal: cp_model.IntVar, start: cp_model.IntVar, starts: Bits, mode: TickMode, wanted: TickRequirement, tick_minutes: int) -> Part:
    length = wanted.end - wanted.begin
    is_whole = wanted.begin == 0 and wanted.end == mode.ticks
    return Part(
        key,
        literal,
        start,
        starts,
        wanted.begin,
        length,
        wanted.demand,
        wanted.recipe,
        wanted.undisturbed,
        mode.opens_run,
        mode.minutes if is_whole else length * tick_minutes,
        mode.length,
        wanted.late,
        wanted.short,
    )
