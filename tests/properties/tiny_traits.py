"""Tiny problems of one trait in which requests compete, on a grid of hours; and their best schedule by trying everything."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations, product
from random import Random
from typing import Any

from scheduler.model.calendar import ALWAYS_OPEN, Calendar, open_windows
from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition, WarmUp
from scheduler.model.lab import Closure, Lab, Resource
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce, Problem, Quota
from scheduler.model.request import Mode, Request, Requirement, Select, Series, Task
from scheduler.model.result import tier_costs
from scheduler.model.schedule import Allocation, Booking, Schedule, Unserved
from scheduler.model.travel import Travel, Way, Ways
from scheduler.model.window import Window
from scheduler.planning.eligible import Eligibility
from scheduler.ticks.pauses import worked_end
from scheduler.ticks.runs import with_runs
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule
from tests.properties.bed import BASE, SITES

HOUR = timedelta(hours=1)
ALONE = frozenset({"duration", "time_limits", "alternatives", "calendar", "location", "precedence", "frozen"})
"""Rules that a request breaks by itself: what breaks them alone breaks them beside anybody."""


def at(hours: float) -> datetime:
    return BASE + hours * HOUR


def hours_of(name: str, *openings: tuple[float, float]) -> Calendar:
    return Calendar(id=name, time_zone="Europe/Berlin", openings=tuple(Window(start=at(a), end=at(b)) for a, b in openings))


def kit(name: str, kind: Any = "equipment", **fields: Any) -> Resource:
    return Resource(**{"id": name, "kind": kind, "name": name, "site": "guro", "calendar": "always", **fields})


def ask(number: int, length: float, *requirements: Requirement, most: float | None = None, task: dict[str, Any] | None = None, **fields: Any) -> Request:
    mode = Mode(duration=length * HOUR, max_duration=None if most is None else most * HOUR, requirements=requirements)
    return Request(**{"id": f"r{number}", "company": "acme", "tasks": (Task(**{"id": "t", "modes": (mode,), **(task or {})}),), **fields})


def needs(name: str, *ids: str, **fields: Any) -> Requirement:
    return Requirement(**{"id": name, "select": Select(ids=ids or (name,)), **fields})


def made(random: Random, requests: list[Request], resources: list[Resource], length: int, **fields: Any) -> Problem:
    """Open all the time, now and then with a closure; random terms."""
    if random.random() < 0.4:
        shut = random.randint(0, length - 1)
        resources[0] = replace(resources[0], closures=(Closure(window=Window(start=at(shut), end=at(shut + 1))),))
    names = ("flow_time", "makespan", "travel", "changeover_time", "changeover_cost", "run_time", "people", "worst_off", "preferences")
    terms = tuple(Term(name=name, weight=random.randint(1, 5), tier=random.randint(1, 2)) for name in random.sample(names, random.randint(1, 3)))
    lab = {"sites": SITES, "calendars": (Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN), *fields.pop("calendars", ())), **fields.pop("lab", {})}
    return Problem(
        **{
            "now": at(0),
            "horizon": Window(start=at(0), end=at(length)),
            "lab": Lab(resources=tuple(resources), **lab),
            "requests": tuple(requests),
            "policy": Policy(resolution=HOUR, terms=(Term(name="unserved", weight=random.choice((300, 100_000))), *terms)),
            **fields,
        }
    )


def batch(random: Random) -> Problem:
    """Runs of two ovens, of which one is small; who may last longer can join others."""
    asked = []
    for number in range(3):
        length = random.randint(1, 2)
        recipe = random.choice(("nss", "nss", "css"))
        fields = {"deadline": at(random.randint(2, 5))} if random.random() < 0.4 else {}
        asked.append(
            ask(number, length, needs("oven", "large", "small", demand=random.randint(1, 2), recipe=recipe), most=random.choice((None, 2, 3)), **fields)
        )
    ovens = [kit("large", batch=True, capacity=3), kit("small", batch=True, capacity=1, recipes=random.choice(((), ("css",))))]
    return made(random, asked, ovens, random.randint(3, 4))


def changeover(random: Random) -> Problem:
    """One kit with recipes; initial state, cleaning and warm-up at random."""
    recipes = ("nss", "css", "dry")
    pairs = [(a, b) for a in recipes for b in recipes if random.random() < 0.5]
    warm_up = WarmUp(time=HOUR, after_idle=random.randint(0, 2) * HOUR, cost=4) if random.random() < 0.5 else None
    switch = Changeover(
        id="switch",
        transitions=tuple(Transition(before=a, after=b, time=random.randint(0, 2) * HOUR, cost=random.randint(0, 50)) for a, b in pairs),
        otherwise=Otherwise(time=random.randint(0, 2) * HOUR, cost=random.randint(0, 50)),
        cleaning=(Cleaning(recipe="nss", time=HOUR, cost=10),) if random.random() < 0.3 else (),
        warm_up=warm_up,
        within_opening=random.random() < 0.5,
    )
    asked = [ask(number, random.randint(1, 2), needs("kit", recipe=random.choice(recipes))) for number in range(3)]
    box = kit("kit", changeover="switch", initial_recipe=random.choice((*recipes, None)))
    return made(random, asked, [box], random.randint(5, 8), lab={"changeovers": (switch,)})


def batch_changeover(random: Random) -> Problem:
    """Runs of one oven with changeovers between them."""
    switch = Changeover(id="switch", otherwise=Otherwise(time=HOUR, cost=20), within_opening=random.random() < 0.5)
    asked = [ask(number, random.randint(1, 2), needs("oven", recipe=random.choice(("nss", "css"))), most=random.choice((None, 2))) for number in range(3)]
    oven = kit("oven", batch=True, capacity=2, changeover="switch", initial_recipe=random.choice(("nss", None)))
    return made(random, asked, [oven], random.randint(4, 6), lab={"changeovers": (switch,)})


def travel(random: Random) -> Problem:
    """One person between two sites and home, and another who stays there."""
    ways = Ways(id="ways", ways=(Way(start="guro", end="busan", time=random.randint(1, 2) * HOUR), Way(start="guro", end="ansan", time=HOUR)))
    ways = replace(ways, ways=(*ways.ways, Way(start="ansan", end="busan", time=random.randint(1, 2) * HOUR)))
    asked = []
    for number in range(3):
        where = random.choice(({"site": "busan"}, {"site": "ansan"}, {"site": "guro"}, {"place": "anywhere"}))
        who = ("walker", "local") if where.get("site") == "busan" else ("walker",)
        asked.append(ask(number, random.randint(1, 2), needs("who", *who), task=where))
    most = random.choice((None, None, 2 * HOUR, 3 * HOUR))
    walker = kit("walker", "person", site=random.choice(("guro", "guro", None)), travel=Travel(ways="ways", most_a_day=most), calendar="day")
    local = kit("local", "person", site="busan", closures=(Closure(window=Window(start=at(0), end=at(random.randint(1, 9)))),))
    split = random.randint(3, 6)
    day = hours_of("day", (0, split), (split + random.randint(0, 1), 9))
    return made(random, asked, [walker, local], 9, calendars=(day,), lab={"ways": (ways,)})


def pausing(random: Random) -> Problem:
    """Work that stops in closures of its calendar; who does it may be away then."""
    split = random.randint(2, 4)
    hours, away = hours_of("hours", (0, split), (split + 1, 8)), hours_of("away", (0, split + random.randint(0, 1)), (split + 1, 8))
    asked = []
    for number in range(2):
        wanted = [needs("who", "a", "b")]
        if random.random() < 0.5:
            wanted.append(needs("room", during=random.choice(("head", "tail", "before", "after")), part=HOUR))
        asked.append(ask(number, random.randint(1, 4), *wanted, task={"pauses_in": "hours"} if random.random() < 0.8 else {}))
    people = [kit("a", "person", calendar="away"), kit("b", "person"), kit("room")]
    return made(random, asked, people, 8, calendars=(hours, away))


def sharing(random: Random) -> Problem:
    """A bath for two in which not everything goes together, or may be disturbed."""
    asked = []
    for number in range(3):
        wanted = needs("bath", recipe=random.choice(("nss", "css", "dry", None)), undisturbed=random.random() < 0.4)
        asked.append(ask(number, random.randint(1, 3), wanted))
    return made(random, asked, [kit("bath", capacity=2, compatible_recipes=(("nss", "css"),))], random.randint(4, 5))


def sessions(random: Random) -> Problem:
    """So many a day, across the local midnight in the night in which the clocks of Berlin change."""
    since = BASE.replace(day=28, hour=20)
    asked = [ask(number, 1, needs("who", "a", "b", preferred=("a",))) for number in range(3)]
    people = [kit("a", "person", most_a_day=1, most_a_week=random.choice((1, 2)), calendar="berlin"), kit("b", "person", most_a_day=2, calendar="berlin")]
    berlin = Calendar(id="berlin", time_zone="Europe/Berlin", weekly=ALWAYS_OPEN)
    problem = made(random, asked, people, 4, calendars=(berlin,))
    people = [replace(each, closures=()) for each in problem.lab.resources]
    window = Window(start=since, end=since + 4 * HOUR)
    return replace(problem, now=since, horizon=window, lab=replace(problem.lab, resources=tuple(people)))


def series(random: Random) -> Problem:
    """Two of a kind at a distance, and somebody who wants to be between."""
    least = random.randint(1, 3)
    apart = Series(tasks=("t", "u"), least_apart=least * HOUR, most_apart=random.choice((None, (least + 1) * HOUR)))
    first = ask(0, 1, needs("who", "a"))
    second = replace(first.tasks[0], id="u")
    pair = replace(first, tasks=(first.tasks[0], second), series=(apart,))
    return made(random, [pair, ask(1, random.randint(1, 2), needs("who", "a"))], [kit("a", "person")], 6)


def quota(random: Random) -> Problem:
    """Each company may take so much of two kits; above it pays, or may not."""
    asked = [ask(number, random.randint(1, 2), needs("kit", "a", "b", "c", preferred=("a",)), company=random.choice(("acme", "klein"))) for number in range(3)]
    limit = Quota(id="q", select=Select(ids=("a", "b")), most=random.randint(1, 3) * HOUR, price=random.choice((None, 1, 7)))
    problem = made(random, asked, [kit("a"), kit("b"), kit("c")], 3, quotas=(limit,))
    return replace(problem, policy=replace(problem.policy, terms=(*problem.policy.terms, Term(name="quota_excess", weight=1))))


def with_frozen(problem: Problem, random: Random, *, past: bool = False) -> Problem:
    """The problem with the first request booked and frozen, and two times of three begun or over by now; `past`: the horizon begins now."""
    now = problem.horizon.start + random.choice((0, 1, 2)) * HOUR
    start = now if past else problem.horizon.start
    later = replace(problem, now=now, horizon=Window(start=start, end=max(problem.horizon.end, now + HOUR)))
    options = []
    for chosen in options_of(problem, problem.requests[0]):
        held = replace(later, in_force=tuple(InForce(booking=each, frozen=True) for each in chosen))
        told, runs = with_runs(held, chosen)
        left_out = tuple(Unserved(request=each.id) for each in problem.requests[1:])
        if not check_schedule(held, Schedule(bookings=tuple(told), unserved=left_out, runs=runs)):
            options.append(held)
    return random.choice(options) if options else problem


TINY: dict[str, Callable[[Random], Problem]] = {
    each.__name__: each for each in (batch, changeover, batch_changeover, travel, pausing, sharing, sessions, series, quota)
}


def tiny_problem(trait: str, seed: int) -> Problem:
    return TINY[trait](Random(seed))


def ways_of(problem: Problem, request: Request, task: Task) -> Iterator[Booking]:
    """Every mode, start on the grid, length that it may have, and choice of resources."""
    eligibility, names = Eligibility(problem.lab), [each.id for each in problem.lab.resources]
    calendars = {each.id: each for each in problem.lab.calendars}
    for mode in task.modes:
        served = [list(combinations([names[n] for n in eligibility.candidates(each.select)], each.count)) for each in mode.requirements]
        start = problem.horizon.start
        while start < problem.horizon.end:
            if task.pauses_in is not None:
                end = worked_end(open_windows(calendars[task.pauses_in], problem.horizon), start, mode.duration)
                ends = [] if end is None else [end]
            else:
                ends = [start + mode.duration + n * HOUR for n in range(1 + ((mode.max_duration or mode.duration) - mode.duration) // HOUR)]
            for end, chosen in product(ends, product(*served)):
                allocations = tuple(Allocation(requirement=each.id, resources=who) for each, who in zip(mode.requirements, chosen, strict=True))
                yield Booking(request=request.id, task=task.id, mode=mode.id, window=Window(start=start, end=end), allocations=allocations)
            start += problem.policy.resolution


def options_of(problem: Problem, request: Request) -> Iterator[tuple[Booking, ...]]:
    """All ways to serve the request that do not break a rule by themselves."""
    frozen = {each.booking.key: each.booking for each in problem.in_force if each.frozen}
    others = tuple(Unserved(request=each.id) for each in problem.requests if each is not request)
    kept = tuple(booking for (name, _), booking in frozen.items() if name != request.id)
    choices = [[frozen[request.id, task.id]] if (request.id, task.id) in frozen else ways_of(problem, request, task) for task in request.tasks]
    for chosen in product(*choices):
        schedule = Schedule(bookings=(*chosen, *kept), unserved=others)
        if not any(each.rule in ALONE and each.request == request.id for each in check_schedule(problem, schedule)):
            yield chosen


def all_schedules(problem: Problem) -> Iterator[Schedule]:
    """Every schedule on the grid that the verifier passes."""
    frozen = {each.booking.request for each in problem.in_force if each.frozen}
    choices = [[*options_of(problem, each), *([] if each.id in frozen else [None])] for each in problem.requests]
    for chosen in product(*choices):
        bookings, runs = with_runs(problem, [each for served in chosen if served is not None for each in served])
        left_out = tuple(Unserved(request=each.id) for each, served in zip(problem.requests, chosen, strict=True) if served is None)
        schedule = Schedule(bookings=tuple(bookings), unserved=left_out, runs=runs)
        if not check_schedule(problem, schedule):
            yield schedule


def least_costs(problem: Problem) -> tuple[int, ...]:
    """By tier, what the best of all schedules costs."""
    return min(tier_costs(score_schedule(problem, each)) for each in all_schedules(problem))
