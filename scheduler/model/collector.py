"""The garbage collector rests while something large is built that holds no cycles.

A year is a million records that stay: the collector would walk along all of them again and again, and find nothing. That is a third
of the time of reading, compiling and checking one.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_lock = Lock()
_resting = 0
_was_enabled = False


@contextmanager
def rested() -> Iterator[None]:
    """No collection until the end of the block, in any thread; as it was before once nobody is in such a block any more."""
    global _resting, _was_enabled
    with _lock:
        if _resting == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if _resting == 0 and _was_enabled:
                gc.enable()


def resting(work: Callable[P, R]) -> Callable[P, R]:
    """A function during which the collector rests."""

    @wraps(work)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        with rested():
            return work(*args, **kwargs)

    return inner
