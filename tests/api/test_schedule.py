import csv
import io
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.booking_table import harmless
from api.columns import days_between, minute_of
from tests.api.conftest import App
from tests.api.labs import HOSTILE, NOW, choice

START = minute_of(NOW)
WEEK = 7 * 1440


def columns(client: TestClient, start: int, end: int) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/schedule?start_minute={start}&end_minute={end}").json()
    return answer


def test_columns_say_who_serves_when(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice())
    app.publish()
    page = app.client.get(f"/api/schedule?start_minute={START}&end_minute={START + WEEK}").json()
    bookings, bars = page["bookings"], page["bars"]
    assert len({len(column) for column in bookings.values()}) == 1
    assert len({len(column) for column in bars.values()}) == 1
    exposure = bookings["task"].index("expose")
    assert bookings["end_minute"][exposure] - bookings["start_minute"][exposure] == 1440
    mine = [
        (bars["resource"][bar], bars["end_minute"][bar] - bars["start_minute"][bar]) for bar in range(len(bars["booking"])) if bars["booking"][bar] == exposure
    ]
    # The chamber runs for a day, operators load and unload for an hour.
    assert sorted(length for resource, length in mine if resource == 0) == [1440]
    assert sorted(length for resource, length in mine if resource != 0) == [60, 60]
    assert page["closures"] == {"resource": [2], "start_minute": [START], "end_minute": [START + 240], "reason": ["휴가"]}


def test_window_bounds_what_is_sent(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice())
    app.publish()
    assert columns(app.client, START + 20 * WEEK, START + 21 * WEEK)["bookings"]["id"] == []


def test_etag_changes_only_with_the_plan_or_the_lab(app: App) -> None:
    url = f"/api/schedule?start_minute={START}&end_minute={START + WEEK}"
    app.client.post("/api/requests/from-method", json=choice())
    first = app.client.get(url).headers["etag"]
    assert app.client.get(url, headers={"If-None-Match": first}).status_code == 304
    app.publish()
    second = app.client.get(url, headers={"If-None-Match": first})
    assert second.status_code == 200
    assert second.headers["etag"] != first


def test_wrong_window_is_refused(client: TestClient) -> None:
    for query in ("", "?start_minute=5&end_minute=5", "?start_minute=5&end_minute=4", "?start_minute=x&end_minute=4", "?start_minute=5&end_minute=99999999999"):
        assert client.get(f"/api/schedule{query}").status_code == 422, query


def test_wrong_moment_names_the_field(client: TestClient) -> None:
    start, end = "start=2026-03-02T00:00:00", "end=2026-03-01T00:00:00Z"
    for query, path in ((f"{start}&{end}", "start"), (f"{start}Z", "end"), (end, "start"), (f"{start}Z&{end}", "end"), (f"start=x&{end}", "start")):
        for url in ("/api/bookings", "/api/bookings.csv"):
            answer = client.get(f"{url}?{query}")
            assert (answer.status_code, answer.json()["path"]) == (422, path), query


def test_bookings_are_filtered_and_paged(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice())
    app.publish()
    both = app.client.get("/api/bookings").json()
    assert [each["task"] for each in both] == ["expose", "judge"]
    assert app.client.get("/api/bookings?resource=chamber-1").json() == both[:1]
    assert app.client.get(f"/api/bookings?after={both[0]['id']}").json() == both[1:]
    assert app.client.get("/api/bookings?company=nobody").json() == []


def test_csv_is_harmless_in_a_spreadsheet(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice(company_name=f'=HYPERLINK("http://evil.example"){HOSTILE}'))
    app.publish()
    answer = app.client.get("/api/bookings.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[0]["company"].startswith("'=HYPERLINK")
    assert rows[0]["start"] == "2026-03-03T09:00+09:00" or rows[0]["start"].endswith("+09:00")


@pytest.mark.parametrize(("cell", "safe"), [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("plain", "plain"), ("", "")])
def test_formula_is_defused(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


def test_days_have_their_true_beginnings_where_clocks_change() -> None:
    days = days_between("Europe/Berlin", "DE", date(2026, 3, 28), date(2026, 3, 30))
    lengths = [after - before for before, after in zip(days.start_minute, days.start_minute[1:], strict=False)]
    assert lengths == [1440, 1380, 1440]
    assert days.kind == "110"


def test_days_know_public_holidays() -> None:
    days = days_between("Asia/Seoul", "KR", date(2026, 3, 1), date(2026, 3, 3))
    assert days.kind[0] == "2"
    assert 0 in days.name


def test_window_outside_of_all_calendars_is_refused(client: TestClient) -> None:
    for start, end in (("0001-01-01T00:00:00%2B14:00", "2026-03-02T00:00:00Z"), ("2026-03-02T00:00:00Z", "9999-12-31T23:59:59-14:00")):
        for url in ("/api/bookings", "/api/bookings.csv"):
            answer = client.get(f"{url}?start={start}&end={end}")
            assert answer.status_code == 422, answer.text
            assert "no date of this world" in answer.json()["detail"]
