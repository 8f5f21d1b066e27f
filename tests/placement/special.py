"""Random special resources, and uses that stand right on them."""

from dataclasses import replace
from random import Random

from scheduler.placement.uses import Need, Use, use_of
from scheduler.ticks.instance import TickChangeover, TickResource, TickSessions, TickTravel
from tests.placement.judge import wrongs

TRAITS = ("batch", "changeover", "batch changeover", "sharing", "travel", "sessions", "idle", "everybody")


def random_resource(random: Random, trait: str, ticks: int) -> TickResource:
    """A resource with that trait."""
    opening = sum((random.random() < 0.93) << t for t in range(ticks))
    plain = TickResource("r", 1, False, 0, 0, opening)
    if trait == "batch":
        return replace(plain, capacity=random.randint(1, 4), is_batch=True)
    if trait == "changeover":
        return replace(plain, changeover=random_changeover(random), initial_recipe=random.randint(-1, 2))
    if trait == "batch changeover":
        sessions = random_sessions(random, ticks) if random.random() < 0.3 else None
        changeover = random_changeover(random)
        return replace(plain, capacity=random.randint(1, 4), is_batch=True, changeover=changeover, initial_recipe=random.randint(-1, 2), sessions=sessions)
    if trait == "sharing":
        pair = random.sample(range(3), 2)
        return replace(plain, capacity=random.randint(2, 5), shares=True, compatible=frozenset({(pair[0], pair[1]), (pair[1], pair[0])}))
    if trait == "sessions":
        return replace(plain, capacity=random.choice([1, 3]), sessions=random_sessions(random, ticks))
    if trait == "idle":
        return replace(plain, capacity=random.choice([1, 3]))
    sessions = random_sessions(random, ticks) if trait == "everybody" else None
    return replace(plain, is_person=True, site=-1, travel=random_travel(random, opening, ticks), sessions=sessions)


def random_changeover(random: Random) -> TickChangeover:
    """Times without any order between them."""
    times = tuple(tuple(random.choice([0, 0, 1, 2, 3]) for _ in range(3)) for _ in range(3))
    idle = random.choice([None, 0, 1, 2, 4])
    return TickChangeover(times, times, times, random.random() < 0.4, idle, random.randint(1, 2) if idle is not None else 0)


def random_travel(random: Random, opening: int, ticks: int) -> TickTravel:
    """Three sites with ways that need not be the same back."""
    ways = tuple(tuple(0 if a == b else random.choice([0, 1, 1, 2, 3]) for b in range(3)) for a in range(3))
    edges = [-1, *(t for t in range(ticks) if opening >> t & 1 and not (t and opening >> (t - 1) & 1))]
    openings = []
    for first in edges[1:]:
        end = first
        while opening >> end & 1:
            end += 1
        openings.append((first, end))
    days = (0, *sorted(random.sample(range(1, ticks), 2)), ticks)
    return TickTravel(ways, ways, random.randint(-1, 2), tuple(openings), random.choice([None, None, 2, 4]), days)


def random_sessions(random: Random, ticks: int) -> TickSessions:
    """Days that are parts of two weeks."""
    middle = sorted(random.sample(range(1, ticks), 3))
    return TickSessions(random.choice([None, 1, 2]), (-4, *middle, ticks), random.choice([None, 2, 3]), (-4, middle[1], ticks))


def random_need(random: Random, resource: TickResource, trait: str, idle: int) -> Need:
    """Something that the resource may be asked for."""
    length = random.randint(1, 4)
    return Need(
        demand=random.randint(1, resource.capacity),
        length=length,
        recipe=random.randint(0, 2) if resource.changeover is not None or random.random() < 0.8 else -1,
        undisturbed=resource.shares and random.random() < 0.4,
        site=random.randint(-1, 2) if resource.travel is not None else -1,
        begin=random.choice([0, 0, 1, -1]) if resource.sessions is not None and not resource.is_batch else 0,
        minutes=length if random.random() < 0.85 else length * 10,
        opens_run=not resource.is_batch or random.random() < 0.8,
        idle=idle if trait == "idle" else 0,
    )


def random_uses(random: Random, resource: TickResource, trait: str, ticks: int, idle: int, first_tick: int) -> list[Use]:
    """Uses that are right together, some of them fixed (those need not be right among themselves)."""
    uses: list[Use] = []
    for number in range(random.randint(0, 7)):
        need = random_need(random, resource, trait, idle)
        start = random.randint(0, ticks - need.length)
        joined = [each for each in uses if each.end - each.start == need.length]
        if joined and resource.is_batch and random.random() < 0.6:
            start, need = joined[0].start, need._replace(recipe=joined[0].recipe, minutes=joined[0].minutes)
        use = use_of(need, start, (number, 0))._replace(is_fixed=random.random() < 0.3)
        if use.is_fixed:
            use = use._replace(owner=(-1 - number, 0), opens_run=True)
            start = start if random.random() < 0.7 else start - 3
            use = use._replace(start=start, end=start + need.length, at=start - need.begin)
        # Nobody is frozen at two places at once.
        is_twice = resource.travel is not None and any(each.start < use.end and use.start < each.end for each in uses)
        if not is_twice and wrongs(resource, [*uses, use], idle=need.idle, first_tick=first_tick) == "":
            uses.append(use)
    return uses
