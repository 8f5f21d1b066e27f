"""A small Korean lab with a plan, made by hand: what the writers are tried on."""

from datetime import UTC, datetime, timedelta

from scheduler.model.calendar import ALWAYS_OPEN, Calendar, DayException, Hours, WeeklyHours
from scheduler.model.catalogue import Method, Step
from scheduler.model.lab import Closure, Lab, Resource, Site
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.schedule import Allocation, Booking, Reason, Schedule, Unserved
from scheduler.model.window import window

NOW = datetime(2026, 2, 27, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(day: int, hour: float = 0) -> datetime:
    """An hour of a day of March 2026 in Seoul."""
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour - 9)


def salt_requirements() -> tuple[Requirement, ...]:
    return (
        Requirement(id="chamber", select=Select(kind="chamber"), demand=1),
        Requirement(id="load", select=Select(kind="person"), during="head", part=HOUR),
        Requirement(id="unload", select=Select(kind="person"), during="tail", part=HOUR),
    )


def lab() -> Lab:
    days = Calendar(
        id="days",
        time_zone="Asia/Seoul",
        holidays="KR",
        weekly=(WeeklyHours(days=("mon", "tue", "wed", "thu", "fri"), hours=Hours(open="09:00", close="18:00")),),  # type: ignore[arg-type]
        exceptions=(DayException(date=at(6, 12).date(), name="창립기념일"),),
    )
    always = Calendar(id="always", time_zone="Asia/Seoul", weekly=ALWAYS_OPEN)
    return Lab(
        sites=(
            Site(
                id="cw",
                name="창원 신뢰성센터",
                name_en="Changwon",
                institute="kimm",
                time_zone="Asia/Seoul",
                address="경남 창원시",
                region="경남",
                latitude=35.2,
                longitude=128.7,
            ),
            Site(id="gm", name="구미 시험소", name_en="Gumi", institute="geri", time_zone="Asia/Seoul"),
        ),
        calendars=(days, always),
        resources=(
            Resource(id="salt-1", kind="chamber", name="염수분무 시험기 1호", name_en="Salt spray 1", site="cw", calendar="always", capacity=2),
            Resource(id="kim", kind="person", name="김시험", site="cw", calendar="days"),
            Resource(
                id="emc-1",
                kind="instrument",
                name="EMC 챔버",
                site="gm",
                calendar="days",
                closures=(Closure(window=window(at(5, 9), at(5, 18)), reason="교정"),),
            ),
            Resource(id="online", kind="person", name="온라인 자문", calendar="days"),
        ),
        methods=(
            Method(
                id="nss",
                name="중성 염수분무",
                standard="ISO 9227",
                durations=(timedelta(hours=72), timedelta(hours=96)),
                steps=(Step(id="exposure", name="폭로", requirements=salt_requirements(), demand_per="specimen"),),
            ),
            Method(
                id="emc",
                name="EMC",
                steps=(Step(id="test", name="EMC 시험", duration=4 * HOUR, requirements=(Requirement(id="i", select=Select(ids=("emc-1",))),)),),
            ),
        ),
    )


def salt_request(request: str, company: str, name: str, **more: object) -> Request:
    task = Task(
        id="exposure", name="염수분무 72시간", name_en="Neutral salt spray", method="nss", modes=(Mode(duration=72 * HOUR, requirements=salt_requirements()),)
    )
    return Request(id=request, company=company, company_name=name, name="도금 부품 시험", tasks=(task,), specimens=10, **more)  # type: ignore[arg-type]


def salt_booking(request: str, start: datetime) -> Booking:
    return Booking(
        request=request,
        task="exposure",
        window=window(start, start + 72 * HOUR),
        allocations=(
            Allocation(requirement="chamber", resources=("salt-1",)),
            Allocation(requirement="load", resources=("kim",)),
            Allocation(requirement="unload", resources=("kim",)),
        ),
    )


def problem() -> Problem:
    emc = Task(id="test", name="EMC 시험", method="emc", modes=(Mode(duration=4 * HOUR, requirements=(Requirement(id="i", select=Select(ids=("emc-1",))),)),))
    talk = Task(id="talk", modes=(Mode(duration=2 * HOUR, requirements=(Requirement(id="a", select=Select(ids=("online",))),)),))
    return Problem(
        name="창원·구미 3월 첫 주",
        now=NOW,
        horizon=window(at(1), at(31)),
        lab=lab(),
        requests=(
            salt_request("R-1", "hanbit", "한빛도금", due=at(4)),
            salt_request("R-2", "sein", "세인정밀"),
            Request(id="R-3", company="daon", company_name="다온전자", tasks=(emc,)),
            Request(id="R-4", company="mal", company_name='<b>&"악성"\'', name="=HYPERLINK(1)", tasks=(talk,)),
            Request(id="R-5", company="late", company_name="늦은회사", name="-2+3", tasks=(emc,), deadline=at(3), weight=3),
        ),
        in_force=(
            InForce(booking=salt_booking("R-1", at(2, 9)), frozen=True),
            InForce(booking=salt_booking("R-2", at(2, 9))),
        ),
    )


def schedule() -> Schedule:
    return Schedule(
        bookings=(
            salt_booking("R-1", at(2, 9)),
            salt_booking("R-2", at(3, 9)),
            Booking(request="R-3", task="test", window=window(at(3, 9), at(3, 13)), allocations=(Allocation(requirement="i", resources=("emc-1",)),)),
            Booking(request="R-4", task="talk", window=window(at(4, 14), at(4, 16)), allocations=(Allocation(requirement="a", resources=("online",)),)),
        ),
        unserved=(Unserved(request="R-5", reasons=(Reason(code="deadline", resources=("emc-1",), detail="03-09부터 가능"),)),),
    )
