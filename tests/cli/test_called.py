"""The command that is printed is one that can be typed."""

from pathlib import Path

import pytest

from scheduler.cli.called import called_as


@pytest.mark.parametrize(("on_path", "expected"), [(True, "slotwright"), (False, "'{}/my bin/slotwright'")])
def test_the_path_is_said_where_the_name_alone_is_not_found(on_path: bool, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "my bin"
    folder.mkdir()
    command = folder / "slotwright"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder) if on_path else str(tmp_path))
    monkeypatch.setattr("sys.argv", [str(command)])
    assert called_as() == expected.format(tmp_path)


def test_who_calls_it_otherwise_is_told_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/lib/python/pytest"])
    assert called_as() == "slotwright"
