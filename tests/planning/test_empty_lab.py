from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import TaskCannotFit, UnknownReference
from scheduler.model.calendar import Calendar, Hours, WeeklyHours
from scheduler.model.catalogue import Method, tasks_of
from scheduler.model.lab import Closure, Feature, Lab, Qualification, Resource
from scheduler.model.methods import STANDARD_METHODS
from scheduler.model.request import Mode, Request, Requirement, Select
from scheduler.model.window import Window, covers, window
from scheduler.planning import Eligibility, check_request
from scheduler.planning.empty_lab import Asked, EmptyLab
from scheduler.planning.request_check import RequestCheck
from scheduler.planning.serving import resource_windows
from tests.planning.small import HORIZON, HOUR, LAB, NOW, OPERATOR, TUESDAY, by_hand, exposure, one_task, request, with_resource

# Monday 2 March 2026 is a substitute holiday in Korea: operators come on Tuesday at 09:00.


def refusal(wrong: Request, lab: Lab = LAB, horizon: Window = HORIZON) -> TaskCannotFit:
    with pytest.raises(TaskCannotFit) as caught:
        check_request(lab, wrong, NOW, horizon)
    return caught.value


def passes(good: Request, lab: Lab = LAB, horizon: Window = HORIZON) -> None:
    check_request(lab, good, NOW, horizon)


def test_request_passes_on_an_empty_lab() -> None:
    passes(request())


def test_request_is_checked_for_references_first() -> None:
    with pytest.raises(UnknownReference, match=r"^tasks\[0\].modes\[0\].requirements\[0\].select.ids\[0\]: no resource has the id 'x'"):
        passes(one_task(by_hand(select=Select(ids=("x",)))))


def test_work_by_hand_just_fits_the_day_and_an_hour_more_does_not() -> None:
    passes(one_task(by_hand(9)))
    error = refusal(one_task(by_hand(9.25)))
    assert error.path == "tasks[0].modes[0].requirements[0]"
    assert error.message.startswith(
        "calendar: of kim, lee, none is open for 9 h 15 min without a break between 2026-03-02T00:00+00:00 and 2026-03-30T00:00+00:00"
    )


def test_holiday_shuts_the_day() -> None:
    assert "calendar: of kim, lee" in str(refusal(one_task(by_hand(), deadline=TUESDAY)))
    passes(one_task(by_hand(), deadline=TUESDAY + HOUR))


def test_release_and_deadline_leave_just_enough_time() -> None:
    passes(one_task(by_hand(2), release=TUESDAY, deadline=TUESDAY + 2 * HOUR))
    error = refusal(one_task(by_hand(2), release=TUESDAY, deadline=TUESDAY + 1.75 * HOUR))
    assert str(error) == ("tasks[0].modes[0]: 2 h are needed, but there is only 1 h 45 min until the deadline (2026-03-03T01:45+00:00); give a later date")


def test_horizon_ends_what_has_no_deadline() -> None:
    error = refusal(one_task(exposure(72)), horizon=Window(start=NOW, end=NOW + 48 * HOUR))
    assert "72 h are needed, but there is only 48 h until the end of the horizon" in str(error)


def test_release_after_the_horizon_leaves_nothing() -> None:
    said = str(refusal(one_task(by_hand(), release=HORIZON.end + HOUR)))
    assert "1 h are needed, but there is no time until the end of the horizon" in said
    assert said.endswith("; let it begin sooner, or lengthen the horizon")


def test_tasks_before_count_against_the_deadline() -> None:
    # Preparation Tuesday 09-10, 72 h from 10, evaluation Friday 10-11.
    passes(request(deadline=TUESDAY + 74 * HOUR))
    error = refusal(request(deadline=TUESDAY + 73.5 * HOUR))
    assert error.path == "tasks[2].modes[0]"
    assert "1 h are needed, but the tasks before it leave only 30 min until the deadline" in error.message


def test_head_and_tail_need_the_operator_only_then() -> None:
    # 72 h end at the hour at which they began; 86 h end at night whenever they begin in the day.
    passes(one_task(exposure(72), release=TUESDAY, deadline=TUESDAY + 73 * HOUR))
    assert "what it takes is never open together long enough" in str(refusal(one_task(exposure(86))))


def test_tail_is_named_where_nobody_unloads() -> None:
    error = refusal(one_task(exposure(86), release=TUESDAY, deadline=TUESDAY + 96 * HOUR))
    assert error.path == "tasks[0].modes[0].requirements[2]"
    assert error.message.startswith("calendar: of kim, lee, none is open for the last 1 h of 86 h without a break between")


def test_qualification_must_hold_for_the_whole_time() -> None:
    def lab(until: datetime) -> Lab:
        return with_resource("park", qualifications=(Qualification(name="advising", valid_until=until),))

    session = one_task(by_hand(2, Select(kind="person", qualification="advising")))
    passes(session, lab(TUESDAY + 2 * HOUR))
    error = refusal(session, lab(TUESDAY + 1.75 * HOUR))
    assert error.path == "tasks[0].modes[0].requirements[0]"
    assert error.message.startswith("qualification: nobody holds 'advising' for 2 h while open between")


def test_qualification_renewed_without_a_gap_counts_as_one() -> None:
    until = TUESDAY + HOUR

    def lab(gap: float) -> Lab:
        rights = (
            Qualification(name="advising", valid_until=until),
            Qualification(name="advising", valid_from=until + gap * HOUR, valid_until=until + 2 * HOUR),
        )
        return with_resource("park", qualifications=rights)

    session = one_task(by_hand(3, Select(kind="person", qualification="advising")))
    passes(session, lab(0))
    assert "qualification: " in str(refusal(session, lab(0.25)))


def test_closure_shuts_one_resource() -> None:
    shut = Closure(window=Window(start=NOW, end=HORIZON.end))
    session = one_task(by_hand(2, Select(kind="person", qualification="advising")))
    assert "calendar: of park, none is open" in str(refusal(session, with_resource("park", closures=(shut,))))


def test_count_needs_so_many_at_the_same_time() -> None:
    two = one_task(by_hand(4, count=2))
    passes(two)
    mornings = Calendar(id="mornings", time_zone="Asia/Seoul", weekly=(WeeklyHours(days=("tue",), hours=Hours(open=time(9), close=time(13))),))
    afternoons = replace(mornings, id="afternoons", weekly=(WeeklyHours(days=("tue",), hours=Hours(open=time(13), close=time(17))),))
    resources = tuple(replace(each, calendar={"kim": "mornings", "lee": "afternoons"}.get(each.id, each.calendar)) for each in LAB.resources)
    apart = replace(LAB, calendars=(*LAB.calendars, mornings, afternoons), resources=resources)
    assert "of kim, lee, no 2 at a time is open for 4 h" in str(refusal(two, apart))
    passes(one_task(by_hand(4)), apart)


def test_one_site_must_have_all() -> None:
    # salt-2 stands in Siheung, the operators work in Ansan.
    apart = (exposure(72, select=Select(ids=("salt-2",))),)
    assert "location: no single site has all that it takes" in str(refusal(one_task(*apart)))
    passes(one_task(*apart, place="anywhere"))


def test_resource_without_a_site_is_at_every_site() -> None:
    for site in ("salt-1", "salt-2"):
        both = Mode(
            duration=HOUR,
            requirements=(Requirement(id="chamber", select=Select(ids=(site,))), Requirement(id="advisor", select=Select(qualification="advising"))),
        )
        passes(one_task(both))


def test_one_mode_that_fits_is_enough() -> None:
    passes(one_task(by_hand(10), replace(by_hand(2), id="short")))
    error = refusal(one_task(by_hand(10), replace(by_hand(11), id="longer"), replace(exposure(demand=99), id="big")))
    assert error.path == "tasks[0]"
    assert error.message.startswith("no mode fits: standard: calendar: of kim, lee, none is open for 10 h")
    assert "; longer: calendar: " in error.message
    assert "; big: 99 units are asked of one resource" in error.message


def test_what_fits_late_in_the_horizon_only_is_found() -> None:
    shut = Closure(window=Window(start=NOW, end=HORIZON.end - 72 * HOUR))
    passes(one_task(by_hand(2, Select(ids=("park",)))), with_resource("park", closures=(shut,)))


STAFF = {
    "corrosion-testing",
    "climatic-testing",
    "reliability-testing",
    "emc-testing",
    "vibration-testing",
    "material-analysis",
    "advising",
}


def lab_of_all() -> Lab:
    """One site that can do every method of the catalogue, operators from nine to six."""

    def machine(name: str, kind: str, *skills: str) -> Resource:
        ranges = (Feature(name="temperature_celsius", low=-70, high=180), Feature(name="humidity_percent", low=10, high=98))
        rights = tuple(Qualification(name=each) for each in skills)
        return Resource(id=name, kind=kind, name=name, site="ansan", calendar="always", capacity=20, features=ranges, qualifications=rights)  # type: ignore[arg-type]

    machines = (
        machine("chamber", "chamber", "salt-spray-chamber", "cass-chamber", "climate-chamber", "hast-chamber"),
        machine("room", "room", "emc-room"),
        machine("table", "equipment", "shaker"),
        machine("microscope", "instrument", "sem-eds", "xrf", "ftir"),
    )
    staff = Resource(
        id="kim", kind="person", name="kim", site="ansan", calendar="office", qualifications=tuple(Qualification(name=each) for each in sorted(STAFF))
    )
    return replace(LAB, resources=(*machines, staff), methods=STANDARD_METHODS)


@pytest.mark.parametrize("method", STANDARD_METHODS, ids=lambda method: method.id)
def test_every_method_and_duration_of_the_catalogue_fits_office_hours(method: Method) -> None:
    horizon = Window(start=NOW, end=NOW + timedelta(days=120))
    for duration in method.durations:
        wanted = Request(
            id="r", company="c", tasks=tasks_of(method, duration, specimens=10, sites=("ansan",)), precedences=method.precedences, links=method.links
        )
        check_request(lab_of_all(), wanted, NOW, horizon)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 60),
    st.integers(1, 4),
    st.integers(1, 4),
    st.sampled_from([1, 2]),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_starts_agree_with_trying_every_quarter_of_an_hour(length: int, head: int, tail: int, count: int, from_: int, more: int) -> None:
    # Quarters of an hour over two and a half days from Tuesday 08:00 in Seoul.
    quarter = timedelta(minutes=15)
    begin = TUESDAY - HOUR + from_ * quarter
    closing = begin + (length + more) * quarter
    operators = ("loading", "head", head), ("unloading", "tail", tail)
    mode = Mode(
        duration=length * quarter,
        requirements=(
            Requirement(id="chamber", select=Select(ids=("salt-1",))),
            *(
                Requirement(id=name, select=OPERATOR, during=during, part=min(part, length) * quarter, count=count)  # type: ignore[arg-type]
                for name, during, part in operators
            ),
        ),
    )
    wanted = one_task(mode)
    checker = RequestCheck(LAB, Eligibility(LAB))
    starts = EmptyLab(LAB, checker)._starts(Asked(wanted, wanted.tasks[0], begin, begin, closing), mode)
    office, within = LAB.calendars[1], window(TUESDAY - timedelta(days=2), TUESDAY + timedelta(days=6))
    opened = resource_windows(replace(LAB.resources[2]), office, within)
    for step in range(more + 1):
        start = begin + step * quarter
        end = start + mode.duration
        possible = covers(opened, window(start, start + min(head, length) * quarter)) and covers(opened, window(end - min(tail, length) * quarter, end))
        assert any(first <= start <= last for first, last in starts) == possible
