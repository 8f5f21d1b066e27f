"""The server process: the app under uvicorn, and one worker process beside it."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import uvicorn

from api.app import create_app
from api.errors import redacted
from api.settings import Settings, is_loopback
from scheduler import config
from scheduler.errors import InputError, SchedulerError
from scheduler.service.database import Database, migrate

WORKER = (sys.executable, "-m", "scheduler.worker")
PATIENCE_SECONDS = 10.0
CHECK_SECONDS = 0.25
RESTART_SECONDS = 2.0
log = logging.getLogger("api")


class TokenFilter(logging.Filter):
    """Takes the secret of a feed out of the access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is changed."""
        if isinstance(record.args, tuple):
            record.args = tuple(redacted(each) if isinstance(each, str) else each for each in record.args)
        return True


def serve(settings: Settings) -> None:
    """Serves until told to stop; the worker starts before and ends with it.

    Raises: InputError if others could reach the address and nobody said that this is meant.
    """
    if not is_loopback(settings.host) and not settings.allow_public:
        raise InputError(
            f"{settings.host} can be reached by others and there is no sign-in yet; use 127.0.0.1, or allow it behind a proxy that signs people in", "host"
        )
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host=settings.host, port=settings.port, timeout_graceful_shutdown=3, server_header=False))
    logging.getLogger("uvicorn.access").addFilter(TokenFilter())
    prepare(settings.database_url)
    # The server raises the signal that ended it once more when it has shut down: it must not kill us before the worker has ended.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with worker(settings), suppress(KeyboardInterrupt):
        try:
            server.run()
        except SystemExit as end:
            # It has said why it could not start (a port that is taken); its code for that, 3, means "no schedule" with us.
            sys.exit(end.code if server.started or end.code == 0 else 1)


def prepare(database_url: str) -> None:
    """The tables are up to date before the app and the worker look at them."""
    database = Database.open(database_url)
    try:
        migrate(database)
    finally:
        database.close()


@contextmanager
def worker(settings: Settings) -> Iterator[None]:
    """One worker process for as long as the block lasts, started again if it dies."""
    if not settings.with_worker:
        yield
        return
    environment = {**os.environ, "SLOTWRIGHT_DATABASE_URL": settings.database_url}
    is_ending = threading.Event()
    thread = threading.Thread(target=keep_running, args=(WORKER, environment, is_ending), name="worker-keeper")
    thread.start()
    try:
        yield
    finally:
        is_ending.set()
        thread.join()


def keep_running(command: Sequence[str], environment: Mapping[str, str], is_ending: threading.Event) -> None:
    """Runs `command`, again whenever it ends, until `is_ending`; then ends it, by force if it takes its time."""
    while not is_ending.is_set():
        # In a session of its own: Ctrl-C is for us, and we end it, also while it is still reading its modules.
        process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own interpreter and module
        while process.poll() is None and not is_ending.wait(CHECK_SECONDS):
            pass
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            return
        log.warning("the worker ended with %s; starting it again", process.returncode)
        is_ending.wait(RESTART_SECONDS)


def main() -> None:
    """`python -m api.server`: everything comes from the environment."""
    try:
        given = config.read_settings()
        serve(Settings(database_url=given.database_url, host=given.host, port=given.port, allow_public=given.expose))
    except SchedulerError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(2 if isinstance(error, InputError) else 1) from None


if __name__ == "__main__":
    main()
