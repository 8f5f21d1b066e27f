"""Running the command line in this process, the way a shell would see it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli import main
from scheduler.model import codec
from scheduler.model.problem import Problem


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Runs `slotwright` in a directory of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch, self._capsys = monkeypatch, capsys
        monkeypatch.chdir(folder)

    def __call__(self, *words: str) -> Ran:
        self._monkeypatch.setattr("sys.argv", ["slotwright", *words])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)

    def put(self, name: str, content: Problem | dict[str, Any] | str | bytes) -> str:
        """Write a file into the directory; returns its name."""
        if isinstance(content, str):
            data = content.encode()
        elif isinstance(content, bytes):
            data = content
        elif isinstance(content, dict):
            data = json.dumps(content).encode()
        else:
            data = codec.dump_file(content)
        (self.folder / name).write_bytes(data)
        return name

    def plain(self, name: str) -> Any:
        """The JSON of a file."""
        return json.loads((self.folder / name).read_bytes())
