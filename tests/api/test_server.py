import logging
import sys
import threading
import time
from pathlib import Path

import pytest

from api import server
from api.settings import Settings, is_loopback
from scheduler.errors import InputError


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("lab.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_known(host: str, expected: bool) -> None:
    assert is_loopback(host) == expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "lab.example"])
def test_public_address_is_refused_unless_it_is_meant(host: str) -> None:
    with pytest.raises(InputError, match="no sign-in yet"):
        server.serve(Settings(database_url="sqlite://", host=host))


def test_access_log_has_no_token() -> None:
    record = logging.LogRecord(
        "uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', ("127.0.0.1:1", "GET", "/feeds/s3cret.ics?x=1", "1.1", 200), None
    )
    assert server.TokenFilter().filter(record)
    assert "s3cret" not in record.getMessage()
    assert "/feeds/[token].ics" in record.getMessage()


def check_kept_running(code: str, file: Path, expected: str) -> None:
    """What `code`, kept running, has written to `file` within ten seconds; it ends when it is told to."""
    is_ending = threading.Event()
    thread = threading.Thread(target=server.keep_running, args=((sys.executable, "-c", code), {}, is_ending))
    thread.start()
    try:
        for _ in range(200):
            if file.exists() and file.read_text() == expected:
                break
            time.sleep(0.05)
        assert file.read_text() == expected
    finally:
        is_ending.set()
        thread.join(20)
    assert not thread.is_alive()


def test_worker_is_started_again_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = tmp_path / "marks"
    code = f"import time; open({str(marks)!r}, 'a').write('x'); n = len(open({str(marks)!r}).read()); time.sleep(0 if n == 1 else 60)"
    monkeypatch.setattr(server, "RESTART_SECONDS", 0.05)
    monkeypatch.setattr(server, "CHECK_SECONDS", 0.05)
    check_kept_running(code, marks, "xx")


def test_the_worker_does_not_hear_the_ctrl_c_that_is_for_the_server(tmp_path: Path) -> None:
    told = tmp_path / "told"
    code = f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(str(os.getsid(0) == os.getpid())); time.sleep(60)"
    check_kept_running(code, told, "True")
