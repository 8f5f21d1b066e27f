"""The demo's open requests: what firms around the sites ask for these days."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from scheduler.demo.lab import TOPICS, midnight
from scheduler.model.catalogue import request_of, tasks_of
from scheduler.model.lab import Lab
from scheduler.model.methods import standard_method
from scheduler.model.request import Mode, Request, Requirement, Select, Task

_FIRMS = tuple(
    f"{first}{second}"
    for first, second in zip(
        ("한빛", "다온", "새롬", "가람", "누리", "미래", "동해", "백두", "푸른", "해솔") * 4,
        ("도금", "정밀", "전자", "테크", "소재", "금속", "기전", "오토", "코팅", "메디텍", "에너지", "로보틱스", "산업") * 4,
        strict=False,
    )
)
"""Forty firms that do not exist."""

# method, hours on offer, most specimens, how often
_TESTS = (
    ("ISO-9227-NSS", (24, 48, 72, 96, 240), 10, 10),
    ("ISO-9227-AASS", (96, 240), 6, 2),
    ("ISO-9227-CASS", (24, 48), 6, 3),
    ("IEC-60068-2-1", (72, 96), 4, 3),
    ("IEC-60068-2-2", (72, 96), 4, 4),
    ("IEC-60068-2-30", (48, 144), 4, 3),
    ("IEC-60068-2-78", (96, 240, 504), 4, 4),
    ("JESD22-A101", (168, 500), 4, 2),
    ("JESD22-A104", (100, 250), 4, 2),
    ("EMC-emission", (4, 8), 1, 4),
    ("EMC-immunity", (4, 6), 1, 3),
    ("IEC-60068-2-6", (8, 24), 1, 3),
    ("IEC-60068-2-64", (4, 24), 1, 2),
    ("SEM-EDS", (2, 4), 1, 4),
    ("XRF-coating", (1, 2), 1, 3),
    ("FTIR", (1, 2), 1, 2),
)
_TEST_REQUESTS, _SESSIONS = 43, 14
_WEIGHTS = (1, 1, 2, 2, 3, 5)


def demo_requests(now: datetime, lab: Lab, seed: int) -> tuple[Request, ...]:
    """About sixty requests; the urgent one comes first, the two that compete for the HAST chamber come last."""
    random = Random(seed)  # noqa: S311 - a demo, not a secret
    made = [_urgent(now)]
    for number in range(_TEST_REQUESTS):
        made.append(_test(now, number, lab, random))
    for number in range(_SESSIONS):
        made.append(_session(now, number, random))
    return (*made, *_rivals(now))


def _urgent(now: datetime) -> Request:
    """Ten plated parts for a delivery that stands still."""
    day = midnight(now)
    return request_of(
        standard_method("ISO-9227-NSS"),
        timedelta(hours=72),
        id="urgent-plating",
        company="hanbit-plating",
        company_name="한빛도금",
        name="긴급: 도금 부품 중성 염수 분무 72시간",
        sites=("ansan", "siheung"),
        due=day + timedelta(days=5, hours=18),
        # The longest public holiday must fit before it.
        deadline=day + timedelta(days=21),
        arrival=now,
        weight=50,
        specimens=10,
    )


def _test(now: datetime, number: int, lab: Lab, random: Random) -> Request:
    method_id, hours, most, _ = random.choices(_TESTS, weights=[each[3] for each in _TESTS])[0]
    method = standard_method(method_id)
    length = timedelta(hours=random.choice(hours))
    specimens = random.randint(1, most)
    arrival = now - timedelta(hours=random.randrange(72))
    release = midnight(now) + timedelta(days=random.choice((0, 0, 0, 1, 2, 3, 5, 7)), hours=9)
    # One in four is in a hurry, the others have some weeks.
    due = release + length + timedelta(days=random.randint(2, 4) if random.random() < 0.25 else random.randint(6, 20))
    firm = random.randrange(len(_FIRMS))
    return request_of(
        method,
        length,
        id=f"R{number + 1:03d}",
        company=f"firm-{firm + 1:02d}",
        company_name=_FIRMS[firm],
        name=f"{method.name} {length // timedelta(hours=1)}시간",
        release=max(release, now),
        arrival=arrival,
        due=due,
        deadline=due + timedelta(days=21) if random.random() < 0.7 else None,
        weight=random.choice(_WEIGHTS),
        specimens=specimens if most > 1 else None,
    )


def _session(now: datetime, number: int, random: Random) -> Request:
    """A session on a topic: at a site with a meeting room, online, or with two advisors."""
    topic = random.choice(tuple(TOPICS))
    name, english = TOPICS[topic]
    (task,) = tasks_of(standard_method("advisor-session"), timedelta(hours=random.choice((2, 2, 3))))
    advisor = Requirement(id="advisor", select=Select(kind="person", qualification=topic), count=2 if number % 5 == 0 else 1)
    is_online = number % 2 == 0
    room = () if is_online else (Requirement(id="room", select=Select(kind="room", qualification="meeting")),)
    mode = Mode(duration=task.modes[0].duration, requirements=(advisor, *room))
    session: Task = replace(task, name=f"{name} 자문", name_en=english, modes=(mode,), place="anywhere" if is_online else "one_site")
    firm = random.randrange(len(_FIRMS))
    release = midnight(now) + timedelta(days=random.randrange(8), hours=9)
    due = release + timedelta(days=random.randint(4, 14))
    return Request(
        id=f"A{number + 1:03d}",
        company=f"firm-{firm + 1:02d}",
        company_name=_FIRMS[firm],
        name=f"{name} 자문 ({'온라인' if is_online else '방문'})",
        tasks=(session,),
        release=max(release, now),
        arrival=now - timedelta(hours=random.randrange(48)),
        due=due,
        deadline=due + timedelta(days=21),
        weight=random.choice(_WEIGHTS),
    )


def _rivals(now: datetime) -> tuple[Request, ...]:
    """Two runs of eleven days in the only HAST chamber within three weeks: each would fit alone, both cannot."""
    deadline = midnight(now) + timedelta(days=21, hours=18)
    firms = (("hast-chips", "누리반도체", 10), ("hast-sensors", "가람센서", 2))
    return tuple(
        request_of(
            standard_method("JESD22-A110"),
            timedelta(hours=264),
            id=identity,
            company=f"firm-{identity}",
            company_name=firm,
            name="초가속 스트레스 시험 264시간",
            arrival=now,
            due=midnight(now) + timedelta(days=14),
            deadline=deadline,
            weight=weight,
            specimens=2,
        )
        for identity, firm, weight in firms
    )
