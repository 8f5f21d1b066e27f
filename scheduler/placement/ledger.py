"""All uses of one special resource, and where another one can stand among them.

On most resources a booking takes time and that is all: `occupancy` keeps them as sets of free ticks.
On a special one it also matters who was there before, who is there at the same time, or where. A
ledger keeps the uses and answers exactly, as a set of ticks, where one more can begin.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import pairwise

from scheduler.placement.bits import ones, starts
from scheduler.placement.gaps import Follower, Run
from scheduler.placement.journeys import Journeys
from scheduler.placement.sessions import full_ticks, surplus
from scheduler.placement.sharing import barred_starts, clashes, culprits
from scheduler.placement.uses import Need, Owner, Use
from scheduler.ticks.instance import Bits, TickResource, Ticks
from scheduler.ticks.stretches import stretches

Fault = tuple[tuple[object, ...], frozenset[Owner]]
"""What is wrong, and whose bookings have to go to put it right."""

RunKey = tuple[Ticks, Ticks, int, int, int]
"""Start, end, recipe, true minutes, and by what it is truly shorter: all uses of a run have the same."""


class Ledger:
    """The uses of one resource. `room` in its questions: the ticks, closed ones too, in which the units asked for are not taken.

    Where it is asked what can begin, the uses that are there are taken to be right as they stand.
    """

    __slots__ = ("_exact", "_faults", "_follower", "_hoped", "_joinable", "_journeys", "_runs", "is_open", "openings", "resource", "ticks", "uses")

    def __init__(self, resource: TickResource, ticks: Ticks, first_tick: Ticks) -> None:
        self.resource, self.ticks = resource, ticks
        self.uses: list[Use] = []
        self._follower = None if resource.changeover is None else Follower(resource.changeover, resource.initial_recipe, first_tick)
        self.open_to(resource.open)

    def open_to(self, opening: Bits) -> None:
        """From now on it is open in these ticks."""
        self.is_open = opening
        self.openings = list(stretches(opening))
        self._changed()

    def _changed(self) -> None:
        self._exact: dict[Need, Bits] = {}
        self._hoped: dict[Need, Bits] = {}
        self._runs: list[tuple[Run, list[Use]]] | None = None
        self._joinable: dict[tuple[int, Ticks, int, int], list[tuple[Ticks, int]]] | None = None
        self._journeys: Journeys | None = None
        self._faults: frozenset[Fault] | None = None

    def copy(self) -> "Ledger":
        """An independent snapshot."""
        twin = Ledger.__new__(Ledger)
        twin.resource, twin.ticks, twin._follower = self.resource, self.ticks, self._follower
        twin.is_open, twin.openings, twin.uses = self.is_open, self.openings, self.uses.copy()
        twin._exact, twin._hoped = self._exact.copy(), self._hoped.copy()
        twin._runs, twin._joinable, twin._faults = self._runs, self._joinable, self._faults
        # The ways look at the uses themselves, all else was made of them.
        twin._journeys = None
        return twin

    def add(self, use: Use) -> None:
        """One more use."""
        insort(self.uses, use)
        self._changed()

    def remove(self, use: Use) -> None:
        """One use less. Raises: ValueError if it is not there."""
        index = bisect_left(self.uses, use)
        if index == len(self.uses) or self.uses[index] != use:
            raise ValueError(f"resource {self.resource.id} has no such use")
        del self.uses[index]
        self._changed()

    def clear(self) -> None:
        """No uses are left, not even fixed ones."""
        self.uses.clear()
        self._changed()

    def units(self, need: Need) -> int:
        """How many units must not be taken by others where the need begins something of its own."""
        return self.resource.capacity if self.resource.is_batch else need.demand

    def starts(self, need: Need, room: Bits) -> Bits:
        """The ticks at which the need can begin, exactly."""
        found = self._exact.get(need)
        if found is None:
            found = self._exact[need] = self._starts(need, room)
        return found

    def hopes(self, need: Need, room: Bits) -> Bits:
        """As `starts`, and the ticks at which it could begin if further uses, with which it does not overlap, made that possible."""
        found = self._hoped.get(need)
        if found is None:
            base, resource = self._base(need, room), self.resource
            found = self._hoped[need] = base | self._joins(need) if resource.is_batch else base
        return found

    def is_known(self, need: Need) -> bool:
        """Whether `starts` has been asked that since the last change, so that it needs no room to answer."""
        return need in self._exact

    def faults(self) -> frozenset[Fault]:
        """Everything that is wrong with the uses there are, whatever only fixed ones have brought about left out."""
        if self._faults is None:
            self._faults = frozenset(self._find_faults())
        return self._faults

    def broken(self) -> frozenset[Owner]:
        """Whose bookings have to go so that the others stand right (after that, others may have to)."""
        return frozenset().union(*(owners for _, owners in self.faults()))

    def _base(self, need: Need, room: Bits) -> Bits:
        """Where calendar, room, recipes beside it and sessions allow it."""
        resource = self.resource
        bits = starts(self.is_open | need.idle, need.length)
        if bits:
            bits &= starts(room & ones(self.ticks), need.length)
        if resource.shares and bits:
            bits &= ~barred_starts(resource, self.uses, need)
        return self._in_session(need, bits)

    def _in_session(self, need: Need, bits: Bits) -> Bits:
        sessions = self.resource.sessions
        if sessions is None or not bits:
            return bits
        full = full_ticks(sessions, self.uses, self.ticks)
        return bits & ~(full << need.begin if need.begin >= 0 else full >> -need.begin)

    def _starts(self, need: Need, room: Bits) -> Bits:
        resource = self.resource
        if resource.is_batch:
            joins = self._joins(need)
            if not need.opens_run:
                return joins
            # A run of its own is the same whatever the need takes of it.
            alone = need._replace(demand=0, minutes=0, short=0)
            found = self._exact.get(alone)
            if found is None:
                found = self._exact[alone] = self._between(alone, self._base(alone, room))
            return found | joins
        base = self._base(need, room)
        if not base:
            return 0
        if resource.travel is not None:
            quiet = self.is_open & room
            return self._ways().starts(need, base, self.is_open, quiet, self.ticks)
        return self._between(need, base)

    def _between(self, need: Need, base: Bits) -> Bits:
        """Those ticks of `base` with time for the changeovers before and after."""
        if self._follower is None or not base:
            return base
        runs = [run for run, _ in self._all_runs()]
        return base & self._follower.starts(runs, need.recipe, need.length, self.is_open, self.openings, self.ticks)

    def _joins(self, need: Need) -> Bits:
        """The starts of the runs that the need can join."""
        bits = 0
        for start, left in self._open_runs().get((need.recipe, need.length, need.minutes, need.short), ()):
            if need.demand <= left:
                bits |= 1 << start
        return self._in_session(need, bits & starts(self.is_open | need.idle, need.length)) if bits else 0

    def _open_runs(self) -> dict[tuple[int, Ticks, int, int], list[tuple[Ticks, int]]]:
        """By recipe, length and what is missing to it in truth, the runs that others could join: start, and the units left."""
        if self._joinable is None:
            self._joinable = {}
            runs = self._all_runs()
            end_before = -1
            for index, (run, members) in enumerate(runs):
                first = members[0]
                left = self.resource.capacity - sum(each.demand for each in members)
                # Frozen runs may stand in each other's way; nobody joins those.
                is_alone = end_before <= run.start and (index + 1 == len(runs) or runs[index + 1][0].start >= run.end)
                end_before = max(end_before, run.end)
                if left > 0 and run.start >= 0 and run.end <= self.ticks and is_alone and all(_key(each) == _key(first) for each in members):
                    self._joinable.setdefault((run.recipe, run.end - run.start, first.minutes, first.short), []).append((run.start, left))
        return self._joinable

    def _ways(self) -> Journeys:
        if self._journeys is None:
            assert self.resource.travel is not None  # asked only of those who travel
            # Those of the person reach back before the horizon.
            is_own = self.is_open == self.resource.open and self.resource.travel.openings
            self._journeys = Journeys(self.resource.travel, self.resource.travel.openings if is_own else self.openings, self.uses)
        return self._journeys

    def _all_runs(self) -> list[tuple[Run, list[Use]]]:
        """What follows on each other, with its members: uses, or in a batch resource those that begin and end together."""
        if self._runs is None:
            rows: list[list[Use]] = []
            for each in self.uses:
                if self.resource.is_batch and rows and (rows[-1][0].start, rows[-1][0].end) == (each.start, each.end):
                    rows[-1].append(each)
                else:
                    rows.append([each])
            self._runs = [(Run(row[0].start, row[0].end, row[0].recipe, any(each.is_fixed for each in row)), row) for row in rows]
        return self._runs

    def _find_faults(self) -> Iterator[Fault]:
        resource = self.resource
        if resource.is_batch:
            yield from self._run_faults()
        if resource.shares:
            for one, other in clashes(resource, self.uses):
                yield ("sharing", one, other), culprits(other, one)
        if self._follower is not None:
            runs = self._all_runs()
            for before, after in self._follower.broken_pairs([run for run, _ in runs], self.openings):
                members = runs[after][1] if not runs[after][0].is_fixed or before < 0 else runs[before][1]
                yield ("changeover", runs[before][0] if before >= 0 else None, runs[after][0]), frozenset(each.owner for each in members if not each.is_fixed)
        if resource.travel is not None:
            for what, concerned in self._ways().faults():
                yield what, culprits(*concerned)
        if resource.sessions is not None:
            for first, end, use in surplus(resource.sessions, self.uses):
                yield ("sessions", first, end, use), frozenset({use.owner})

    def _run_faults(self) -> Iterator[Fault]:
        """Runs that overlap, hold too much or unlike things, or that no member makes as long as they are."""
        runs = self._all_runs()
        for (one, members), (other, others) in pairwise(runs):
            if other.start < one.end and not all(each.is_fixed for each in (*members, *others)):
                yield ("overlap", one, other), frozenset(each.owner for each in (members if other.is_fixed else others) if not each.is_fixed)
        for run, members in runs:
            free = frozenset(each.owner for each in members if not each.is_fixed)
            if not free:
                continue
            if not run.is_fixed and not any(each.opens_run for each in members):
                yield ("run", run), free
            if sum(each.demand for each in members) > self.resource.capacity or len({_key(each) for each in members}) > 1:
                yield ("load", run, tuple(members)), free


def _key(use: Use) -> RunKey:
    return use.start, use.end, use.recipe, use.minutes, use.short
