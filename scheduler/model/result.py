"""What came of a planning run: outcome, schedule, score, bound and how it was made."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT
from scheduler.model.policy import TermName
from scheduler.model.schedule import Schedule

Outcome = Literal["optimal", "feasible", "infeasible", "unknown"]
"""optimal: proved; feasible: a verified plan without proof; infeasible: no plan exists (frozen
bookings break a rule); unknown: stopped before any plan. Requests left out do not make a plan infeasible."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ScoredTerm:
    """One term of the objective with its amount; `cost` is amount times weight."""

    name: TermName
    tier: int
    weight: int
    amount: int
    cost: int


Score = tuple[ScoredTerm, ...]
"""The score of a schedule: every term of the policy, in the policy's order."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TierValue:
    """One tier's objective and a proved lower bound on it (given that earlier tiers are kept).

    `ideal` is what all requests cost if each had the lab, as frozen bookings leave it, to itself; None: not known.
    """

    tier: int
    objective: int
    bound: int
    ideal: int | None = None

    @property
    def gap(self) -> float:
        """(objective - bound) / objective, 0 when they meet."""
        return 0.0 if self.objective <= self.bound else (self.objective - self.bound) / self.objective

    @property
    def regret_gap(self) -> float | None:
        """(objective - bound) / (objective - ideal), 0 when objective and bound meet; None if the ideal is not known.

        The part of what requests cost each other of which nobody knows whether it can be avoided. Never below the gap.
        """
        if self.objective <= self.bound:
            return 0.0
        # A bound below the ideal proves no less than the ideal does; the share never exceeds 1.
        return None if self.ideal is None else (self.objective - self.bound) / (self.objective - min(self.ideal, self.bound))


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Progress:
    """What is known at one moment of a run."""

    seconds: float
    phase: str
    objective: int | None = None
    bound: int | None = None
    gap: float | None = None
    regret_gap: float | None = None
    served: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Result:
    """The result of one run; `schedule` is None only if the outcome is infeasible or unknown.

    `objective`, `bound`, `gap` and `regret_gap` are those of the first tier whose gap is open, else of the last tier.
    """

    outcome: Outcome
    schedule: Schedule | None = None
    score: Score = ()
    tiers: tuple[TierValue, ...] = ()
    seconds: Annotated[float, Field(ge=0)] = 0.0
    cpu_seconds: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 0
    workers: int = 1
    digest: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    progress: tuple[Progress, ...] = ()
    detail: str = ""

    @property
    def decisive(self) -> TierValue | None:
        """The first tier with an open gap, else the last; None without a plan."""
        return next((each for each in self.tiers if each.gap > 0), self.tiers[-1] if self.tiers else None)

    @property
    def objective(self) -> int | None:
        """Objective of the decisive tier."""
        return None if self.decisive is None else self.decisive.objective

    @property
    def bound(self) -> int | None:
        """Proved lower bound of the decisive tier."""
        return None if self.decisive is None else self.decisive.bound

    @property
    def gap(self) -> float | None:
        """Relative gap of the decisive tier."""
        return None if self.decisive is None else self.decisive.gap

    @property
    def regret_gap(self) -> float | None:
        """Regret gap of the decisive tier."""
        return None if self.decisive is None else self.decisive.regret_gap


def tier_costs(score: Score) -> tuple[int, ...]:
    """Cost per tier, highest first: what two plans are compared by."""
    tiers = sorted({term.tier for term in score})
    return tuple(sum(term.cost for term in score if term.tier == tier) for tier in tiers)
