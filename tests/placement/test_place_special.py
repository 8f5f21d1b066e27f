"""`place` on special resources against trying everything."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest

from scheduler.model.request import During
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.placement.uses import Use, fixed_use, wants_of
from scheduler.ticks.instance import FixedUse, Instance, Placement, TickBooking, TickMode, TickQuota, TickRequirement, TickResource, TickTask
from tests.placement.builders import instance, link, precedence, request
from tests.placement.judge import wrongs
from tests.placement.special import TRAITS, random_resource, random_uses

TICKS = 12


def random_case(random: Random, trait: str, tasks: int) -> Instance:
    """One request beside what is fixed, on two resources of that trait and two plain ones."""
    resources = [replace(random_resource(random, trait, TICKS), id=f"s{number}") for number in range(2)]
    resources += [TickResource(f"p{number}", 1, False, number, number, (1 << TICKS) - 1) for number in range(2)]
    fixed = [_fixed(number, each) for number in range(2) for each in random_uses(random, resources[number], trait, TICKS, 0, 0)]
    idle = sum((random.random() < 0.3) << t for t in range(TICKS)) if trait == "idle" else 0
    made = tuple(_task(random, resources, number, idle, is_batch=resources[0].is_batch) for number in range(tasks))
    edges = []
    if tasks > 1 and random.random() < 0.6:
        least = tuple(each.ticks + random.choice([0, 0, 1]) for each in made[0].modes)
        edges = [precedence(0, 1, least, tuple(low + 4 if random.random() < 0.4 else None for low in least))]
    links = [link("same_resource", 0, 1, requirement="a")] if tasks > 1 and random.random() < 0.2 else []
    asked = request(*made, precedences=edges, links=links)
    quota = TickQuota(random.choice([-1, 0, 1]), frozenset(random.sample(range(4), 2)), (0, 6, TICKS), random.randint(1, 6), None, (((0, 0), 1),))
    whole = instance(TICKS, resources, asked, fixed=fixed)
    return replace(whole, quotas=(quota,) if random.random() < 0.25 else ())


def _fixed(number: int, use: Use) -> FixedUse:
    owner = use.owner if use.is_fixed else (-1 - use.owner[0], 1)
    return FixedUse(number, use.start, use.end, use.demand, use.recipe, use.undisturbed, use.site, use.at, owner, use.minutes)


def _task(random: Random, resources: list[TickResource], number: int, idle: int, *, is_batch: bool) -> TickTask:
    length = random.randint(1, 3)
    longer = random.randint(0, 2) if is_batch else 0
    recipe, demand = random.randint(0, 2), random.randint(1, min(each.capacity for each in resources[:2]))
    parts: tuple[During, ...] = ("whole", "whole", "head", "tail", "before", "after")
    part = random.choice(parts) if not is_batch else "whole"
    helper = random.random() < 0.5
    both = random.random() < 0.15 and not is_batch
    count = 2 if random.random() < 0.1 else 1
    apart = random.random() < 0.3
    starts = -1 if random.random() < 0.7 else random.getrandbits(TICKS)
    modes = []
    for more in range(longer + 1):
        ticks = length + more
        begin, end = {"whole": (0, ticks), "head": (0, 1), "tail": (ticks - 1, ticks), "before": (-2, 0), "after": (ticks, ticks + 1)}[part]
        needs = [TickRequirement("a", count, demand, "whole", begin, end, (0, 1), (), frozenset(), recipe, resources[0].shares, idle, apart, end - begin)]
        needs[0] = replace(needs[0], during=part)
        if both:
            needs.append(TickRequirement("c", 1, 1, "tail", ticks - 1, ticks, (0, 1), (), frozenset(), recipe, False, idle, False, 1))
        if helper:
            needs.append(TickRequirement("b", 1, 1, "whole", 0, ticks, (2, 3), (), frozenset(), -1, False, idle, False, ticks))
        lead = max(-each.begin for each in needs)
        last = TICKS - max(ticks, *(each.end for each in needs))
        modes.append(TickMode("m", ticks, ticks, max(lead, 0), last, tuple(needs), starts=starts, opens_run=more == 0))
    takes_place = random.random() < 0.8
    return TickTask(f"t{number}", tuple(modes), takes_place, None, None, random.choice([-1, -1, 0, 1]) if takes_place else -1, takes_place)


def everything(whole: Instance) -> Iterator[Placement]:
    """All placements that break nothing, neither whole nor without the second task (tasks that make each other possible are not looked for)."""
    asked = whole.requests[0]
    options = []
    for number, each in enumerate(asked.tasks):
        own = []
        for index, mode in enumerate(each.modes):
            groups = [list(combinations(r.candidates, r.count)) for r in mode.requirements]
            for start in range(mode.first_start, mode.last_start + 1):
                own += [TickBooking(number, index, start, chosen) for chosen in product(*groups) if mode.starts >> start & 1]
        options.append(own)
    for placement in product(*options):
        if not broken_rule(whole, placement) and not broken_rule(whole, placement[:1]):
            yield placement


def broken_rule(whole: Instance, placement: Placement) -> str:
    """The first rule that the placement of the only request breaks."""
    asked = whole.requests[0]
    minutes: dict[int, int] = {}
    uses: dict[int, list[Use]] = {each: [] for each in range(len(whole.resources))}
    idle = 0
    for booking in placement:
        task = asked.tasks[booking.task]
        mode = task.modes[booking.mode]
        sites = {whole.resources[r].site for group in booking.resources for r in group} - {-1}
        if task.one_site and (len(sites) > 1 or (task.site >= 0 and sites - {task.site})):
            return "location"
        for need, group in zip(mode.requirements, booking.resources, strict=True):
            idle |= need.idle
            institutes = [whole.resources[r].institute for r in group if whole.resources[r].institute >= 0]
            if need.different_institutes and len(set(institutes)) < len(institutes):
                return "institutes"
        for want in wants_of(whole, asked, booking, 0):
            uses[want.resource].append(want.use)
            for quota in whole.quotas:
                if want.resource in quota.resources and quota.company in (-1, 0):
                    period = 0 if want.use.at < quota.periods[1] else 1
                    minutes[period] = minutes.get(period, 1 if period == 0 else 0) + want.use.minutes
    if any(amount > quota.most_minutes for quota in whole.quotas for amount in minutes.values()):
        return "quota"
    for edge in asked.precedences if len(placement) > 1 else ():
        apart, most = placement[edge.after].start - placement[edge.before].start, edge.most[placement[edge.before].mode]
        if apart < edge.least[placement[edge.before].mode] or (most is not None and apart > most):
            return "precedence"
    if asked.links and len(placement) > 1 and placement[0].resources[0] != placement[1].resources[0]:
        return "same_resource"
    for number, mine in uses.items():
        fixed = [fixed_use(each) for each in whole.fixed_uses if each.resource == number]
        if mine and wrongs(whole.resources[number], [*fixed, *mine], idle=idle):
            return wrongs(whole.resources[number], [*fixed, *mine], idle=idle)
    return ""


def completion(whole: Instance, placement: Placement) -> int:
    return max(each.start + whole.requests[0].tasks[each.task].modes[each.mode].minutes for each in placement)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("trait", TRAITS)
def test_place_agrees_with_trying_everything(trait: str, seed: int) -> None:
    random = Random(seed * 100 + TRAITS.index(trait))
    for number in range(8):
        tasks = 1 if number % 4 else 2
        whole = random_case(random, trait, tasks)
        occupancy = Occupancy(whole)
        before = [occupancy.free(each) for each in range(4)]
        found = place(whole, occupancy, 0)
        assert [occupancy.free(each) for each in range(4)] == before
        known = [completion(whole, each) for each in everything(whole)]
        where = (trait, seed, number)
        assert found is None or broken_rule(whole, found.placement) == "", where
        assert (found is not None) == bool(known), where
        if found is not None:
            assert completion(whole, found.placement) == min(known), where
