"""Random tiny instances: one request with everything a request may have, in a half-booked lab."""

from itertools import pairwise
from random import Random

from scheduler.ticks.instance import FixedUse, Instance, TickBooking, TickRequirement
from tests.placement.builders import instance, link, mode, need, precedence, request, resource, task


def random_case(random: Random) -> Instance:
    """A tiny instance whose only request is small enough to try everything."""
    ticks = random.randint(5, 9)
    resources = [
        resource(
            f"r{i}",
            sum((random.random() < 0.8) << t for t in range(ticks)),
            capacity=random.choice([1, 1, 1, 3]),
            person=random.random() < 0.5,
            site=random.choice([0, 0, 1, 1, 2, -1]),
            institute=None,
        )
        for i in range(random.randint(2, 5))
    ]
    resources = [each if each.site >= 0 else resource(each.id, each.open, capacity=each.capacity, person=each.is_person, site=-1) for each in resources]
    count = random.choice([1, 1, 2, 2, 3])
    tasks = []
    for number in range(count):
        modes = [_mode(random, ticks, resources) for _ in range(random.choice([1, 1, 2]))]
        tasks.append(task(*modes, one_site=random.random() < 0.7, name=f"t{number}"))
    order = random.sample(range(count), count)
    precedences = []
    for i in range(count):
        for j in range(i + 1, count):
            if random.random() < (0.8 if j == i + 1 else 0.2):
                modes = tasks[order[i]].modes
                least = tuple(max(0, each.ticks + random.choice([0, 0, 0, 1, -1])) for each in modes)
                most = tuple(low + random.randint(0, 2) if random.random() < 0.5 else None for low in least)
                precedences.append(precedence(order[i], order[j], least, most))
    links = []
    if count > 1:
        for kind in ("same_site", "same_people", "same_resource", "different_institutes"):
            if random.random() < 0.25:
                members = sorted(random.sample(range(count), random.randint(2, count)))
                links.append(link(kind, *members, requirement="a" if kind == "same_resource" else None))
    uses = [_use(random, ticks, resources) for _ in range(random.randint(0, 3))]
    built = request(
        *tasks,
        precedences=precedences,
        links=links,
        weight=random.randint(1, 3),
        due=random.choice([None, random.randint(0, ticks)]),
        arrival=random.randint(-3, 3),
        current=_current(random, ticks, tasks),
        fixed_completion=random.choice([None, None, random.randint(1, ticks)]),
    )
    return instance(ticks, resources, built, fixed=uses, scalars={"preferences": random.choice([0, 3])})


def _mode(random: Random, ticks: int, resources: list) -> object:
    length = random.randint(1, 3)
    requirements: list[TickRequirement] = []
    for name in ("a", "b")[: random.choice([1, 1, 2])]:
        demand = random.choice([1, 1, 2])
        able = [i for i, each in enumerate(resources) if each.capacity >= demand]
        if not able:
            demand, able = 1, list(range(len(resources)))
        chosen = random.sample(able, random.randint(1, min(3, len(able))))
        limited = {i: sum((random.random() < 0.7) << t for t in range(ticks)) for i in chosen if random.random() < 0.15}
        during = random.choice(["whole", "whole", "head", "tail"])
        requirements.append(
            need(
                chosen,
                length,
                name=name,
                count=random.choice([1, 1, 1, 2]) if len(chosen) > 1 else 1,
                demand=demand,
                during=during,
                part=random.randint(1, length),
                limited=limited,
                preferred=random.sample(chosen, 1) if random.random() < 0.2 else (),
            )
        )
    first = random.randint(0, 2)
    return mode(length, *requirements, first=first, last=random.randint(first, ticks), minutes=length, name=f"m{random.randrange(10**6)}")


def _use(random: Random, ticks: int, resources: list) -> FixedUse:
    which = random.randrange(len(resources))
    start = random.randint(0, ticks - 1)
    return FixedUse(which, start, random.randint(start + 1, ticks), random.randint(1, resources[which].capacity))


def _current(random: Random, ticks: int, tasks: list) -> list[tuple[int, TickBooking | None, int]]:
    current: list[tuple[int, TickBooking | None, int]] = []
    for number, each in enumerate(tasks):
        if random.random() < 0.2:
            index = random.randrange(len(each.modes))
            way = each.modes[index]
            chosen = tuple(tuple(sorted(random.sample(r.candidates, r.count))) for r in way.requirements)
            booking = TickBooking(number, index, random.randint(way.first_start, max(way.first_start, way.last_start)), chosen)
            current.append((number, booking if random.random() < 0.9 else None, random.randint(0, 30)))
    return current


def random_chain(random: Random) -> Instance:
    """A tiny instance whose only request is a plain line of tasks: the kind that bitsets alone place."""
    ticks = random.randint(7, 11)
    resources = [
        resource(
            f"r{i}",
            sum((random.random() < 0.85) << t for t in range(ticks)),
            capacity=random.choice([1, 1, 2]),
            person=i % 2 == 1,
            site=random.choice([0, 0, 1, 1, -1]),
        )
        for i in range(6)
    ]
    count = random.randint(1, 3)
    tasks = []
    for number in range(count):
        modes = []
        for _ in range(random.choice([1, 1, 2])):
            length = random.randint(1, 3)
            things = need(random.sample((0, 2, 4), random.randint(1, 3)), length, name="a")
            chosen = random.sample((1, 3, 5), random.randint(1, 3))
            limited = {i: sum((random.random() < 0.7) << t for t in range(ticks)) for i in chosen if random.random() < 0.15}
            during = random.choice(["whole", "head", "tail"])
            many = random.choice([1, 1, 2]) if len(chosen) > 1 else 1
            people = need(chosen, length, name="b", count=many, during=during, part=random.randint(1, length), limited=limited)
            modes.append(mode(length, things, people, first=random.randint(0, 2), minutes=length))
        tasks.append(task(*modes, one_site=random.random() < 0.7, name=f"t{number}"))
    order = random.sample(range(count), count)
    precedences = []
    for before, after in pairwise(order):
        least = tuple(each.ticks + random.choice([0, 0, 1]) for each in tasks[before].modes)
        most = tuple(low + random.randint(0, 2) if random.random() < 0.6 else None for low in least)
        precedences.append(precedence(before, after, least, most))
    links = [link("same_site", *range(count))] if count > 1 and random.random() < 0.6 else []
    uses = [_use(random, ticks, resources) for _ in range(random.randint(0, 3))]
    built = request(*tasks, precedences=precedences, links=links, due=random.randint(0, ticks))
    return instance(ticks, resources, built, fixed=uses)
