"""Two climatic chambers that work in closed runs, a salt spray chamber that must not be disturbed, one week."""

from datetime import datetime, timedelta
from typing import Any

from benchmarks.examples.kit import DAY_AND_NIGHT, Example, at, hours, needs, resource, site, task, working
from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition, WarmUp
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Request, Task
from scheduler.model.window import window

README = """# A climatic lab: closed runs, changeovers, and a salt spray that nobody may disturb

Two climatic chambers hold six specimens each, in closed runs: what shares a run has one recipe, starts and ends together, and
waits for the longest (each test says how long it bears). From one recipe to another takes time and money, after oil mist the
chamber is cleaned, and one that has stood idle for a day warms up. The salt spray chamber is shared without runs, but nobody
opens it while a test that must not be disturbed goes on. The policy counts hours of runs and costs of changeovers, so that
tests of one recipe share runs and follow each other.
"""

NOW = at(4, 6, 8)
RECIPES = ("dry-heat", "damp-heat", "cold")


def _lab() -> Lab:
    chamber: dict[str, Any] = {"capacity": 6, "batch": True, "changeover": "climate", "initial_recipe": "dry-heat"}
    return Lab(
        sites=(site("cheongju", "충북소재시험원 청주", "Chungbuk Materials Test Centre, Cheongju", "chungbuk", "충북", 36.64, 127.49),),
        calendars=(DAY_AND_NIGHT, working("day")),
        changeovers=(
            Changeover(
                id="climate",
                transitions=(
                    Transition(before="dry-heat", after="damp-heat", time=hours(1), cost=40),
                    Transition(before="damp-heat", after="dry-heat", time=hours(2), cost=60),
                ),
                otherwise=Otherwise(time=hours(3), cost=120),
                cleaning=(Cleaning(recipe="oil-mist", time=hours(2), cost=80),),
                warm_up=WarmUp(time=hours(0.5), after_idle=hours(24), cost=10),
            ),
        ),
        resources=(
            resource("climate-1", "chamber", "항온항습기 1호기", "cheongju", "day-and-night", "climate", recipes=(*RECIPES, "oil-mist"), **chamber),
            resource("climate-2", "chamber", "항온항습기 2호기", "cheongju", "day-and-night", "climate", recipes=RECIPES, **chamber),
            resource("salt", "chamber", "염수분무시험기", "cheongju", "day-and-night", "salt-spray", capacity=10, compatible_recipes=(("nss", "aass"),)),
            resource("han", "person", "한지우", "cheongju", "day", "climate-testing"),
            resource("yoon", "person", "윤도현", "cheongju", "day", "climate-testing"),
        ),
    )


def _test(length: float, right: str, recipe: str, specimens: int, *, most: float | None = None, undisturbed: bool = False) -> Task:
    return task(
        "exposure",
        "시험",
        hours(length),
        needs("chamber", right, "chamber", demand=specimens, recipe=recipe, undisturbed=undisturbed),
        needs("loading", "climate-testing", "person", during="head", part=hours(0.25)),
        needs("unloading", "climate-testing", "person", during="tail", part=hours(0.25)),
        longest=None if most is None else hours(most),
    )


def _asked(name: str, company: str, exposure: Task, *, due: datetime, weight: int = 1) -> Request:
    return Request(id=name, company=name, company_name=company, name=f"{company} 시험", tasks=(exposure,), release=NOW, due=due, weight=weight)


def example() -> Example:
    """The example."""
    friday, next_week = at(4, 10, 18), at(4, 15, 18)
    problem = Problem(
        name="climatic-lab",
        now=NOW,
        horizon=window(NOW, NOW + timedelta(days=12)),
        lab=_lab(),
        requests=(
            _asked("dry-a", "동해전자", _test(24, "climate", "dry-heat", 2, most=30), due=friday),
            _asked("dry-b", "서진부품", _test(28, "climate", "dry-heat", 3, most=36), due=friday),
            _asked("damp-a", "한결소재", _test(48, "climate", "damp-heat", 3, most=56), due=next_week),
            _asked("damp-b", "새빛화학", _test(48, "climate", "damp-heat", 3), due=next_week),
            _asked("damp-c", "가온모듈", _test(48, "climate", "damp-heat", 2), due=next_week),
            _asked("cold-a", "이든기계", _test(16, "climate", "cold", 4, most=24), due=friday, weight=2),
            _asked("cold-b", "누리센서", _test(20, "climate", "cold", 2, most=24), due=friday),
            _asked("oil", "대림윤활", _test(8, "climate", "oil-mist", 4), due=next_week),
            _asked("nss-long", "한빛도금", _test(96, "salt-spray", "nss", 4, undisturbed=True), due=at(4, 11, 18)),
            _asked("nss-short", "다온금속", _test(24, "salt-spray", "nss", 4), due=next_week),
            _asked("aass", "가람코팅", _test(96, "salt-spray", "aass", 3), due=at(4, 11, 18)),
            _asked("cass", "미래기전", _test(24, "salt-spray", "cass", 2), due=next_week),
        ),
        policy=Policy(
            terms=(
                Term(name="unserved", weight=10_000_000),
                Term(name="tardiness", weight=20),
                Term(name="run_time", weight=2),
                Term(name="changeover_cost", weight=10),
                Term(name="changeover_time", weight=1),
                Term(name="flow_time", weight=1),
            ),
        ),
    )
    expect = {
        "time_limit_seconds": 6,
        "outcome": ["optimal", "feasible"],
        "served": 12,
        "unserved": {},
        "tardy": 0,
        "uses": [["oil", "exposure", "climate-1"]],
        "one_run": [["dry-a", "dry-b"], ["cold-a", "cold-b"]],
        "runs_at_most": 5,
        "amounts_at_most": {"run_time": 9120, "changeover_cost": 300},
        "undisturbed": [["nss-long", "nss-short"], ["nss-long", "aass"], ["nss-long", "cass"]],
        "apart": [["cass", "nss-long"], ["cass", "nss-short"], ["cass", "aass"]],
    }
    return Example("climatic-lab", problem, expect, README)
