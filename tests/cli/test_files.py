import os
import threading

import pytest

from tests.cli.commands import Shell
from tests.cli.test_plan import TWO


@pytest.fixture
def planned(shell: Shell) -> Shell:
    shell.put("problem.json", TWO)
    assert shell("solve", "problem.json", "-o", "schedule.json", "--time-limit", "1", "-q").code == 0
    return shell


def test_a_link_stays_a_link(planned: Shell) -> None:
    (planned.folder / "kept").mkdir()
    (planned.folder / "plan.ics").symlink_to("kept/plan.ics")
    assert planned("export", "ical", "problem.json", "schedule.json", "-o", "plan.ics").code == 0
    assert (planned.folder / "plan.ics").is_symlink()
    assert (planned.folder / "kept" / "plan.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert [each.name for each in (planned.folder / "kept").iterdir()] == ["plan.ics"]


def test_a_pipe_without_a_name_is_written_to(planned: Shell) -> None:
    # What a shell gives for >(command).
    end, pipe = os.pipe()
    ran = planned("solve", "problem.json", "-o", f"/dev/fd/{pipe}", "--time-limit", "2", "-q")
    os.close(pipe)
    with os.fdopen(end, "rb") as said:
        assert (ran.code, b"slotwright/schedule@1" in said.read()) == (0, True)


def test_a_pipe_is_written_to_and_not_replaced(planned: Shell) -> None:
    pipe = planned.folder / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert planned("export", "csv", "problem.json", "schedule.json", "-o", "pipe").code == 0
    reader.join(5)
    assert pipe.is_fifo()
    assert got[0].startswith(b"\xef\xbb\xbfrequest,")


def test_solve_refuses_a_place_it_cannot_write_to_before_it_plans(shell: Shell) -> None:
    shell.put("problem.json", TWO)
    for place in ("missing/schedule.json", ".", "/proc/schedule.json"):
        ran = shell("solve", "problem.json", "-o", place, "--time-limit", "60")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"slotwright: {place}: "), ran.err
        assert ran.err.count("\n") == 1


def test_a_name_as_long_as_names_can_be_is_written(planned: Shell) -> None:
    name = "계" * 85
    assert planned("export", "csv", "problem.json", "schedule.json", "-o", name).code == 0
    assert (planned.folder / name).exists()


def test_a_file_without_end_is_not_read_to_its_end(shell: Shell) -> None:
    ran = shell("solve", "/dev/zero", "--max-mb", "1")
    assert (ran.code, "more than" in ran.err) == (2, True)


@pytest.mark.parametrize(("option", "value"), [("--time-limit", "inf"), ("--time-limit", "1e300"), ("--seed", "2147483648"), ("--deterministic", "inf")])
def test_limits_that_cannot_be_name_the_option(shell: Shell, option: str, value: str) -> None:
    shell.put("problem.json", TWO)
    ran = shell("solve", "problem.json", option, value)
    assert (ran.code, ran.err.startswith(f"slotwright: {option}: ")) == (2, True)


def test_language_of_a_picture_is_one_we_speak(planned: Shell) -> None:
    ran = planned("export", "svg", "problem.json", "schedule.json", "--language", "xx", "-o", "x.svg")
    assert (ran.code, (planned.folder / "x.svg").exists()) == (2, False)


def test_closed_standard_streams_are_said_to_be_closed(planned: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    ran = planned("verify", "-", "schedule.json")
    assert (ran.code, "standard input is closed" in ran.err) == (2, True)


def test_empty_files_and_directories_are_called_what_they_are(shell: Shell) -> None:
    shell.put("empty.json", "\n")
    assert shell("solve", "empty.json").err == "slotwright: empty.json: the file is empty\n"
    (shell.folder / "folder").mkdir()
    ran = shell("solve", "folder")
    assert (ran.code, ran.err) == (2, "slotwright: folder: is a directory; give a file\n")
