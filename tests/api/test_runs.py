import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import App
from tests.api.labs import choice
from tests.api.planning import work_once


def events(text: str) -> list[dict[str, Any]]:
    """Server-sent events as field by name; comments left out."""
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if fields:
            found.append(fields | {"data": json.loads(fields["data"])})
    return found


def test_run_is_queued_and_worked_off(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice())
    answer = app.client.post("/api/runs", json={"limits": {"time_limit_seconds": 5}})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/runs/{answer.json()['id']}"
    assert (answer.json()["state"], answer.json()["limits"]["time_limit_seconds"]) == ("queued", 5)
    work_once(app.database, app.clock())
    run = app.client.get(answer.headers["location"]).json()
    assert (run["state"], run["outcome"], run["served"], run["requests"]) == ("finished", "feasible", 1, 1)
    assert app.client.get("/api/runs").json()["runs"] == [run]


def test_wrong_order_names_the_field(client: TestClient) -> None:
    answer = client.post("/api/runs", json={"limits": {"time_limit_seconds": -1}})
    assert (answer.status_code, answer.json()["path"]) == (422, "limits.time_limit_seconds")
    assert client.get("/api/runs").json()["runs"] == []


def test_waiting_run_is_stopped(client: TestClient) -> None:
    run = client.post("/api/runs").json()
    assert client.delete(f"/api/runs/{run['id']}").json()["state"] == "cancelled"
    assert client.delete("/api/runs/nothing").status_code == 404


def test_events_are_numbered_and_end_with_done(app: App) -> None:
    run = app.plan()
    answer = app.client.get(f"/api/runs/{run['id']}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = events(answer.text)
    assert [each["event"] for each in found] == ["state", "state", "progress", "progress", "progress", "state", "done"]
    assert [int(each["id"]) for each in found[:-1]] == [1, 2, 3, 4, 5, 6]
    assert found[2]["retry"] == "2000"
    assert found[2]["data"]["objective"] == 900
    assert found[-1]["data"]["state"] == "finished"
    assert found[-1]["data"]["draft"] == run["draft"]


def test_events_resume_after_the_last_one_seen(app: App) -> None:
    run = app.plan()
    found = events(app.client.get(f"/api/runs/{run['id']}/events", headers={"Last-Event-ID": "4"}).text)
    assert [each["event"] for each in found] == ["progress", "state", "done"]


def test_events_of_an_unknown_run_are_a_plain_404(client: TestClient) -> None:
    answer = client.get("/api/runs/nothing/events")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_draft_shows_changes_and_is_published(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice())
    run = app.plan()
    draft = app.client.get(f"/api/drafts/{run['draft']}").json()
    assert (draft["base_revision"], draft["served"], draft["added"], draft["published_revision"]) == (0, 1, 2, None)
    assert {each["kind"] for each in draft["changes"]} == {"added"}
    assert next(each["name"] for each in draft["score"]) == "unserved"
    assert app.client.get("/api/bookings").json() == []
    answer = app.client.post(f"/api/drafts/{run['draft']}/publish", json={"expected_revision": 0})
    assert (answer.status_code, answer.json()["revision"], answer.json()["added"]) == (200, 1, 2)
    assert len(app.client.get("/api/bookings").json()) == 2
    assert app.client.get(f"/api/drafts/{run['draft']}").json()["published_revision"] == 1


def test_stale_draft_is_a_conflict_and_changes_nothing(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice())
    stale = app.plan()
    app.publish()
    before = app.client.get("/api/bookings").json()
    for seen in (0, 1, 7):
        answer = app.client.post(f"/api/drafts/{stale['draft']}/publish", headers={"If-Match": f'"{seen}"'})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:slotwright:problem:stale-schedule")
    assert app.client.get("/api/bookings").json() == before


def test_publish_must_say_what_was_seen(app: App) -> None:
    run = app.plan()
    for headers in ({}, {"If-Match": "*"}, {"If-Match": "x"}):
        answer = app.client.post(f"/api/drafts/{run['draft']}/publish", headers=headers)
        assert (answer.status_code, answer.json()["path"]) == (422, "expected_revision")


@pytest.mark.parametrize("nonsense", [b"\xb2", b"9" * 5000, b"-1", b"x"])
def test_events_begin_anew_when_the_last_one_seen_is_nonsense(app: App, nonsense: bytes) -> None:
    run = app.plan()
    found = events(app.client.get(f"/api/runs/{run['id']}/events", headers={b"Last-Event-ID": nonsense}).text)
    assert [int(each["id"]) for each in found[:2]] == [1, 2]


@pytest.mark.parametrize("nonsense", [b"\xb2", b"9" * 5000, b"9" * 19, b"2147483648", b"*", b"1.5"])
def test_publishing_at_a_revision_that_cannot_be_is_refused(app: App, nonsense: bytes) -> None:
    draft = app.plan()["draft"]
    header = app.client.post(f"/api/drafts/{draft}/publish", headers={b"If-Match": nonsense})
    body = app.client.post(f"/api/drafts/{draft}/publish", json={"expected_revision": 2**63})
    form = app.client.post(f"/drafts/{draft}/publish", data={"expected_revision": nonsense.decode("latin-1")})
    assert [each.status_code for each in (header, body, form)] == [422, 422, 422]
    assert header.json()["path"] == body.json()["path"] == "expected_revision"
