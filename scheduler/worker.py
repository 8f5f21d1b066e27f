"""The worker: takes planning runs, solves them, and hands in what it found. One process, one run at a time.

The solver works in a thread of its own; the main thread keeps the lease, passes progress on and
listens for signals, which a main thread busy inside the solver would hear too late.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType
from uuid import uuid4

from scheduler.config import Settings, collect_garbage_rarely, read_settings
from scheduler.errors import Conflict, SchedulerError, StorageError
from scheduler.model.result import Progress, Result
from scheduler.model.schedule import Schedule
from scheduler.service import requests, runs
from scheduler.service.database import Database, require_current
from scheduler.service.records import Claim
from scheduler.solver.solve import solve
from scheduler.verify.verifier import Verifier

log = logging.getLogger("scheduler.worker")

WATCH_SECONDS = 0.25
"""How often a running run is looked at: progress passed on, cancelling noticed."""

HEARTBEATS_PER_LEASE = 6
SWEEP_SECONDS = 60.0
PATIENCE_SECONDS = 8.0
"""How long a solver that was told to stop may take before the worker ends without it."""

TRIES = 5


@dataclass
class _Solving:
    """One solve in a thread: what it has said so far, and what came of it."""

    work: runs.Work
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    progress: Progress | None = None
    schedule: Schedule | None = None
    result: Result | None = None
    fault: Exception | None = None

    def start(self) -> threading.Thread:
        """The thread, running."""
        thread = threading.Thread(target=self._run, name="solver", daemon=True)
        thread.start()
        return thread

    def take(self) -> tuple[Progress | None, Schedule | None]:
        """The latest progress and the best schedule that nobody has taken yet."""
        with self.lock:
            taken = self.progress, self.schedule
            self.progress = self.schedule = None
        return taken

    def _run(self) -> None:
        work = self.work
        try:
            self.result = solve(work.problem, limits=work.limits, judge=Verifier(), hint=work.hint, on_progress=self._on_progress, should_stop=self.stop.is_set)
        except Exception as fault:  # noqa: BLE001 - the worker's loop: whatever happens must reach the run
            self.fault = fault

    def _on_progress(self, progress: Progress) -> None:
        with self.lock:
            self.progress = progress

    def _on_schedule(self, schedule: Schedule) -> None:
        with self.lock:
            self.schedule = schedule


def run_worker(url: str, *, once: bool = False, stop_event: threading.Event | None = None, settings: Settings | None = None) -> None:
    """Works on runs until `stop_event` is set or SIGTERM or SIGINT comes; with `once`, until no run waits.

    A run that is interrupted so waits again, with what was found, and the attempt does not count.

    Raises: StorageError if the database is not migrated or cannot be opened.
    """
    settings = settings or read_settings()
    stop = stop_event or threading.Event()
    owner = f"{socket.gethostname()[:100]}:{os.getpid()}:{uuid4().hex[:8]}"
    with Database.open(url) as database, _signals(stop):
        require_current(database)
        log.info("worker %s is ready", owner)
        swept = -SWEEP_SECONDS
        while not stop.is_set():
            try:
                if time.monotonic() - swept > SWEEP_SECONDS:
                    requests.mark_done(database, _now())
                    swept = time.monotonic()
                work = runs.claim(database, owner, _now(), settings.lease)
                if work is not None:
                    _work_on(database, work, stop, settings)
                elif once:
                    return
                else:
                    stop.wait(settings.poll_seconds)
            except StorageError as error:
                log.warning("%s", error)
                stop.wait(max(1.0, settings.poll_seconds))


def _work_on(database: Database, work: runs.Work, stop: threading.Event, settings: Settings) -> None:
    held = work.claim
    log.info("run %s, attempt %s", held.run, held.attempt)
    solving = _Solving(work)
    try:
        if _watch(database, held, solving, stop, settings):
            _hand_in(database, held, solving, stop)
    except Conflict:
        log.warning("run %s was taken over by another worker; what was found here is dropped", held.run)
    finally:
        solving.stop.set()


def _watch(database: Database, held: Claim, solving: _Solving, stop: threading.Event, settings: Settings) -> bool:
    """Keeps the lease and passes progress on until the solver has ended; False if the lease was lost."""
    thread = solving.start()
    beat = time.monotonic()
    told = None
    while thread.is_alive():
        thread.join(WATCH_SECONDS)
        if stop.is_set():
            solving.stop.set()
        if solving.stop.is_set():
            told = told or time.monotonic()
            if time.monotonic() - told > PATIENCE_SECONDS:
                break
        try:
            _pass_on(database, held, solving)
            if time.monotonic() - beat > settings.lease_seconds / HEARTBEATS_PER_LEASE:
                state = runs.heartbeat(database, held, _now(), settings.lease)
                beat = time.monotonic()
            else:
                state = runs.lease_state(database, held)
        except StorageError as error:
            log.warning("%s", error)  # the lease lives on for a while; the next look may succeed
            continue
        if state == "lost":
            solving.stop.set()
            thread.join(PATIENCE_SECONDS)
            return False
        if state == "stop":
            solving.stop.set()
    return True


def _pass_on(database: Database, held: Claim, solving: _Solving) -> None:
    progress, schedule = solving.take()
    if progress is not None:
        runs.record_progress(database, held, [progress], _now())
    if schedule is not None:
        runs.store_incumbent(database, held, schedule, _now())


def _hand_in(database: Database, held: Claim, solving: _Solving, stop: threading.Event) -> None:
    """What came of the solve is stored, however busy the database is; else the lease runs out and the run is taken up again."""
    for attempt in range(1, TRIES + 1):
        try:
            _pass_on(database, held, solving)
            _store_end(database, held, solving, stop)
            return
        except StorageError as error:
            log.warning("%s", error)
            time.sleep(attempt * 0.5)


def _store_end(database: Database, held: Claim, solving: _Solving, stop: threading.Event) -> None:
    fault, result = solving.fault, solving.result
    if fault is not None:
        log.error("run %s failed", held.run, exc_info=fault)
        detail = str(fault) if isinstance(fault, SchedulerError) else f"unexpected {type(fault).__name__}: {fault}"
        runs.fail(database, held, f"{detail}; the problem is kept", _now())
    elif stop.is_set() and (result is None or result.outcome != "optimal") and runs.lease_state(database, held) == "held":
        if result is not None and result.schedule is not None:
            runs.store_incumbent(database, held, result.schedule, _now())
        runs.requeue(database, held, _now())
        log.info("run %s waits for another worker", held.run)
    elif result is not None:
        record = runs.finish(database, held, result, _now())
        log.info("run %s is %s: %s", held.run, record.state, record.outcome)
    else:
        runs.fail(database, held, "the solver did not stop when told to; the problem is kept", _now())


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stop` inside the block; only a main thread can listen."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _now() -> datetime:
    return datetime.now(UTC)


def _end_with_parent(stop: threading.Event) -> None:
    """Sets `stop` when the process that started this one is gone, however it ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent and not stop.wait(1.0):
            pass
        stop.set()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def main() -> None:
    """The worker beside a server: works on the database of the environment, and ends with the server."""
    collect_garbage_rarely()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it would tell at every start that it looked
    stop = threading.Event()
    _end_with_parent(stop)
    try:
        settings = read_settings()
        run_worker(settings.database_url, stop_event=stop, settings=settings)
    except SchedulerError as error:
        log.error("%s", error)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
