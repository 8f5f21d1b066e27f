"""Random small problems in which everything competes: few resources, breaks, closures, expiring rights, lags, links.

Nothing is aligned: durations, lags, dates and closures fall between the ticks, so that every rounding shows.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from scheduler.model.calendar import ALWAYS_OPEN, WEEKDAYS, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Closure, Feature, Lab, Qualification, Resource, Site
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import FeatureBound, Link, LinkKind, Mode, Precedence, Request, Requirement, Select, Task
from scheduler.model.schedule import Schedule
from scheduler.model.window import Window

START = datetime(2026, 3, 27, 7, tzinfo=UTC)
"""The Friday before the clocks of Berlin change."""

SITES = (("guro", "ktl"), ("ansan", "ktl"), ("busan", "kcl"))
LINKS: tuple[LinkKind, ...] = ("same_resource", "same_people", "same_site", "different_institutes")


def random_problem(seed: int, requests: int, most_tasks: int = 3) -> Problem:
    """A problem of that many requests, each of up to `most_tasks` tasks, over two to four days."""
    random = Random(seed)
    horizon = Window(start=START + _minutes(random, 0, 50), end=START + timedelta(days=random.randint(2, 4)) + _minutes(random, 0, 50))
    lab = _lab(random)
    tiers = random.random() < 0.3
    terms = (
        Term(name="unserved", weight=100_000),
        Term(name="tardiness", weight=5, tier=2 if tiers else 1),
        Term(name="moves", weight=1, tier=2 if tiers else 1),
        Term(name="flow_time", weight=1, tier=3 if tiers else 1),
        Term(name="preferences", weight=30, tier=3 if tiers else 1),
    )
    return Problem(
        now=horizon.start + _minutes(random, -60, 60),
        horizon=horizon,
        lab=lab,
        requests=tuple(_request(random, f"r{number}", lab, most_tasks) for number in range(requests)),
        policy=Policy(resolution=timedelta(minutes=random.choice((15, 30))), terms=terms, move_cost=random.choice((0, 20, 500))),
    )


def with_in_force(problem: Problem, schedule: Schedule, seed: int) -> Problem:
    """The problem with some bookings of `schedule` in force: frozen, or movable at a price."""
    random = Random(seed)
    chosen = [each for each in schedule.bookings if random.random() < 0.6]
    in_force = tuple(InForce(booking=each, frozen=random.random() < 0.5, move_cost=random.choice((None, 3))) for each in chosen)
    return replace(problem, in_force=in_force, horizon=Window(start=problem.horizon.start, end=problem.horizon.end + timedelta(hours=random.randint(0, 9))))


def _minutes(random: Random, low: int, high: int) -> timedelta:
    """Now and then with odd seconds."""
    return timedelta(minutes=random.randint(low, high), seconds=random.choice((0, 0, 0, 17)))


def _lab(random: Random) -> Lab:
    breaks = (
        WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(8), close=time(12, random.choice((0, 10))))),
        WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(13), close=time(18, random.choice((0, 25))))),
    )
    calendars = (
        Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN),
        Calendar(id="office", time_zone="Europe/Berlin", weekly=breaks),
        Calendar(id="night", time_zone="Europe/Berlin", weekly=(WeeklyHours(days=("fri", "sun", "mon"), hours=Hours(open=time(16), close=time(9, 50))),)),
    )
    resources: list[Resource] = []
    for site, _ in SITES:
        resources.append(_resource(random, f"chamber-{site}", "chamber", site, "always", capacity=random.randint(2, 4)))
        resources.append(_resource(random, f"scope-{site}", "instrument", site, random.choice(("always", "office"))))
        for number in range(random.randint(1, 2)):
            resources.append(_resource(random, f"person-{site}-{number}", "person", site, random.choice(("office", "office", "night"))))
    resources.append(_resource(random, "person-mobile", "person", None, "office"))
    sites = tuple(Site(id=site, name=site, institute=institute, time_zone="Europe/Berlin") for site, institute in SITES)
    return Lab(sites=sites, calendars=calendars, resources=tuple(resources))


def _resource(random: Random, name: str, kind: Any, site: str | None, calendar: str, capacity: int = 1) -> Resource:
    closures = []
    if random.random() < 0.4:
        start = START + timedelta(hours=random.randint(0, 60)) + _minutes(random, 0, 59)
        closures.append(Closure(window=Window(start=start, end=start + timedelta(hours=random.randint(1, 12)) + _minutes(random, 0, 40))))
    rights = []
    for skill in ("nss", "emc"):
        if random.random() < 0.7:
            at = START + timedelta(hours=random.randint(0, 72)) + _minutes(random, 0, 59)
            validity = random.choice(({}, {"valid_from": at}, {"valid_until": at}))
            rights.append(Qualification(name=skill, **validity))
    return Resource(
        id=name,
        kind=kind,
        name=name,
        site=site,
        calendar=calendar,
        capacity=capacity,
        closures=tuple(closures),
        features=(Feature(name="range", low=0, high=random.choice((5, 10))),),
        qualifications=tuple(rights),
    )


def _request(random: Random, request_id: str, lab: Lab, most_tasks: int) -> Request:
    tasks = tuple(_task(random, f"t{number}", lab) for number in range(min(most_tasks, random.choice((1, 2, 2, 3)))))
    precedences = []
    for before in range(len(tasks) - 1):
        if random.random() < 0.7:
            least = _minutes(random, 0, 90)
            precedences.append(
                Precedence(before=f"t{before}", after=f"t{before + 1}", min_lag=least, max_lag=random.choice((None, least, least + _minutes(random, 1, 200))))
            )
    if len(tasks) > 1 and random.random() < 0.2:  # one more, beside or across those of the line
        least = _minutes(random, 0, 200)
        precedences.append(Precedence(before="t0", after=tasks[-1].id, min_lag=least, max_lag=random.choice((None, least + _minutes(random, 1, 300)))))
    random.shuffle(precedences)
    links = []
    if len(tasks) > 1 and random.random() < 0.6:
        kind = random.choice(LINKS)
        chosen = random.sample(tasks, random.randint(2, len(tasks)))
        pair = tuple(each.id for each in chosen)
        if kind == "same_resource" and not all(any(each.id == "people" for each in mode.requirements) for task in chosen for mode in task.modes):
            kind = "same_people"  # the other needs the requirement in every mode
        links.append(Link(kind=kind, tasks=pair, requirement="people" if kind == "same_resource" else None))
    return Request(
        id=request_id,
        company="acme",
        tasks=tasks,
        precedences=tuple(precedences),
        links=tuple(links),
        release=START + _minutes(random, 0, 24 * 60) if random.random() < 0.4 else None,
        deadline=START + timedelta(hours=26) + _minutes(random, 0, 60 * 60) if random.random() < 0.4 else None,
        due=START + _minutes(random, 0, 40 * 60) if random.random() < 0.5 else None,
        arrival=START - _minutes(random, 0, 600) if random.random() < 0.5 else None,
        weight=random.randint(1, 3),
    )


def _task(random: Random, task_id: str, lab: Lab) -> Task:
    modes = [_mode(random, f"m{number}", lab) for number in range(random.choice((1, 1, 2)))]
    return Task(id=task_id, modes=tuple(modes), place=random.choice(("one_site", "one_site", "anywhere")))


def _mode(random: Random, mode_id: str, lab: Lab) -> Mode:
    length = _minutes(random, 20, random.choice((90, 240, 700)))
    wanted = []
    people = [each.id for each in lab.resources if each.kind == "person"]
    if random.random() < 0.5:
        wanted.append(Requirement(id="chamber", select=Select(kind="chamber"), demand=random.randint(1, 2)))
        for name, during in (("load", "head"), ("unload", "tail")):
            if random.random() < 0.6:
                part = min(length, _minutes(random, 5, 40))
                select = Select(kind="person", qualification="nss") if random.random() < 0.4 else Select(kind="person")
                wanted.append(Requirement(id=name, select=select, during=during, part=part))
    if not wanted or random.random() < 0.5:
        count = random.choice((1, 1, 2))
        select = Select(ids=tuple(random.sample(people, max(count, len(people) - 1)))) if random.random() < 0.5 else Select(kind="person")
        if random.random() < 0.1:  # whoever or whatever can: an instrument may stand in for a person
            select = Select(features=(FeatureBound(name="range", low=0, high=8),))
        wanted.append(Requirement(id="people", select=select, count=count, preferred=tuple(random.sample(people, 1)) if random.random() < 0.5 else ()))
    if random.random() < 0.3:
        wanted.append(Requirement(id="scope", select=Select(kind="instrument", features=(FeatureBound(name="range", low=0, high=random.choice((5, 8))),))))
    return Mode(id=mode_id, duration=length, requirements=tuple(random.sample(wanted, len(wanted))))
