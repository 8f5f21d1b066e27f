"""The worker as a real process: killed, told to end, cancelled; no run is ever stuck or lost."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.config import Settings
from scheduler.errors import StorageError
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.model.request import Request
from scheduler.service import lab, publishing, requests, runs
from scheduler.service.database import Database
from scheduler.service.records import RunRecord
from scheduler.verify.rules import check_schedule
from scheduler.worker import run_worker
from tests.service.world import HOUR, request, resource, small_lab

PATIENCE_SECONDS = 40
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def hard_requests() -> list[Request]:
    """More late work than three chambers can do: good plans come at once, the proof of the best takes hours."""
    chance = random.Random(1)
    made = []
    for number in range(60):
        due = NOW + chance.randint(4, 80) * HOUR
        made.append(replace(request(f"r{number}", chance.randint(1, 9)), due=due, weight=chance.randint(1, 50)))
    return made


def ask(database: Database, seconds: float, wanted: list[Request] | None = None) -> str:
    lab.replace_lab(database, small_lab(resource("c1"), resource("c2"), resource("c3")), NOW, "ops")
    for each in hard_requests() if wanted is None else wanted:
        requests.submit(database, each, NOW, "web")
    return runs.request_run(database, NOW, "ops", Limits(time_limit_seconds=seconds, workers=1), Policy(resolution=timedelta(hours=1))).id


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "SLOTWRIGHT_DATABASE_URL": url, "SLOTWRIGHT_LEASE_SECONDS": "1.5", "SLOTWRIGHT_POLL_SECONDS": "0.1"}
    process = subprocess.Popen([sys.executable, "-m", "scheduler.worker"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(database: Database, run_id: str, is_so: Callable[[RunRecord], bool]) -> RunRecord:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        record = runs.find_run(database, run_id)
        if is_so(record):
            return record
        time.sleep(0.05)
    pytest.fail(f"waited {PATIENCE_SECONDS} s in vain; the run is {record}")


def is_under_way(record: RunRecord) -> bool:
    return record.state == "running" and record.objective is not None


def has_ended(record: RunRecord) -> bool:
    return record.state in ("finished", "cancelled", "failed")


def test_run_of_a_killed_worker_is_taken_up_again_and_finished(database: Database, database_url: str) -> None:
    run_id = ask(database, seconds=4)
    with worker(database_url) as first:
        until(database, run_id, is_under_way)
        with worker(database_url) as second:
            time.sleep(1)
            assert runs.find_run(database, run_id).attempt == 1
            first.kill()  # SIGKILL: it can tell nobody
            first.wait()
            record = until(database, run_id, has_ended)
            assert second.poll() is None
    assert (record.state, record.attempt, record.outcome) == ("finished", 2, "feasible")
    assert record.draft is not None
    assert check_schedule(runs.load_problem(database, run_id), publishing.find_draft(database, record.draft).schedule) == ()
    events = runs.events_after(database, run_id)
    assert [each.seq for each in events] == list(range(1, len(events) + 1))
    assert [each.state for each in events if each.state] == ["queued", "running", "running", "finished"]
    assert "attempt 2" in next(each.detail for each in reversed(events) if each.state == "running")


def test_cancelled_run_stops_soon_and_told_worker_leaves_its_run_to_others(sqlite_url: str) -> None:
    with Database.open(sqlite_url) as database, worker(sqlite_url) as process:
        run_id = ask(database, seconds=120)
        until(database, run_id, is_under_way)
        asked = time.monotonic()
        runs.cancel_run(database, run_id, datetime.now(UTC), "ops")
        record = until(database, run_id, has_ended)
        assert time.monotonic() - asked < 4, "two seconds on an idle machine"
        assert record.state == "cancelled"
        assert record.draft is not None
        assert record.served == 60

        second = runs.request_run(database, NOW, "ops", Limits(time_limit_seconds=120, workers=1), Policy(resolution=timedelta(hours=1))).id
        until(database, second, is_under_way)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        record = runs.find_run(database, second)
        assert (record.state, record.attempt) == ("queued", 0)
        work = runs.claim(database, "next", datetime.now(UTC), timedelta(seconds=30))
        assert work is not None
        assert work.hint is not None
        assert len(work.hint.bookings) == 60


def test_worker_works_off_what_waits(database: Database, database_url: str) -> None:
    run_id = ask(database, seconds=20, wanted=[request("r1", 2), request("r2", 3)])
    run_worker(database_url, once=True, settings=Settings(lease_seconds=30))
    record = runs.find_run(database, run_id)
    assert (record.state, record.outcome, record.served, record.gap) == ("finished", "optimal", 2, 0.0)
    assert record.draft is not None
    publication = publishing.publish(database, record.draft, 0, NOW, "ops")
    assert publication.added == 2
    again = runs.request_run(database, NOW, "ops", Limits(time_limit_seconds=20)).id
    run_worker(database_url, once=True, settings=Settings(lease_seconds=30))
    repeated = runs.find_run(database, again)
    assert repeated.draft is not None
    assert publishing.find_draft(database, repeated.draft).changes == ()  # nothing has changed, so nothing moves


def test_faulty_problem_fails_its_run_and_the_next_is_done(sqlite_url: str) -> None:
    with Database.open(sqlite_url) as database:
        first = ask(database, seconds=20, wanted=[request("r1")])
        problem = runs.load_problem(database, first)
        _store_instead(database, first, replace(problem, lab=replace(problem.lab, calendars=())))  # refers to nothing: past every check
        second = runs.request_run(database, NOW, "ops", Limits(time_limit_seconds=20, seed=1), Policy(move_cost=1)).id
        run_worker(sqlite_url, once=True)
        record = runs.find_run(database, first)
        assert record.state == "failed"
        assert "the problem is kept" in record.detail
        assert runs.load_problem(database, first).requests == problem.requests
        assert runs.find_run(database, second).state == "finished"


def _store_instead(database: Database, run_id: str, problem: object) -> None:
    from sqlalchemy import update

    from scheduler.model.codec import dump
    from scheduler.store import schema

    digest = runs.find_run(database, run_id).problem_digest
    with database.write() as tx:
        tx.execute(update(schema.problem).where(schema.problem.c.digest == digest).values(body=dump(problem)))


def test_worker_in_a_thread_ends_when_told(sqlite_url: str) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(sqlite_url,), kwargs={"stop_event": stop})
    thread.start()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_worker_that_lost_its_lease_drops_the_run_and_goes_on(sqlite_url: str) -> None:
    stop = threading.Event()
    with Database.open(sqlite_url) as database:
        run_id = ask(database, seconds=60)
        thread = threading.Thread(target=run_worker, args=(sqlite_url,), kwargs={"stop_event": stop})
        thread.start()
        until(database, run_id, is_under_way)
        thief = runs.claim(database, "thief", datetime.now(UTC) + HOUR, HOUR)
        assert thief is not None
        second = runs.request_run(database, NOW, "ops", Limits(time_limit_seconds=0.5, workers=1), Policy(resolution=timedelta(hours=1))).id
        until(database, second, has_ended)
        stop.set()
        thread.join(10)
        assert runs.lease_state(database, thief.claim) == "held"
        assert runs.find_run(database, run_id).draft is None


def test_worker_refuses_a_database_that_is_not_migrated(tmp_path: object) -> None:
    with pytest.raises(StorageError, match="slotwright migrate"):
        run_worker(f"sqlite:///{tmp_path}/empty.db", once=True)


def test_worker_marks_requests_done(database: Database, database_url: str) -> None:
    ask(database, seconds=20, wanted=[request("r1")])
    run_worker(database_url, once=True)
    draft = publishing.list_drafts(database)[0].id
    publishing.publish(database, draft, 0, NOW, "ops")
    assert requests.mark_done(database, NOW + timedelta(days=400)) == 1
    assert requests.find(database, "r1").state == "done"
