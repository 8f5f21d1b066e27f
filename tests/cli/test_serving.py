import re
import shlex
import socket
from pathlib import Path

import pytest
from icalendar import Calendar

from scheduler.service import publishing, requests
from scheduler.service.database import Database
from tests.cli.commands import Shell


def test_demo_builds_plans_verifies_and_publishes(shell: Shell) -> None:
    ran = shell("demo", "--no-serve", "-q", "--time-limit", "3", "--directory", "demo")
    assert (ran.code, ran.err) == (0, "")
    again = re.search("open this demo again: slotwright (.*)", ran.out)
    assert again
    assert shlex.split(again[1]) == ["serve", "--database", f"sqlite:///{shell.folder / 'demo' / 'slotwright.db'}"]
    assert {each.name for each in (shell.folder / "demo").iterdir()} >= {"problem.json", "schedule.json", "schedule.ics", "schedule.csv", "timeline.svg"}
    assert shell("verify", "demo/problem.json", "demo/schedule.json").code == 0
    with Database.open(f"sqlite:///{shell.folder / 'demo' / 'slotwright.db'}") as database:
        in_force = publishing.current(database)
        assert in_force.revision == 1
        assert len(in_force.bookings) == len(shell.plain("demo/schedule.json")["bookings"])
        assert any(each.reasons for each in requests.list_requests(database))  # one that nobody can serve, with its reason
    events = Calendar.from_ical((shell.folder / "demo" / "schedule.ics").read_bytes()).walk("VEVENT")
    assert len(events) == len(in_force.bookings)


def test_demo_never_touches_a_directory_that_exists(shell: Shell) -> None:
    (shell.folder / "demo").mkdir()
    kept = Path(shell.put("demo/mine.txt", "mine"))
    assert shell("demo", "--no-serve", "-q", "--time-limit", "1", "--directory", "demo").code == 0
    assert (shell.folder / kept).read_text() == "mine"
    assert (shell.folder / "demo-2" / "schedule.json").exists()


@pytest.mark.parametrize(("command", "made"), [(("demo", "--directory", "demo"), "demo"), (("serve", "--database", "sqlite:///x.db"), "x.db")])
def test_a_port_that_is_taken_is_said_before_anything_is_made(shell: Shell, command: tuple[str, ...], made: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = shell(*command, "--port", str(port))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"slotwright: port {port} is taken; choose another with --port (make run PORT=8123)\n"
    assert not (shell.folder / made).exists()


def test_serve_refuses_to_be_reached_by_others(shell: Shell) -> None:
    ran = shell("serve", "--host", "0.0.0.0", "--database", "sqlite:///x.db")
    assert (ran.code, "no sign-in" in ran.err) == (2, True)
    assert not (shell.folder / "x.db").exists()


def test_migrate_makes_a_database_and_does_nothing_the_second_time(shell: Shell) -> None:
    for _ in range(2):
        ran = shell("migrate", "--database", "sqlite:///x.db")
        assert (ran.code, ran.out) == (0, "the database is at the current schema\n")


def test_migrate_refuses_what_is_no_database_and_leaves_it_as_it_was(shell: Shell) -> None:
    shell.put("x.db", "this is a letter, not a database\n" * 100)
    ran = shell("migrate", "--database", "sqlite:///x.db")
    assert (ran.code, "file is not a database" in ran.err, ran.err.count("\n")) == (1, True, 1)
    assert (shell.folder / "x.db").read_text().startswith("this is a letter")


def test_wrong_setting_names_its_variable(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOTWRIGHT_LEASE_SECONDS", "soon")
    ran = shell("worker", "--once")
    assert (ran.code, ran.err.startswith("slotwright: SLOTWRIGHT_LEASE_SECONDS: ")) == (2, True)
