"""What ways of working gain per second, lately: who gains more gets more of the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from random import Random

MEMORY = 0.8
"""How slowly it is forgotten what a way of working has gained per second, and how long its turns are."""

LEAST_SHARE = 0.1
"""A way gets about so much of the time at least, unless something else is said of it."""


@dataclass(slots=True)
class Rate:
    """What a way of working gains per second, and the seconds of a turn. A gain of infinity: not tried yet.

    `least_share` is more for a way that gains seldom, but then much: it is not to be forgotten before it has.
    """

    gain: float = inf
    seconds: float = 0.0
    least_share: float = LEAST_SHARE

    def learn(self, gained: int, seconds: float) -> None:
        """A turn more is over."""
        seconds = max(seconds, 1e-3)
        share = 1.0 if self.gain == inf else 1 - MEMORY
        self.gain = gained / seconds if share == 1.0 else (1 - share) * self.gain + share * gained / seconds
        self.seconds += share * (seconds - self.seconds)


def choose(rates: Sequence[Rate], random: Random) -> int:
    """The number of the way whose turn it is: those not tried yet first, else so that each has as much of the time as of the gain, or its least share."""
    untried = [number for number, rate in enumerate(rates) if rate.gain == inf]
    if untried:
        return untried[0]
    total = sum(rate.gain for rate in rates)
    weights = [max(rate.gain / total if total else 0.0, rate.least_share) / rate.seconds for rate in rates]
    return random.choices(range(len(rates)), weights)[0]
