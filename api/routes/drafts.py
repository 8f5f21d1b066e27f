"""Drafts over the API: look, publish."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from starlette.requests import Request as HttpRequest

from api.choices import PublishOrder
from api.deps import ACTOR, Db, Now, body, takes, whole_number
from api.schemas import DraftView, PublicationView
from api.views import draft_view, publication_view
from scheduler.errors import InputError
from scheduler.service import publishing

router = APIRouter(prefix="/api/drafts", tags=["drafts"])


@router.get("/{draft_id}")
def find(database: Db, draft_id: str) -> DraftView:
    """A proposed schedule, its score and the changes it would make."""
    return draft_view(publishing.find_draft(database, draft_id))


async def expected_revision(
    request: HttpRequest, if_match: Annotated[str | None, Header(description="The revision that the publisher has seen.")] = None
) -> int:
    """The revision that the caller believes in force, from If-Match or the body. Raises: InputError if neither says it."""
    if await request.body():
        return (await body(PublishOrder)(request)).expected_revision
    seen = whole_number((if_match or "").removeprefix("W/").strip().strip('"'))
    if seen is None:
        raise InputError("say which revision you have seen: If-Match with its number, or a body with expected_revision", "expected_revision")
    return seen


@router.post("/{draft_id}/publish", openapi_extra={**takes(PublishOrder), "requestBody": {**takes(PublishOrder)["requestBody"], "required": False}})
def publish(database: Db, now: Now, draft_id: str, expected: Annotated[int, Depends(expected_revision)]) -> PublicationView:
    """The draft is the schedule in force; 409 and nothing has changed if that is not at the expected revision."""
    return publication_view(publishing.publish(database, draft_id, expected, now, ACTOR))
