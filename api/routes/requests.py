"""Requests over the API: submit, list, look at, withdraw."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query

from api.choices import MethodChoice, request_of
from api.deps import ACTOR, Db, Now, body, new_id, takes
from api.remembered import CurrentLab
from api.schemas import RequestList, RequestView
from api.views import request_view
from scheduler.model.request import Request
from scheduler.service import requests
from scheduler.service.records import RequestState

router = APIRouter(prefix="/api/requests", tags=["requests"])
IdempotencyKey = Annotated[str | None, Header(max_length=200, description="The same key within a day stores the request once.")]


@router.post("", status_code=201, openapi_extra=takes(Request))
def submit(database: Db, now: Now, request: Annotated[Request, Depends(body(Request))], idempotency_key: IdempotencyKey = None) -> RequestView:
    """The request is stored and will be in the next run."""
    return request_view(requests.submit(database, request, now, ACTOR, idempotency_key))


@router.post("/from-method", status_code=201, openapi_extra=takes(MethodChoice))
def submit_from_method(database: Db, now: Now, here: CurrentLab, choice: Annotated[MethodChoice, Depends(body(MethodChoice))]) -> RequestView:
    """A request for a test by its name, written out into tasks and stored."""
    request = request_of(here.lab, choice, new_id("R"))
    return request_view(requests.submit(database, request, now, ACTOR))


@router.get("")
def list_all(
    database: Db,
    company: str | None = None,
    state: RequestState | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: str | None = None,
) -> RequestList:
    """Requests in the order of submission."""
    found = requests.list_requests(database, company, state, limit, after)
    return RequestList(requests=[request_view(each) for each in found], next=found[-1].id if len(found) == limit else None)


@router.get("/{request_id}")
def find(database: Db, request_id: str) -> RequestView:
    """One request with its state and, if it was left out, the reasons."""
    return request_view(requests.find(database, request_id))


@router.delete("/{request_id}")
def withdraw(database: Db, now: Now, request_id: str) -> RequestView:
    """The request is withdrawn; its bookings that have not ended are cancelled."""
    return request_view(requests.withdraw(database, request_id, now, ACTOR))
