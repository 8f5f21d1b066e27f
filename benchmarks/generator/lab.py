"""The lab of one network as records: calendars, equipment with maintenance, people."""

from datetime import time, timedelta
from random import Random

from benchmarks.generator.catalogue import FAMILIES, Family
from benchmarks.generator.demand import START
from benchmarks.generator.people import HALF_DAYS, advisors
from benchmarks.generator.sites import SEOUL, Ground
from benchmarks.generator.sizes import Size
from benchmarks.generator.sizing import Spread
from scheduler.model.calendar import ALWAYS_OPEN, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Closure, Feature, Lab, Qualification, Resource
from scheduler.model.window import window

DAY_AND_NIGHT = "day-and-night"
MEETING = "meeting"
WIDE, NORMAL = (-70.0, 180.0), (-40.0, 150.0)
"""Temperature ranges of the two makes of chamber; the first chamber of every pool is the wide one."""

_HOURS = ((time(9), time(18)), (time(9), time(18)), (time(9), time(18)), (time(8, 30), time(17, 30)), (time(8), time(18)), (time(9), time(19)))
_GOLDEN = 0.618034
"""Steps of the golden ratio spread the maintenance of neighbouring pieces evenly, however many there are."""


def lab(size: Size, ground: Ground, equipment: dict[str, Spread], workers: list[Resource], advice: dict[str, Spread], random: Random) -> Lab:
    """Everything that can serve: equipment, meeting rooms, `workers`, and the advisors of `advice`."""
    pieces = [piece for family in FAMILIES for piece in _pieces(size, ground, family, equipment[family.id], random)]
    rooms = [
        Resource(
            id=f"{site.id}.room",
            kind="room",
            name="상담실",
            name_en="meeting room",
            site=site.id,
            calendar=f"{site.id}.day",
            capacity=random.randint(2, 4),
            qualifications=(Qualification(name=MEETING),),
        )
        for site in ground.sites
    ]
    people = [*workers, *advisors(size, ground, advice, random)]
    return Lab(sites=ground.sites, calendars=_calendars(ground, random), resources=(*pieces, *rooms, *people))


def _calendars(ground: Ground, random: Random) -> tuple[Calendar, ...]:
    """One that never shuts, one for every half day, and one for every site."""
    made = [Calendar(id=DAY_AND_NIGHT, time_zone=SEOUL, weekly=ALWAYS_OPEN)]
    for name in HALF_DAYS:
        day, half = name.split("-")
        hours = Hours(open=time(9), close=time(13)) if half == "am" else Hours(open=time(13), close=time(18))
        made.append(Calendar(id=name, time_zone=SEOUL, weekly=(WeeklyHours(days=(day,), hours=hours),), holidays="KR"))  # type: ignore[arg-type]
    for site in ground.sites:
        opens, closes = random.choice(_HOURS)
        weekly = [WeeklyHours(days=("mon", "tue", "wed", "thu", "fri"), hours=Hours(open=opens, close=closes))]
        if random.random() < 0.15:
            weekly.append(WeeklyHours(days=("sat",), hours=Hours(open=time(9), close=time(13))))
        made.append(Calendar(id=f"{site.id}.day", time_zone=SEOUL, weekly=tuple(weekly), holidays="KR"))
    return tuple(made)


def _pieces(size: Size, ground: Ground, family: Family, spread: Spread, random: Random) -> list[Resource]:
    """The equipment of one family; attended equipment keeps its site's hours, the rest runs day and night."""
    pieces: list[Resource] = []
    phase = random.random()
    # By turns from the middle one on, so that few pieces have the capacity they were counted with.
    middle = len(family.capacities) // 2
    for place, count in zip(spread.places, spread.counts, strict=True):
        site = ground.sites[place]
        for number in range(1, count + 1):
            low, high = WIDE if number == 1 else NORMAL
            pieces.append(
                Resource(
                    id=f"{site.id}.{family.id}{number}",
                    kind=family.kind,
                    name=f"{family.name} {number}호기",
                    name_en=f"{family.name_en} {number}",
                    site=site.id,
                    calendar=f"{site.id}.day" if family.attended else DAY_AND_NIGHT,
                    capacity=family.capacities[(len(pieces) + middle) % len(family.capacities)],
                    closures=_maintenance(size, family, (phase + _GOLDEN * len(pieces)) % 1.0, random),
                    features=(Feature(name="temperature_celsius", low=low, high=high),) if any(test.celsius for test in family.tests) else (),
                    qualifications=(Qualification(name=family.id),),
                )
            )
    return pieces


def _maintenance(size: Size, family: Family, phase: float, random: Random) -> tuple[Closure, ...]:
    """One to three days twice a year where tests take weeks, else every quarter; `phase` in [0, 1) sets the first week."""
    every = 26 if max(hours for test in family.tests for hours in test.hours) >= 500 else 13
    taken = []
    for first in range(int(phase * every), int(size.arrival_weeks + size.tail_weeks), every):
        day = START + timedelta(weeks=first, days=random.randrange(3))
        taken.append(Closure(window=window(day, day + timedelta(days=random.randint(1, 3))), reason="정기점검"))
    return tuple(taken)
