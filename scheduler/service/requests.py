"""Requests: submit, find, list, withdraw."""

from datetime import datetime

from scheduler.model.request import Request
from scheduler.service.database import Database
from scheduler.service.records import RequestRecord, RequestState


def submit(database: Database, request: Request, now: datetime, actor: str, idempotency_key: str | None = None) -> RequestRecord:
    """The request is stored, `open`, and will be in the next run.

    With an `idempotency_key` the same call by the same actor within a day stores it once and returns the first record again.

    Raises: InputError (UnknownReference, TaskCannotFit) if it can never be served, or if the key was
    used for another request; Conflict if another request has its id.
    """


def find(database: Database, request_id: str) -> RequestRecord:
    """The request with that id. Raises: NotFound."""


def list_requests(
    database: Database, company: str | None = None, state: RequestState | None = None, limit: int = 100, after: str | None = None
) -> tuple[RequestRecord, ...]:
    """At most `limit` requests in the order of submission, from the one after the request id `after`.

    Raises: NotFound if nothing has the id `after`.
    """


def withdraw(database: Database, request_id: str, now: datetime, actor: str) -> RequestRecord:
    """The request is withdrawn; its bookings that have not ended are cancelled and kept as cancelled.

    Withdrawing twice changes nothing more. Raises: NotFound; Conflict if the request is done.
    """
