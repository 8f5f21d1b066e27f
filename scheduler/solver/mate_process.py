"""A mate as its team sees it: a process to which orders go and from which answers come. What it does is in `mate`."""

import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

from scheduler.ticks.instance import Plan


class Mate:
    """One process, with the plan that it knows."""

    def __init__(self, data: bytes, seed: int) -> None:
        self.known: Plan = {}
        self.is_ready = False
        self.has_least = False
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scheduler.solver.mate"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for us; when we end, so does its input.
            start_new_session=True,
        )
        threading.Thread(target=self._listen, name="mate", daemon=True).start()
        threading.Thread(target=self._greet, args=(data, seed), name="greeting", daemon=True).start()

    def _greet(self, data: bytes, seed: int) -> None:
        # A pipe holds little: it takes as long to write as the mate takes to read.
        self._write(json.dumps({"bytes": len(data), "seed": seed}).encode() + b"\n" + data)

    def _listen(self) -> None:
        assert self._process.stdout is not None  # it is a pipe
        for line in self._process.stdout:
            # Of a process that was killed the last line may be half.
            if line.endswith(b"\n"):
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None  # it is a pipe
        # If it is gone, the end of its answers says so.
        with suppress(BrokenPipeError, ValueError, OSError):
            self._process.stdin.write(data)
            self._process.stdin.flush()

    def send(self, order: dict[str, Any]) -> None:
        """Gives an order to a mate that is ready."""
        self._write(json.dumps(order).encode() + b"\n")

    def answer(self, seconds: float) -> dict[str, Any] | None:
        """The next answer; None if none comes in time or ever again."""
        try:
            return self._answers.get(timeout=seconds) if seconds > 0 else self._answers.get_nowait()
        except queue.Empty:
            return None

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    def hang_up(self) -> None:
        """Nothing more is said to it; it ends when its turn is over."""
        assert self._process.stdin is not None  # it is a pipe
        with suppress(OSError):
            self._process.stdin.close()

    def end(self) -> None:
        """Ends the process and waits for it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
