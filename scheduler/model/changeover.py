"""Changeovers: time and cost between unlike uses of one resource."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Id, Lag, first_twice

Cost = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""A price in whole units of the objective."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Transition:
    """From a use with recipe `before` to one with recipe `after`: the time it takes and what it costs."""

    before: Id
    after: Id
    time: Lag = timedelta(0)
    cost: Cost = 0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Otherwise:
    """Time and cost between unlike recipes that no transition names."""

    time: Lag = timedelta(0)
    cost: Cost = 0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Cleaning:
    """After a use with `recipe`, whatever comes next: added to the transition."""

    recipe: Id
    time: Lag = timedelta(0)
    cost: Cost = 0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WarmUp:
    """Before a use that begins more than `after_idle` after the one before has ended, or that is the first: added to the transition."""

    time: Duration
    after_idle: Lag
    cost: Cost = 0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Changeover:
    """What lies between two uses of a resource, one following the other; it takes place just before the later one.

    The time between them is at least that of the transition, plus cleaning after the first, plus
    warm-up before the second. Like after like needs no transition unless one is listed. A resource with an initial recipe
    is changed over before its first use too. `within_opening`: the changeover and the use after
    it lie in one opening of the resource.
    """

    id: Id
    transitions: tuple[Transition, ...] = ()
    otherwise: Otherwise | None = None
    cleaning: tuple[Cleaning, ...] = ()
    warm_up: WarmUp | None = None
    within_opening: bool = False

    @model_validator(mode="after")
    def _each_pair_once(self) -> "Changeover":
        pairs = [(each.before, each.after) for each in self.transitions]
        number = first_twice(pairs)
        if number is not None:
            raise ValueError(f"transitions[{number}]: from {pairs[number][0]!r} to {pairs[number][1]!r} is given twice; keep one")
        names = [each.recipe for each in self.cleaning]
        number = first_twice(names)
        if number is not None:
            raise ValueError(f"cleaning[{number}].recipe: {names[number]!r} is given twice; keep one")
        return self


class Matrix:
    """Times and costs between the recipes of one changeover, made ready to be asked many times."""

    __slots__ = ("_cleaning", "_listed", "_otherwise")

    def __init__(self, changeover: Changeover) -> None:
        self._listed = {(each.before, each.after): each for each in changeover.transitions}
        self._cleaning = {each.recipe: each for each in changeover.cleaning}
        self._otherwise = changeover.otherwise

    def transition(self, before: str, after: str) -> tuple[timedelta, int] | None:
        """Time and cost from a use of recipe `before` to one of `after`, cleaning included, warm-up not; None: the matrix has a hole there."""
        found = self._listed.get((before, after)) or (self._otherwise if before != after else _NOTHING)
        if found is None:
            return None
        cleaning = self._cleaning.get(before, _NOTHING)
        return found.time + cleaning.time, found.cost + cleaning.cost


_NOTHING = Otherwise()
"""Like after like, and what leaves no dirt."""


def transition(changeover: Changeover, before: str, after: str) -> tuple[timedelta, int] | None:
    """As `Matrix.transition`, asked once."""
    return Matrix(changeover).transition(before, after)
