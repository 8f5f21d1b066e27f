"""Shares of the time by what ways of working gain."""

from math import inf
from random import Random

from scheduler.solver.rate import LEAST_SHARE, Rate, choose


def test_the_first_turn_says_all_and_later_ones_a_fifth() -> None:
    rate = Rate()
    rate.learn(100, 2.0)
    assert (rate.gain, rate.seconds) == (50.0, 2.0)
    rate.learn(0, 7.0)
    assert (round(rate.gain, 9), round(rate.seconds, 9)) == (40.0, 3.0)


def test_what_was_not_tried_comes_first() -> None:
    assert choose([Rate(10**9, 1.0), Rate(inf, 0.0), Rate(inf, 0.0)], Random(1)) == 1


def test_long_turns_come_more_rarely() -> None:
    rates, random = [Rate(60.0, 0.5), Rate(40.0, 4.0), Rate(0.0, 1.0)], Random(1)
    seconds = [0.0, 0.0, 0.0]
    for _ in range(20_000):
        number = choose(rates, random)
        seconds[number] += rates[number].seconds
    shares = [each / sum(seconds) for each in seconds]
    whole = 1 + LEAST_SHARE
    for share, expected in zip(shares, [0.6 / whole, 0.4 / whole, LEAST_SHARE / whole], strict=True):
        assert abs(share - expected) < 0.03


def test_where_nothing_is_gained_all_have_the_same_time() -> None:
    rates, random = [Rate(0.0, 1.0), Rate(0.0, 3.0)], Random(2)
    drawn = [choose(rates, random) for _ in range(8_000)]
    assert 0.7 < drawn.count(0) / 8_000 < 0.8


def test_who_gains_seldom_keeps_its_least_share() -> None:
    rates, random = [Rate(100.0, 1.0), Rate(0.0, 2.0, least_share=0.25)], Random(3)
    seconds = [0.0, 0.0]
    for _ in range(20_000):
        number = choose(rates, random)
        seconds[number] += rates[number].seconds
    assert abs(seconds[1] / sum(seconds) - 0.25 / 1.25) < 0.02
