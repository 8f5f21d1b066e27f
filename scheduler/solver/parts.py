"""Sharing out a plan's requests among workers, so that each improves its own beside what the others have: those that wait for the same units stay together.

What the workers do may still clash over what few share (operators, mostly); merging looks at that.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Plan

MOST_CANDIDATES = 16
"""A part with more candidates than this holds nobody together: somebody will be free."""

SLICES = 4
"""A set too large for one worker is cut into so many stretches of time for each worker."""


class Partition:
    """The sets of requests that wait for the same units, found once; shared out anew, by chance, at every turn."""

    def __init__(self, standing: Standing, ruin: Ruin) -> None:
        self._sets = _related(standing, ruin)

    def share_out(self, plan: Plan, work: Sequence[int], workers: int, random: Random) -> list[frozenset[int]]:
        """One set of requests per worker, disjoint, all together; `work` is what each request makes, and every worker gets about as much."""
        whole = sum(work)
        pieces: list[tuple[int, list[int]]] = []
        for members in self._sets:
            load = sum(work[each] for each in members)
            if load * workers <= whole:
                pieces.append((load, members))
                continue
            order = sorted(members, key=lambda each: (min((booking.start for booking in plan.get(each, ())), default=-1), each))
            count = SLICES * workers
            # The cuts are elsewhere every time.
            shift = random.randrange(len(order))
            size = -(-len(order) // count)
            edges = sorted({0, *range(shift % size, len(order), size), len(order)})
            pieces += [(sum(work[each] for each in order[a:b]), order[a:b]) for a, b in pairwise(edges)]
        random.shuffle(pieces)
        pieces.sort(key=lambda piece: -piece[0])
        shares: list[set[int]] = [set() for _ in range(workers)]
        loads = [0] * workers
        for load, members in pieces:
            least = min(range(workers), key=lambda worker: loads[worker])
            loads[least] += load
            shares[least].update(members)
        return [frozenset(each) for each in shares]


def _related(standing: Standing, ruin: Ruin) -> list[list[int]]:
    """Disjoint sets of requests whose work is done by the same units; each ascending."""
    leader = list(range(len(standing.cost)))

    def find(position: int) -> int:
        while leader[position] != position:
            leader[position] = leader[leader[position]]
            position = leader[position]
        return position

    first_user: dict[int, int] = {}
    for position in range(len(leader)):
        parts = [each for each in ruin.parts(position) if len(each.candidates) <= MOST_CANDIDATES]
        for resource in parts[0].candidates if parts else ():
            leader[find(position)] = find(first_user.setdefault(resource, position))
    found: dict[int, list[int]] = defaultdict(list)
    for position in range(len(leader)):
        found[find(position)].append(position)
    return list(found.values())
