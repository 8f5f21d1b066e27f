import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.exchange.tables import BOOKING_COLUMNS, UNSERVED_COLUMNS, BookingRow, bookings_csv, guarded, schedule_csv, table_csv, unserved_csv
from tests.exchange.plans import at, problem, schedule

DANGEROUS = ("=1+1", "+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\x00=1", "\u2028=1")


def rows_of(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_schedule_csv_has_a_row_for_each_booking() -> None:
    rows = rows_of(schedule_csv(problem(), schedule()))
    assert tuple(rows[0]) == BOOKING_COLUMNS
    assert [row["request"] for row in rows] == ["R-1", "R-2", "R-3", "R-4"]
    assert rows[0] == {
        "request": "R-1",
        "request_name": "도금 부품 시험",
        "company": "hanbit",
        "company_name": "한빛도금",
        "task": "exposure",
        "task_name": "염수분무 72시간",
        "method": "nss",
        "mode": "standard",
        "start": "2026-03-02 09:00",
        "end": "2026-03-05 09:00",
        "time_zone": "Asia/Seoul",
        "duration_hours": "72",
        "sites": "창원 신뢰성센터",
        "resources": "salt-1; kim",
        "resource_names": "염수분무 시험기 1호; 김시험",
        "state": "frozen",
        "due": "2026-03-04 00:00",
        "late_hours": "33",
        "runs": "",
    }
    assert [row["state"] for row in rows] == ["frozen", "moved", "new", "new"]
    assert rows[3]["request_name"] == "'=HYPERLINK(1)"


def test_unserved_csv_gives_the_reasons() -> None:
    rows = rows_of(unserved_csv(problem(), schedule()))
    assert tuple(rows[0]) == UNSERVED_COLUMNS
    assert len(rows) == 1
    assert (rows[0]["request"], rows[0]["request_name"], rows[0]["weight"]) == ("R-5", "'-2+3", "3")
    assert (rows[0]["deadline"], rows[0]["reasons"], rows[0]["details"]) == ("2026-03-03 00:00", "deadline", "03-09부터 가능")


def test_bookings_csv_writes_local_times_of_each_row() -> None:
    row = BookingRow(request="R", task="t", start=at(2, 9), end=at(2, 10.5), time_zone="Europe/Berlin")
    got = rows_of(bookings_csv([row, replace(row, time_zone="Asia/Seoul")]))
    assert [each["start"] for each in got] == ["2026-03-02 01:00", "2026-03-02 09:00"]
    assert got[0]["duration_hours"] == "1.5"
    assert got[0]["late_hours"] == got[0]["due"] == ""


@pytest.mark.parametrize("cell", DANGEROUS)
def test_cells_that_a_spreadsheet_would_run_are_guarded(cell: str) -> None:
    row = BookingRow(request=cell, task=cell, company_name=cell, start=at(2), end=at(3), time_zone="Asia/Seoul", sites=(cell,), resource_names=(cell,))
    got = rows_of(bookings_csv([row]))[0]
    for column in ("request", "task", "company_name", "sites", "resource_names"):
        assert got[column].startswith("'")


@given(st.text(st.characters(exclude_categories=()), max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_text_is_one_cell(words: str) -> None:
    got = rows_of(table_csv(("a", "b"), [{"a": words, "b": 1}]))
    assert got == [{"a": guarded(words), "b": "1"}]
    assert not got[0]["a"].lstrip().startswith(("=", "+", "-", "@"))


def test_numbers_are_numbers() -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert rows_of(table_csv(("a", "b", "c", "d"), [{"a": -3, "b": -1.5, "c": None, "d": moment}])) == [
        {"a": "-3", "b": "-1.5", "c": "", "d": "2026-03-02 09:00"}
    ]
    assert (
        rows_of(bookings_csv([BookingRow(request="R", task="t", start=moment, end=moment + timedelta(minutes=20), time_zone="UTC")]))[0]["duration_hours"]
        == "0.33"
    )
