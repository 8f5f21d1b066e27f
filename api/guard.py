"""What stands before every route: host names, cross-site writes, and the headers of every answer."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import PROBLEM_JSON

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers would then send our own forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Refuses foreign hosts, cross-site writes and bodies above the limit; puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, host_names: tuple[str, ...], max_body_bytes: int) -> None:
        self.app = app
        self.host_names = host_names
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                # What we say changes with every plan: nothing but static files may be kept without asking again.
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        received = 0

        async def receive_counted() -> Message:
            # Counted as it comes: a Content-Length may be missing or lie. Whoever reads the body gets the 413.
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_body_bytes:
                raise HTTPException(413, f"the body has more than the {self.max_body_bytes:,} bytes allowed; send less at a time")
            return message

        refusal = refusal_of(scope["method"], Headers(scope=scope), self.host_names)
        if refusal is not None:
            problem = {"type": "urn:slotwright:problem:forbidden", "title": "Forbidden", "status": 403, "detail": refusal}
            await JSONResponse(problem, 403, media_type=PROBLEM_JSON)(scope, receive, send_guarded)
        elif "\0" in scope["path"] or b"%00" in scope["query_string"]:
            # No id holds one, and PostgreSQL would refuse to look for it.
            problem = {
                "type": "urn:slotwright:problem:bad-request",
                "title": "Bad Request",
                "status": 400,
                "detail": "the address holds a NUL character; remove it",
            }
            await JSONResponse(problem, 400, media_type=PROBLEM_JSON)(scope, receive, send_guarded)
        else:
            await self.app(scope, receive_counted, send_guarded)


def refusal_of(method: str, headers: Headers, host_names: tuple[str, ...]) -> str | None:
    """Why a call is refused before it is looked at, None if it may pass.

    A browser says where a write comes from (`Sec-Fetch-Site`, else `Origin`); programs say
    neither and cannot be abused by a foreign page.
    """
    host = headers.get("host", "")
    if host_names and _name_of(host) not in host_names:
        return f"this server does not answer to the name {_name_of(host)!r}"
    if method in SAFE_METHODS:
        return None
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    is_own = origin is None or _place_of(origin) == host
    allowed = is_own if site is None else site in ("same-origin", "none")
    return None if allowed else "a page of another site may not change anything here"


def _place_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # brackets that do not close
        return None


def _name_of(host: str) -> str:
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()
