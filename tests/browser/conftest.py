"""A real Chromium against the real app on loopback; anything suspicious on a page fails the test.

Without Chromium these tests are skipped, loudly; on CI (CI=true) that is a failure.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from api.app import create_app
from api.settings import Settings
from scheduler.service import lab
from scheduler.service.database import Database
from tests.api.conftest import StillClock
from tests.api.labs import HOSTILE, NOW, small_lab

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Site:
    """The served app: its address, and the database behind it."""

    def __init__(self, url: str, database: Database) -> None:
        self.url, self.database = url, database


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        message = "NO CHROMIUM: the page is not tested; install the package 'chromium' or set CHROMIUM to its path"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """The app on a free port, its lab full of hostile names, its clock standing at `NOW`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Settings(database_url=sqlite_url, port=port, with_worker=False, poll_seconds=0.05), StillClock())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    for _ in range(400):
        if server.started:
            break
        time.sleep(0.025)
    lab.replace_lab(app.state.database, small_lab(f"중앙시험원 {HOSTILE}"), NOW, "test")
    yield Site(f"http://127.0.0.1:{port}", app.state.database)
    server.should_exit = True
    thread.join(10)


def is_odd(message: ConsoleMessage) -> bool:
    """Whether a line on the console is a fault. Chromium also reports a form that was refused (422), which is how forms speak."""
    return message.type in ("error", "warning") and "status of 422" not in message.text


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh page whose every oddity is written down and fails the test at its end."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=site.url, timezone_id="America/New_York", locale="en-US")
    opened = context.new_page()
    odd: list[str] = []

    def off_loopback(request: Request) -> None:
        if not request.url.startswith((site.url, "data:", "blob:")):
            odd.append(f"request to {request.url}")

    opened.on("pageerror", lambda error: odd.append(f"error: {error}"))
    opened.on("console", lambda message: odd.append(f"console: {message.text}") if is_odd(message) else None)
    opened.on("dialog", lambda dialog: (odd.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    opened.on("request", off_loopback)
    yield opened
    title = opened.title()
    context.close()
    assert odd == []
    assert title != "pwned"
