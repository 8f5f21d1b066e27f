"""Reading and writing the files of a command: checked on the way in, whole or not at all on the way out."""

import errno
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError

from scheduler.errors import InputError
from scheduler.model import codec
from scheduler.model.faults import input_error
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule
from scheduler.planning import check_problem

T = TypeVar("T")

OPTIONS = {"time_limit_seconds": "--time-limit", "deterministic_seconds": "--deterministic", "seed": "--seed", "workers": "--workers"}
MEGABYTE = 1024 * 1024
MaxMegabytes = Annotated[int, typer.Option("--max-mb", min=1, help="Refuse input files larger than this many megabytes.")]
DEFAULT_MAX_MB = codec.MAX_BYTES // MEGABYTE


def read(kind: type[T], path: Path, max_mb: int = DEFAULT_MAX_MB) -> T:
    """The record in the file `path` (`-`: standard input). Raises: InputError that names the file."""
    if str(path) == "-":
        if sys.stdin is None:  # the shell closed it (`<&-`)
            raise InputError("standard input is closed; give a file, or write into it", "-")
        data = sys.stdin.buffer.read(max_mb * MEGABYTE + 1)
    else:
        size = path.stat().st_size
        if size > max_mb * MEGABYTE:
            raise InputError(f"{path}: the file has {size:,} bytes, more than the {max_mb} MB allowed; split it, or raise --max-mb")
        with path.open("rb") as file:  # a device says that it has no bytes, and may have no end
            data = file.read(max_mb * MEGABYTE + 1)
    if not data.strip():
        raise InputError("standard input is empty" if str(path) == "-" else "the file is empty", str(path))
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


def limits(**given: float | None) -> Limits:
    """What a run may spend. Raises: InputError that names the option."""
    try:
        return Limits(**given)  # type: ignore[arg-type]  # pydantic checks and converts them
    except ValidationError as error:
        wrong = input_error(error, Limits)
        raise InputError(wrong.message, OPTIONS[wrong.path]) from None


def _in_file(error: InputError, path: Path) -> InputError:
    return type(error)(error.message, f"{path}: {error.path}" if error.path else str(path))


def check_answers(problem: Problem, schedule: Schedule, path: Path) -> None:
    """Refuse a schedule, read from `path`, that says it answers another problem. Raises: InputError."""
    if schedule.problem and schedule.problem != codec.digest(problem):
        raise InputError("this schedule was made for another problem (digests differ); give the problem file it was made from, or plan anew", str(path))


def check_writable(path: Path | None) -> None:
    """Refuse a place that cannot be written to before a long run, not after it. Raises: OSError that names `path`."""
    if path is None or str(path) == "-":
        return
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    target = _target(path)
    if target is not None:
        handle, temporary = _temporary_beside(target, path)
        os.close(handle)
        os.unlink(temporary)


def refuse_mixed(problem: Path, output: Path | None, certificate: Path | None, *, as_json: bool) -> None:
    """Raises: InputError if two documents would go to one place, or one over the problem."""
    places = {"--output": output, "--certificate": certificate}
    if as_json and any(is_standard_output(each) for each in places.values()):
        raise InputError("--json already writes to standard output; give this document a file of its own", "-o, --certificate")
    if output is not None and certificate is not None and _is_same(output, certificate):
        raise InputError("the schedule (-o) and the certificate would be written to the same place; give it a file of its own", "--certificate")
    for name, place in places.items():
        if place is not None and str(problem) != "-" and place.is_file() and problem.exists() and place.samefile(problem):
            raise InputError("this is the problem file itself, which would be lost; give another file", name)


def is_standard_output(path: Path | None) -> bool:
    """Whether what is written there goes to standard output."""
    return path is not None and str(path) in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def _is_same(one: Path, other: Path) -> bool:
    if is_standard_output(one) or is_standard_output(other):
        return is_standard_output(one) and is_standard_output(other)
    return one.resolve() == other.resolve() and not (one.exists() and not one.is_file())


def write(path: Path, data: bytes) -> None:
    """Write the whole file or leave what was there (`-`: standard output)."""
    if str(path) == "-":
        if sys.stdout is None:  # the shell closed it (`>&-`)
            raise InputError("standard output is closed; give a file with -o", "-")
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    target = _target(path)
    if target is None:
        path.write_bytes(data)
        return
    handle, temporary = _temporary_beside(target, path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _named(error, path) from None
        raise


def _target(path: Path) -> Path | None:
    """The file that `path` leads to, None for what is no file: a device or a pipe takes the bytes and must never be replaced."""
    target = Path(os.path.realpath(path))  # a link stays a link
    # A pipe under /dev/fd is there, but what its link says is no path.
    is_no_file = (path.exists() and not path.is_file()) or (target.exists() and not target.is_file())
    return None if is_no_file else target


def _temporary_beside(target: Path, path: Path) -> tuple[int, str]:
    try:
        # A short name: that of the target may be as long as names can be.
        return tempfile.mkstemp(dir=target.parent, prefix=".slotwright-")
    except OSError as error:
        raise _named(error, path) from None


def _named(error: OSError, path: Path) -> OSError:
    """The same fault with the name that people gave, not that of the temporary file."""
    return OSError(error.errno, error.strerror, str(path))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
