"""Random small problems that mix all traits; durations, hours, ways and changeovers fall between the ticks, over a change of clocks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from random import Random
from typing import Any

from scheduler.model.calendar import ALWAYS_OPEN, WEEKDAYS, Calendar, Hours, WeeklyHours
from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition, WarmUp
from scheduler.model.lab import Closure, Lab, Qualification, Resource, Site
from scheduler.model.policy import TERM_NAMES, Policy, Term
from scheduler.model.problem import Company, InForce, Problem, Quota
from scheduler.model.request import Mode, Precedence, Request, Requirement, Select, Series, Shipment, Task
from scheduler.model.schedule import Schedule
from scheduler.model.travel import Courier, Travel, Way, Ways
from scheduler.model.window import Window
from tests.properties.random_problems import START

MINUTE = timedelta(minutes=1)
PLACES = {"guro": (37.48, 126.89), "ansan": (37.32, 126.83), "suwon": (37.26, 127.03)}
RECIPES = ("nss", "css", "dry")


def random_traits(seed: int, requests: int) -> Problem:
    """A problem of that many requests over two or three days."""
    random = Random(seed)
    horizon = Window(start=START + _minutes(random, 0, 50), end=START + timedelta(days=random.randint(2, 3)) + _minutes(random, 0, 50))
    names = random.sample([each for each in TERM_NAMES if each != "unserved"], random.randint(2, 5))
    tiers = random.random() < 0.3
    terms = (
        Term(name="unserved", weight=200_000),
        *(Term(name=each, weight=random.randint(1, 9), tier=random.randint(1, 2) if tiers else 1) for each in names),
    )
    return Problem(
        now=horizon.start + _minutes(random, -60, 60),
        horizon=horizon,
        lab=_lab(random),
        requests=tuple(_request(random, f"r{number}") for number in range(requests)),
        policy=Policy(resolution=timedelta(minutes=random.choice((15, 30))), terms=terms, urgent_factor=2, small_firm_factor=3),
        companies=(Company(id="acme", is_small=random.random() < 0.5), Company(id="klein")),
        quotas=_quotas(random),
    )


def in_force(problem: Problem, schedule: Schedule, seed: int) -> Problem:
    """The problem with some bookings of `schedule` in force, frozen or movable, some hours later."""
    random = Random(seed)
    chosen = [each for each in schedule.bookings if random.random() < 0.6]
    held = tuple(InForce(booking=each, frozen=random.random() < 0.5, move_cost=random.choice((None, 3))) for each in chosen)
    later = problem.horizon.start + random.choice((0, 0, 3, 9)) * timedelta(hours=1) + _minutes(random, 0, 50)
    most = random.choice((None, None, len(held)))
    return replace(problem, now=later, horizon=Window(start=later, end=problem.horizon.end), in_force=held, policy=replace(problem.policy, most_moves=most))


def _minutes(random: Random, low: int, high: int) -> timedelta:
    """Now and then with odd seconds."""
    return timedelta(minutes=random.randint(low, high), seconds=random.choice((0, 0, 0, 17)))


def _lab(random: Random) -> Lab:
    morning = WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(8), close=time(12, random.choice((0, 10)))))
    afternoon = WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(13), close=time(18, random.choice((0, 25)))))
    calendars = (
        Calendar(id="always", time_zone="Europe/Berlin", weekly=ALWAYS_OPEN),
        Calendar(id="office", time_zone="Europe/Berlin", weekly=(morning, afternoon)),
        Calendar(id="day", time_zone="Europe/Berlin", weekly=(WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(7, 50), close=time(20))),)),
    )
    sites = tuple(
        Site(
            id=name,
            name=name,
            institute=f"i-{name}",
            time_zone="Europe/Berlin",
            latitude=where[0],
            longitude=where[1],
            receiving=random.choice((None, "office")),
        )
        for name, where in PLACES.items()
    )
    switch = Changeover(
        id="switch",
        transitions=tuple(Transition(before=a, after=b, time=_minutes(random, 0, 70), cost=random.randint(0, 40)) for a in RECIPES for b in RECIPES if a != b),
        otherwise=Otherwise(time=_minutes(random, 0, 30)),
        cleaning=(Cleaning(recipe="nss", time=_minutes(random, 0, 20), cost=2),),
        warm_up=WarmUp(time=_minutes(random, 1, 40), after_idle=_minutes(random, 0, 200), cost=9) if random.random() < 0.5 else None,
        within_opening=random.random() < 0.5,
    )
    ways = Ways(id="ways", ways=(Way(start="guro", end="ansan", time=_minutes(random, 10, 90)),), speed_kmh=40)
    who: dict[str, Any] = {
        "kind": "person",
        "calendar": "office",
        "languages": ("ko",),
        "qualifications": (Qualification(name="emc", level=random.randint(2, 3)),),
    }
    most = timedelta(minutes=random.randint(60, 200)) if random.random() < 0.5 else None
    resources = [
        _resource(random, "oven", "chamber", "guro", batch=True, capacity=3, recipes=random.choice(((), RECIPES[:2]))),
        _resource(random, "oven-2", "chamber", "ansan", batch=True, capacity=2, changeover="switch", initial_recipe="nss"),
        _resource(
            random, "kit", "equipment", "guro", calendar=random.choice(("always", "day")), changeover="switch", initial_recipe=random.choice(("dry", None))
        ),
        _resource(random, "bath", "equipment", "suwon", capacity=2, compatible_recipes=(("nss", "css"),)),
        _resource(random, "room", "room", "ansan", most_a_day=random.choice((None, 1, 2))),
        _resource(
            random, "walker", site=random.choice(("guro", None)), travel=Travel(ways="ways", most_a_day=most), **{**who, "calendar": "day", "most_a_day": 3}
        ),
        _resource(random, "local", site="ansan", **{**who, "most_a_week": random.choice((1, 2, None))}),
        _resource(random, "clerk", site="guro", **{**who, "languages": ("ko", "en")}),
    ]
    return Lab(
        sites=sites,
        calendars=calendars,
        resources=tuple(resources),
        changeovers=(switch,),
        ways=(ways,),
        courier=Courier(speed_kmh=60, handling=_minutes(random, 1, 300)),
    )


def _resource(random: Random, name: str, kind: Any = "person", site: str | None = None, **fields: Any) -> Resource:
    closures = ()
    if random.random() < 0.3:
        start = START + _minutes(random, 0, 60 * 60)
        closures = (Closure(window=Window(start=start, end=start + _minutes(random, 30, 500))),)
    return Resource(**{"id": name, "kind": kind, "name": name, "site": site, "calendar": "always", "closures": closures, **fields})


def _quotas(random: Random) -> tuple[Quota, ...]:
    if random.random() < 0.5:
        return ()
    price, period = random.choice((None, 1, 5)), random.choice(("week", "horizon"))
    return (Quota(id="q", select=Select(kind="person"), period=period, time_zone="Europe/Berlin", most=_minutes(random, 60, 400), price=price),)


def _request(random: Random, name: str) -> Request:
    tasks = [_task(random, "t0")]
    fields: dict[str, Any] = {}
    if random.random() < 0.4:
        tasks.append(_task(random, "t1"))
        least = _minutes(random, 0, 300)
        most = random.choice((None, least + _minutes(random, 1, 600)))
        if random.random() < 0.5:
            fields["series"] = (
                Series(tasks=("t0", "t1"), least_apart=least, most_apart=most, weekday=random.choice((None, "fri", "sat")), time_zone="Asia/Seoul"),
            )
        else:
            fields["precedences"] = (Precedence(before="t0", after="t1", min_lag=least, max_lag=most),)
    if random.random() < 0.3:
        conditioning = _minutes(random, 0, 200)
        fields["shipment"] = Shipment(sent=START - timedelta(hours=3) + _minutes(random, 0, 600), latitude=37.5, longitude=127.0, conditioning=conditioning)
    return Request(
        id=name,
        company=random.choice(("acme", "klein")),
        tasks=tuple(tasks),
        urgency=random.choice(("normal", "normal", "urgent")),
        due=START + _minutes(random, 0, 40 * 60) if random.random() < 0.6 else None,
        deadline=START + timedelta(hours=20) + _minutes(random, 0, 40 * 60) if random.random() < 0.3 else None,
        **fields,
    )


def _task(random: Random, name: str) -> Task:
    made = random.choice(KINDS)(random)
    dates: dict[str, Any] = {}
    if random.random() < 0.3:
        dates["due"] = START + _minutes(random, 0, 40 * 60)
    if random.random() < 0.2:
        dates["release"] = START + _minutes(random, 0, 20 * 60)
    if random.random() < 0.2:
        dates["deadline"] = START + timedelta(hours=24) + _minutes(random, 0, 30 * 60)
    return Task(id=name, **made, **dates)


def _needs(name: str, *ids: str, **fields: Any) -> Requirement:
    return Requirement(**{"id": name, "select": Select(ids=ids or (name,)), **fields})


def _mode(length: timedelta, *requirements: Requirement, most: timedelta | None = None) -> dict[str, Any]:
    return {"modes": (Mode(duration=length, max_duration=most, requirements=requirements),)}


def _batch(random: Random) -> dict[str, Any]:
    length = random.choice((60, 60, 95, 120, 121)) * MINUTE
    oven = _needs("oven", "oven", "oven-2", demand=random.randint(1, 2), recipe=random.choice(RECIPES[:2]))
    load = [_needs("load", "local", "clerk", during=random.choice(("head", "tail")), part=_minutes(random, 5, 20))] if random.random() < 0.3 else []
    where = {"place": "anywhere"} if random.random() < 0.3 else {}
    return {**_mode(length, oven, *load, most=random.choice((None, length + _minutes(random, 0, 90)))), **where}


def _changeover(random: Random) -> dict[str, Any]:
    part = {"during": random.choice(("head", "tail", "before", "after")), "part": _minutes(random, 5, 40)} if random.random() < 0.3 else {}
    return _mode(_minutes(random, 40, 200), _needs("kit", recipe=random.choice(RECIPES), **part), _needs("clerk", during="head", part=_minutes(random, 1, 30)))


def _sharing(random: Random) -> dict[str, Any]:
    return _mode(_minutes(random, 30, 300), _needs("bath", recipe=random.choice((*RECIPES, None)), undisturbed=random.random() < 0.4))


def _travel(random: Random) -> dict[str, Any]:
    select = Select(ids=("walker", "local"), qualification="emc", level=random.randint(1, 2), languages=("ko",))
    who = Requirement(id="who", select=select, preferred=("walker",))
    where: dict[str, Any] = random.choice(({"site": "ansan"}, {"site": "guro"}, {"site": "suwon"}, {"place": "anywhere"}, {}))
    room = [_needs("room")] if where.get("site") == "ansan" else []
    return {**_mode(_minutes(random, 20, 120), who, *room), **where}


def _pausing(random: Random) -> dict[str, Any]:
    extra = [_needs("room", during=random.choice(("before", "after", "head", "tail")), part=_minutes(random, 5, 15))] if random.random() < 0.4 else []
    who = _needs("who", "local", "walker") if extra else _needs("who", "clerk", "walker")
    return {**_mode(_minutes(random, 20, 500), who, *extra), "pauses_in": "office"}


def _within(random: Random) -> dict[str, Any]:
    return {**_mode(_minutes(random, 20, 250), _needs("oven", "oven", "bath", recipe="css")), "within": "office"}


def _joint(random: Random) -> dict[str, Any]:
    return {**_mode(_minutes(random, 20, 90), _needs("who", "walker", "local", "clerk", count=2, different_institutes=True)), "place": "anywhere"}


KINDS: tuple[Callable[[Random], dict[str, Any]], ...] = (_batch, _batch, _changeover, _sharing, _travel, _pausing, _within, _joint)
