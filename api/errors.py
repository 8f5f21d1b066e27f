"""Errors on the wire: the one table from error classes to status codes, as problem+json (RFC 9457)."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from scheduler import errors
from scheduler.model.codec import path_text

log = logging.getLogger("api")

STATUS: Mapping[type[errors.SchedulerError], HTTPStatus] = {
    errors.InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownReference: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TaskCannotFit: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnsupportedFormat: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.StaleSchedule: HTTPStatus.CONFLICT,
    errors.SlotTaken: HTTPStatus.CONFLICT,
    errors.HoldExpired: HTTPStatus.CONFLICT,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Defect: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ScheduleRejected: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ModelInvalid: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SchedulerError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Every class of `scheduler.errors`; a test compares the two, so a new class cannot be forgotten."""

PROBLEM_JSON = "application/problem+json"


class Problem(BaseModel):
    """What a client gets instead of an answer; `path` names the faulty field of the body or query."""

    type: str
    title: str
    status: int
    detail: str
    path: str | None = None


def problem_of(error: Exception) -> Problem:
    """The problem document of any exception; foreign exceptions keep their details to themselves."""
    match error:
        case errors.InputError(message=message, path=path):
            return _problem(_kind(type(error).__name__), status_of(error), message, path or None)
        case errors.SchedulerError():
            return _problem(_kind(type(error).__name__), status_of(error), str(error))
        case RequestValidationError():
            first = error.errors()[0]
            # FastAPI names the place first (query, path, header); the field is what people know.
            return _problem("input-error", HTTPStatus.UNPROCESSABLE_ENTITY, f"{first['msg']}; correct it", path_text(tuple(first["loc"][1:])))
        case HTTPException():
            status = HTTPStatus(error.status_code)
            return _problem(_kind(status.phrase), status, str(error.detail))
        case _:
            return _problem("defect", HTTPStatus.INTERNAL_SERVER_ERROR, "this is our fault; the server's log has the details")


def status_of(error: errors.SchedulerError) -> HTTPStatus:
    """The status of an error: that of its class, else of the nearest class above."""
    return next(STATUS[each] for each in type(error).__mro__ if each in STATUS)


async def answer_problem(request: Request, error: Exception) -> Response:
    """The exception handler of API routes."""
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Where a database does not answer is no riddle: one line; for faults of ours all there is.
        trace = None if isinstance(error, errors.StorageError) else error
        log.error("%s %s: %s", request.method, route_of(request), error, exc_info=trace)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return JSONResponse(problem.model_dump(exclude_none=True), problem.status, headers, media_type=PROBLEM_JSON)


def route_of(request: Request) -> str:
    """The path as it may be logged: the template of the route where there is one, never a feed's token."""
    route = request.scope.get("route")
    return str(getattr(route, "path", "")) or redacted(request.url.path)


def redacted(path: str) -> str:
    """`path` with the secret of a feed taken out."""
    return re.sub(r"^/feeds/[^/?]+\.ics", "/feeds/[token].ics", path)


def _problem(kind: str, status: HTTPStatus, detail: str, path: str | None = None) -> Problem:
    return Problem(type=f"urn:slotwright:problem:{kind}", title=status.phrase, status=status, detail=detail, path=path)


def _kind(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|\W+", "-", name).lower()
