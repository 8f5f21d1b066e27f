"""The least that one request alone can do within its domain: of its span, its people, and the due dates of its tasks."""

from scheduler.placement import bits
from scheduler.solver.domains import ModeDomain, RequestDomain
from scheduler.ticks.instance import Instance, TickMode, TickRequest

Alive = list[list[tuple[TickMode, ModeDomain]]]
"""Per task the modes that can be used."""


def _alive(request: TickRequest, domain: RequestDomain) -> Alive:
    return [
        [(mode, each) for mode, each in zip(task.modes, modes, strict=True) if each.starts] for task, modes in zip(request.tasks, domain.tasks, strict=False)
    ]


def least_ends(instance: Instance, request: TickRequest, domain: RequestDomain) -> list[int]:
    """Per task the first minute at which it can end."""
    return [min(bits.lowest(each.starts) * instance.tick_minutes + mode.minutes for mode, each in modes) for modes in _alive(request, domain)]


def least_task_tardiness(instance: Instance, request: TickRequest, domain: RequestDomain) -> int:
    """Minutes by which tasks miss due dates of their own whatever is done, frozen ones included."""
    ends = least_ends(instance, request, domain)
    missed = (max(0, end - task.due_minute) for task, end in zip(request.tasks, ends, strict=False) if task.due_minute is not None)
    return request.fixed_tardiness + sum(missed)


def least_span(instance: Instance, request: TickRequest, domain: RequestDomain) -> int:
    """Minutes from first start to completion that no placement goes below: along precedences, and from what is frozen.

    Any two tasks bound it too: the first end of the one less the last start of the other.
    """
    tick = instance.tick_minutes
    alive = _alive(request, domain)
    if not alive:
        return 0 if request.fixed_start is None else (request.fixed_completion or 0) - request.fixed_start
    ends = least_ends(instance, request, domain)
    last_starts = [max(each.starts.bit_length() - 1 for _, each in modes) * tick for modes in alive]
    first_end = max(ends)
    if request.fixed_start is not None:
        last_starts.append(request.fixed_start)
        first_end = max(first_end, request.fixed_completion or 0)
    # The first start is at or before the last start of every task, the completion at or after every first end.
    return max(longest_path(instance, request, domain), first_end - min(last_starts), 0)


def longest_path(instance: Instance, request: TickRequest, domain: RequestDomain) -> int:
    """The most minutes along precedences from the start of a task to the end of one that follows, each in its shortest way."""
    tick = instance.tick_minutes
    alive = _alive(request, domain)
    tails = [min(mode.minutes for mode, _ in modes) for modes in alive]
    lags = []
    for each in request.precedences:
        usable = [least for least, mode in zip(each.least, domain.tasks[each.before], strict=True) if mode.starts]
        lags.append((each.before, each.after, min(usable) * tick))
    # Precedences have no circle, so that as many rounds as tasks settle all.
    for _ in alive:
        changed = False
        for before, after, lag in lags:
            if lag + tails[after] > tails[before]:
                tails[before] = lag + tails[after]
                changed = True
        if not changed:
            break
    return max(tails)


def least_people(instance: Instance, request: TickRequest, domain: RequestDomain) -> int:
    """Persons without whom no placement can do: those who are frozen, and those that one task takes at once."""
    fixed = request.fixed_people
    most = len(fixed)
    for modes in _alive(request, domain):
        most = max(most, len(fixed) + min(_new_people(instance, mode, each, fixed) for mode, each in modes))
    return most


def _new_people(instance: Instance, mode: TickMode, domain: ModeDomain, fixed: frozenset[int]) -> int:
    """The least number of persons, beside the frozen ones, who serve in a mode.

    Requirements served at the same time have different persons, if those cannot be in two places; then what each needs adds up.
    """
    resources = instance.resources
    needs = []
    for requirement, kept in zip(mode.requirements, domain.candidates, strict=True):
        people = [each for each in kept if resources[each].is_person and each not in fixed]
        needed = max(0, requirement.count - (len(kept) - len(people)))
        needs.append((requirement, needed, all(resources[each].capacity < 2 * requirement.demand for each in people)))
    most = max((needed for _, needed, _ in needs), default=0)
    for one, _, _ in needs:
        together = sum(needed for each, needed, apart in needs if apart and each.begin <= one.begin < each.end)
        most = max(most, together)
    return most
