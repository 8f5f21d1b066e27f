"""A lab with one chamber and two operators, and requests for it; names may be hostile."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from scheduler.model.calendar import ALWAYS_OPEN, Calendar, Hours, WeeklyHours
from scheduler.model.catalogue import Method, Step
from scheduler.model.lab import Closure, Lab, Qualification, Resource, Site
from scheduler.model.request import Precedence, Requirement, Select
from scheduler.model.window import window

NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""Monday, nine o'clock in Seoul."""

HOSTILE = "<img src=x onerror=\"alert('x')\"></script><script>document.title='pwned'</script>"


def small_lab(name: str = "중앙시험원") -> Lab:
    """Two sites in two regions; the salt spray is done at one of them."""
    hour = timedelta(hours=1)
    chamber = Requirement(id="chamber", select=Select(qualification="NSS", kind="chamber"))
    load = Requirement(id="load", select=Select(qualification="operate", kind="person"), during="head", part=hour)
    unload = Requirement(id="unload", select=Select(qualification="operate", kind="person"), during="tail", part=hour)
    look = Requirement(id="judge", select=Select(qualification="operate", kind="person"))
    nss = Method(
        id="nss",
        name="중성 염수분무",
        name_en="Neutral salt spray",
        standard="ISO 9227",
        field="부식",
        durations=(timedelta(hours=24), timedelta(hours=72)),
        steps=(
            Step(id="expose", name="노출", name_en="Exposure", requirements=(chamber, load, unload)),
            Step(id="judge", name="평가", name_en="Evaluation", duration=hour, requirements=(look,)),
        ),
        precedences=(Precedence(before="expose", after="judge", max_lag=timedelta(hours=72)),),
    )
    weekdays = WeeklyHours(days=("mon", "tue", "wed", "thu", "fri"), hours=Hours(open=time(9), close=time(18)))
    return Lab(
        sites=(
            Site(id="seoul", name=name, name_en="Central", institute="A", time_zone="Asia/Seoul", region="수도권"),
            Site(id="busan", name="남부시험원", institute="B", time_zone="Asia/Seoul", region="영남"),
        ),
        calendars=(
            Calendar(id="office", time_zone="Asia/Seoul", weekly=(weekdays,), holidays="KR"),
            Calendar(id="always", time_zone="Asia/Seoul", weekly=ALWAYS_OPEN),
        ),
        resources=(
            Resource(
                id="chamber-1",
                kind="chamber",
                name="염수분무기 1호",
                name_en="Chamber 1",
                site="seoul",
                calendar="always",
                qualifications=(Qualification(name="NSS"),),
            ),
            Resource(id="kim", kind="person", name=name, site="seoul", calendar="office", qualifications=(Qualification(name="operate"),)),
            Resource(
                id="lee",
                kind="person",
                name="이서연",
                site="seoul",
                calendar="office",
                qualifications=(Qualification(name="operate"),),
                closures=(Closure(window=window(NOW, NOW + 4 * hour), reason="휴가"),),
            ),
            Resource(id="room", kind="room", name="회의실", site="busan", calendar="office"),
        ),
        methods=(nss,),
    )


def choice(company: str = "hanbit", **more: Any) -> dict[str, Any]:
    """The body of a request by method."""
    return {"company": company, "company_name": "한빛도금", "method": "nss", "duration": "PT24H", **more}


def plain_request(id: str = "R1", **more: Any) -> dict[str, Any]:
    """The body of a request with one task of two hours for an operator."""
    need = {"id": "who", "select": {"qualification": "operate"}}
    return {"id": id, "company": "hanbit", "tasks": [{"id": "talk", "name": "상담", "modes": [{"duration": "PT2H", "requirements": [need]}]}], **more}
