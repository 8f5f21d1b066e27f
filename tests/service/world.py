"""A small lab and plans made by hand, so that use cases are tested without a solver."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.lab import Closure, Lab, Resource, Site
from scheduler.model.limits import Limits
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.result import Result
from scheduler.model.schedule import Allocation, Booking, Schedule, Unserved
from scheduler.model.window import Window, window
from scheduler.service import lab as labs
from scheduler.service import publishing, requests, runs
from scheduler.service.database import Database
from scheduler.service.records import Publication

NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=30)


def at(hour: float, hours: float = 1) -> Window:
    """The window of `hours` from `hour` hours after NOW on."""
    return window(NOW + hour * HOUR, NOW + (hour + hours) * HOUR)


def resource(name: str, capacity: int = 1, closures: Sequence[Window] = (), site: str = "seoul") -> Resource:
    """A chamber that is open day and night, but for its closures."""
    shut = tuple(Closure(window=each) for each in closures)
    return Resource(id=name, kind="chamber", name=name, site=site, calendar="always", capacity=capacity, closures=shut)


def small_lab(*resources: Resource) -> Lab:
    """Two sites and these resources (else c1, c2 in Seoul, b1 in Busan, and a pool of three)."""
    chosen = resources or (resource("c1"), resource("c2"), resource("b1", site="busan"), resource("pool", 3))
    return Lab(
        sites=(
            Site(id="seoul", name="서울", institute="ktr", time_zone="Asia/Seoul"),
            Site(id="busan", name="부산", institute="ktl", time_zone="Asia/Seoul"),
        ),
        calendars=(Calendar(id="always", time_zone="Asia/Seoul", weekly=ALWAYS_OPEN),),
        resources=chosen,
    )


def request(name: str, hours: float = 1, demand: int = 1, company: str = "acme", ids: tuple[str, ...] = ()) -> Request:
    """One task that takes `demand` units of any chamber (or of those with these ids) for `hours`."""
    requirement = Requirement(id="chamber", select=Select(kind="chamber", ids=ids), demand=demand)
    task = Task(id="test", name="염수 분무", modes=(Mode(duration=hours * HOUR, requirements=(requirement,)),))
    return Request(id=name, company=company, name=f"request {name}", tasks=(task,))


def booked(name: str, where: str, when: Window) -> Booking:
    """The task of request `name` on the chamber `where`."""
    return Booking(request=name, task="test", window=when, allocations=(Allocation(requirement="chamber", resources=(where,)),))


def given(database: Database, *wanted: Request, lab: Lab | None = None, now: datetime = NOW) -> None:
    """The lab and these requests are stored."""
    labs.replace_lab(database, lab or small_lab(), now, "ops")
    for each in wanted:
        requests.submit(database, each, now, "web")


def draft(database: Database, places: Mapping[str, tuple[str, Window]], now: datetime = NOW) -> str:
    """The id of a draft that books the requests in `places` and leaves the others out."""
    record = runs.request_run(database, now, "ops", Limits())
    work = runs.claim(database, "w", now, LEASE)
    assert work is not None
    assert work.claim.run == record.id
    schedule = Schedule(
        problem=record.problem_digest,
        bookings=tuple(booked(each.id, *places[each.id]) for each in work.problem.requests if each.id in places),
        unserved=tuple(Unserved(request=each.id) for each in work.problem.requests if each.id not in places),
    )
    finished = runs.finish(database, work.claim, Result(outcome="feasible", schedule=schedule), now)
    assert finished.draft is not None
    return finished.draft


def publish(database: Database, places: Mapping[str, tuple[str, Window]], now: datetime = NOW) -> Publication:
    """These places, and no others, are in force."""
    draft_id = draft(database, places, now)
    return publishing.publish(database, draft_id, publishing.current_revision(database), now, "ops")
