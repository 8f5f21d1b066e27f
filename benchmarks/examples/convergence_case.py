"""One problem that needs instruments and advisors of three institutes, some of them together."""

from datetime import timedelta

from benchmarks.examples.kit import DAY_AND_NIGHT, Example, at, hours, needs, resource, site, task, then, working
from scheduler.model.lab import Lab
from scheduler.model.problem import Problem
from scheduler.model.request import Link, Request
from scheduler.model.window import window

README = """# One firm, three institutes

A battery case cracks in the cold. Advisors of three institutes meet the firm online, then each institute does its part: a
fractograph in Changwon, thermal cycling in Daejeon, a vibration run in Cheonan, in any order, and the same three people sum it
up together. Two smaller requests compete for the microscope and the vibration table. All is done by the end of March.
"""

NOW = at(3, 2)
HEAD = hours(0.5)


def _lab() -> Lab:
    return Lab(
        sites=(
            site("changwon", "영남소재분석원 창원 본원", "Yeongnam Materials Analysis Institute, Changwon", "yeongnam", "경남", 35.22, 128.68),
            site("daejeon", "대전전지기술원 본원", "Daejeon Battery Technology Institute", "daejeon", "대전", 36.38, 127.36),
            site("cheonan", "충남자동차부품원 천안 본원", "Chungnam Automotive Parts Institute, Cheonan", "chungnam", "충남", 36.83, 127.13),
        ),
        calendars=(DAY_AND_NIGHT, working("day"), working("tue-thu", days=("tue", "thu")), working("mon-wed-thu", days=("mon", "wed", "thu"))),
        resources=(
            resource("microscope", "instrument", "주사전자현미경", "changwon", "day", "fractography"),
            resource("cycling", "chamber", "온도사이클챔버", "daejeon", "day-and-night", "thermal-cycling", capacity=4),
            resource("shaker", "equipment", "진동시험기", "cheonan", "day-and-night", "vibration"),
            resource("analyst", "person", "황승민", "changwon", "day", "analysing"),
            resource("operator-daejeon", "person", "윤서아", "daejeon", "day", "operating"),
            resource("operator-cheonan", "person", "한준영", "cheonan", "day", "operating"),
            resource("advisor-materials", "person", "안소희 책임", "changwon", "tue-thu", "advice-materials"),
            resource("advisor-battery", "person", "정우진 책임", "daejeon", "mon-wed-thu", "advice-battery"),
            resource("advisor-structure", "person", "임수정 책임", "cheonan", "day", "advice-structure"),
        ),
    )


def _case() -> Request:
    together = (
        needs("materials", "advice-materials", "person"),
        needs("battery", "advice-battery", "person"),
        needs("structure", "advice-structure", "person"),
    )
    loading = needs("loading", "operating", "person", during="head", part=HEAD)
    unloading = needs("unloading", "operating", "person", during="tail", part=HEAD)
    parts = ("fractography", "cycling", "vibration")
    return Request(
        id="battery-case",
        company="solhan",
        company_name="솔한에너지",
        name="배터리 케이스 저온 균열 융합 지원",
        tasks=(
            task("kick-off", "합동 진단 (온라인)", hours(2), *together, place="anywhere"),
            task("fractography", "파단면 분석", hours(4), needs("microscope", "fractography", "instrument"), needs("analyst", "analysing", "person")),
            task("cycling", "온도 사이클", hours(96), needs("chamber", "thermal-cycling", "chamber", demand=2), loading, unloading),
            task("vibration", "진동 시험", hours(24), needs("table", "vibration", "equipment"), loading, unloading),
            task("review", "합동 결과 회의 (온라인)", hours(2), *together, place="anywhere"),
        ),
        precedences=tuple(then("kick-off", each) for each in parts) + tuple(then(each, "review") for each in parts),
        links=(Link(kind="same_people", tasks=("kick-off", "review")), Link(kind="different_institutes", tasks=parts)),
        release=NOW,
        due=at(3, 19, 18),
        deadline=at(3, 31, 18),
        weight=10,
    )


def _small(identity: str, company: str, name: str, length: float, right: str, kind: str, helper: str, site_id: str) -> Request:
    selected = needs("equipment", right, "instrument" if kind == "instrument" else "equipment")
    attended = needs("helper", helper, "person", sites=(site_id,))
    return Request(
        id=identity,
        company=identity,
        company_name=company,
        name=name,
        tasks=(task("work", name, hours(length), selected, attended),),
        release=NOW,
        due=NOW + timedelta(days=14),
        weight=2,
    )


def example() -> Example:
    """The example."""
    problem = Problem(
        name="convergence-case",
        now=NOW,
        horizon=window(NOW, at(4, 6)),
        lab=_lab(),
        requests=(
            _case(),
            _small("weld", "도담용접", "용접부 파단면 분석", 6, "fractography", "instrument", "analysing", "changwon"),
            _small("bracket", "아라오토", "브래킷 진동 시험", 8, "vibration", "equipment", "operating", "cheonan"),
        ),
    )
    expect = {
        "time_limit_seconds": 10,
        "outcome": ["optimal"],
        "served": 3,
        "unserved": {},
        "tardy": 0,
        "completed_before": {"battery-case": at(3, 19, 18).isoformat()},
        "institutes": {"battery-case": 3},
        "people": [["battery-case", "kick-off", 3], ["battery-case", "review", 3]],
        "same_people": [["battery-case", "kick-off", "review"]],
    }
    return Example("convergence-case", problem, expect, README)
