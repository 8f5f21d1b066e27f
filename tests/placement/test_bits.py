"""The algebra of bitsets against sets of numbers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.placement import bits
from tests.placement.builders import bits as drawn

SETS = st.integers(0, 2**40 - 1)


def members(value: int) -> set[int]:
    return {tick for tick in range(value.bit_length()) if value >> tick & 1}


@settings(deadline=None, max_examples=60)
@given(SETS, st.integers(1, 20), st.integers(1, 20))
def test_starts_are_the_ticks_with_all_that_follow_inside(value: int, length: int, part: int) -> None:
    inside = members(value)
    wanted = {tick for tick in inside if all(tick + d in inside for d in range(length))}
    assert members(bits.starts(value, length)) == wanted
    if part <= length:
        assert members(bits.starts(bits.starts(value, part), length, part)) == wanted


@settings(deadline=None, max_examples=60)
@given(SETS, st.integers(0, 9), st.one_of(st.none(), st.integers(0, 12)))
def test_later_and_earlier_are_the_ticks_within_the_lags(value: int, least: int, most: int | None) -> None:
    reach = range(least, 120 if most is None else most + 1)
    after = bits.later(value, least, most)
    assert {tick for tick in range(100) if after >> tick & 1} == {tick + d for tick in members(value) for d in reach if tick + d < 100}
    assert members(bits.earlier(value, least, most)) == {tick - d for tick in members(value) for d in reach if tick >= d}


@settings(deadline=None, max_examples=60)
@given(st.lists(SETS, max_size=9), st.integers(1, 8))
def test_at_least_counts_the_sets(sets: list[int], count: int) -> None:
    assert members(bits.at_least(count, sets)) == {tick for tick in range(40) if sum(each >> tick & 1 for each in sets) >= count}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 15), min_size=1, max_size=12), st.integers(1, 15), SETS)
def test_numbers_per_tick_add_subtract_and_compare(values: list[int], amount: int, where: int) -> None:
    planes = tuple(sum((value >> plane & 1) << tick for tick, value in enumerate(values)) for plane in range(5))
    where &= (1 << len(values)) - 1

    def read(those: tuple[int, ...]) -> list[int]:
        return [sum((plane >> tick & 1) << index for index, plane in enumerate(those)) for tick in range(len(values))]

    grown = bits.add(planes, amount, where)
    assert read(grown) == [value + amount * (where >> tick & 1) for tick, value in enumerate(values)]
    assert read(bits.subtract(grown, amount, where)) == values
    assert members(bits.reaches(planes, amount)) == {tick for tick, value in enumerate(values) if value >= amount}


def test_span_is_cut_at_zero() -> None:
    assert bits.span(-2, 2) == drawn("##")
    assert bits.span(1, 3) == drawn(".##")
    assert bits.span(3, 3) == 0
