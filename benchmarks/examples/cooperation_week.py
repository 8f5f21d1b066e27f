"""Four days of one-to-one consultations between foreign and local firms, with interpreters and tables."""

from datetime import time, timedelta
from random import Random

from benchmarks.examples.kit import Example, at, hours, needs, resource, site, task, working
from benchmarks.generator.places import company_name, person_name
from scheduler.model.lab import Closure, Lab, Resource
from scheduler.model.policy import DEFAULT_TERMS, Policy
from scheduler.model.problem import Problem
from scheduler.model.request import Request, Requirement, Select
from scheduler.model.window import window

README = """# A cooperation week: foreign and local firms at eight tables

From Tuesday to Friday twelve foreign delegations meet thirty local firms one to one for half an hour. A consultation takes
both delegations, an interpreter of the foreign firm's language (none for English) and one of the hall's eight tables; two delegations
arrive a day late. Nobody sits at two tables at once. Every wish is met.
"""

NOW = at(10, 13)
DAYS = 4
# country, language, firms
COUNTRIES = (("베트남", "vietnamese", 3), ("독일", "german", 2), ("일본", "japanese", 3), ("미국", "english", 2), ("우즈베키스탄", "russian", 2))
INTERPRETERS = {"vietnamese": 3, "german": 2, "japanese": 3, "russian": 2}
LOCALS, WISHES, TABLES = 30, 84, 8


def _foreign() -> list[tuple[Resource, str]]:
    made = []
    for country, language, count in COUNTRIES:
        for number in range(1, count + 1):
            # The second firm of a country that sends three lands on Tuesday night.
            late = (Closure(window=window(NOW, NOW + timedelta(days=1)), reason="도착 전"),) if count == 3 and number == 2 else ()
            made.append((resource(f"{language}-{number}", "pool", f"{country} {number}사 대표단", None, "hall", language, closures=late), language))
    return made


def _party(identity: str, who: str) -> Requirement:
    return Requirement(id=identity, select=Select(ids=(who,)))


def example() -> Example:
    """The example."""
    random = Random("cooperation-week")
    foreign = _foreign()
    local = [resource(f"local-{number:02d}", "pool", company_name(random), None, "hall", "local") for number in range(1, LOCALS + 1)]
    interpreters = [
        resource(f"interpreter-{language}-{number}", "person", person_name(random), "hall", "hall", f"interpreting-{language}")
        for language, count in INTERPRETERS.items()
        for number in range(1, count + 1)
    ]
    tables = resource("tables", "room", "상담 테이블", "hall", "hall", "table", capacity=TABLES)
    pairs = random.sample([(guest, host) for guest in foreign for host in local], WISHES)
    requests = []
    for (guest, language), host in pairs:
        parties = [_party("foreign", guest.id), _party("local", host.id), needs("table", "table", "room")]
        if language != "english":
            parties.append(needs("interpreter", f"interpreting-{language}", "person"))
        requests.append(
            Request(
                id=f"{guest.id}.{host.id}",
                company=host.id,
                company_name=host.name,
                name=f"{guest.name} 상담",
                tasks=(task("meeting", "1:1 상담", hours(0.5), *parties),),
                release=NOW,
                weight=random.choice((1, 1, 2, 3)),
            )
        )
    problem = Problem(
        name="cooperation-week",
        now=NOW,
        horizon=window(NOW, NOW + timedelta(days=DAYS)),
        lab=Lab(
            sites=(site("hall", "부산 전시컨벤션센터", "Busan exhibition hall", "trade", "부산", 35.17, 129.14),),
            calendars=(working("hall", time(10), time(17)),),
            resources=(*(each for each, _ in foreign), *local, *interpreters, tables),
        ),
        requests=tuple(requests),
        policy=Policy(terms=DEFAULT_TERMS, resolution=timedelta(minutes=30)),
    )
    expect = {
        "time_limit_seconds": 3,
        "outcome": ["optimal", "feasible"],
        "served": WISHES,
        "unserved": {},
        "not_before": {each.id: (NOW + timedelta(days=1)).isoformat() for each in requests if each.id.split(".")[0] in ("vietnamese-2", "japanese-2")},
    }
    return Example("cooperation-week", problem, expect, README)
