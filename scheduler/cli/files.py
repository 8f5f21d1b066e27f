"""Reading and writing the files of a command: checked on the way in, whole or not at all on the way out."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from scheduler.errors import InputError
from scheduler.model import codec
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule
from scheduler.planning import check_problem

T = TypeVar("T")

MEGABYTE = 1024 * 1024
MaxMegabytes = Annotated[int, typer.Option("--max-mb", min=1, help="Refuse input files larger than this many megabytes.")]
DEFAULT_MAX_MB = codec.MAX_BYTES // MEGABYTE


def read(kind: type[T], path: Path, max_mb: int = DEFAULT_MAX_MB) -> T:
    """The record in the file `path` (`-`: standard input). Raises: InputError that names the file."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(max_mb * MEGABYTE + 1)
    else:
        size = path.stat().st_size
        if size > max_mb * MEGABYTE:
            raise InputError(f"{path}: the file has {size:,} bytes, more than the {max_mb} MB allowed; split it, or raise --max-mb")
        data = path.read_bytes()
    try:
        return codec.parse(kind, data, max_bytes=max_mb * MEGABYTE)
    except InputError as error:
        raise _in_file(error, path) from None


def read_problem(path: Path, max_mb: int = DEFAULT_MAX_MB) -> Problem:
    """A problem whose ids and references have been checked."""
    problem = read(Problem, path, max_mb)
    try:
        check_problem(problem)
    except InputError as error:
        raise _in_file(error, path) from None
    return problem


def _in_file(error: InputError, path: Path) -> InputError:
    return type(error)(error.message, f"{path}: {error.path}" if error.path else str(path))


def check_answers(problem: Problem, schedule: Schedule) -> None:
    """Refuse a schedule that says it answers another problem."""
    if schedule.problem and schedule.problem != codec.digest(problem):
        raise InputError("this schedule was made for another problem (digests differ); give the problem file it was made from", "problem")


def write(path: Path, data: bytes) -> None:
    """Write the whole file or leave what was there (`-`: standard output)."""
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
