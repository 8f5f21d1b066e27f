"""Cheaper placements than the earliest, for objectives that look into a request: few people, a short span, no wait between tasks.

The earliest completion is what the rest of placement is exact about; here a few other ways are tried
and the cheapest kept. Nothing is proved: there may be cheaper ones still.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from scheduler.placement.bits import span
from scheduler.placement.cost import latest_completion, people_of, request_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.search import search
from scheduler.placement.ties import NO_SITE
from scheduler.ticks.instance import Instance, Placement, TickMode, TickRequest, TickRequirement, Ticks

MOST_TEAMS = 4
"""Groups of people that are tried."""

ROUNDS = 3
"""How often the first start is put off beyond the latest one that costs no later completion."""

PROBES = 5
"""Places looked at for that latest first start."""

STEPS_A_TRY = 150
"""What a try may take of a search: where the earliest is hard to find already, others are left to the solver."""

Find = Callable[[int | None, Ticks], Placement | None]
"""The placement of earliest completion, at most the minute given, that starts nowhere before the tick given."""

Costed = tuple[int, Placement]
"""What a placement costs, and the placement."""


@dataclass(slots=True)
class Best:
    """The cheapest placement seen that costs less than `limit` (None: any cost), and how it was found."""

    instance: Instance
    request: TickRequest
    limit: int | None
    found: Costed | None = None
    find: Find | None = None

    def ask(self, find: Find, not_before: Ticks) -> Placement | None:
        """What `find` finds from there on, if it can still be cheap enough; taken note of if it is the cheapest yet."""
        cap = None
        if self.limit is not None:
            cap = latest_completion(self.instance, self.request, self.limit - 1)
            if cap is not None and cap < 0:
                return None
        placement = find(cap, not_before)
        if placement is not None:
            self.note(placement, find)
        return placement

    def note(self, placement: Placement, find: Find) -> None:
        """Keeps the placement if it is the cheapest yet."""
        cost = request_cost(self.instance, self.request, placement)
        if self.limit is None or cost < self.limit:
            self.found, self.find, self.limit = (cost, placement), find, cost


def cheaper(
    instance: Instance, occupancy: Occupancy, request: TickRequest, finds: list[Find], limit: int | None, not_before: Ticks, site: int | None
) -> Costed | None:
    """The cheapest placement found that costs less than `limit`; `finds` are the ways to what is soonest, `site` bars resources elsewhere."""
    best = Best(instance, request, limit)
    # What is soonest tells who could take part, even where it is too dear itself.
    first = None
    for find in finds:
        first = best.ask(find, not_before) or first
    if first is None:
        return best.found
    if instance.scalars["people"] and len(people_of(instance, request, first)) > max(1, len(request.fixed_people)):
        fewer = _fewer(occupancy, request, first, site)
        if fewer is not None:
            best.note(*fewer)
        for team in _teams(instance, request, first):
            narrowed = _with_team(instance, request, team, site)
            if narrowed is not None:
                best.ask(_finder(occupancy, narrowed), not_before)
    if instance.scalars["span"] and len(request.tasks) > 1:
        for each in dict.fromkeys((best.find, finds[-1])):
            if each is not None:
                _wait(best, each, not_before)
    return best.found


def _finder(occupancy: Occupancy, request: TickRequest) -> Find:
    def find(cap: int | None, not_before: Ticks) -> Placement | None:
        found = search(occupancy, request, cap, not_before=not_before, steps=STEPS_A_TRY)
        return None if found is None else found[1]

    return find


def _wait(best: Best, find: Find, not_before: Ticks) -> None:
    """Puts off the first start as far as the completion allows, then further."""
    request, tick = best.request, best.instance.tick_minutes
    shortest = _path_ticks(request)
    for _ in range(ROUNDS):
        placement = best.ask(find, not_before)
        if placement is None:
            return
        first = min(each.start for each in placement)
        if request.fixed_start is not None and request.fixed_start <= first * tick:
            return
        completion = max(each.start * tick + request.tasks[each.task].modes[each.mode].minutes for each in placement)
        # Where no wait is needed the very last start does; else it is looked for between.
        low, high = first, max(first, -(-completion // tick) - shortest)
        probe = high
        for _ in range(PROBES):
            if low >= high:
                break
            found = find(completion, probe)
            if found is None:
                high = probe - 1
            else:
                best.note(found, find)
                low = max(probe, min(each.start for each in found))
            probe = (low + high + 1) // 2
        not_before = low + 1


def _path_ticks(request: TickRequest) -> Ticks:
    """The least ticks from the first start to the last end, along precedences."""
    tails = [min(mode.ticks for mode in task.modes) for task in request.tasks]
    for _ in request.tasks:
        for edge in request.precedences:
            tails[edge.before] = max(tails[edge.before], min(edge.least) + tails[edge.after])
    return max(tails)


def _fewer(occupancy: Occupancy, request: TickRequest, placement: Placement, site: int | None) -> tuple[Placement, Find] | None:
    """The placement with the same starts and fewer people, if there is one, and the way to others with those people."""
    instance = occupancy.instance
    pinned = _pinned(occupancy, request, placement)
    asked = [each for task in pinned.tasks for mode in task.modes for each in mode.requirements]
    people = {each for requirement in asked for each in requirement.candidates if instance.resources[each].is_person}
    team = _cover(instance, pinned, asked, people | request.fixed_people)
    if team is None or len(team) >= len(people_of(instance, request, placement)):
        return None
    at_once, at_all = _with_team(instance, pinned, team, site), _with_team(instance, request, team, site)
    found = None if at_once is None else search(occupancy, at_once, None, steps=STEPS_A_TRY)
    return None if found is None or at_all is None else (found[1], _finder(occupancy, at_all))


def _pinned(occupancy: Occupancy, request: TickRequest, placement: Placement) -> TickRequest:
    """The request with the modes, starts and things of the placement, and everybody who is free then."""
    tasks = []
    for booking, task in zip(placement, request.tasks, strict=True):
        modes = []
        for number, mode in enumerate(task.modes):
            if number != booking.mode:
                modes.append(replace(mode, last_start=-1, requirements=tuple(replace(each, candidates=()) for each in mode.requirements)))
                continue
            requirements = []
            for each, served in zip(mode.requirements, booking.resources, strict=True):
                taken = span(booking.start + each.begin, booking.start + each.end) & ~each.idle
                free = (one for one in each.candidates if occupancy.instance.resources[one].is_person and not taken & ~occupancy.free(one, each.demand))
                requirements.append(replace(each, candidates=tuple(sorted({*served, *free}))))
            modes.append(replace(mode, first_start=booking.start, last_start=booking.start, requirements=tuple(requirements)))
        tasks.append(replace(task, modes=tuple(modes)))
    return replace(request, tasks=tuple(tasks))


def _teams(instance: Instance, request: TickRequest, placement: Placement) -> Iterator[frozenset[int]]:
    """Small groups of people who could do everything between them, different ones."""
    fixed = request.fixed_people
    present = people_of(instance, request, placement)
    asked: list[TickRequirement] = [each for task in request.tasks for mode in task.modes for each in mode.requirements]
    everybody = {each for requirement in asked for each in requirement.candidates if instance.resources[each].is_person}
    seen: set[frozenset[int]] = set()
    barred: set[int] = set()
    for choice in (present, everybody, everybody, everybody)[:MOST_TEAMS]:
        team = _cover(instance, request, asked, (choice | fixed) - barred)
        if team is None:
            continue
        if team not in seen and team != present:
            seen.add(team)
            yield team
        # The next one does without who counts most in this one.
        barred.update(sorted(team - fixed, key=lambda each: (-sum(each in one.candidates for one in asked), each))[:1])


def _cover(instance: Instance, request: TickRequest, asked: list[TickRequirement], people: set[int]) -> frozenset[int] | None:
    """Few of `people`, one by one those who can do most of what is not yet provided for, preferred ones first; None if all are too few."""
    team = set(request.fixed_people & people)
    while True:
        open_tasks = [task for task in request.tasks if not any(_can_do(instance, mode, team) for mode in task.modes)]
        if not open_tasks:
            return frozenset(team)
        missing = [each for task in open_tasks for mode in task.modes for each in mode.requirements if _lacks(instance, each, team)]
        able = [(sum(one in each.candidates for each in missing), sum(one in each.preferred for each in asked), -one) for one in people - team]
        count, _, name = max(able, default=(0, 0, 0))
        if count == 0:
            return None
        team.add(-name)


def _can_do(instance: Instance, mode: TickMode, team: set[int]) -> bool:
    return not any(_lacks(instance, each, team) for each in mode.requirements)


def _lacks(instance: Instance, requirement: TickRequirement, team: set[int]) -> bool:
    return sum(each in team or not instance.resources[each].is_person for each in requirement.candidates) < requirement.count


def _with_team(instance: Instance, request: TickRequest, team: frozenset[int], site: int | None) -> TickRequest | None:
    """The request with no other persons than the team, and at one site if that is given; None if some task cannot be done so."""

    def narrow(each: TickRequirement) -> TickRequirement:
        kept = tuple(
            one
            for one in each.candidates
            if (one in team or not instance.resources[one].is_person) and (site is None or instance.resources[one].site in (site, NO_SITE))
        )
        return replace(each, candidates=kept)

    tasks = []
    for task in request.tasks:
        modes = []
        for mode in task.modes:
            requirements = tuple(narrow(each) for each in mode.requirements)
            is_possible = all(len(each.candidates) >= each.count for each in requirements)
            # Modes keep their places, so one that is out is left without a start.
            modes.append(replace(mode, requirements=requirements) if is_possible else replace(mode, last_start=-1))
        if all(mode.last_start < mode.first_start for mode in modes):
            return None
        tasks.append(replace(task, modes=tuple(modes)))
    return replace(request, tasks=tuple(tasks))
