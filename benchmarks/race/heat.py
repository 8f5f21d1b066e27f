"""One entrant on one problem in a process of its own, and what that cost: wall-clock and CPU seconds, memory, children included."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from benchmarks.race.entrant import NotInstalledError
from benchmarks.race.entrants import entrant
from scheduler.config import collect_garbage_rarely
from scheduler.model import codec
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule

LARGEST_FILE = 2_000_000_000
SAMPLE_SECONDS = 0.5
LATEST_SECONDS = 300
"""So long after its limit an entrant is ended: building a large model is not interrupted by any limit."""

NOT_INSTALLED = 3
"""Exit code of a process whose entrant is not installed."""


@dataclass(frozen=True, slots=True)
class Heat:
    """What one run left behind; `report` is None if it failed, then `error` says why.

    `wall_s` and `cpu_s` are of the whole process with its children: starting, reading the problem and writing the plan included.
    """

    report: dict[str, Any] | None
    error: str
    is_installed: bool
    wall_s: float
    cpu_s: float
    peak_mb: int


def run_heat(name: str, problem: Path, limits: Limits, cores: int) -> Heat:
    """Runs an entrant on a problem file, on that many cores."""
    with TemporaryDirectory() as folder:
        report, said = Path(folder) / "report.json", Path(folder) / "said.txt"
        options = ["--time-limit", str(limits.time_limit_seconds), "--seed", str(limits.seed), "--workers", str(limits.workers), "--cores", str(cores)]
        command = [sys.executable, "-m", "benchmarks.race", "heat", name, str(problem), "-o", str(report), *options]
        begun = monotonic()
        with said.open("wb") as output:
            # A session of its own, so that nothing of it outlives an interrupted or a hanging heat.
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
            memory = _Memory(process.pid)
            guard = threading.Timer(limits.time_limit_seconds + LATEST_SECONDS, _kill, (process.pid,))
            guard.start()
            try:
                # The usage of this child and all its own: what the process counts for itself leaves children out.
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                _kill(process.pid)
                raise
            finally:
                guard.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = monotonic() - begun
        peak = max(memory.stop(), round(usage.ru_maxrss / 1024))
        is_done = process.returncode == 0 and report.exists()
        return Heat(
            report=json.loads(report.read_bytes()) if is_done else None,
            error="" if is_done else _last_line(said),
            is_installed=process.returncode != NOT_INSTALLED,
            wall_s=round(wall, 2),
            cpu_s=round(usage.ru_utime + usage.ru_stime, 2),
            peak_mb=peak,
        )


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "ended without a word"


def run_here(name: str, problem: Path, report: Path, limits: Limits, cores: int) -> int:
    """What the process of a heat does; the exit code."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    collect_garbage_rarely()
    parsed = codec.parse(Problem, problem.read_bytes(), max_bytes=LARGEST_FILE)
    solve = entrant(name)  # importing is not solving
    begun = monotonic()
    try:
        found = solve(parsed, limits)
    except NotInstalledError as error:
        print(error, file=sys.stderr)
        return NOT_INSTALLED
    solved = monotonic() - begun
    report.write_text(
        json.dumps(
            {
                "schedule": codec.to_plain(found.schedule) if found.schedule is not None else None,
                "bound": found.bound,
                "solve_s": round(solved, 3),
                "first_plan_s": found.first_plan_s,
                "progress": [codec.to_plain(each) for each in found.progress],
                "versions": found.versions,
            }
        ),
        encoding="utf-8",
    )
    return 0


def schedule_in(report: dict[str, Any]) -> Schedule | None:
    """The schedule of a report, None if there is none."""
    plain = report["schedule"]
    return None if plain is None else codec.parse(Schedule, json.dumps(plain).encode(), max_bytes=LARGEST_FILE)


class _Memory:
    """Samples the memory of a process and all below it: shared pages are shared out (Linux only, else 0)."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._is_over = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Ends the sampling; the most megabytes seen."""
        self._is_over.set()
        self._thread.join()
        return self._peak // 1024

    def _watch(self) -> None:
        while not self._is_over.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(_kilobytes(each) for each in _tree(self._pid)))


def _tree(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        below = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:  # it has just ended, or there is no /proc
        return [pid]
    return [pid, *(each for child in below for each in _tree(child))]


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
