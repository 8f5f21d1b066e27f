"""A chemistry lab: analyses over several days, specimens by courier, a shelf, subsidised hours, an urgent case."""

from datetime import datetime, time, timedelta
from typing import Any

from benchmarks.examples.kit import DAY_AND_NIGHT, SEOUL, Example, at, hours, needs, resource, site, task, then, working
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Company, Problem, Quota
from scheduler.model.request import Request, Select, Shipment, Task
from scheduler.model.travel import Courier, Position
from scheduler.model.window import window

README = """# A chemistry lab: work that pauses over night, couriers, a shelf, quotas, an urgent request

Specimens come by courier, are taken in until noon, and lie for conditioning before anything begins. An extraction lies within one
working day; the analysis by hand takes about ten working hours and pauses over night and over the weekend. What is done waits on a
shelf of eight places until it is collected, two days later. Nobody gets more than thirty hours a month of the mass spectrometer, so one
firm's second run waits for July; analyst hours beyond three days cost something. An urgent request weighs three times as much, those of small firms
twice, and the last tier looks at the company that waits longest.
"""

NOW = at(6, 15, 8)
SEOUL_CITY = (37.57, 126.98)


def _lab() -> Lab:
    where = site("daegu", "대구화학분석원", "Daegu Institute of Chemical Analysis", "daegu", "대구", 35.87, 128.60, "mornings")
    return Lab(
        sites=(where,),
        calendars=(DAY_AND_NIGHT, working("day"), working("mornings", time(9), time(12))),
        courier=Courier(speed_kmh=50, handling=hours(4)),
        resources=(
            resource("oh", "person", "오세훈", "daegu", "day", "analysis"),
            resource("baek", "person", "백승아", "daegu", "day", "analysis", "extraction"),
            resource("nam", "person", "남도윤", "daegu", "day", "extraction"),
            resource("spectrometer", "instrument", "질량분석기", "daegu", "day-and-night", "mass-spectrometry"),
            resource("shelf", "room", "보관 선반", "daegu", "day-and-night", "storage", capacity=8),
        ),
    )


def _tasks(length: float, places: int, *, mass: float | None = None) -> tuple[Task, ...]:
    extraction = task("extraction", "추출", hours(3), needs("operator", "extraction", "person"), within="day")
    by_hand = (needs("analyst", "analysis", "person"), needs("shelf", "storage", "room", demand=places, during="after", part=timedelta(days=2)))
    analysis = task("analysis", "정량 분석", hours(length), *by_hand, pauses_in="day")
    if mass is None:
        return extraction, analysis
    return extraction, analysis, task("mass", "질량 분석", hours(mass), needs("instrument", "mass-spectrometry", "instrument"))


def _asked(name: str, company: str, tasks: tuple[Task, ...], *, sent: datetime, due: datetime, place: Position = SEOUL_CITY, **more: Any) -> Request:
    shipment = Shipment(sent=sent, latitude=place[0], longitude=place[1], conditioning=hours(2))
    order = [then("extraction", "analysis", most=timedelta(days=4))]
    if any(each.id == "mass" for each in tasks):
        order.append(then("extraction", "mass"))
    given: dict[str, Any] = {
        "id": name,
        "company": company,
        "company_name": company,
        "tasks": tasks,
        "precedences": tuple(order),
        "shipment": shipment,
        "due": due,
    }
    return Request(**{**given, **more})


def example() -> Example:
    """The example."""
    monday, tuesday = at(6, 15, 9), at(6, 16, 9)
    requests = (
        _asked("dye", "seorim", _tasks(10, 3), sent=monday, due=at(6, 19, 18)),
        _asked("resin", "seorim", _tasks(10, 2, mass=20), sent=monday, due=at(7, 2, 18)),
        _asked("resin-first", "seorim", _tasks(6, 2, mass=20), sent=monday, due=at(6, 24, 18), deadline=at(6, 30)),
        _asked("coating", "hanbit", _tasks(10, 3), sent=monday, due=at(6, 19, 18), place=(35.18, 129.08)),
        _asked("solvent", "daon", _tasks(12, 2, mass=4), sent=tuesday, due=at(6, 24, 18)),
        _asked("recall", "saerom", _tasks(10, 1), sent=tuesday, due=at(6, 18, 18), urgency="urgent"),
        _asked("glue", "garam", _tasks(8, 2), sent=tuesday, due=at(6, 24, 18), place=(35.54, 129.31)),
    )
    problem = Problem(
        name="chemistry-lab",
        now=NOW,
        horizon=window(NOW, NOW + timedelta(days=18)),
        lab=_lab(),
        requests=requests,
        companies=(
            Company(id="seorim", name="서림화학"),
            Company(id="hanbit", name="한빛도금", is_small=True),
            Company(id="daon", name="다온소재", is_small=True, is_first_time=True),
            Company(id="saerom", name="새롬식품"),
            Company(id="garam", name="가람접착", is_small=True),
        ),
        quotas=(
            Quota(id="spectrometer-hours", select=Select(qualification="mass-spectrometry"), period="month", time_zone=SEOUL, most=hours(30)),
            Quota(id="analyst-days", select=Select(kind="person"), most=timedelta(days=3), price=1),
        ),
        policy=Policy(
            terms=(
                Term(name="unserved", weight=1_000_000),
                Term(name="tardiness", weight=20),
                Term(name="late", weight=1_000),
                Term(name="quota_excess", weight=2),
                Term(name="flow_time", weight=1),
                Term(name="worst_off", weight=1, tier=2),
            ),
            small_firm_factor=2,
        ),
    )
    # From Seoul on Monday the courier is there in the evening: taken in on Tuesday morning, conditioned by eleven.
    expect = {
        "time_limit_seconds": 8,
        "outcome": ["optimal", "feasible"],
        "served": 7,
        "tardy": 0,
        "completed_before": {"recall": at(6, 18, 18).isoformat()},
        "not_before": {each.id: at(6, 16 if each.shipment and each.shipment.sent == monday else 17, 11).isoformat() for each in requests},
        "task_not_before": [["resin", "mass", at(7, 1).isoformat()]],
        "within_a_day": [[each.id, "extraction"] for each in requests],
        "over_night": [["dye", "analysis", 10], ["recall", "analysis", 10]],
    }
    return Example("chemistry-lab", problem, expect, README)
