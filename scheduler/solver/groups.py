"""Disjoint groups of requests with what each must cost at least; what a group costs alone on the lab, the rest away, is such a bound.

Groups share no request, so dropping all capacity between them only relaxes the problem, and their bounds add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Requests (ascending) and proved lower bounds of what they cost together: the scalar cost, and that in the first tier."""

    members: tuple[int, ...]
    scalar: int
    first: int


class Groups:
    """Lower bounds for sets of requests: those of disjoint `groups`, and of requests in none `scalars` and `firsts`, what each costs alone, by position."""

    def __init__(self, scalars: Sequence[int], firsts: Sequence[int], groups: Iterable[Group] = ()) -> None:
        self._scalars, self._firsts = scalars, firsts
        self._of: dict[int, Group] = {}
        for group in groups:
            self._of.update(dict.fromkeys(group.members, self._raised(group)))

    def __iter__(self) -> Iterator[Group]:
        """Every request is in one, those in no group in one of their own."""
        for each, (scalar, first) in enumerate(zip(self._scalars, self._firsts, strict=True)):
            group = self._of.get(each) or Group((each,), scalar, first)
            if group.members[0] == each:
                yield group

    @property
    def total(self) -> Group:
        """All requests."""
        return self.bound(range(len(self._scalars)))

    def bound(self, members: Iterable[int]) -> Group:
        """The requests with the best bounds known. A group counts only if it is in whole."""
        asked = tuple(members)
        inside = frozenset(asked)
        scalar = first = 0
        done: set[tuple[int, ...]] = set()
        for each in asked:
            group = self._of.get(each)
            if group is None or not inside.issuperset(group.members):
                scalar += self._scalars[each]
                first += self._firsts[each]
            elif group.members not in done:
                done.add(group.members)
                scalar += group.scalar
                first += group.first
        return Group(asked, scalar, first)

    def excess(self, member: int) -> int:
        """By how much the bound of the group of `member` exceeds what its requests cost each for itself."""
        group = self._of.get(member)
        return 0 if group is None else group.scalar - self._alone(group.members).scalar

    def joined(self, parts: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """`parts`, disjoint sets of requests, with those joined that hold members of one group; smallest first. Groups that prove nothing join nobody."""
        owner: dict[tuple[int, ...], list[int]] = {}
        found: list[list[int]] = []
        for part in parts:
            whole = list(part)
            for key in {self._of[each].members for each in part if each in self._of and self._proves(self._of[each])}:
                other = owner.get(key)
                if other is not None and other is not whole:
                    whole += other
                    found = [each for each in found if each is not other]
                    owner.update({k: whole for k, each in owner.items() if each is other})
                owner[key] = whole
            found.append(whole)
        return sorted((tuple(sorted(each)) for each in found), key=lambda each: (len(each), each))

    def raised(self, group: Group) -> Groups:
        """These with `group` in place of all that it meets, if that proves more as a whole."""
        inside = frozenset(group.members)
        met = {self._of[each].members for each in group.members if each in self._of}
        outside = [each for members in met for each in members if each not in inside]
        gain = group.scalar + self._alone(outside).scalar - self.bound((*group.members, *outside)).scalar
        if gain <= 0:
            return self
        better = Groups(self._scalars, self._firsts, (group,))
        better._of = {each: other for each, other in self._of.items() if other.members not in met} | better._of
        return better

    def _alone(self, members: Sequence[int]) -> Group:
        return Group(tuple(members), sum(self._scalars[each] for each in members), sum(self._firsts[each] for each in members))

    def _raised(self, group: Group) -> Group:
        alone = self._alone(group.members)
        return Group(group.members, max(group.scalar, alone.scalar), max(group.first, alone.first))

    def _proves(self, group: Group) -> bool:
        alone = self._alone(group.members)
        return group.scalar > alone.scalar or group.first > alone.first
