"""Bounds of sets of requests from bounds of disjoint groups."""

from scheduler.solver.bound import Ideal
from scheduler.solver.groups import Group, Groups

IDEAL = Ideal((), True, (1, 2, 3, 4, 5), (1, 2, 3, 4, 5), (15,))
GROUPS = Groups(IDEAL, [Group((0, 1), 10, 9), Group((2,), 6, 6), Group((3, 4), 4, 4)])


def test_bound_counts_whole_groups_once_and_broken_ones_by_their_members() -> None:
    assert GROUPS.bound((0, 1, 2)) == Group((0, 1, 2), 16, 15)
    assert GROUPS.bound((0, 2)) == Group((0, 2), 7, 7)


def test_bound_never_falls_below_the_ideals() -> None:
    assert GROUPS.bound((3, 4)) == Group((3, 4), 9, 9)


def test_excess_is_what_a_group_costs_beyond_its_ideals() -> None:
    assert [GROUPS.excess(each) for each in range(5)] == [7, 7, 3, 0, 0]


def test_joined_keeps_groups_together_through_chains() -> None:
    groups = Groups(IDEAL, [Group((0, 1), 10, 9), Group((2, 3), 20, 20)])
    assert groups.joined([(0,), (1, 2), (3,), (4,)]) == [(4,), (0, 1, 2, 3)]
    assert groups.joined([(0, 1), (2, 3), (4,)]) == [(4,), (0, 1), (2, 3)]
