import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from scheduler.errors import InputError
from scheduler.model import codec
from scheduler.model.request import Request
from tests.api.conftest import App
from tests.api.labs import choice, plain_request


def test_request_is_stored_and_found(client: TestClient) -> None:
    answer = client.post("/api/requests", json=plain_request())
    assert answer.status_code == 201
    body = answer.json()
    assert (body["id"], body["state"], body["reasons"]) == ("R1", "open", [])
    assert body["request"]["tasks"][0]["modes"][0]["duration"] == "PT2H"
    assert client.get("/api/requests/R1").json() == body
    assert client.get("/api/requests").json() == {"requests": [body], "next": None}


def test_list_is_paged_in_the_order_of_submission(client: TestClient) -> None:
    for number in range(3):
        client.post("/api/requests", json=plain_request(f"R{number}"))
    first = client.get("/api/requests?limit=2").json()
    assert [each["id"] for each in first["requests"]] == ["R0", "R1"]
    rest = client.get(f"/api/requests?limit=2&after={first['next']}").json()
    assert [each["id"] for each in rest["requests"]] == ["R2"]
    assert rest["next"] is None
    assert client.get("/api/requests?state=planned").json()["requests"] == []


BAD = [
    b"{",
    b"",
    b"[]",
    json.dumps({**plain_request(), "wieght": 3}).encode(),
    json.dumps({**plain_request(), "release": "2026-03-02T09:00:00"}).encode(),
    json.dumps({**plain_request(), "tasks": [{"id": "talk", "modes": [{"duration": "-PT1H", "requirements": []}]}]}).encode(),
    json.dumps({**plain_request(), "release": "2026-03-02T09:00:00Z", "deadline": "2026-03-01T09:00:00Z"}).encode(),
]


def test_bad_body_is_refused_with_the_words_of_the_command_line(client: TestClient) -> None:
    for body in BAD:
        with pytest.raises(InputError) as fault:
            codec.parse(Request, body)
        answer = client.post("/api/requests", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.json()["detail"], answer.json().get("path", "")) == (fault.value.message, fault.value.path)
    assert client.get("/api/requests").json()["requests"] == []


def test_unknown_resource_is_named_with_its_path(client: TestClient) -> None:
    body = plain_request()
    body["tasks"][0]["modes"][0]["requirements"][0]["select"] = {"ids": ["no-such"]}
    answer = client.post("/api/requests", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:slotwright:problem:unknown-reference"
    assert "tasks[0].modes[0].requirements[0].select" in answer.json()["path"]


def test_request_that_nobody_can_do_is_refused(client: TestClient) -> None:
    body = plain_request()
    body["tasks"][0]["modes"][0]["requirements"][0]["select"] = {"qualification": "magic"}
    assert client.post("/api/requests", json=body).status_code == 422


def test_only_json_is_read(client: TestClient) -> None:
    answer = client.post("/api/requests", content=json.dumps(plain_request()), headers={"content-type": "text/plain"})
    assert answer.status_code == 415


def test_huge_body_is_refused(client: TestClient) -> None:
    answer = client.post("/api/requests", json=plain_request(name="x" * 250_000))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_same_id_twice_is_a_conflict(client: TestClient) -> None:
    client.post("/api/requests", json=plain_request())
    assert client.post("/api/requests", json=plain_request()).status_code == 409


def test_same_key_stores_once(client: TestClient) -> None:
    first = client.post("/api/requests", json=plain_request(), headers={"Idempotency-Key": "k1"})
    again = client.post("/api/requests", json=plain_request(), headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_withdrawn_request_stays_visible(client: TestClient) -> None:
    client.post("/api/requests", json=plain_request())
    assert client.delete("/api/requests/R1").json()["state"] == "withdrawn"
    assert client.get("/api/requests/R1").json()["state"] == "withdrawn"
    assert client.delete("/api/requests/nothing").status_code == 404


def test_method_choice_becomes_tasks(client: TestClient) -> None:
    answer = client.post("/api/requests/from-method", json=choice(specimens=3, region="수도권"))
    assert answer.status_code == 201
    request = answer.json()["request"]
    assert [each["id"] for each in request["tasks"]] == ["expose", "judge"]
    assert request["tasks"][0]["modes"][0]["duration"] == "P1D"
    assert request["tasks"][0]["modes"][0]["requirements"][0]["select"]["sites"] == ["seoul"]
    assert request["precedences"][0]["max_lag"] == "P3D"
    assert request["specimens"] == 3


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"method": "none"}, "method"),
    ({"duration": "PT25H"}, "duration"),
    ({"duration": None}, "duration"),
    ({"region": "달"}, "region"),
    ({"sites": ["moon"]}, "sites[0]"),
    ({"region": "영남", "sites": ["seoul"]}, "sites"),
    ({"specimens": 0}, "specimens"),
    ({"company": ""}, "company"),
]


def test_wrong_choice_names_the_field(client: TestClient) -> None:
    for change, path in WRONG:
        answer = client.post("/api/requests/from-method", json=choice(**change))
        assert (answer.status_code, answer.json()["path"]) == (422, path), change
    assert client.get("/api/requests").json()["requests"] == []


def test_methods_and_lab_are_listed(client: TestClient) -> None:
    method = client.get("/api/methods").json()["methods"][0]
    assert (method["id"], method["duration_minutes"]) == ("nss", [1440, 4320])
    answer = client.get("/api/lab")
    assert [each["id"] for each in answer.json()["resources"]] == ["chamber-1", "kim", "lee", "room"]
    etag = answer.headers["etag"]
    assert client.get("/api/lab", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/api/lab", headers={"If-None-Match": '"other"'}).status_code == 200


def test_offers_disturb_nobody_and_store_nothing(app: App) -> None:
    client = app.client
    client.post("/api/requests/from-method", json=choice())
    app.publish()
    taken = client.get("/api/bookings?resource=chamber-1").json()
    found = client.post("/api/offers/from-method?count=3", json=choice("other")).json()
    assert found["revision"] == 1
    assert found["offers"]
    for offer in found["offers"]:
        exposure = next(each for each in offer["bookings"] if each["task"] == "expose")
        assert exposure["window"]["start"] >= taken[0]["window"]["end"] or exposure["window"]["end"] <= taken[0]["window"]["start"]
    assert len(client.get("/api/requests").json()["requests"]) == 1
    assert client.post("/api/offers", json=plain_request()).json()["offers"]
