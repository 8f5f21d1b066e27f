"""Disjoint groups of requests with what each must cost at least; what a group costs alone on the lab, the rest away, is such a bound.

Groups share no request, so dropping all capacity between them only relaxes the problem, and their bounds add up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.solver.bound import Ideal


@dataclass(frozen=True, slots=True)
class Group:
    """Requests (ascending) and proved lower bounds of what they cost together: the scalar cost, and that in the first tier."""

    members: tuple[int, ...]
    scalar: int
    first: int


class Groups:
    """Lower bounds for sets of requests, from those of single requests (`ideal`) and of disjoint `groups`."""

    def __init__(self, ideal: Ideal, groups: Sequence[Group] = ()) -> None:
        self._ideal = ideal
        self._of: dict[int, tuple[Group, int]] = {}
        for group in groups:
            scalar, first = sum(ideal.scalars[each] for each in group.members), sum(ideal.first_tiers[each] for each in group.members)
            if group.scalar > scalar or group.first > first:
                raised = Group(group.members, max(group.scalar, scalar), max(group.first, first))
                self._of.update(dict.fromkeys(group.members, (raised, raised.scalar - scalar)))

    def bound(self, members: Iterable[int]) -> Group:
        """The requests with the best bounds known. A group counts only if it is in whole."""
        asked = tuple(members)
        inside = frozenset(asked)
        scalar = first = 0
        done: set[tuple[int, ...]] = set()
        for each in asked:
            group = self._of[each][0] if each in self._of else None
            if group is None or not inside.issuperset(group.members):
                scalar += self._ideal.scalars[each]
                first += self._ideal.first_tiers[each]
            elif group.members not in done:
                done.add(group.members)
                scalar += group.scalar
                first += group.first
        return Group(asked, scalar, first)

    def excess(self, member: int) -> int:
        """By how much the bound of the group of `member` exceeds what its requests cost each for itself."""
        return self._of[member][1] if member in self._of else 0

    def within(self, members: Sequence[int]) -> list[Group]:
        """The groups that are whole among `members`, each request by its position there."""
        place = {each: k for k, each in enumerate(members)}
        found = {group.members: group for group, _ in (self._of[each] for each in members if each in self._of) if place.keys() >= set(group.members)}
        return [Group(tuple(sorted(place[each] for each in group.members)), group.scalar, group.first) for group in found.values()]

    def joined(self, parts: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """`parts`, disjoint sets of requests, with those joined that hold members of one group; smallest first."""
        owner: dict[tuple[int, ...], list[int]] = {}
        found: list[list[int]] = []
        for part in parts:
            whole = list(part)
            for key in {self._of[each][0].members for each in part if each in self._of}:
                other = owner.get(key)
                if other is not None and other is not whole:
                    whole += other
                    found = [each for each in found if each is not other]
                    owner.update({k: whole for k, each in owner.items() if each is other})
                owner[key] = whole
            found.append(whole)
        return sorted((tuple(sorted(each)) for each in found), key=lambda each: (len(each), each))
