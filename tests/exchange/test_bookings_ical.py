from dataclasses import replace

import icalendar
import pytest

from scheduler.errors import InputError, UnknownReference
from scheduler.exchange.bookings_ical import events_of
from scheduler.exchange.ical_export import CalendarFeed, write_feed
from scheduler.model.schedule import Allocation, Schedule, Unserved
from tests.exchange.plans import HOUR, NOW, at, problem, salt_booking, schedule


def test_events_of_a_schedule_are_readable() -> None:
    first = events_of(problem(), schedule(), host="lab.example")[0]
    assert first.summary == "염수분무 72시간 · 한빛도금"
    assert first.location == "창원 신뢰성센터 경남 창원시"
    assert first.description.splitlines() == [
        "의뢰: 도금 부품 시험 [R-1]",
        "회사: 한빛도금",
        "작업: 염수분무 72시간",
        "시험법: 중성 염수분무 (ISO 9227)",
        "시편: 10개",
        "장소: 창원 신뢰성센터",
        "장비: 염수분무 시험기 1호",
        "담당: 김시험 (시작 1시간), 김시험 (종료 1시간)",
    ]
    assert (first.latitude, first.longitude, first.time_zone) == (35.2, 128.7, "Asia/Seoul")
    assert first.last_modified == NOW
    assert first.sequence == 0
    assert first.organizer is not None
    assert first.organizer.mail == "noreply@lab.example"
    assert len(icalendar.Calendar.from_ical(write_feed(CalendarFeed(name="x", events=events_of(problem(), schedule())))).walk("VEVENT")) == 4


def test_events_of_are_confirmed_where_the_booking_is_in_force() -> None:
    by_name = {each.summary.partition(" · ")[2]: each.status for each in events_of(problem(), schedule())}
    assert by_name["한빛도금"] == "confirmed"
    assert by_name["세인정밀"] == "tentative"  # moved
    assert by_name["다온전자"] == "tentative"  # new


def test_events_of_keep_the_uid_when_the_booking_moves() -> None:
    moved = replace(schedule(), bookings=(salt_booking("R-1", at(10, 9)), *schedule().bookings[1:]))
    before = {each.uid for each in events_of(problem(), schedule(), host="h.example")}
    assert {each.uid for each in events_of(problem(), moved, host="h.example")} == before
    assert all(uid.endswith("@h.example") for uid in before)


def test_events_of_an_operator_are_loading_and_unloading_only() -> None:
    got = events_of(problem(), schedule(), resource="kim")
    assert [each.window.length for each in got] == [HOUR] * 4
    assert [each.summary[:4] for each in got] == ["[시작]", "[시작]", "[종료]", "[종료]"]
    assert len({each.uid for each in got}) == 4


def test_events_of_filter_by_resource_site_company_and_request() -> None:
    assert len(events_of(problem(), schedule(), resource="salt-1")) == 2
    assert len(events_of(problem(), schedule(), site="gm")) == 1
    assert len(events_of(problem(), schedule(), company="sein")) == 1
    assert len(events_of(problem(), schedule(), request="R-4")) == 1
    assert events_of(problem(), schedule(), site="gm", company="sein") == ()


def test_events_of_carry_the_sequence_given() -> None:
    got = events_of(problem(), schedule(), sequences={("R-1", "exposure"): 7})
    assert sorted(each.sequence for each in got) == [0, 0, 0, 7]


@pytest.mark.parametrize("wanted", [{"resource": "x"}, {"site": "x"}, {"company": "x"}, {"request": "x"}])
def test_events_of_refuse_an_unknown_filter(wanted: dict[str, str]) -> None:
    with pytest.raises(UnknownReference, match=next(iter(wanted))):
        events_of(problem(), schedule(), **wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (Schedule(bookings=(replace(salt_booking("R-1", at(2)), request="R-9"),)), r"bookings\[0\].task"),
        (Schedule(bookings=(replace(salt_booking("R-1", at(2)), mode="fast"),)), r"bookings\[0\].mode"),
        (
            Schedule(bookings=(replace(salt_booking("R-1", at(2)), allocations=(Allocation(requirement="x", resources=("kim",)),)),)),
            r"allocations\[0\].requirement",
        ),
        (
            Schedule(bookings=(replace(salt_booking("R-1", at(2)), allocations=(Allocation(requirement="load", resources=("x",)),)),)),
            r"allocations\[0\].resources",
        ),
        (Schedule(unserved=(Unserved(request="R-9"),)), r"unserved\[0\].request"),
    ],
)
def test_events_of_refuse_a_schedule_of_another_problem(wrong: Schedule, path: str) -> None:
    with pytest.raises(UnknownReference, match=path):
        events_of(problem(), wrong)


def test_events_of_refuse_a_task_booked_twice() -> None:
    with pytest.raises(InputError, match=r"bookings\[1\].*already booked in bookings\[0\]"):
        events_of(problem(), Schedule(bookings=(salt_booking("R-1", at(2)), salt_booking("R-1", at(3)))))
