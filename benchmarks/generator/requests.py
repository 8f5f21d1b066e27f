"""Wishes as requests: chains of preparation, test and evaluation, and sessions of advice.

Requests share equal selects and tasks, so that a year is made in seconds and little memory.
"""

from datetime import timedelta
from functools import cache
from random import Random

from benchmarks.generator.demand import AdviceWish, TestWish, Wish
from benchmarks.generator.lab import MEETING
from benchmarks.generator.people import COORDINATOR, field_qualification, topic_qualification
from benchmarks.generator.places import City
from benchmarks.generator.sites import Ground
from benchmarks.generator.sizing import Spread
from scheduler.model.lab import Lab
from scheduler.model.request import FeatureBound, Link, Mode, Precedence, Request, Requirement, Select, Task

HALF_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)
FEWEST_SITES, MOST_SITES = 3, 8
EVALUATION_WITHIN = (24, 36, 48)
PREFERS = 0.1

Sites = tuple[str, ...]


def requests(
    prefix: str, asked: tuple[Wish, ...], ground: Ground, equipment: dict[str, Spread], advice: dict[str, Spread], lab: Lab, seed: str
) -> list[Request]:
    """One request for every wish, in their order."""
    random = Random(f"{seed}:requests")
    advisors: dict[tuple[str, str], list[str]] = {}
    for resource in lab.resources:
        for right in resource.qualifications:
            if resource.site is not None and right.valid_until is None:
                advisors.setdefault((resource.site, right.name), []).append(resource.id)

    @cache
    def near(kind: str, name: str, city: City) -> Sites:
        # A stream of its own for each place, so that equal needs give equal, shared selects.
        count = Random(f"{seed}:{kind}:{name}:{city.name}").randint(FEWEST_SITES, MOST_SITES)
        spread = equipment[name] if kind == "test" else advice[name]
        return tuple(ground.sites[place].id for place in ground.near(city, spread.places, count))

    made = []
    for wish in asked:
        what = wish.what
        if isinstance(what, TestWish):
            sites = near("test", what.family.id, wish.company.city)
            made.append(_request(prefix, wish, *_chain(what, sites, random.choice(EVALUATION_WITHIN))))
        else:
            sites = near("advice", what.topic, wish.company.city)
            known = [each for site in sites for each in advisors.get((site, topic_qualification(what.topic)), ())]
            preferred = (random.choice(known),) if random.random() < PREFERS and known else ()
            made.append(_request(prefix, wish, (_session(what, sites, preferred),), (), ()))
    return made


def _request(prefix: str, wish: Wish, tasks: tuple[Task, ...], precedences: tuple[Precedence, ...], links: tuple[Link, ...]) -> Request:
    what = wish.what
    return Request(
        id=f"{prefix}r{wish.number:05d}",
        company=wish.company.id,
        company_name=wish.company.name,
        name=f"{what.test.name} {what.hours}시간" if isinstance(what, TestWish) else f"{what.name} 자문",
        tasks=tasks,
        precedences=precedences,
        links=links,
        release=wish.release,
        due=wish.due,
        deadline=wish.deadline,
        weight=wish.weight,
        specimens=what.room if isinstance(what, TestWish) and len(what.family.capacities) > 1 else None,
    )


@cache
def _select(kind: str, qualification: str, sites: Sites, celsius: tuple[int, int] | None = None) -> Select:
    bounds = () if celsius is None else (FeatureBound(name="temperature_celsius", low=celsius[0], high=celsius[1]),)
    return Select(kind=kind, qualification=qualification, features=bounds, sites=sites)  # type: ignore[arg-type]


def _chain(what: TestWish, sites: Sites, within_hours: int) -> tuple[tuple[Task, ...], tuple[Precedence, ...], tuple[Link, ...]]:
    """Preparation, the test, and the evaluation soon after, all at one site."""
    field = what.family.field
    if what.family.attended:
        # Short tests under the eyes of an operator need no visit afterwards.
        return (_hand_work("prep", "준비", field, sites), _attended(what, sites)), (_AFTER,), (_SAME_PLACE_SHORT,)
    tasks = (_hand_work("prep", "준비", field, sites), _exposure(what, sites), _hand_work("eval", "평가", field, sites))
    return tasks, (_AFTER, _soon(within_hours)), (_SAME_PLACE,)


_AFTER = Precedence(before="prep", after="test", max_lag=timedelta(days=7))
_SAME_PLACE = Link(kind="same_site", tasks=("prep", "test", "eval"))
_SAME_PLACE_SHORT = Link(kind="same_site", tasks=("prep", "test"))


@cache
def _soon(hours: int) -> Precedence:
    return Precedence(before="test", after="eval", max_lag=timedelta(hours=hours))


@cache
def _hand_work(identity: str, name: str, field: str, sites: Sites) -> Task:
    person = Requirement(id="person", select=_select("person", field_qualification(field), sites))
    return Task(id=identity, name=name, modes=(Mode(duration=HOUR, requirements=(person,)),))


@cache
def _exposure(what: TestWish, sites: Sites) -> Task:
    operator = _select("person", field_qualification(what.family.field), sites)
    requirements = (
        Requirement(id="place", select=_select(what.family.kind, what.family.id, sites, what.test.celsius), demand=what.room),
        Requirement(id="load", select=operator, during="head", part=HALF_HOUR),
        Requirement(id="unload", select=operator, during="tail", part=HALF_HOUR),
    )
    return Task(id="test", modes=(Mode(duration=timedelta(hours=what.hours), requirements=requirements),))


@cache
def _attended(what: TestWish, sites: Sites) -> Task:
    requirements = (
        Requirement(id="place", select=_select(what.family.kind, what.family.id, sites, what.test.celsius)),
        Requirement(id="operator", select=_select("person", field_qualification(what.family.field), sites)),
    )
    return Task(id="test", modes=(Mode(duration=timedelta(hours=what.hours), requirements=requirements),))


def _session(what: AdviceWish, sites: Sites, preferred: tuple[str, ...]) -> Task:
    """A session; on site it takes a room, joint it takes a coordinator, online it may bind people of several sites."""
    requirements = [Requirement(id="advisor", select=_select("person", topic_qualification(what.topic), sites), preferred=preferred)]
    if what.is_joint:
        requirements.append(Requirement(id="coordinator", select=_select("person", COORDINATOR, sites)))
    if not what.is_online:
        requirements.append(Requirement(id="room", select=_select("room", MEETING, sites)))
    mode = Mode(duration=timedelta(hours=what.hours), requirements=tuple(requirements))
    return Task(id="session", modes=(mode,), place="anywhere" if what.is_online else "one_site")
