"""Moves of annealing: what could be elsewhere in the runs of batch resources, drawn by chance."""

from bisect import bisect_left
from collections.abc import Sequence
from random import Random

from scheduler.solver.run_sequences import PlannedRun, RunSequence, RunSequences, Single

TIMELY = 0.7
"""How often a run is put where it would not be late, and not anywhere."""

Edits = list[tuple[RunSequence, list[PlannedRun], int, int]]
"""RunSequences with their new runs, the first position that changed, and the one from which on the old ones go on."""


class Moves:
    """Draws moves of the runs as they are: whoever makes them keeps `Single.run` and `left_out` (those that have no run) up to date."""

    def __init__(self, sequences: RunSequences, random: Random) -> None:
        self.sequences, self.random = sequences, random
        self.singles = sequences.singles
        self.left_out: list[Single] = []
        self.kin: dict[int, list[Single]] = {}
        for each in self.singles:
            for recipe in {shape[3] for shape in each.least.values()}:
                self.kin.setdefault(recipe, []).append(each)

    def draw(self) -> tuple[Edits, int]:
        """A move, and what it costs beside the sequences. Nothing if what was drawn is not possible."""
        dice = self.random.random()
        if self.left_out and dice < 0.2:
            return self._serve()
        if dice < 0.40:
            return self._join(), 0
        if dice < 0.52:
            return self._split(), 0
        if dice < 0.80:
            return self._move_run(), 0
        if dice < 0.90:
            return self._swap(), 0
        if dice < 0.96:
            return self._repack(), 0
        return self._merge(), 0

    def _any(self) -> Single:
        singles = self.singles
        return singles[int(self.random.random() * len(singles))]

    def _other(self, run: PlannedRun) -> Single:
        kin = self.kin[run.recipe]
        return kin[int(self.random.random() * len(kin))]

    def _two(self) -> tuple[Single, PlannedRun, Single, PlannedRun] | None:
        """Two of one recipe with their runs; None if what was drawn are not two runs."""
        single = self._any()
        run = single.run
        if run is None:
            return None
        other = self._other(run)
        goal = other.run
        return None if goal is None or goal is run else (single, run, other, goal)

    def _join(self) -> Edits:
        """A single goes to another run of its recipe."""
        two = self._two()
        if two is None:
            return []
        single, run, _, goal = two
        return self._rebuild([(run, _without(run, single)), (goal, (*goal.members, single))])

    def _swap(self) -> Edits:
        """Two singles of different runs change places."""
        two = self._two()
        if two is None:
            return []
        single, run, other, goal = two
        return self._rebuild([(run, (*_without(run, single), other)), (goal, (*_without(goal, other), single))])

    def _merge(self) -> Edits:
        """All members of a run go to another one."""
        two = self._two()
        if two is None:
            return []
        _, run, _, goal = two
        return self._rebuild([(run, ()), (goal, (*goal.members, *run.members))])

    def _repack(self) -> Edits:
        """The members of two or three runs of one recipe are dealt out anew, the longest first; a run may be left over."""
        single = self._any()
        if single.run is None:
            return []
        runs = [single.run]
        for _ in range(2 if self.random.random() < 0.7 else 3):
            other = self._other(single.run).run
            if other is not None and other not in runs:
                runs.append(other)
        if len(runs) < 2:
            return []
        random = self.random.random
        pool = [each for run in runs for each in run.members]
        pool.sort(key=lambda each: (max(each.least.values()), random()), reverse=True)
        dealt: list[tuple[PlannedRun, tuple[Single, ...]]] = []
        for number, run in enumerate(runs):
            is_last = number == len(runs) - 1
            resource = run.resource
            room = self.sequences.instance.resources[resource].capacity
            shape = None
            taken, rest = [], []
            for each in pool:
                least = each.least.get(resource)
                fits = least is not None and each.demand <= room
                if fits and (is_last or shape is None or random() < 0.85):
                    if shape is None:
                        shape = least
                    if shape in each.forms[resource]:
                        taken.append(each)
                        room -= each.demand
                        continue
                rest.append(each)
            pool = rest
            dealt.append((run, tuple(taken)))
        return [] if pool else self._rebuild(dealt)

    def _rebuild(self, dealt: Sequence[tuple[PlannedRun, tuple[Single, ...]]]) -> Edits:
        """The runs with other members, at their places; without any they are gone."""
        edits: dict[int, tuple[list[PlannedRun], int, int]] = {}
        for run, members in dealt:
            fresh = []
            if members:
                made = self.sequences.run(run.sequence, members)
                if made is None:
                    return []
                fresh = [made]
            if run.sequence in edits:
                runs, first, end = edits[run.sequence]
                here = runs.index(run)
                runs[here : here + 1] = fresh
                edits[run.sequence] = (runs, min(first, here), max(end + len(fresh) - 1, here + len(fresh)))
            else:
                runs = self.sequences.all[run.sequence].runs.copy()
                here = runs.index(run)
                runs[here : here + 1] = fresh
                edits[run.sequence] = (runs, here, here + len(fresh))
        return [(self.sequences.all[sequence], *edit) for sequence, edit in edits.items()]

    def _split(self) -> Edits:
        """A single, or several, get a run of their own."""
        single = self._any()
        run = single.run
        if run is None or len(run.members) < 2:
            return []
        if self.random.random() < 0.6:
            own: tuple[Single, ...] = (single,)
        else:
            own = tuple(each for each in run.members if each is single or self.random.random() < 0.5)
            if len(own) == len(run.members):
                return []
        rest = self.sequences.run(run.sequence, [each for each in run.members if each not in own])
        number = single.sequences[int(self.random.random() * len(single.sequences))]
        fresh = self.sequences.run(number, own)
        if rest is None or fresh is None:
            return []
        sequence, target = self.sequences.all[run.sequence], self.sequences.all[number]
        here = sequence.runs.index(run)
        runs = sequence.runs.copy()
        runs[here] = rest
        there = self._place(target, fresh)
        if sequence is target:
            runs.insert(there, fresh)
            return [(sequence, runs, min(here, there), max(here + 2, there + 1) if there <= here else there + 1)]
        others = target.runs.copy()
        others.insert(there, fresh)
        return [(sequence, runs, here, here + 1), (target, others, there, there + 1)]

    def _place(self, target: RunSequence, run: PlannedRun) -> int:
        """A position for a run: mostly one at which it would not be late, else any."""
        random = self.random.random
        if run.limits and random() < TIMELY:
            at = run.first + random() * (run.limits[int(random() * len(run.limits))] - run.first)
            return bisect_left(target.starts, at)
        return int(random() * (len(target.runs) + 1))

    def _move_run(self) -> Edits:
        """A run goes to another position, of its sequence or another one."""
        single = self._any()
        run = single.run
        if run is None:
            return []
        sequence = self.sequences.all[run.sequence]
        here = sequence.runs.index(run)
        dice = self.random.random()
        if dice < 0.5:
            # Nearby.
            there = here + (1 + int(self.random.random() ** 2 * 5)) * (1 if self.random.random() < 0.5 else -1)
            if not 0 <= there < len(sequence.runs):
                return []
            return self._shift(sequence, run, here, there)
        number = single.sequences[int(self.random.random() * len(single.sequences))]
        target = self.sequences.all[number]
        if target is sequence:
            there = min(self._place(sequence, run), len(sequence.runs) - 1)
            return [] if there == here else self._shift(sequence, run, here, there)
        fresh = self.sequences.run(number, run.members)
        if fresh is None:
            return []
        runs = sequence.runs.copy()
        del runs[here]
        there = self._place(target, fresh)
        others = target.runs.copy()
        others.insert(there, fresh)
        return [(sequence, runs, here, here), (target, others, there, there + 1)]

    def _shift(self, sequence: RunSequence, run: PlannedRun, here: int, there: int) -> Edits:
        runs = sequence.runs.copy()
        if self.random.random() < 0.3:
            runs[here], runs[there] = runs[there], runs[here]
        else:
            del runs[here]
            runs.insert(there, run)
        return [(sequence, runs, min(here, there), max(here, there) + 1)]

    def _serve(self) -> tuple[Edits, int]:
        """A single that is left out joins a run, or gets one of its own."""
        single = self.left_out[int(self.random.random() * len(self.left_out))]
        number = single.sequences[int(self.random.random() * len(single.sequences))] if single.sequences else -1
        if number < 0:
            return [], 0
        sequence = self.sequences.all[number]
        runs = sequence.runs.copy()
        if self.random.random() < 0.5 and runs:
            there = int(self.random.random() * len(runs))
            grown = self.sequences.run(number, (*runs[there].members, single)) if runs[there].recipe == single.least[sequence.resource][3] else None
            if grown is None:
                return [], 0
            runs[there] = grown
        else:
            fresh = self.sequences.run(number, (single,))
            if fresh is None:
                return [], 0
            there = self._place(sequence, fresh)
            runs.insert(there, fresh)
        return [(sequence, runs, there, there + 1)], -single.left_out


def _without(run: PlannedRun, single: Single) -> tuple[Single, ...]:
    return tuple([each for each in run.members if each is not single])
