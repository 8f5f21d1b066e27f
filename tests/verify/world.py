"""One realistic problem with a schedule that is tight everywhere, and small tools to break one thing.

The week is that of 29 March 2026, when the clocks of Berlin (not those of Seoul) go forward.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.model.calendar import ALWAYS_OPEN, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Feature, Lab, Qualification, Resource, Site
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import FeatureBound, Link, Mode, Precedence, Request, Requirement, Select, Task
from scheduler.model.schedule import Allocation, Booking, Schedule, Unserved
from scheduler.model.window import Window
from scheduler.verify.rules import check_schedule

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
BERLIN, SEOUL = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Seoul")


def seoul(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SEOUL).astimezone(UTC)


def berlin(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def need(name: str, *ids: str, **fields: Any) -> Requirement:
    """A requirement for one of the resources `ids`."""
    return Requirement(id=name, select=Select(ids=ids), **fields)


def task(name: str, duration: timedelta, *requirements: Requirement, **fields: Any) -> Task:
    return Task(id=name, modes=(Mode(duration=duration, requirements=requirements),), **fields)


def booking(request: str, task_id: str, start: datetime, length: timedelta, **served_by: str | tuple[str, ...]) -> Booking:
    """`served_by` maps requirement ids to one resource id or several."""
    allocations = tuple(Allocation(requirement=name, resources=(by,) if isinstance(by, str) else by) for name, by in served_by.items())
    return Booking(request=request, task=task_id, window=Window(start=start, end=start + length), allocations=allocations)


OFFICE = (WeeklyHours(days=("mon", "tue", "wed", "thu", "fri"), hours=Hours(open=time(9), close=time(18))),)

LAB = Lab(
    sites=(
        Site(id="guro", name="구로", institute="ktl", time_zone="Asia/Seoul"),
        Site(id="ansan", name="안산", institute="ktl", time_zone="Asia/Seoul"),
        Site(id="busan", name="부산", institute="kcl", time_zone="Asia/Seoul"),
        Site(id="adlershof", name="Adlershof", institute="bam", time_zone="Europe/Berlin"),
    ),
    calendars=(
        Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN),
        Calendar(id="office", time_zone="Asia/Seoul", weekly=OFFICE),
        Calendar(id="office-berlin", time_zone="Europe/Berlin", weekly=OFFICE),
    ),
    resources=(
        Resource(id="chamber-1", kind="chamber", name="Salt spray", site="guro", calendar="always", capacity=4),
        Resource(id="chamber-b", kind="chamber", name="Salt spray", site="adlershof", calendar="always"),
        Resource(
            id="op-1",
            kind="person",
            name="Kim",
            site="guro",
            calendar="office",
            qualifications=(
                Qualification(name="nss"),
                Qualification(name="rating", valid_from=seoul(31, 9), valid_until=seoul(31, 11)),
            ),
        ),
        Resource(id="op-2", kind="person", name="Lee", site="guro", calendar="office", qualifications=(Qualification(name="nss"),)),
        Resource(id="op-b", kind="person", name="Klein", site="adlershof", calendar="office-berlin"),
        Resource(id="tech", kind="person", name="Choi", site="guro", calendar="office"),
        Resource(id="scope", kind="instrument", name="Microscope", site="guro", calendar="office", features=(Feature(name="magnification", low=10, high=500),)),
        Resource(id="bench-1", kind="equipment", name="Bench", site="guro", calendar="office"),
        Resource(id="bench-2", kind="equipment", name="Bench", site="guro", calendar="office"),
        Resource(id="bench-ansan", kind="equipment", name="Bench", site="ansan", calendar="office"),
        Resource(id="adv-1", kind="person", name="Park", site="guro", calendar="office"),
        Resource(id="adv-2", kind="person", name="Jung", site="busan", calendar="office"),
        Resource(id="adv-3", kind="person", name="Han", site="ansan", calendar="office"),
        Resource(id="video", kind="room", name="Video room", calendar="office", capacity=2),
    ),
)

NSS = Select(kind="person", qualification="nss")
EXPOSE = task(
    "expose",
    72 * HOUR,
    need("chamber", "chamber-1", demand=2),
    Requirement(id="load", select=NSS, during="head", part=HOUR / 2),
    Requirement(id="unload", select=NSS, during="tail", part=HOUR / 2),
)
ADVISORS = ("adv-1", "adv-2", "adv-3")

REQUESTS = (
    Request(
        id="nss",
        company="acme",
        tasks=(
            task("prepare", HOUR, need("who", "tech")),
            EXPOSE,
            task(
                "evaluate",
                2 * HOUR,
                Requirement(id="scope", select=Select(kind="instrument", features=(FeatureBound(name="magnification", low=50, high=500),), sites=("guro",))),
                Requirement(id="rater", select=Select(qualification="rating")),
            ),
        ),
        precedences=(
            Precedence(before="prepare", after="expose", max_lag=4 * HOUR),
            Precedence(before="expose", after="evaluate", min_lag=16 * HOUR, max_lag=16 * HOUR),
        ),
        release=seoul(27, 16),
        deadline=seoul(31, 11),
    ),
    Request(id="share", company="acme", tasks=(EXPOSE,)),
    Request(
        id="berlin",
        company="klein",
        tasks=(
            task(
                "expose",
                72 * HOUR,
                need("chamber", "chamber-b"),
                need("load", "op-b", during="head", part=HOUR),
                need("unload", "op-b", during="tail", part=HOUR),
            ),
        ),
    ),
    Request(
        id="joint",
        company="acme",
        tasks=tuple(
            task(name, 2 * HOUR, need("advisors", *ADVISORS, count=2, preferred=("adv-2",)), need("room", "video"), place="anywhere")
            for name in ("kickoff", "review")
        ),
        links=(Link(kind="same_people", tasks=("kickoff", "review")),),
    ),
    Request(
        id="pair",
        company="acme",
        tasks=tuple(task(name, 2 * HOUR, need("advisor", *ADVISORS)) for name in ("first", "second")),
        links=(Link(kind="different_institutes", tasks=("first", "second")),),
    ),
    Request(
        id="bench",
        company="acme",
        tasks=tuple(task(name, 2 * HOUR, need("bench", "bench-1", "bench-2", "bench-ansan"), need("who", "tech", "adv-3")) for name in ("cut", "weigh")),
        links=(Link(kind="same_resource", tasks=("cut", "weigh"), requirement="bench"), Link(kind="same_site", tasks=("cut", "weigh"))),
    ),
    Request(id="out", company="acme", tasks=(task("test", HOUR, need("who", "tech")),), weight=7),
    Request(id="kept", company="acme", tasks=(task("test", 26 * HOUR, need("chamber", "chamber-1", demand=4)), task("report", HOUR, need("who", "tech")))),
)

KEPT = booking("kept", "test", seoul(25, 10), 26 * HOUR, chamber="chamber-1")

BOOKINGS = (
    booking("nss", "prepare", seoul(27, 16), HOUR, who="tech"),
    booking("nss", "expose", seoul(27, 17), 72 * HOUR, chamber="chamber-1", load="op-1", unload="op-2"),
    booking("nss", "evaluate", seoul(31, 9), 2 * HOUR, scope="scope", rater="op-1"),
    # Loading ends when the office closes; the two fill the chamber.
    booking("share", "expose", seoul(27, 17, 30), 72 * HOUR, chamber="chamber-1", load="op-1", unload="op-2"),
    # 72 hours over the change of clocks: from 17:00 to 18:00, the last minute of the office.
    booking("berlin", "expose", berlin(27, 17), 72 * HOUR, chamber="chamber-b", load="op-b", unload="op-b"),
    booking("joint", "kickoff", seoul(30, 9), 2 * HOUR, advisors=("adv-1", "adv-2"), room="video"),
    booking("joint", "review", seoul(31, 9), 2 * HOUR, advisors=("adv-1", "adv-2"), room="video"),
    booking("pair", "first", seoul(30, 11), 2 * HOUR, advisor="adv-1"),
    booking("pair", "second", seoul(30, 16), 2 * HOUR, advisor="adv-2"),
    booking("bench", "cut", seoul(30, 9), 2 * HOUR, bench="bench-1", who="tech"),
    booking("bench", "weigh", seoul(30, 11), 2 * HOUR, bench="bench-1", who="tech"),
    KEPT,
    booking("kept", "report", seoul(27, 9), HOUR, who="tech"),
)

PROBLEM = Problem(
    now=seoul(26, 9),
    horizon=Window(start=seoul(26, 9), end=seoul(10, 9, month=4)),
    lab=LAB,
    requests=REQUESTS,
    policy=Policy(move_cost=500),
    in_force=(InForce(booking=KEPT, frozen=True),),
)
SCHEDULE = Schedule(bookings=BOOKINGS, unserved=(Unserved(request="out"),))


def broken(problem: Problem, schedule: Schedule) -> list[tuple[str, str, str | None]]:
    """(rule, request, task) of each violation."""
    return [(each.rule, each.request, each.task) for each in check_schedule(problem, schedule)]


def booked(request: str, task_id: str, schedule: Schedule = SCHEDULE) -> Booking:
    return next(each for each in schedule.bookings if each.key == (request, task_id))


def without(request: str, task_id: str, schedule: Schedule = SCHEDULE) -> Schedule:
    return replace(schedule, bookings=tuple(each for each in schedule.bookings if each.key != (request, task_id)))


def rebooked(new: Booking, schedule: Schedule = SCHEDULE) -> Schedule:
    """The schedule with the booking of that key replaced."""
    return replace(schedule, bookings=tuple(new if each.key == new.key else each for each in schedule.bookings))


def shifted(request: str, task_id: str, by: timedelta, schedule: Schedule = SCHEDULE) -> Schedule:
    old = booked(request, task_id, schedule)
    return rebooked(replace(old, window=Window(start=old.window.start + by, end=old.window.end + by)), schedule)


def served_by(request: str, task_id: str, schedule: Schedule = SCHEDULE, **served: str | tuple[str, ...]) -> Schedule:
    """The schedule with other resources for some requirements of one booking."""
    old = booked(request, task_id, schedule)
    new = {each.requirement: each.resources for each in old.allocations} | {name: (by,) if isinstance(by, str) else by for name, by in served.items()}
    return rebooked(replace(old, allocations=tuple(Allocation(requirement=name, resources=by) for name, by in new.items())), schedule)


def with_resource(resource_id: str, problem: Problem = PROBLEM, **changes: Any) -> Problem:
    """The problem with one resource changed."""
    resources = tuple(replace(each, **changes) if each.id == resource_id else each for each in problem.lab.resources)
    return replace(problem, lab=replace(problem.lab, resources=resources))


def with_request(request_id: str, problem: Problem = PROBLEM, **changes: Any) -> Problem:
    """The problem with one request changed."""
    return replace(problem, requests=tuple(replace(each, **changes) if each.id == request_id else each for each in problem.requests))
