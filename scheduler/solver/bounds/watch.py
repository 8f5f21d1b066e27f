"""Solvers that know no callback of ours are stopped from beside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

LOOK_SECONDS = 0.2
"""Between two looks at whether it is over."""


@contextmanager
def stopping(is_over: Callable[[], bool], interrupt: Callable[[], object]) -> Iterator[None]:
    """Calls `interrupt`, once and from another thread, if it is over before the block is left."""
    done = Event()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            if is_over():
                interrupt()
                return

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
