"""Bounds of sets of requests from bounds of disjoint groups."""

from scheduler.solver.groups import Group, Groups

ALONE = (1, 2, 3, 4, 5)
GROUPS = Groups(ALONE, ALONE, [Group((0, 1), 10, 9), Group((2,), 6, 6), Group((3, 4), 4, 4)])


def test_bound_counts_whole_groups_once_and_broken_ones_by_their_members() -> None:
    assert GROUPS.bound((0, 1, 2)) == Group((0, 1, 2), 16, 15)
    assert GROUPS.bound((0, 2)) == Group((0, 2), 7, 7)


def test_bound_never_falls_below_the_ideals() -> None:
    assert GROUPS.bound((3, 4)) == Group((3, 4), 9, 9)


def test_excess_is_what_a_group_costs_beyond_its_ideals() -> None:
    assert [GROUPS.excess(each) for each in range(5)] == [7, 7, 3, 0, 0]


def test_joined_keeps_groups_together_through_chains() -> None:
    groups = Groups(ALONE, ALONE, [Group((0, 1), 10, 9), Group((2, 3), 20, 20)])
    assert groups.joined([(0,), (1, 2), (3,), (4,)]) == [(4,), (0, 1, 2, 3)]
    assert groups.joined([(0, 1), (2, 3), (4,)]) == [(4,), (0, 1), (2, 3)]


def test_joined_joins_nobody_by_a_group_that_proves_nothing() -> None:
    groups = Groups(ALONE, ALONE, [Group((0, 1), 3, 3)])
    assert groups.joined([(0,), (1,), (2,)]) == [(0,), (1,), (2,)]


def test_every_request_is_in_one_of_the_groups() -> None:
    groups = Groups(ALONE, ALONE, [Group((1, 3), 9, 9), Group((2, 4), 1, 1)])
    assert list(groups) == [Group((0,), 1, 1), Group((1, 3), 9, 9), Group((2, 4), 8, 8)]
    assert groups.total.scalar == 18


def test_raised_takes_a_group_in_place_of_those_it_meets_if_that_proves_more() -> None:
    groups = Groups(ALONE, ALONE, [Group((0, 1), 10, 10), Group((2, 3), 9, 9)])
    # 10 + 9 are known of the four; with the new group and request 3 alone it is 16 + 4.
    assert list(groups.raised(Group((0, 1, 2), 16, 0))) == [Group((0, 1, 2), 16, 6), Group((3,), 4, 4), Group((4,), 5, 5)]
    assert groups.raised(Group((0, 1, 2), 15, 0)) is groups


def test_raised_keeps_groups_that_are_not_met() -> None:
    groups = Groups(ALONE, ALONE, [Group((0, 1), 10, 10), Group((2, 3), 9, 9)])
    assert groups.raised(Group((3, 4), 20, 20)).total == Group((0, 1, 2, 3, 4), 33, 33)
