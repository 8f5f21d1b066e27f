"""What records refuse of the wide vocabulary, and what they let pass beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from scheduler.model.lab import Lab, Qualification, Resource, validity
from scheduler.model.policy import TERM_NAMES, Policy, Term
from scheduler.model.problem import Company, Problem, weight_of
from scheduler.model.request import Mode, Request, Requirement, Select, Series, Task
from scheduler.model.schedule import Run, run_id
from scheduler.model.travel import Travel
from scheduler.model.window import window

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
HEAD = Requirement(id="r", select=Select(kind="person"), during="head", part=HOUR)


def resource(**fields: object) -> Resource:
    return Resource(**{"id": "x", "kind": "chamber", "name": "x", "calendar": "c", **fields})  # type: ignore[arg-type]


def requirement(**fields: object) -> Requirement:
    return Requirement(**{"id": "r", "select": Select(kind="room"), **fields})  # type: ignore[arg-type]


def mode(**fields: object) -> Mode:
    return Mode(**{"duration": 2 * HOUR, "requirements": (requirement(),), **fields})  # type: ignore[arg-type]


def task(**fields: object) -> Task:
    return Task(**{"id": "t", "modes": (mode(),), **fields})  # type: ignore[arg-type]


def series(**fields: object) -> Series:
    return Series(**{"tasks": ("a", "b"), **fields})  # type: ignore[arg-type]


PAIRS: list[tuple[Callable[..., object], dict[str, object], dict[str, object], str]] = [
    (resource, {"changeover": "c"}, {"changeover": "c", "capacity": 2}, "changeover: a shared resource has no order of uses"),
    (resource, {"changeover": "c", "capacity": 2, "batch": True}, {"initial_recipe": "a"}, "initial_recipe: means something only beside a changeover"),
    (resource, {"travel": Travel(ways="w")}, {"travel": Travel(ways="w"), "capacity": 2}, "travel: who moves between sites has capacity 1"),
    (resource, {"batch": True}, {"travel": Travel(ways="w"), "batch": True}, "travel: "),
    (Select, {"qualification": "q", "level": 2}, {"kind": "person", "level": 2}, "level: is that of a qualification"),
    (Select, {"kind": "person", "languages": ("ko",)}, {"languages": ("ko",)}, "a select must name ids"),
    (requirement, {"during": "before", "part": HOUR}, {"during": "before"}, "part: give the length"),
    (requirement, {"during": "after", "part": HOUR}, {"part": HOUR}, "part: give the length"),
    (mode, {"requirements": (replace(HEAD, part=2 * HOUR),)}, {"requirements": (replace(HEAD, part=3 * HOUR),)}, r"requirements\[0\].part: longer"),
    (
        mode,
        {"requirements": (replace(HEAD, during="after", part=3 * HOUR),)},
        {"requirements": (replace(HEAD, during="tail", part=3 * HOUR),)},
        r"requirements\[0\].part: longer",
    ),
    (mode, {"max_duration": 2 * HOUR}, {"max_duration": HOUR}, "max_duration: below the duration"),
    (task, {"release": NOW, "deadline": NOW + HOUR}, {"release": NOW, "deadline": NOW}, "deadline: not after the release date"),
    (task, {"pauses_in": "c"}, {"pauses_in": "c", "within": "c"}, "within: a task that pauses crosses closures"),
    (task, {"within": "c"}, {"pauses_in": "c", "modes": (mode(max_duration=3 * HOUR),)}, "pauses_in: a batch run does not pause"),
    (task, {"site": "s"}, {"site": "s", "place": "anywhere"}, "site: a task with place"),
    (series, {"least_apart": HOUR, "most_apart": HOUR}, {"least_apart": 2 * HOUR, "most_apart": HOUR}, "most_apart: below least_apart"),
    (series, {}, {"tasks": ("a", "a")}, "tasks: the id 'a' is used twice"),
]


@pytest.mark.parametrize(("kind", "good", "bad", "text"), PAIRS, ids=[str(number) for number in range(len(PAIRS))])
def test_record_is_made_and_its_neighbour_refused(kind: Callable[..., object], good: dict[str, object], bad: dict[str, object], text: str) -> None:
    assert kind(**good) is not None
    with pytest.raises(ValidationError, match=text):
        kind(**bad)


def test_validity_counts_the_level_and_joins_renewals() -> None:
    within = window(NOW, NOW + 10 * HOUR)
    rights = (
        Qualification(name="q", level=2, valid_until=NOW + 3 * HOUR),
        Qualification(name="q", level=3, valid_from=NOW + 3 * HOUR, valid_until=NOW + 5 * HOUR),
        Qualification(name="q", valid_from=NOW + 5 * HOUR),
    )
    held = resource(qualifications=rights)
    assert validity(held, "q", within) == (within,)
    assert validity(held, "q", within, 2) == (window(NOW, NOW + 5 * HOUR),)
    assert validity(held, "q", within, 3) == (window(NOW + 3 * HOUR, NOW + 5 * HOUR),)
    assert validity(held, "q", within, 4) == ()


@pytest.mark.parametrize(
    ("company", "urgency", "weight"),
    [
        (None, "normal", 2),
        (None, "urgent", 10),
        (Company(id="acme"), "normal", 2),
        (Company(id="acme", is_small=True), "normal", 6),
        (Company(id="acme", is_first_time=True), "normal", 4),
        (Company(id="acme", is_small=True, is_first_time=True), "urgent", 60),
        (Company(id="other", is_small=True), "normal", 2),
    ],
)
def test_weight_is_multiplied_by_the_factors_that_apply(company: Company | None, urgency: str, weight: int) -> None:
    policy = Policy(urgent_factor=5, small_firm_factor=3, first_time_factor=2)
    request = Request(id="r", company="acme", tasks=(task(),), weight=2, urgency=urgency)  # type: ignore[arg-type]
    problem = Problem(now=NOW, horizon=window(NOW, NOW + HOUR), lab=Lab(), policy=policy)
    assert weight_of(problem, request, {} if company is None else {company.id: company}) == weight


def test_run_id_names_resource_and_start_and_is_never_too_long() -> None:
    when = window(NOW, NOW + HOUR)
    assert run_id("oven", when) == "oven@20260302T000000Z"
    assert run_id("oven", when) == run_id("oven", window(NOW, NOW + 2 * HOUR))
    long = [run_id(name * 120, when) for name in "xy"]
    assert len(set(long)) == 2
    assert all(Run(id=each, resource="oven", window=when, load=1, capacity=2).load_factor == 0.5 for each in long)


def test_every_term_can_be_weighed_and_none_twice() -> None:
    terms = tuple(Term(name=name, weight=1) for name in TERM_NAMES)
    assert len(Policy(terms=terms).terms) == 16
    with pytest.raises(ValidationError, match=r"terms\[16\].name: 'unserved' is listed twice"):
        Policy(terms=(*terms, terms[0]))
