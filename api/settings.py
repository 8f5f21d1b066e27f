"""What the server needs to be told; entry points make it, nothing here reads the environment."""

import ipaddress
from dataclasses import dataclass

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to serve.

    `database_url` as `scheduler.service.database.Database.open` takes it. There is no sign-in
    yet, so `host` must be of this machine unless `allow_public` says that something in front
    (a proxy with sign-in) guards the way. `host_names`: the names under which browsers may call
    us; any other Host header is refused, so that a foreign page cannot rebind its name to us.
    """

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    allow_public: bool = False
    host_names: tuple[str, ...] = LOOPBACK_NAMES
    with_worker: bool = True
    default_language: str = "ko"
    max_body_bytes: int = 4 * 1024 * 1024
    poll_seconds: float = 0.25
    run_seconds: float = 20.0


def is_loopback(host: str) -> bool:
    """Whether a server bound to `host` is reachable from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
