"""Ten plated specimens arrive today, and the chamber has other work."""

from benchmarks.examples.kit import DAY_AND_NIGHT, Example, at, hours, needs, resource, site, task, then, working
from scheduler.model.lab import Lab
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Link, Request, Task
from scheduler.model.schedule import Allocation, Booking
from scheduler.model.window import window

README = """# Ten plated specimens, 72 hours of salt spray, a certificate by Friday

Hanbit Plating brings ten specimens on a Monday morning. Chamber 1 runs a test that nobody may disturb, chamber 3 is too
small, and chamber 2 is promised to other work that may move at a price. The plan moves that one booking, exposes from Monday
to Thursday, evaluates within 24 hours and signs the certificate before Friday evening. A request for twelve specimens by the
20th cannot be met any more and comes back with its reason.
"""

NOW = at(3, 9, 8)


def _lab() -> Lab:
    return Lab(
        sites=(site("ansan", "경기뿌리기술원 안산 본원", "Gyeonggi Root Industry Institute, Ansan", "gyeonggi", "경기", 37.32, 126.81),),
        calendars=(DAY_AND_NIGHT, working("day")),
        resources=(
            resource("chamber-1", "chamber", "염수분무시험기 1호기", "ansan", "day-and-night", "salt-spray", capacity=12),
            resource("chamber-2", "chamber", "염수분무시험기 2호기", "ansan", "day-and-night", "salt-spray", capacity=12),
            resource("chamber-3", "chamber", "염수분무시험기 3호기", "ansan", "day-and-night", "salt-spray", capacity=8),
            resource("kim", "person", "김민준", "ansan", "day", "corrosion-testing"),
            resource("lee", "person", "이서연", "ansan", "day", "corrosion-testing", "certifying"),
        ),
    )


def _exposure(length: float, specimens: int) -> Task:
    return task(
        "exposure",
        "중성 염수 분무",
        hours(length),
        needs("chamber", "salt-spray", "chamber", demand=specimens),
        needs("loading", "corrosion-testing", "person", during="head", part=hours(0.5)),
        needs("unloading", "corrosion-testing", "person", during="tail", part=hours(0.5)),
    )


def _plating() -> Request:
    return Request(
        id="plating",
        company="hanbit",
        company_name="한빛도금",
        name="중성 염수 분무 72시간, 시편 10개",
        tasks=(
            task("preparation", "시편 준비", hours(1), needs("operator", "corrosion-testing", "person")),
            _exposure(72, 10),
            task("evaluation", "평가", hours(1), needs("operator", "corrosion-testing", "person")),
            task("certificate", "성적서 발급", hours(1), needs("signatory", "certifying", "person")),
        ),
        precedences=(
            then("preparation", "exposure", most=hours(4)),
            then("exposure", "evaluation", least=hours(0.5), most=hours(24)),
            then("evaluation", "certificate"),
        ),
        links=(Link(kind="same_site", tasks=("preparation", "exposure", "evaluation")),),
        release=NOW,
        due=at(3, 13, 18),
        deadline=at(3, 13, 18),
        weight=20,
        specimens=10,
    )


def _other(identity: str, company: str, length: float, specimens: int, *, weight: int, deadline: int) -> Request:
    return Request(
        id=identity,
        company=identity,
        company_name=company,
        name=f"중성 염수 분무 {length:g}시간, 시편 {specimens}개",
        tasks=(_exposure(length, specimens),),
        release=at(3, 5),
        due=at(3, deadline, 18),
        deadline=at(3, deadline, 18),
        weight=weight,
        specimens=specimens,
    )


def _booked(request: str, chamber: str, day: int, hour: int, length: float, operator: str, *, frozen: bool) -> InForce:
    begin = at(3, day, hour)
    allocations = (("chamber", chamber), ("loading", operator), ("unloading", operator))
    booking = Booking(
        request=request,
        task="exposure",
        window=window(begin, begin + hours(length)),
        allocations=tuple(Allocation(requirement=name, resources=(each,)) for name, each in allocations),
    )
    return InForce(booking=booking, frozen=frozen)


def example() -> Example:
    """The example."""
    problem = Problem(
        name="salt-spray",
        now=NOW,
        horizon=window(at(3, 5), at(4, 6)),
        lab=_lab(),
        requests=(
            _plating(),
            _other("running", "다온금속", 240, 6, weight=5, deadline=20),
            _other("promised", "새롬정밀", 96, 12, weight=3, deadline=27),
            _other("small", "가람코팅", 168, 4, weight=2, deadline=25),
            _other("too-many", "미래기전", 240, 12, weight=1, deadline=20),
        ),
        in_force=(
            _booked("running", "chamber-1", 6, 10, 240, "kim", frozen=True),
            _booked("promised", "chamber-2", 9, 13, 96, "lee", frozen=False),
        ),
    )
    expect = {
        "time_limit_seconds": 10,
        "outcome": ["optimal"],
        "served": 4,
        "unserved": {"too-many": ["capacity", "deadline"]},
        "tardy": 0,
        "moved": [["promised", "exposure"]],
        "completed_before": {"plating": at(3, 13, 18).isoformat()},
        "starts_within_hours": [["plating", "exposure", "evaluation", 24]],
        "uses": [["plating", "exposure", "chamber-2"], ["running", "exposure", "chamber-1"]],
    }
    return Example("salt-spray", problem, expect, README)
