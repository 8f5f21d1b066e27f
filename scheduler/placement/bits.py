"""Sets of ticks as whole numbers: bit t set means tick t belongs.

Erosion and dilation by a length take log2(length) shift-and-combine steps, whatever the set holds.
"""

from collections.abc import Iterable, Sequence

from scheduler.ticks.instance import Bits, Ticks


def ones(length: Ticks) -> Bits:
    """The ticks `0..length-1`."""
    return (1 << length) - 1


def span(start: Ticks, end: Ticks) -> Bits:
    """The ticks of `[start, end)`, cut at 0."""
    start = max(start, 0)
    return ((1 << (end - start)) - 1) << start if end > start else 0


def lowest(bits: Bits) -> Ticks:
    """The first tick of a set that is not empty."""
    return (bits & -bits).bit_length() - 1


def starts(bits: Bits, length: Ticks, done: Ticks = 1) -> Bits:
    """The ticks t with all of `[t, t + length)` in a set, given the `bits` t with all of `[t, t + done)` in it (`done` 1: the set itself)."""
    while done * 2 <= length and bits:
        bits &= bits >> done
        done *= 2
    if done < length:
        bits &= bits >> (length - done)
    return bits


def smear(bits: Bits, width: int) -> Bits:
    """The ticks t + d with t in `bits` and d in `0..width-1`."""
    done = 1
    while done * 2 <= width:
        bits |= bits << done
        done *= 2
    if done < width:
        bits |= bits << (width - done)
    return bits


def later(bits: Bits, least: Ticks, most: Ticks | None) -> Bits:
    """The ticks t + d with t in `bits` and d in `least..most`; may be negative (endless) if `most` is None."""
    if not bits:
        return 0
    if most is None:
        return -1 << (lowest(bits) + least)
    return smear(bits << least, most - least + 1) if most >= least else 0


def earlier(bits: Bits, least: Ticks, most: Ticks | None) -> Bits:
    """The ticks t - d from 0 on, with t in `bits` and d in `least..most`."""
    if not bits:
        return 0
    if most is None:
        return ones(max(bits.bit_length() - least, 0))
    if most < least:
        return 0
    # Smear first, then shift down by `most`: ticks below 0 drop out by themselves.
    return smear(bits, most - least + 1) >> most


def at_least(count: int, sets: Iterable[Bits]) -> Bits:
    """The ticks that lie in at least `count` (one or more) of the sets."""
    if count == 1:
        union = 0
        for each in sets:
            union |= each
        return union
    if count <= 3:
        reached = [0] * count
        for each in sets:
            for level in range(count - 1, 0, -1):
                reached[level] |= reached[level - 1] & each
            reached[0] |= each
        return reached[-1]
    planes: list[Bits] = []
    for carry in sets:
        for index, plane in enumerate(planes):
            if not carry:
                break
            planes[index], carry = plane ^ carry, plane & carry
        if carry:
            planes.append(carry)
    return reaches(planes, count)


def reaches(planes: Sequence[Bits], least: int) -> Bits:
    """The ticks whose number (bit i of it in plane i) is `least` (one or more) or above."""
    if least >> len(planes):
        return 0
    # The number is large enough where taking `least` away leaves no borrow; digit by digit from the lowest that is set.
    index = (least & -least).bit_length() - 1
    enough = planes[index]
    for plane in planes[index + 1 :]:
        index += 1
        enough = enough & plane if least >> index & 1 else enough | plane
    return enough


def add(planes: Sequence[Bits], amount: int, where: Bits) -> tuple[Bits, ...]:
    """The numbers with `amount` added at `where`; must not outgrow the planes."""
    result: list[Bits] = []
    carry = 0
    for index, plane in enumerate(planes):
        operand = where if amount >> index & 1 else 0
        half = plane ^ operand
        result.append(half ^ carry)
        carry = (plane & operand) | (half & carry)
    return tuple(result)


def subtract(planes: Sequence[Bits], amount: int, where: Bits) -> tuple[Bits, ...]:
    """The numbers with `amount` taken away at `where`; they must be that large there."""
    result: list[Bits] = []
    borrow = 0
    for index, plane in enumerate(planes):
        operand = where if amount >> index & 1 else 0
        half = plane ^ operand
        result.append(half ^ borrow)
        borrow = (~plane & (operand | borrow)) | (operand & borrow)
    return tuple(result)
