"""What companies will ask for, before any lab exists that could serve it: the lab is sized after it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.generator.catalogue import FAMILIES, TOPICS, Family, Test
from benchmarks.generator.places import City, company_name
from benchmarks.generator.sites import SEOUL, Ground
from benchmarks.generator.sizes import Size

START = datetime(2026, 1, 5, tzinfo=ZoneInfo(SEOUL))
"""A Monday; the Korean New Year follows six weeks later, Chuseok in September."""

TEST_SHARE = 0.7
FAMILY_SKEW, TOPIC_SKEW, COMPANY_SKEW = 0.9, 1.0, 1.6
REQUESTS_PER_COMPANY = 4.15
WEIGHTS, WEIGHT_SHARES = (1, 2, 3, 5, 8, 12, 20), (38, 24, 14, 10, 7, 4, 3)
PATIENCE_DAYS = ((10, 15), (14, 30))
"""From due date to deadline, one company or the other; long enough to fit an empty lab over any public holiday."""
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody who asks, at home in a city."""

    id: str
    name: str
    city: City


@dataclass(frozen=True, slots=True)
class TestWish:
    """A test that a company wants; `room` units of the equipment's capacity."""

    family: Family
    test: Test
    hours: int
    room: int


@dataclass(frozen=True, slots=True)
class AdviceWish:
    """A session of advice; joint sessions also take a coordinator."""

    topic: str
    name: str
    hours: int
    is_joint: bool
    is_online: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """One request to be: who, when, how urgent, and what. `number` counts from 1 by release."""

    number: int
    company: Company
    release: datetime
    due: datetime
    deadline: datetime | None
    weight: int
    what: TestWish | AdviceWish


def wishes(size: Size, ground: Ground, random: Random) -> tuple[Wish, ...]:
    """All that is asked for in one network, by release date."""
    count = size.requests // size.networks
    companies = _companies(ground, max(5, round(count / REQUESTS_PER_COMPANY)), random)
    end = START + timedelta(weeks=size.arrival_weeks + size.tail_weeks)
    family_shares, topic_shares = _zipf(len(FAMILIES), FAMILY_SKEW), _zipf(len(TOPICS), TOPIC_SKEW)
    made: list[Wish] = []
    for number, release in enumerate(_releases(size, count, random), start=1):
        company = companies[int(len(companies) * random.random() ** COMPANY_SKEW)]
        weight = random.choices(WEIGHTS, WEIGHT_SHARES)[0]
        what: TestWish | AdviceWish
        if random.random() < TEST_SHARE:
            what = _test_wish(random.choices(FAMILIES, family_shares)[0], random)
            due = release + timedelta(hours=what.hours, days=random.randint(3, 14))
            patience = timedelta(days=random.randint(*random.choice(PATIENCE_DAYS)))
        else:
            what = _advice_wish(*random.choices(TOPICS, topic_shares)[0], random)
            due = release + timedelta(days=random.randint(4, 14))
            patience = timedelta(days=random.randint(*random.choice(PATIENCE_DAYS)))
        # Whoever names no deadline waits until the horizon ends; a deadline behind it says no more than none.
        deadline = due + patience if random.random() < 0.9 and due + patience < end else None
        made.append(Wish(number, company, release, due, deadline, weight, what))
    return tuple(made)


def _companies(ground: Ground, count: int, random: Random) -> tuple[Company, ...]:
    cities = random.choices(ground.cities, weights=[city.industry for city in ground.cities], k=count)
    return tuple(Company(f"{ground.prefix}c{number:04d}", company_name(random), city) for number, city in enumerate(cities, start=1))


def _releases(size: Size, count: int, random: Random) -> list[datetime]:
    """Moments in working hours; some weeks bring half as much again as others."""
    backlog = round(count * size.backlog)
    days = round(size.arrival_weeks * 7)
    busy = [random.uniform(0.7, 1.4) for _ in range(days // 7 + 1)]
    shares = [busy[day // 7] if (START + timedelta(days=day)).weekday() < 5 else 0.0 for day in range(days)]
    arrived = [START] * backlog
    for day in random.choices(range(days), shares, k=count - backlog):
        midnight = datetime.combine((START + timedelta(days=day)).date(), time(0), tzinfo=START.tzinfo)
        arrived.append(midnight + timedelta(hours=8) + QUARTER * random.randrange(40))
    return sorted(arrived)


def _test_wish(family: Family, random: Random) -> TestWish:
    test = random.choices(family.tests, [each.share for each in family.tests])[0]
    # Short tests are asked for more often than long ones.
    hours = random.choices(test.hours, [1 / (place + 1) ** 0.7 for place in range(len(test.hours))])[0]
    smallest = family.capacities[0]
    room = 1 if smallest == 1 else min(smallest, 1 + int(smallest * random.random() ** 1.7))
    return TestWish(family, test, hours, room)


def _advice_wish(topic: str, name: str, random: Random) -> AdviceWish:
    return AdviceWish(topic, name, random.choice((2, 2, 3, 4)), is_joint=random.random() < 0.15, is_online=random.random() < 0.6)


def _zipf(count: int, skew: float) -> list[float]:
    return [1 / (rank + 1) ** skew for rank in range(count)]
