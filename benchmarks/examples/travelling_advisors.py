"""Advisors of two institutes who drive to firms, meet online and jointly, two weeks."""

from datetime import timedelta
from typing import Any

from benchmarks.examples.kit import SEOUL, Example, at, hours, needs, resource, site, task, working
from scheduler.model.lab import Lab, Resource
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Link, Request, Series, Task
from scheduler.model.travel import Travel, Way, Ways
from scheduler.model.window import window

README = """# Advisors who travel: homes, ways, day limits, online and joint sessions, weekly visits

Five advisors of two institutes (Daejeon, Gwangju) visit firms in Iksan, Jeonju, Gunsan and Nonsan. Each starts and ends the
working day at the own institute, and the ways between are driven in working hours: no more than so many hours, and two
sessions, a day. Online sessions need no way. One firm asks for a joint session with advisors of both institutes, one for a
visit on four Tuesdays by the same person, one for somebody who speaks Vietnamese. The plan keeps the driving short and gives
each firm few different contacts.
"""

NOW = at(5, 11)
WEEKS = 4


def _advisor(identity: str, name: str, home: str, most: float, *rights: str, languages: tuple[str, ...] = ()) -> Resource:
    travel = Travel(ways="roads", most_a_day=hours(most))
    return resource(identity, "person", name, home, "office", *rights, languages=("ko", *languages), travel=travel, most_a_day=2, most_a_week=6)


def _visit(identity: str, where: str, right: str, length: float = 2) -> Task:
    return task(identity, "방문 자문", hours(length), needs("advisor", right, "person"), site=where)


def _asked(name: str, *tasks: Task, day: int, **more: Any) -> Request:
    due = at(5, day, 18)
    given: dict[str, Any] = {"id": name, "company": name, "company_name": name, "tasks": tasks, "release": NOW}
    return Request(**{**given, "due": due, "deadline": due + timedelta(days=10), **more})


def example() -> Example:
    """The example."""
    sites = (
        site("daejeon", "대전자문센터", "Daejeon advice centre", "daejeon-institute", "대전", 36.35, 127.38),
        site("gwangju", "광주자문센터", "Gwangju advice centre", "gwangju-institute", "광주", 35.16, 126.85),
        site("iksan", "익산 공장", "Plant in Iksan", "firms", "전북", 35.95, 126.96),
        site("jeonju", "전주 공장", "Plant in Jeonju", "firms", "전북", 35.82, 127.15),
        site("gunsan", "군산 공장", "Plant in Gunsan", "firms", "전북", 35.97, 126.74),
        site("nonsan", "논산 공장", "Plant in Nonsan", "firms", "충남", 36.19, 127.10),
    )
    lab = Lab(
        sites=sites,
        calendars=(working("office"),),
        ways=(Ways(id="roads", ways=(Way(start="daejeon", end="nonsan", time=timedelta(minutes=40)),), speed_kmh=75.0),),
        resources=(
            _advisor("kang", "강서윤", "daejeon", 4, "surface", "process"),
            _advisor("cho", "조은우", "daejeon", 3, "process"),
            _advisor("lim", "임하준", "daejeon", 4, "quality", languages=("vi",)),
            _advisor("seo", "서지안", "gwangju", 4, "surface"),
            _advisor("moon", "문채원", "gwangju", 5, "quality", "process"),
        ),
    )
    joint = needs("advisors", "process", "person", count=2, different_institutes=True)
    vietnamese = needs("advisor", "quality", "person", languages=("vi",))
    weekly = tuple(_visit(f"visit-{number}", "jeonju", "surface") for number in range(1, 5))
    requests = (
        _asked("iksan-a", _visit("visit", "iksan", "surface"), day=15),
        _asked("iksan-b", _visit("visit", "iksan", "process"), day=15),
        _asked("gunsan-a", _visit("visit", "gunsan", "quality"), day=15),
        _asked("gunsan-b", _visit("visit", "gunsan", "surface"), day=19),
        _asked("nonsan-a", _visit("visit", "nonsan", "process"), day=14),
        _asked("nonsan-b", _visit("visit", "nonsan", "quality", 1.5), day=15),
        _asked("jeonju-a", _visit("visit", "jeonju", "process"), day=19),
        _asked("online", task("session", "온라인 자문", hours(1), needs("advisor", "surface", "person"), place="anywhere"), day=12),
        _asked("joint", task("session", "공동 자문", hours(2), joint, place="anywhere"), day=15),
        _asked("vietnamese", task("session", "온라인 자문", hours(1.5), vietnamese, place="anywhere"), day=15),
        _asked(
            "weekly",
            *weekly,
            day=29,
            due=at(6, 5, 18),
            deadline=at(6, 5, 18),
            series=(
                Series(tasks=tuple(each.id for each in weekly), least_apart=timedelta(days=6), most_apart=timedelta(days=8), weekday="tue", time_zone=SEOUL),
            ),
            links=(Link(kind="same_people", tasks=tuple(each.id for each in weekly)),),
        ),
    )
    problem = Problem(
        name="travelling-advisors",
        now=NOW,
        horizon=window(NOW, NOW + timedelta(weeks=WEEKS)),
        lab=lab,
        requests=requests,
        policy=Policy(
            terms=(
                Term(name="unserved", weight=10_000_000),
                Term(name="tardiness", weight=20),
                Term(name="travel", weight=4),
                Term(name="people", weight=600),
                Term(name="flow_time", weight=1, tier=2),
            ),
            resolution=timedelta(minutes=30),
        ),
    )
    expect = {
        "time_limit_seconds": 8,
        "outcome": ["optimal", "feasible"],
        "served": len(requests),
        "unserved": {},
        "uses": [["vietnamese", "session", "lim"]],
        "tardy": 0,
        "institutes": {"joint": 2},
        "same_people": [["weekly", "visit-1", "visit-4"]],
        "on_weekday": {"weekly": 1},
        "sessions_a_day": 2,
        "amounts_at_most": {"travel": 1200, "people": 12},
    }
    return Example("travelling-advisors", problem, expect, README)
