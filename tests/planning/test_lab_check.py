from dataclasses import replace
from datetime import date

import pytest

from scheduler.errors import InputError, UnknownReference
from scheduler.model.calendar import Calendar, DayException
from scheduler.model.catalogue import Method, Step
from scheduler.model.changeover import Changeover
from scheduler.model.problem import Problem
from scheduler.model.travel import Travel, Way, Ways
from scheduler.planning import check_problem
from tests.planning.small import (
    HOUR,
    LAB,
    by_hand,
    chamber,
    lab_with,
    person,
    problem,
)


def refusal(wrong: Problem) -> InputError:
    with pytest.raises(InputError) as caught:
        check_problem(wrong)
    return caught.value


LAB_FAULTS: dict[str, tuple[object, type[InputError], str]] = {
    "site twice": (
        replace(LAB, sites=(*LAB.sites, LAB.sites[0])),
        InputError,
        "lab.sites[2].id: the id 'ansan' is already used by lab.sites[0]; give each its own id",
    ),
    "calendar twice": (
        replace(LAB, calendars=(*LAB.calendars, LAB.calendars[1])),
        InputError,
        "lab.calendars[2].id: the id 'office' is already used by lab.calendars[1]",
    ),
    "resource twice": (
        replace(LAB, resources=(*LAB.resources, LAB.resources[2])),
        InputError,
        "lab.resources[5].id: the id 'kim' is already used by lab.resources[2]",
    ),
    "calendar unknown": (
        replace(LAB, resources=(*LAB.resources, replace(chamber("c", "ansan"), calendar="ofice"))),
        UnknownReference,
        "lab.resources[5].calendar: no calendar has the id 'ofice'; did you mean 'office'?",
    ),
    "site unknown": (
        replace(LAB, resources=(*LAB.resources, chamber("c", "busan"))),
        UnknownReference,
        "lab.resources[5].site: no site has the id 'busan'; did you mean 'ansan'?",
    ),
    "exception twice": (
        replace(LAB, calendars=(*LAB.calendars, Calendar(id="x", time_zone="Asia/Seoul", exceptions=(DayException(date=date(2026, 3, 3)),) * 2))),
        InputError,
        "lab.calendars[2].exceptions[1].date: 2026-03-03 has two exceptions; put all hours of the day into one",
    ),
    "changeover twice": (lab_with(changeovers=(Changeover(id="a"),) * 2), InputError, "lab.changeovers[1].id: the id 'a' is already used"),
    "changeover unknown": (
        lab_with(chamber("c", "ansan", capacity=1, changeover="heet"), changeovers=(Changeover(id="heat"),)),
        UnknownReference,
        "lab.resources[5].changeover: no changeover has the id 'heet'; did you mean 'heat'?",
    ),
    "ways twice": (lab_with(ways=(Ways(id="a"),) * 2), InputError, "lab.ways[1].id: the id 'a' is already used"),
    "ways unknown": (
        lab_with(replace(person("c", "ansan"), travel=Travel(ways="road")), ways=(Ways(id="roads"),)),
        UnknownReference,
        "lab.resources[5].travel.ways: no table of ways has the id 'road'; did you mean 'roads'?",
    ),
    "way to nowhere": (
        lab_with(ways=(Ways(id="a", ways=(Way(start="ansan", end="siheung", time=HOUR), Way(start="ansan", end="busan", time=HOUR))),)),
        UnknownReference,
        "lab.ways[0].ways[1].end: no site has the id 'busan'; did you mean 'ansan'?",
    ),
    "way twice": (
        lab_with(ways=(Ways(id="a", ways=(Way(start="ansan", end="siheung", time=HOUR),) * 2),)),
        InputError,
        "lab.ways[0].ways[1]: the way from 'ansan' to 'siheung' is already given by ways[0]; keep one of them",
    ),
    "receiving unknown": (
        replace(LAB, sites=(LAB.sites[0], replace(LAB.sites[1], receiving="offices"))),
        UnknownReference,
        "lab.sites[1].receiving: no calendar has the id 'offices'; did you mean 'office'?",
    ),
    "step's calendar unknown": (
        lab_with(methods=(Method(id="m", name="m", steps=(Step(id="a", name="a", within="offise", requirements=by_hand().requirements),)),)),
        UnknownReference,
        "lab.methods[0].steps[0].within: no calendar has the id 'offise'; did you mean 'office'?",
    ),
}


@pytest.mark.parametrize("fault", LAB_FAULTS)
def test_check_refuses_a_lab_with(fault: str) -> None:
    lab, kind, text = LAB_FAULTS[fault]
    error = refusal(problem(lab=lab))
    assert type(error) is kind
    assert str(error).startswith(text)
