import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from scheduler.exchange.svg import HUES, company_hue, progress_svg, timeline_svg
from scheduler.exchange.svg_paper import escape, fitted, number, width
from scheduler.model.result import Progress
from scheduler.model.schedule import Schedule
from scheduler.model.window import window
from tests.exchange.plans import at, problem, salt_booking, schedule

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in parsed(svg).iter(f"{SVG}text")]


def tips(svg: str) -> list[str]:
    return [each.text or "" for each in parsed(svg).iter(f"{SVG}title")]


def test_timeline_shows_sites_resources_and_companies() -> None:
    shown = texts(timeline_svg(problem(), schedule()))
    assert [each for each in shown if each in ("창원 신뢰성센터", "구미 시험소", "이동·온라인")] == ["창원 신뢰성센터", "구미 시험소", "이동·온라인"]
    assert {"염수분무 시험기 1호", "김시험", "EMC 챔버", "온라인 자문"} <= set(shown)
    assert "■ 한빛도금 · 염수분무 72시간" in shown
    assert any("의뢰 4건 배정 · 1건 미배정" in each for each in shown)


def test_timeline_tells_the_whole_story_in_tooltips() -> None:
    told = tips(timeline_svg(problem(), schedule()))
    frozen = next(each for each in told if "염수분무 시험기 1호 · " in each and "R-1" in each)
    assert "2026-03-02 09:00 – 2026-03-05 09:00" in frozen
    assert "전체 · 고정" in frozen
    assert "납기 2026-03-04 00:00 · 납기 지남" in frozen
    assert any("시작 작업 · 변경" in each and "2026-03-03 09:00 – 10:00" in each for each in told)
    assert any("교정" in each for each in told)
    assert any("삼일절 대체 휴일" in each for each in told)


def test_timeline_in_english_uses_english_names() -> None:
    svg = timeline_svg(problem(), schedule(), language="en")
    assert {"Changwon", "Gumi", "Salt spray 1", "frozen ■"} <= set(texts(svg))
    assert any("Neutral salt spray" in each for each in tips(svg))
    assert not any("주말" in each or "고정" in each for each in texts(svg) + tips(svg))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a\"'&<", "nul\0\x1b\ufffe", "가" * 300, "\u202eRTL عربي"])
def test_timeline_holds_any_name(name: str) -> None:
    each = problem()
    named = replace(
        each,
        name=name,
        requests=tuple(replace(request, company_name=name) for request in each.requests),
        lab=replace(each.lab, resources=tuple(replace(resource, name=name) for resource in each.lab.resources)),
    )
    svg = timeline_svg(named, schedule())
    assert parsed(svg).tag == f"{SVG}svg"
    svg.encode()
    assert "<script" not in svg


def test_timeline_needs_nothing_from_outside() -> None:
    svg = timeline_svg(problem(), schedule())
    assert svg.count("http") == 1  # the name space
    assert all(word not in svg for word in ("<style", "style=", "href", "<image", "@import", "onload"))


def test_timeline_bytes_do_not_depend_on_hash_seed_or_language_of_the_machine() -> None:
    program = (
        "import zlib; from tests.exchange.plans import *; from scheduler.exchange.svg import *; print(zlib.crc32(timeline_svg(problem(), schedule()).encode()))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed, "LANG": language}, capture_output=True, text=True, check=True
        ).stdout
        for seed, language in (("1", "C.UTF-8"), ("2", "en_US.UTF-8"), ("3", "ko_KR.UTF-8"))
    }
    assert len(seen) == 1


def test_timeline_draws_only_the_window_asked_for() -> None:
    told = tips(timeline_svg(problem(), schedule(), start=at(4), end=at(5)))
    assert any("R-4" in each for each in told)
    assert not any("R-3" in each for each in told)


@pytest.mark.parametrize(("days", "label"), [(5, "3/2"), (40, "3/9"), (120, "3/9"), (700, "4/1")])
def test_timeline_labels_days_as_there_is_room(days: int, label: str) -> None:
    shown = texts(timeline_svg(problem(), schedule(), start=at(2), end=at(2) + timedelta(days=days)))
    assert label in shown
    assert sum("/" in each for each in shown) <= 40


def test_timeline_says_how_many_companies_its_legend_leaves_out() -> None:
    each = problem()
    many = tuple(replace(each.requests[0], id=f"Q-{number}", company=f"c-{number}", company_name="") for number in range(20))
    booked = Schedule(bookings=tuple(salt_booking(request.id, at(2, 9)) for request in many))
    shown = texts(timeline_svg(replace(each, requests=many, in_force=()), booked))
    assert "외 6곳" in shown
    assert "c-12" in shown


def test_timeline_marks_now_only_inside_the_window() -> None:
    assert "지금" in texts(timeline_svg(replace(problem(), now=at(3, 12)), schedule()))
    assert "지금" not in texts(timeline_svg(problem(), schedule()))


def test_timeline_keeps_the_busiest_rows_and_says_what_is_missing() -> None:
    shown = texts(timeline_svg(problem(), schedule(), max_rows=2))
    assert "염수분무 시험기 1호" in shown
    assert "온라인 자문" not in shown
    assert "이 그림에 없는 자원 2개" in shown


def bars(svg: str, request: str, resource: str) -> list[ElementTree.Element]:
    found = []
    for group in parsed(svg).iter(f"{SVG}g"):
        tip = group.find(f"{SVG}title")
        if tip is not None and tip.text is not None and tip.text.endswith(request) and resource in tip.text:
            found.append(group)
    return found


def test_timeline_puts_bars_that_overlap_into_lanes() -> None:
    svg = timeline_svg(problem(), schedule())
    rects = [bars(svg, each, "염수분무 시험기 1호")[0].find(f"{SVG}rect") for each in ("R-1", "R-2")]
    tops = sorted(float(each.get("y", "")) for each in rects if each is not None)
    assert tops[1] - tops[0] >= 15


def test_timeline_border_shows_the_state() -> None:
    svg = timeline_svg(problem(), schedule())
    frozen, moved = (bars(svg, each, "염수분무 시험기 1호")[0].find(f"{SVG}rect") for each in ("R-1", "R-2"))
    assert frozen is not None
    assert moved is not None
    assert frozen.get("stroke-dasharray") is None
    assert moved.get("stroke-dasharray") is not None
    assert frozen.get("stroke") != moved.get("stroke")


def test_timeline_bar_is_as_long_as_its_part() -> None:
    svg = timeline_svg(problem(), schedule(), start=at(2), end=at(6))
    rect = bars(svg, "R-2", "염수분무 시험기 1호")[0].find(f"{SVG}rect")
    assert rect is not None
    assert float(rect.get("width", "")) == pytest.approx((1100 - 190 - 16) * 63 / 96 - 1, abs=0.2)  # cut at the window's end


def test_timeline_without_bookings_says_so() -> None:
    assert "이 기간에 예약이 없습니다" in texts(timeline_svg(problem(), Schedule()))


def test_timeline_default_window_is_at_most_five_weeks() -> None:
    far = Schedule(bookings=(salt_booking("R-1", at(2, 9)), salt_booking("R-2", at(30, 9)), salt_booking("R-2", at(300, 9))))
    days = [each for each in tips(timeline_svg(problem(), far)) if "주말" in each]
    assert 8 <= len(days) <= 11


@pytest.mark.parametrize(("day", "later"), [(19, None), (30, "later bookings not shown: 1")])
def test_timeline_shows_three_weeks_whole_and_counts_what_begins_later(day: int, later: str | None) -> None:
    booked = Schedule(bookings=(salt_booking("R-1", at(2, 9)), salt_booking("R-2", at(day, 9))))
    heading = texts(timeline_svg(problem(), booked, language="en"))[1]
    assert (heading.rpartition(" · ")[2] == later) if later else "not shown" not in heading


def test_company_hue_is_one_of_ten_and_stays() -> None:
    assert company_hue("hanbit") == company_hue("hanbit")
    assert {company_hue(f"c{number}") for number in range(200)} == set(HUES)


def step(seconds: float, objective: int | None, bound: int | None) -> Progress:
    gap = None if objective is None or bound is None else (objective - bound) / max(objective, 1)
    return Progress(seconds=seconds, phase="improve", objective=objective, bound=bound, gap=gap)


def test_progress_draws_steps_that_fall_and_rise() -> None:
    svg = progress_svg([step(0.5, 98_000, None), step(1, 83_000, 20_000), step(4, 70_000, 60_000)])
    falling, rising = (each.get("d", "") for each in parsed(svg).iter(f"{SVG}path") if each.get("stroke-width") == "2.2" and each.get("fill") == "none")
    ys = [float(each.split()[1]) for each in falling[1:].split("L")]
    assert ys == sorted(ys)
    assert len(ys) == 6
    ys = [float(each.split()[1]) for each in rising[1:].split("L")]
    assert ys == sorted(ys, reverse=True)
    assert "차이 14.3 %" in texts(svg)


def test_progress_leaves_out_earlier_tiers() -> None:
    svg = progress_svg([step(0, 10, 10), step(1, 5_000, 1_000), step(2, 4_000, 3_000)], language="en")
    assert "gap 25.0 %" in texts(svg)
    assert "5,000" in texts(svg)
    falling = next(each.get("d", "") for each in parsed(svg).iter(f"{SVG}path") if each.get("fill") == "none")
    assert falling.count("L") == 3


@pytest.mark.parametrize("steps", [[], [step(0, None, None)], [step(0, 5, None)], [step(0, 0, 0)], [step(0, 7, 7), step(3, 7, 7)], [step(1, None, 4)]])
def test_progress_draws_whatever_is_known(steps: list[Progress]) -> None:
    assert parsed(progress_svg(steps)).tag == f"{SVG}svg"
    assert progress_svg(steps) == progress_svg(list(steps))


@pytest.mark.parametrize(("value", "short"), [(1.0, "1"), (1.25, "1.2"), (-0.01, "0"), (0.0, "0"), (-3.5, "-3.5"), (100.0, "100")])
def test_number_is_short(value: float, short: str) -> None:
    assert number(value) == short


def test_fitted_text_fits() -> None:
    assert fitted("한빛도금 주식회사", 60, 12) == "한빛도금…"
    assert width(fitted("가나다라마바사" * 9, 80, 12), 12) <= 80
    assert fitted("abc", 4, 12) == ""


def test_escape_leaves_nothing_that_xml_forbids() -> None:
    wild = "".join(map(chr, range(0x20))) + "\ufffe\ud800<&\"'>"
    assert ElementTree.fromstring(f'<a b="{escape(wild)}">{escape(wild)}</a>').text == "\t\n\n\n\n<&\"'>"


def test_timeline_survives_a_booking_of_another_century() -> None:
    long_ago = replace(salt_booking("R-1", at(2)), window=window(datetime(1901, 1, 1, tzinfo=UTC), datetime(9800, 1, 1, tzinfo=UTC)))
    assert ElementTree.fromstring(timeline_svg(problem(), Schedule(bookings=(long_ago,)))).tag.endswith("svg")
