"""Sets of ticks, stretch by stretch."""

from collections.abc import Iterator

from scheduler.ticks.instance import Bits, Ticks


def stretches(bits: Bits) -> Iterator[tuple[Ticks, Ticks]]:
    """The stretches `[first, end)` of a set that has an end, ascending; between any two there is a gap."""
    base = 0
    while bits:
        gap = (bits & -bits).bit_length() - 1
        bits >>= gap
        length = (~bits & (bits + 1)).bit_length() - 1
        yield base + gap, base + gap + length
        bits >>= length
        base += gap + length
