"""Planning runs over the API: ask for one, watch it, stop it."""

import asyncio
from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from api.choices import RunOrder
from api.deps import ACTOR, Config, Db, Now, body, takes, whole_number
from api.schemas import RunList, RunView
from api.views import event_view, run_view
from scheduler.model import codec
from scheduler.service import runs
from scheduler.service.records import RUN_ENDED, RunRecord

router = APIRouter(prefix="/api/runs", tags=["runs"])
RETRY_MILLISECONDS = 2000


async def read_order(request: HttpRequest) -> RunOrder:
    """The body of a run order; none at all means the defaults."""
    return await body(RunOrder)(request) if await request.body() else codec.parse(RunOrder, b"{}")


@router.post("", status_code=202, openapi_extra=takes(RunOrder))
def request_run(database: Db, now: Now, order: Annotated[RunOrder, Depends(read_order)], response: Response) -> RunView:
    """A run is queued over the lab, all open requests and the schedule in force, as they are now."""
    record = runs.request_run(database, now, ACTOR, order.limits, order.policy, order.horizon)
    response.headers["Location"] = f"/api/runs/{record.id}"
    return run_view(record)


@router.get("")
def list_runs(database: Db, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> RunList:
    """The latest runs, newest first."""
    return RunList(runs=[run_view(each) for each in runs.list_runs(database, limit=limit)])


def run_of(database: Db, run_id: str) -> RunRecord:
    """The run that the path names; found before a stream begins, so that an unknown one is a plain 404."""
    return runs.find_run(database, run_id)


@router.get("/{run_id}")
def find(record: Annotated[RunRecord, Depends(run_of)]) -> RunView:
    """One run with the latest that is known of it."""
    return run_view(record)


@router.delete("/{run_id}")
def stop(database: Db, now: Now, run_id: str) -> RunView:
    """The run is asked to stop; it keeps its best plan as a draft."""
    return run_view(runs.cancel_run(database, run_id, now, ACTOR))


@router.get("/{run_id}/events", response_class=EventSourceResponse)
async def watch(
    database: Db,
    config: Config,
    record: Annotated[RunRecord, Depends(run_of)],
    last_event_id: Annotated[str, Header(description="Number of the last event that the client has.")] = "0",
) -> AsyncIterable[ServerSentEvent]:
    """Server-sent events: `progress` and `state`, numbered, then `done`, after which the stream ends."""
    seq = whole_number(last_event_id) or 0
    while True:
        # The state is read before the events: once it has ended, no event can come after those read next.
        current = await run_in_threadpool(runs.find_run, database, record.id)
        for event in await run_in_threadpool(runs.events_after, database, record.id, seq):
            seq = event.seq
            name = "progress" if event.progress is not None else "state"
            yield ServerSentEvent(data=event_view(event), event=name, id=str(seq), retry=RETRY_MILLISECONDS)
        if current.state in RUN_ENDED and seq >= current.last_seq:
            yield ServerSentEvent(data=run_view(current), event="done", id=str(seq), retry=RETRY_MILLISECONDS)
            return
        await asyncio.sleep(config.poll_seconds)
