"""What the adapters share: time steps as minutes, reading a file, and the head of an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scheduler.errors import Defect, InputError
from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.problem import Problem
from scheduler.model.result import Result

START = datetime(2030, 1, 1, tzinfo=UTC)
"""Time step 0 of every instance."""

MINUTE = timedelta(minutes=1)

ALWAYS = Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN)


class Malformed(Exception):
    """The text is no instance of its set, or says what our model cannot: a sentence why, without the path."""


class CostsDiffer(Defect):
    """The solver's objective is not what the benchmark's own definition gives for the same plan."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The plan in the benchmark's own words, and its cost by the benchmark's own definition."""

    plan: dict[str, Any]
    cost: int


def at(minute: int) -> datetime:
    """The moment of a minute."""
    return START + minute * MINUTE


def minute_of(moment: datetime) -> int:
    """The minute of a moment."""
    return (moment - START) // MINUTE


def read_with(make: Callable[[str, str], Problem], path: Path) -> Problem:
    """What `make` makes of the file's stem and text. Raises: InputError, one sentence with the path of the file."""
    try:
        return make(path.stem, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None
    except UnicodeDecodeError:
        raise InputError("is not text; give a file as the authors published it", str(path)) from None
    except Malformed as error:
        raise InputError(str(error), str(path)) from None
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))} {first['msg']}: {str(first['input'])[:60]}".strip(), str(path)) from None


def answer_with(result: Result, name: str, evaluate: Callable[[], Evaluated], *, scale: int = 1) -> dict[str, Any]:
    """The answer in the referee's format; the plan is under `name`.

    A plan that leaves something out is "partial" and has no objective. The solver's costs are
    `scale` times the benchmark's. Raises: CostsDiffer.
    """
    schedule = result.schedule
    head: dict[str, Any] = {"status": result.outcome, "objective": None, "bound": None, "seconds": round(result.seconds, 3)}
    if result.bound is not None:
        head["bound"] = -(-result.bound // scale)
    if schedule is None:
        return head | {name: None}
    found = evaluate()
    if schedule.unserved:
        return head | {"status": "partial", "unserved": len(schedule.unserved), name: found.plan[name]}
    if result.objective != found.cost * scale:
        raise CostsDiffer(f"the solver's objective is {result.objective}, the benchmark's definition gives {found.cost} (times {scale})")
    return head | {"objective": found.cost, name: found.plan[name]}
