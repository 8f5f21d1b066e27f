"""Who works where: operators for the equipment, a coordinator at every site, advisors for the rest."""

from datetime import datetime, timedelta
from random import Random

from benchmarks.generator.catalogue import FAMILIES, TOPICS
from benchmarks.generator.demand import START
from benchmarks.generator.places import person_name
from benchmarks.generator.sites import Ground
from benchmarks.generator.sizes import Size
from benchmarks.generator.sizing import Spread
from scheduler.model.lab import Closure, Qualification, Resource
from scheduler.model.window import window

HALF_DAYS = tuple(f"{day}-{half}" for day in ("mon", "tue", "wed", "thu", "fri") for half in ("am", "pm"))
"""Calendars of advisors who come for half a day a week."""

PIECES_PER_OPERATOR = 2.5
HALF_DAY_SHARE = 0.4


def field_qualification(field: str) -> str:
    """The right to prepare, load and evaluate tests of a field."""
    return f"op.{field}"


def topic_qualification(topic: str) -> str:
    """The right to advise on a topic."""
    return f"advice.{topic}"


COORDINATOR = "coordinator"


def staff(size: Size, ground: Ground, equipment: dict[str, Spread], random: Random) -> list[Resource]:
    """Operators (at least two for every field of a site) and coordinators, site by site."""
    people: list[Resource] = []
    for place, site in enumerate(ground.sites):
        pieces: dict[str, int] = {}
        for family in FAMILIES:
            spread = equipment[family.id]
            if place in spread.places:
                pieces[family.field] = pieces.get(family.field, 0) + spread.counts[spread.places.index(place)]
        fields = list(pieces)
        number = 0
        for field in fields:
            for member in range(max(2, round(pieces[field] / PIECES_PER_OPERATOR))):
                number += 1
                rights = [Qualification(name=field_qualification(field))]
                # A second field is an extra whose right may run out: nothing depends on it alone.
                if len(fields) > 1 and random.random() < 0.3:
                    other = random.choice([each for each in fields if each != field])
                    rights.append(Qualification(name=field_qualification(other), valid_until=_expiry(size, random)))
                grade = "책임" if member == 0 else "선임"
                people.append(_person(size, f"{site.id}.op{number}", f"{person_name(random)} {grade}", site.id, f"{site.id}.day", rights, random))
        people.append(
            _person(
                size,
                f"{site.id}.co1",
                f"{person_name(random)} 코디네이터",
                site.id,
                f"{site.id}.day",
                [Qualification(name=COORDINATOR)],
                random,
            )
        )
    return people


def advisors(size: Size, ground: Ground, spreads: dict[str, Spread], random: Random) -> list[Resource]:
    """The advisors of every topic; some come for half a day a week, those of hot topics all do."""
    people: list[Resource] = []
    for topic, _ in TOPICS:
        spread = spreads[topic]
        for place, count in zip(spread.places, spread.counts, strict=True):
            site = ground.sites[place]
            for _ in range(count):
                rights = [Qualification(name=topic_qualification(topic))]
                if not spread.is_hot and random.random() < 0.3:
                    other = random.choice(TOPICS[len(TOPICS) // 2 :])[0]
                    if other != topic:
                        rights.append(Qualification(name=topic_qualification(other), valid_until=_expiry(size, random)))
                comes_weekly = spread.is_hot or random.random() < HALF_DAY_SHARE
                calendar = random.choice(HALF_DAYS) if comes_weekly else f"{site.id}.day"
                people.append(_person(size, f"{site.id}.ad{len(people) + 1}", f"{person_name(random)} 위원", site.id, calendar, rights, random))
    return people


def _expiry(size: Size, random: Random) -> datetime | None:
    """None, or a day inside the horizon on which the right ends."""
    if random.random() < 0.7:
        return None
    return START + timedelta(days=random.randint(10, int((size.arrival_weeks + size.tail_weeks) * 7)))


def _person(size: Size, identity: str, name: str, site: str, calendar: str, rights: list[Qualification], random: Random) -> Resource:
    return Resource(id=identity, kind="person", name=name, site=site, calendar=calendar, closures=_leave(size, random), qualifications=tuple(rights))


def _leave(size: Size, random: Random) -> tuple[Closure, ...]:
    """One to five days off about every sixteen weeks."""
    weeks = int(size.arrival_weeks + size.tail_weeks)
    taken = []
    for first in range(random.randrange(16), weeks, 16):
        day = START + timedelta(weeks=first, days=random.randrange(3))
        taken.append(Closure(window=window(day, day + timedelta(days=random.randint(1, 5))), reason="휴가"))
    return tuple(taken)
