"""Timefold Solver (Java), as its Python package brings it: our `java/Race.java` compiled against those jars.

Its Python interface runs the same engine several times slower, as its makers say; so the race takes the engine itself.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from benchmarks.race.entrant import HOW_TO_INSTALL, Found, NotInstalledError
from benchmarks.race.statement import Ask, Choice, Race, attended, meet, schedule_of, starts, state
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Progress

SOURCE = Path(__file__).parent / "java" / "Race.java"
EXTRA_SECONDS = 60


def run(problem: Problem, limits: Limits) -> Found:
    """Timefold's own construction and late acceptance; a solver with another seed for every worker, the best plan counts. Raises: NotInstalledError."""
    classes = prepare()
    begun = time.time()  # the clock that both languages share
    race = state(problem)
    with TemporaryDirectory() as folder:
        told, answer = Path(folder) / "race.txt", Path(folder) / "plan.txt"
        told.write_text(statement_text(race), encoding="utf-8")
        given = [str(told), str(answer), str(limits.time_limit_seconds), str(limits.seed), str(limits.workers), str(round(1000 * begun))]
        command = [_java("java"), "-cp", f"{classes}{os.pathsep}{_jars()}", "Race", *given]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=limits.time_limit_seconds + EXTRA_SECONDS)
        if not answer.exists():
            raise RuntimeError(f"Timefold ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
        choices, progress = read(race, answer.read_text(encoding="utf-8"))
    is_found = bool(progress)
    return Found(schedule_of(problem, race, choices) if is_found else None, None, progress, f"timefold {distribution('timefold').version}")


def prepare() -> Path:
    """The folder of our compiled classes; compiled where they are older than their source. Not part of what is timed. Raises: NotInstalledError."""
    jars = _jars()
    classes = Path(gettempdir()) / f"slotwright-race-{os.getuid()}"
    compiled = classes / "Race.class"
    if not compiled.exists() or compiled.stat().st_mtime < SOURCE.stat().st_mtime:
        classes.mkdir(exist_ok=True)
        subprocess.run([_java("javac"), "-d", str(classes), "-cp", jars, str(SOURCE)], check=True, capture_output=True, text=True)
    return classes


def _jars() -> str:
    try:
        found = distribution("timefold").locate_file("timefold/solver/jars")
    except PackageNotFoundError:
        raise NotInstalledError(f"the package timefold is not installed; {HOW_TO_INSTALL}") from None
    return f"{found}{os.sep}*"


def _java(name: str) -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(name, path=os.path.join(home, "bin")) if home else shutil.which(name)
    if found is None:
        raise NotInstalledError(f"there is no {name} here; install a Java development kit, version 17 or later")
    return found


def statement_text(race: Race) -> str:
    """What `Race.java` reads."""
    working = [attended(race, person) for person in range(len(race.people))]
    lines = [f"{race.end} {len(race.people)} {len(race.machines)}", " ".join(str(each.capacity) for each in race.machines), str(len(race.asks))]
    for ask in race.asks:
        slots = list(_slots(race, ask, working))
        head = (ask.duration, ask.demand, ask.release, ask.due, ask.left_out, ask.late, ask.wait, len(slots))
        lines.append(" ".join(str(each) for each in head))
        lines += [" ".join(str(each) for each in slot) for slot in slots]
    return "\n".join(lines) + "\n"


def _slots(race: Race, ask: Ask, working: list[tuple[tuple[int, int], ...]]) -> Iterator[tuple[int, int, int, int]]:
    for machine in ask.machines:
        free = starts(race, ask, machine)
        for person in ask.people or (-1,):
            for first, last in free if person < 0 else meet(free, working[person]):
                yield machine, person, first, last


def read(race: Race, text: str) -> tuple[Mapping[str, Choice], tuple[Progress, ...]]:
    """The choices that `Race.java` wrote, and its plans over time; those of several solvers as one that only ever gets better."""
    choices: dict[str, Choice] = {}
    plans: list[tuple[int, int]] = []
    for line in text.splitlines():
        name, *numbers = line.split()
        if name == "slot":
            number, machine, person, start = map(int, numbers)
            choices[race.asks[number].id] = Choice(start, machine, None if person < 0 else person)
        else:
            plans.append((int(numbers[0]), int(numbers[1])))
    progress: list[Progress] = []
    for milliseconds, value in sorted(plans):
        objective = value * race.unit
        if not progress or progress[-1].objective is None or objective < progress[-1].objective:
            progress.append(Progress(seconds=milliseconds / 1000, phase="timefold", objective=objective))
    return choices, tuple(progress)
