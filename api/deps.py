"""What routes ask for: the database, the time, the body as a record."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.choices import MOST_REVISIONS
from api.settings import Settings
from scheduler.model import codec
from scheduler.service.database import Database

T = TypeVar("T")
Clock = Callable[[], datetime]
BODIES: dict[str, type[Any]] = {}
"""Every record class that a route takes as its body, by name; filled as the routes are declared."""

ACTOR = "api"
"""Who did it, in the audit trail, until there is a sign-in."""


def system_clock() -> datetime:
    """The time of this machine; the entry point's clock, handed down from here."""
    return datetime.now(UTC)


def database_of(request: Request) -> Database:
    """The open database of the app."""
    database: Database = request.app.state.database
    return database


def settings_of(request: Request) -> Settings:
    """The settings of the app."""
    settings: Settings = request.app.state.settings
    return settings


def now_of(request: Request) -> datetime:
    """The time by the app's clock."""
    clock: Clock = request.app.state.clock
    return clock()


def whole_number(text: str) -> int | None:
    """The number that `text` says in ASCII digits, None for anything else and for more than a revision can be."""
    # `isdigit` alone lets superscripts through, and thousands of digits are refused by `int`.
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
    return number if number is not None and number <= MOST_REVISIONS else None


def new_id(prefix: str) -> str:
    """A fresh id that people can read aloud."""
    return f"{prefix}-{''.join(secrets.choice('23456789abcdefghjkmnpqrstuvwxyz') for _ in range(8))}"


Db = Annotated[Database, Depends(database_of)]
Config = Annotated[Settings, Depends(settings_of)]
Now = Annotated[datetime, Depends(now_of)]


def body(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency that parses the JSON body as `kind` exactly as the command line parses a file.

    Raises: InputError with the path of the fault.
    """

    async def read(request: Request) -> T:
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/json":
            raise HTTPException(415, "send the body as application/json")
        return codec.parse(kind, await request.body())

    return read


def takes(kind: type[Any]) -> dict[str, Any]:
    """`openapi_extra` of a route whose body is `kind`; `api.openapi` adds the schema."""
    BODIES[kind.__name__] = kind
    schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
