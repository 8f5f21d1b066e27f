"""Sets of ticks, stretch by stretch."""

from collections.abc import Iterator

from scheduler.ticks.instance import Bits, Ticks


def stretches(bits: Bits) -> Iterator[tuple[Ticks, Ticks]]:
    """The stretches `[first, end)` of a set that has an end, ascending; between any two there is a gap."""
    # As text, lowest tick first: shifting all that is left once for each stretch takes seconds where they are many.
    text = bin(bits)[:1:-1]
    first = text.find("1")
    while first >= 0:
        end = text.find("0", first)
        if end < 0:
            yield first, len(text)
            return
        yield first, end
        first = text.find("1", end)
