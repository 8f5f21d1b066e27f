"""Conditional answers: entity tags, and the bodies kept under them."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response


def weak_etag(*ingredients: object) -> str:
    """A weak entity tag of everything that the body depends on (weak: the body may also be sent compressed)."""
    return f'W/"{hashlib.sha256(repr(ingredients).encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the client holds the body of `etag` already: If-None-Match by weak comparison. Source: RFC 9110 section 13.1.2."""
    header = request.headers.get("if-none-match")
    if header is None:
        return False
    wanted = etag.removeprefix("W/")
    return any(each.strip().removeprefix("W/") in (wanted, "*") for each in header.split(","))


def not_modified(etag: str) -> Response:
    """304: what the client holds is what there is."""
    return Response(status_code=304, headers={"ETag": etag})


class BodyCache:
    """The last bodies made, by entity tag; at most `capacity_bytes` of them. Threads share it."""

    def __init__(self, capacity_bytes: int = 64 * 1024 * 1024) -> None:
        self._capacity = capacity_bytes
        self._size = 0
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The body under `key`, made now if it is not here. Two threads may both make it; equal keys, equal bytes."""
        with self._lock:
            known = self._bodies.get(key)
            if known is not None:
                self._bodies.move_to_end(key)
                return known
        made = make()
        with self._lock:
            if key not in self._bodies and len(made) <= self._capacity:
                self._bodies[key] = made
                self._size += len(made)
                while self._size > self._capacity:
                    _, dropped = self._bodies.popitem(last=False)
                    self._size -= len(dropped)
        return made
