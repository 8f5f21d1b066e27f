"""The first step of the command line, before its modules are there."""

import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

from scheduler.__main__ import main


class _Interrupted:
    """Somebody presses Ctrl-C while the command line's modules are read."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name == "scheduler.cli":
            raise KeyboardInterrupt


def test_an_interrupt_while_modules_are_read_ends_as_one_of_a_command_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "scheduler.cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


def test_the_command_line_is_called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["slotwright", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("slotwright ")
