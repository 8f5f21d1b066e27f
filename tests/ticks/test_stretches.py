from time import monotonic

from scheduler.ticks.stretches import stretches


def test_stretches_of_a_set_are_told_apart_by_their_gaps() -> None:
    assert list(stretches(0)) == []
    assert list(stretches(0b1)) == [(0, 1)]
    assert list(stretches(0b1101_1100)) == [(2, 5), (6, 8)]
    assert list(stretches(1 << 1000 | 0b11)) == [(0, 2), (1000, 1001)]
    assert list(stretches(0b111)) == [(0, 3)]


def test_many_stretches_take_no_time() -> None:
    since = monotonic()
    assert sum(1 for _ in stretches(int("10" * 200_000, 2))) == 200_000
    # Shifting what is left for each takes half a minute.
    assert monotonic() - since < 5
