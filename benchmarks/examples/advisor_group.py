"""155 advisors in five divisions, 107 sessions for 81 firms over a quarter."""

from datetime import time, timedelta
from random import Random

from benchmarks.examples.kit import WORKDAYS, Example, at, hours, needs, resource, site, task, then, working
from benchmarks.generator.places import company_name, person_name
from scheduler.model.calendar import Calendar
from scheduler.model.lab import Closure, Lab, Resource
from scheduler.model.problem import Problem
from scheduler.model.request import Link, Request, Task
from scheduler.model.window import window

README = """# 155 advisors, five divisions, 107 sessions for 81 firms over a quarter

Most advisors come for half a day a week. Firms want one session, or a first one and a follow-up with the same advisors one to
four weeks later; some problems take advisors of two divisions at the same table. Every firm is served and none is late.
"""

NOW = at(4, 1)
DIVISIONS = (
    ("materials", "소재부품", ("plating", "polymer", "casting", "ceramics")),
    ("machinery", "기계로봇", ("mould", "machining", "robotics")),
    ("electronics", "전기전자", ("pcb", "emi", "packaging")),
    ("chemistry", "바이오화학", ("coating", "cosmetics", "battery")),
    ("management", "경영지원", ("certification", "export", "patent")),
)
ADVISORS, FIRMS, FOLLOW_UPS = 155, 81, 26


def _calendars() -> tuple[Calendar, ...]:
    halves = (("am", time(9), time(13)), ("pm", time(14), time(18)))
    return tuple(working(f"{day}-{name}", opens, closes, (day,)) for day in WORKDAYS for name, opens, closes in halves)


def _advisor(number: int, random: Random) -> Resource:
    division, _, topics = DIVISIONS[number % len(DIVISIONS)]
    known = random.sample(topics, 2)
    first = NOW + timedelta(days=random.randrange(90))
    leave = (Closure(window=window(first, first + timedelta(days=7)), reason="휴가"),) if random.random() < 0.2 else ()
    calendar = random.choice(_CALENDARS).id
    return resource(f"advisor-{number + 1:03d}", "person", f"{person_name(random)} 위원", "pangyo", calendar, division, *known, closures=leave)


_CALENDARS = _calendars()


def _firm(number: int, random: Random) -> Request:
    division, title, topics = random.choice(DIVISIONS)
    topic = random.choice(topics)
    length = hours(random.choice((2, 2, 3, 4)))
    advisor = needs("advisor", topic, "person")
    sessions: list[Task] = [task("first", f"{title} 자문", length, advisor)]
    if number < FOLLOW_UPS:
        sessions.append(task("follow-up", f"{title} 후속 자문", hours(2), advisor))
    elif number % 6 == 0:
        # Two sides of one problem: an advisor of the topic and a colleague who knows the paperwork, on the shared morning or afternoon.
        sessions = [task("first", f"{title} 합동 자문", hours(2), advisor, needs("second", "management", "person"))]
    release = NOW + timedelta(days=random.randrange(42), hours=9)
    return Request(
        id=f"firm-{number + 1:02d}",
        company=f"firm-{number + 1:02d}",
        company_name=company_name(random),
        name=f"{title}: {division}/{topic}",
        tasks=tuple(sessions),
        precedences=(then("first", "follow-up", least=timedelta(days=7), most=timedelta(days=28)),) if len(sessions) == 2 else (),
        links=(Link(kind="same_people", tasks=("first", "follow-up")),) if len(sessions) == 2 else (),
        release=release,
        due=release + timedelta(days=42),
        deadline=at(7, 1),
        weight=random.choice((1, 2, 3, 5)),
    )


def example() -> Example:
    """The example."""
    random = Random("advisor-group")
    lab = Lab(
        sites=(site("pangyo", "판교 기업지원단", "Pangyo Business Support Group", "support", "경기", 37.40, 127.10),),
        calendars=_CALENDARS,
        resources=tuple(_advisor(number, random) for number in range(ADVISORS)),
    )
    requests = tuple(_firm(number, random) for number in range(FIRMS))
    problem = Problem(name="advisor-group", now=NOW, horizon=window(NOW, at(7, 1)), lab=lab, requests=requests)
    expect = {
        "time_limit_seconds": 3,
        "outcome": ["optimal", "feasible"],
        "served": FIRMS,
        "bookings": FIRMS + FOLLOW_UPS,
        "unserved": {},
        "tardy": 0,
        "same_people": [[f"firm-{number + 1:02d}", "first", "follow-up"] for number in range(FOLLOW_UPS)],
    }
    return Example("advisor-group", problem, expect, README)
