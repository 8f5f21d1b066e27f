"""A mate as its team sees it: a process to which orders go and from which answers come. What it does is in `mate`."""

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import scheduler
from scheduler.ticks.instance import Plan

HERE = str(Path(scheduler.__file__).resolve().parents[1])
"""Where our own package is: a mate runs the same code."""


class Mate:
    """One process, with the plan that it knows."""

    def __init__(self, data: bytes, seed: int) -> None:
        self.known: Plan = {}
        self.is_ready = False
        self.has_least = False
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._process = subprocess.Popen(
            # -P: what lies in the folder where somebody happens to be is not our code.
            [sys.executable, "-P", "-m", "scheduler.solver.mate"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join((HERE, *filter(None, [os.environ.get("PYTHONPATH")])))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for us; when we end, so does its input.
            start_new_session=True,
        )
        threading.Thread(target=self._listen, name="mate", daemon=True).start()
        # A pipe holds little: writing takes as long as the mate takes to read, which may be for ever.
        self._outbox: queue.Queue[bytes | None] = queue.Queue()
        self._outbox.put(json.dumps({"bytes": len(data), "seed": seed}).encode() + b"\n" + data)
        threading.Thread(target=self._post, name="post", daemon=True).start()

    def _post(self) -> None:
        assert self._process.stdin is not None  # it is a pipe
        # If it is gone, the end of its answers says so.
        with suppress(ValueError, OSError):
            while (data := self._outbox.get()) is not None:
                self._process.stdin.write(data)
                self._process.stdin.flush()
            self._process.stdin.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None  # it is a pipe
        for line in self._process.stdout:
            # Of a process that was killed the last line may be half.
            if line.endswith(b"\n"):
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def send(self, order: dict[str, Any]) -> None:
        """Gives an order to a mate that is ready."""
        self._outbox.put(json.dumps(order).encode() + b"\n")

    def answer(self, seconds: float) -> dict[str, Any] | None:
        """The next answer; None if none comes in time or ever again."""
        try:
            return self._answers.get(timeout=seconds) if seconds > 0 else self._answers.get_nowait()
        except queue.Empty:
            return None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    def hang_up(self) -> None:
        """Nothing more is said to it; it ends when its turn is over."""
        self._outbox.put(None)

    def end(self) -> None:
        """Ends the process and waits for it."""
        self._process.kill()
        self._process.wait()
        self.hang_up()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
