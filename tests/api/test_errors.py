import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from api.errors import STATUS, problem_of, redacted
from scheduler import errors

EXPECTED = {
    errors.InputError("m", "p"): 422,
    errors.UnknownReference("m", "p"): 422,
    errors.TaskCannotFit("m", "p"): 422,
    errors.UnsupportedFormat("m", "p"): 422,
    errors.NotFound("m"): 404,
    errors.Conflict("m"): 409,
    errors.StaleSchedule("m"): 409,
    errors.SlotTaken("m"): 409,
    errors.HoldExpired("m"): 409,
    errors.Forbidden("m"): 403,
    errors.Defect("m"): 500,
    errors.ScheduleRejected("m"): 500,
    errors.ModelInvalid("m"): 500,
    errors.StorageError("m"): 503,
    errors.SchedulerError("m"): 500,
}


def all_kinds(kind: type[errors.SchedulerError] = errors.SchedulerError) -> set[type[errors.SchedulerError]]:
    own = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, kind)}
    return own | {kind}


def test_table_names_every_error_class() -> None:
    assert set(STATUS) == all_kinds() == {type(each) for each in EXPECTED}


@pytest.mark.parametrize("error", EXPECTED, ids=lambda each: type(each).__name__)
def test_error_has_its_status_and_sentence(error: errors.SchedulerError) -> None:
    problem = problem_of(error)
    assert problem.status == EXPECTED[error]
    assert problem.detail == "m"
    assert problem.path == ("p" if isinstance(error, errors.InputError) else None)


def test_kinds_of_problems_differ_by_class() -> None:
    assert len({problem_of(each).type for each in EXPECTED}) == len(EXPECTED)
    assert problem_of(errors.StaleSchedule("m")).type == "urn:slotwright:problem:stale-schedule"


def test_foreign_exception_keeps_its_details() -> None:
    problem = problem_of(ValueError("secret path /home/x"))
    assert problem.status == 500
    assert "secret" not in problem.detail


def test_http_exception_becomes_a_problem() -> None:
    assert problem_of(HTTPException(415, "send json")).model_dump() == {
        "type": "urn:slotwright:problem:unsupported-media-type",
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": "send json",
        "path": None,
    }


def test_unknown_thing_is_a_problem_document(client: TestClient) -> None:
    for path in ("/api/requests/nothing", "/api/nothing", "/api/runs/nothing", "/api/drafts/nothing"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 404


def test_wrong_method_is_a_problem_document(client: TestClient) -> None:
    answer = client.put("/api/requests")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_wrong_query_names_the_field(client: TestClient) -> None:
    answer = client.get("/api/requests?limit=none")
    assert answer.status_code == 422
    assert answer.json()["path"] == "limit"


def test_people_get_a_page(client: TestClient) -> None:
    answer = client.get("/requests/nothing", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "찾을 수 없습니다" in answer.text


def test_feed_secret_is_taken_out_of_paths() -> None:
    assert redacted("/feeds/abc-DEF_1.ics") == "/feeds/[token].ics"
    assert redacted("/feeds/abc.ics?x=1") == "/feeds/[token].ics?x=1"
    assert redacted("/api/feeds") == "/api/feeds"
