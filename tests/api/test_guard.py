import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from api.guard import CONTENT_SECURITY_POLICY, refusal_of

NAMES = ("127.0.0.1", "localhost", "[::1]")


@pytest.mark.parametrize(
    ("method", "headers", "is_allowed"),
    [
        ("GET", {}, True),
        ("GET", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {}, True),
        ("POST", {"sec-fetch-site": "same-origin"}, True),
        ("POST", {"sec-fetch-site": "none"}, True),
        ("POST", {"sec-fetch-site": "same-site"}, False),
        ("DELETE", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, False),
        ("POST", {"origin": "http://127.0.0.1:8000"}, True),
        ("POST", {"origin": "http://127.0.0.1:9000"}, False),
        ("POST", {"origin": "http://evil.example"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": "http://["}, False),
        ("PUT", {"origin": "http://evil.example"}, False),
    ],
)
def test_write_is_allowed_from_our_own_pages_only(method: str, headers: dict[str, str], is_allowed: bool) -> None:
    assert (refusal_of(method, Headers({"host": "127.0.0.1:8000", **headers}), NAMES) is None) == is_allowed


@pytest.mark.parametrize(("host", "is_allowed"), [("127.0.0.1:8000", True), ("LOCALHOST", True), ("[::1]:80", True), ("evil.example:8000", False), ("", False)])
def test_foreign_host_name_is_refused(host: str, is_allowed: bool) -> None:
    assert (refusal_of("GET", Headers({"host": host}), NAMES) is None) == is_allowed


def test_any_host_name_serves_behind_a_proxy() -> None:
    assert refusal_of("GET", Headers({"host": "lab.example"}), ()) is None


def test_every_answer_has_the_policy(client: TestClient) -> None:
    for path in ("/", "/api/lab", "/api/nothing", "/nothing", "/feeds/x.ics", "/livez", "/openapi.json"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_cross_site_form_changes_nothing(client: TestClient) -> None:
    answer = client.post("/runs", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert client.get("/api/runs").json() == {"runs": []}


def test_refused_host_gets_nothing(client: TestClient) -> None:
    assert client.get("/api/lab", headers={"host": "evil.example"}).status_code == 403


def test_there_is_no_documentation_page_from_elsewhere(client: TestClient) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
    assert client.get("/openapi.json").status_code == 200


@pytest.mark.parametrize("address", ["/api/requests?company=a%00b", "/api/requests/a%00b", "/schedule?site=%00"])
def test_address_with_a_nul_is_refused(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "NUL" in answer.json()["detail"]
