"""Choices that differ in more than names."""

from itertools import combinations

from scheduler.placement.choices import unlike_choices


def test_unlike_choices_are_one_of_each_kind_in_the_order_given() -> None:
    members = [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "b"), (6, "a")]
    kinds = dict(members)
    for count in range(len(members) + 1):
        found = list(unlike_choices(members, count))
        told = [tuple(sorted(kinds[each] for each in choice)) for choice in found]
        wanted = {tuple(sorted(kinds[each] for each in choice)) for choice in combinations(kinds, count)}
        assert len(told) == len(set(told))
        assert set(told) == wanted
    assert next(unlike_choices(members, 3)) == (1, 2, 3)
