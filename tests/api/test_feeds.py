import gzip
from datetime import timedelta

import icalendar
from fastapi.testclient import TestClient

from tests.api.conftest import App
from tests.api.labs import HOSTILE, choice


def make_feed(client: TestClient, scope: str, scope_id: str) -> str:
    answer = client.post("/api/feeds", json={"scope": scope, "scope_id": scope_id})
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    return url


def booked(app: App) -> App:
    app.client.post("/api/requests/from-method", json=choice())
    app.publish()
    return app


def plain(client: TestClient, url: str, **headers: str) -> bytes:
    return client.get(url, headers={"accept-encoding": "identity", **headers}).content


def test_feed_holds_the_bookings(app: App) -> None:
    url = make_feed(booked(app).client, "company", "hanbit")
    answer = app.client.get(url, headers={"accept-encoding": "identity"})
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=0, must-revalidate"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    calendar = icalendar.Calendar.from_ical(answer.content)
    events = calendar.walk("VEVENT")
    assert len(events) == 2
    uids = {each["uid"] for each in app.client.get("/api/bookings").json()}
    assert {str(each["UID"]) for each in events} == uids


def test_operator_is_busy_twice_not_for_days(app: App) -> None:
    client = booked(app).client
    chamber = icalendar.Calendar.from_ical(plain(client, make_feed(client, "resource", "chamber-1"))).walk("VEVENT")
    assert [each.end - each.start for each in chamber] == [timedelta(hours=24)]
    people = [icalendar.Calendar.from_ical(plain(client, make_feed(client, "resource", each))).walk("VEVENT") for each in ("kim", "lee")]
    lengths = sorted(each.end - each.start for events in people for each in events)
    assert lengths == [timedelta(hours=1)] * 3
    uids = [str(each["UID"]) for events in people for each in events]
    assert len(set(uids)) >= 2


def test_head_says_the_same_without_the_body(app: App) -> None:
    url = make_feed(booked(app).client, "site", "seoul")
    got, head = app.client.get(url), app.client.head(url)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "last-modified", "content-type", "content-encoding"):
        assert head.headers[name] == got.headers[name]


def test_known_tag_gives_304(app: App) -> None:
    url = make_feed(booked(app).client, "site", "seoul")
    strong = app.client.get(url, headers={"accept-encoding": "identity"}).headers["etag"]
    weak = app.client.get(url, headers={"accept-encoding": "gzip"}).headers["etag"]
    assert not strong.startswith("W/")
    assert weak.startswith("W/")
    assert weak.removeprefix("W/") != strong
    for header in (strong, f"W/{strong}", weak, f'"other", {strong}', "*"):
        answer = app.client.get(url, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
        assert app.client.head(url, headers={"If-None-Match": header}).status_code == 304
    assert app.client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_if_modified_since_counts_without_a_tag_only(app: App) -> None:
    url = make_feed(booked(app).client, "site", "seoul")
    stamp = app.client.get(url).headers["last-modified"]
    assert app.client.get(url, headers={"If-Modified-Since": stamp}).status_code == 304
    assert app.client.get(url, headers={"If-Modified-Since": "Mon, 02 Feb 2026 00:00:00 GMT"}).status_code == 200
    assert app.client.get(url, headers={"If-Modified-Since": "nonsense"}).status_code == 200
    assert app.client.get(url, headers={"If-Modified-Since": stamp, "If-None-Match": '"other"'}).status_code == 200


def test_compressed_variant_is_the_same_feed(app: App) -> None:
    url = make_feed(booked(app).client, "site", "seoul")
    with app.client.stream("GET", url, headers={"accept-encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        packed = b"".join(answer.iter_raw())
    assert gzip.decompress(packed) == plain(app.client, url)


def test_replan_without_change_leaves_bytes_and_tag(app: App) -> None:
    url = make_feed(booked(app).client, "resource", "chamber-1")
    before, tag = plain(app.client, url), app.client.get(url).headers["etag"]
    app.clock.advance(timedelta(minutes=10))
    app.publish()
    assert plain(app.client, url) == before
    assert app.client.get(url).headers["etag"] == tag


def test_change_is_seen(app: App) -> None:
    url = make_feed(booked(app).client, "company", "hanbit")
    tag = app.client.get(url).headers["etag"]
    request = app.client.get("/api/requests").json()["requests"][0]["id"]
    app.client.delete(f"/api/requests/{request}")
    answer = app.client.get(url, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(each["STATUS"]) for each in events} == {"CANCELLED"}


def test_revoked_and_unknown_look_alike(app: App) -> None:
    url = make_feed(app.client, "site", "seoul")
    feed = app.client.get("/api/feeds").json()["feeds"][0]
    assert app.client.delete(f"/api/feeds/{feed['id']}").json()["revoked_at"] is not None
    revoked, unknown = app.client.get(url), app.client.get("/feeds/unknown.ics")
    assert (revoked.status_code, revoked.content) == (unknown.status_code, unknown.content)
    assert revoked.status_code == 404


def test_token_is_shown_once(app: App) -> None:
    token = make_feed(app.client, "site", "seoul").rpartition("/")[2].removesuffix(".ics")
    assert len(token) >= 43
    assert token not in app.client.get("/api/feeds").text
    assert token not in app.client.get("/feeds").text


def test_unknown_scope_is_refused(client: TestClient) -> None:
    assert client.post("/api/feeds", json={"scope": "site", "scope_id": "moon"}).status_code == 422
    assert client.post("/api/feeds", json={"scope": "planet", "scope_id": "moon"}).json()["path"] == "scope"


def test_hostile_names_stay_text(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice(company_name=f"{HOSTILE}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil"))
    app.publish()
    body = plain(app.client, make_feed(app.client, "company", "hanbit"))
    assert b"\nUID:evil" not in body
    assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) == 2
