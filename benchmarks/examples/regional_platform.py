"""One institute with six sites, reliability tests and shared instruments for local firms, people by skill profile."""

from datetime import timedelta
from random import Random

from benchmarks.examples.kit import DAY_AND_NIGHT, Example, at, hours, needs, resource, site, task, then, working
from benchmarks.generator.places import company_name, person_name
from scheduler.model.lab import Feature, Lab, Resource
from scheduler.model.problem import Problem
from scheduler.model.request import FeatureBound, Link, Request, Task
from scheduler.model.window import window

README = """# A regional platform: one institute, six sites, thirty-six local requests

Every person has a profile: for each skill a level from 1 to 5, written as a feature `level.<skill>` from 1 to what the person
masters. A routine run takes level 2, an evaluation level 4, so that the few masters sign and do not load chambers. Tests stay at one site; firms
name the two sites nearest to them or none. All requests are served.
"""

NOW = at(5, 11)
SITES = (
    ("gumi", "구미 본원", 36.11, 128.38),
    ("gyeongsan", "경산 분원", 35.83, 128.74),
    ("yeongcheon", "영천 분원", 35.97, 128.94),
    ("pohang", "포항 분원", 36.02, 129.34),
    ("gyeongju", "경주 분원", 35.86, 129.22),
    ("daegu", "대구 분원", 35.87, 128.60),
)
# skill, equipment, kind, Korean, how many units, sites that have it, hours on offer, whether an operator stays
TESTS = (
    ("climatic", "climate-chamber", "chamber", "항온항습 시험", 4, ("gumi", "gyeongsan", "daegu", "pohang"), (24, 72, 96, 168), False),
    ("corrosion", "salt-chamber", "chamber", "염수분무 시험", 8, ("gyeongju", "pohang", "gumi"), (24, 48, 72, 240), False),
    ("vibration", "shaker", "equipment", "진동 시험", 1, ("yeongcheon", "gyeongsan"), (24, 48), False),
    ("analysis", "microscope", "instrument", "전자현미경 분석", 1, ("daegu", "pohang"), (2, 4), True),
    ("measuring", "cmm", "instrument", "3차원 측정", 1, ("yeongcheon", "gyeongju", "daegu"), (2, 3), True),
)
LEVELS = (5, 4, 4, 3, 2, 2)
REQUESTS = 36


def _level(skill: str, least: int) -> tuple[FeatureBound, ...]:
    return (FeatureBound(name=f"level.{skill}", low=least, high=least),)


def _people(random: Random) -> list[Resource]:
    """Per site, two or three people for each of its skills, masters first."""
    made: list[Resource] = []
    for where, _, _, _ in SITES:
        for skill in [test[0] for test in TESTS if where in test[5]]:
            for level in random.sample(LEVELS[:3], 1) + random.sample(LEVELS[3:], 2):
                extra = random.choice([test[0] for test in TESTS if test[0] != skill])
                profile = (Feature(name=f"level.{skill}", low=1, high=level), Feature(name=f"level.{extra}", low=1, high=1))
                identity = f"{where}-p{len(made) + 1:02d}"
                made.append(resource(identity, "person", person_name(random), where, "day", skill, features=profile))
    return made


def _equipment() -> list[Resource]:
    return [
        resource(
            f"{where}-{equipment}-{number}",
            kind,  # type: ignore[arg-type]
            f"{name} 장비 {number}호기",
            where,
            "day" if stays else "day-and-night",
            equipment,
            capacity=units,
        )
        for _, equipment, kind, name, units, places, _, stays in TESTS
        for where in places
        for number in (1, 2)
    ]


def _request(number: int, random: Random) -> Request:
    skill, equipment, _, name, units, places, lengths, stays = random.choice(TESTS)
    sites = tuple(random.sample(places, 2)) if random.random() < 0.6 else ()
    length = hours(random.choice(lengths))
    demand = random.randint(1, units)
    place = needs("equipment", equipment, sites=sites, demand=demand)
    tasks: tuple[Task, ...]
    if stays:
        tasks = (task("work", name, length, place, needs("operator", skill, "person", features=_level(skill, 2))),)
    else:
        routine = _level(skill, 2)
        tasks = (
            task(
                "exposure",
                name,
                length,
                place,
                needs("loading", skill, "person", during="head", part=hours(0.5), features=routine),
                needs("unloading", skill, "person", during="tail", part=hours(0.5), features=routine),
            ),
            task("evaluation", "평가", hours(1), needs("master", skill, "person", features=_level(skill, 4))),
        )
    release = NOW + timedelta(days=random.randrange(10), hours=9)
    return Request(
        id=f"request-{number + 1:02d}",
        company=f"firm-{random.randrange(24) + 1:02d}",
        company_name=company_name(random),
        name=f"{name} {length // hours(1)}시간",
        tasks=tasks,
        precedences=() if stays else (then("exposure", "evaluation", most=hours(48)),),
        links=() if stays else (Link(kind="same_site", tasks=("exposure", "evaluation")),),
        release=release,
        due=release + length + timedelta(days=random.randint(5, 12)),
        deadline=at(6, 22),
        weight=random.choice((1, 1, 2, 3, 5)),
        specimens=demand if units > 1 else None,
    )


def example() -> Example:
    """The example."""
    random = Random("regional-platform")
    lab = Lab(
        sites=tuple(
            site(identity, f"경북지역혁신원 {name}", f"Gyeongbuk Regional Innovation Institute, {identity.title()}", "gyeongbuk", "경북", latitude, longitude)
            for identity, name, latitude, longitude in SITES
        ),
        calendars=(DAY_AND_NIGHT, working("day")),
        resources=(*_equipment(), *_people(random)),
    )
    requests = tuple(_request(number, random) for number in range(REQUESTS))
    problem = Problem(name="regional-platform", now=NOW, horizon=window(NOW, at(6, 22)), lab=lab, requests=requests)
    expect = {
        "time_limit_seconds": 3,
        "outcome": ["optimal", "feasible"],
        "served": REQUESTS,
        "unserved": {},
        "starts_within_hours": [[each.id, "exposure", "evaluation", 48] for each in requests if len(each.tasks) == 2],
        "one_site": [each.id for each in requests],
    }
    return Example("regional-platform", problem, expect, README)
