"""How much one run may spend."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Limits:
    """Wall-clock seconds, an optional deterministic budget, the seed and the number of workers.

    With `deterministic_seconds` (the solver's own repeatable clock) the same problem, seed,
    workers and versions give the same plan, as long as `time_limit_seconds` does not cut it off.
    """

    time_limit_seconds: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    deterministic_seconds: Annotated[float, Field(gt=0)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    workers: Annotated[int, Field(ge=1, le=64)] = 2
