"""Moves of annealing: what could be elsewhere in the runs of batch resources, drawn by chance."""

from bisect import bisect_left
from collections.abc import Sequence
from random import Random

from scheduler.solver.lanes import Batch, Lane, Lanes, Load

TIMELY = 0.7
"""How often a run is put where it would not be late, and not anywhere."""

Edits = list[tuple[Lane, list[Batch], int, int]]
"""Lanes with their new runs, the first position that changed, and the one from which on the old ones go on."""


class Moves:
    """Draws moves of the runs as they are: whoever makes them keeps `Load.run` and `left_out` (those that have no run) up to date."""

    def __init__(self, lanes: Lanes, random: Random) -> None:
        self.lanes, self.random = lanes, random
        self.loads = lanes.loads
        self.left_out: list[Load] = []
        self.kin: dict[int, list[Load]] = {}
        for each in self.loads:
            for recipe in {shape[3] for shape in each.least.values()}:
                self.kin.setdefault(recipe, []).append(each)

    def draw(self) -> tuple[Edits, int]:
        """A move, and what it costs beside the lanes. Nothing if what was drawn is not possible."""
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

    def _any(self) -> Load:
        loads = self.loads
        return loads[int(self.random.random() * len(loads))]

    def _other(self, load: Load, run: Batch) -> Load:
        kin = self.kin[run.recipe]
        return kin[int(self.random.random() * len(kin))]

    def _join(self) -> Edits:
        """A load goes to another run of its recipe."""
        load = self._any()
        if load.run is None:
            return []
        goal = self._other(load, load.run).run
        if goal is None or goal is load.run:
            return []
        return self._rebuild([(load.run, _without(load.run, load)), (goal, (*goal.members, load))])

    def _swap(self) -> Edits:
        """Two loads of different runs change places."""
        load = self._any()
        if load.run is None:
            return []
        other = self._other(load, load.run)
        goal = other.run
        if goal is None or goal is load.run:
            return []
        return self._rebuild([(load.run, (*_without(load.run, load), other)), (goal, (*_without(goal, other), load))])

    def _merge(self) -> Edits:
        """All members of a run go to another one."""
        load = self._any()
        if load.run is None:
            return []
        goal = self._other(load, load.run).run
        if goal is None or goal is load.run:
            return []
        return self._rebuild([(load.run, ()), (goal, (*goal.members, *load.run.members))])

    def _repack(self) -> Edits:
        """The members of two or three runs of one recipe are dealt out anew, the longest first; a run may be left over."""
        load = self._any()
        if load.run is None:
            return []
        runs = [load.run]
        for _ in range(2 if self.random.random() < 0.7 else 3):
            other = self._other(load, load.run).run
            if other is not None and other not in runs:
                runs.append(other)
        if len(runs) < 2:
            return []
        random = self.random.random
        pool = [each for run in runs for each in run.members]
        pool.sort(key=lambda each: (max(each.least.values()), random()), reverse=True)
        dealt: list[tuple[Batch, tuple[Load, ...]]] = []
        for number, run in enumerate(runs):
            is_last = number == len(runs) - 1
            resource = run.resource
            room = self.lanes.instance.resources[resource].capacity
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

    def _rebuild(self, dealt: Sequence[tuple[Batch, tuple[Load, ...]]]) -> Edits:
        """The runs with other members, at their places; without any they are gone."""
        edits: dict[int, tuple[list[Batch], int, int]] = {}
        for run, members in dealt:
            fresh = []
            if members:
                made = self.lanes.run(run.lane, members)
                if made is None:
                    return []
                fresh = [made]
            if run.lane in edits:
                runs, first, end = edits[run.lane]
                here = runs.index(run)
                runs[here : here + 1] = fresh
                edits[run.lane] = (runs, min(first, here), max(end + len(fresh) - 1, here + len(fresh)))
            else:
                runs = self.lanes.lanes[run.lane].runs.copy()
                here = runs.index(run)
                runs[here : here + 1] = fresh
                edits[run.lane] = (runs, here, here + len(fresh))
        return [(self.lanes.lanes[lane], *edit) for lane, edit in edits.items()]

    def _split(self) -> Edits:
        """A load, or several, get a run of their own."""
        load = self._any()
        run = load.run
        if run is None or len(run.members) < 2:
            return []
        if self.random.random() < 0.6:
            own: tuple[Load, ...] = (load,)
        else:
            own = tuple(each for each in run.members if each is load or self.random.random() < 0.5)
            if len(own) == len(run.members):
                return []
        rest = self.lanes.run(run.lane, [each for each in run.members if each not in own])
        number = load.lanes[int(self.random.random() * len(load.lanes))]
        fresh = self.lanes.run(number, own)
        if rest is None or fresh is None:
            return []
        lane, target = self.lanes.lanes[run.lane], self.lanes.lanes[number]
        here = lane.runs.index(run)
        runs = lane.runs.copy()
        runs[here] = rest
        there = self._place(target, fresh)
        if lane is target:
            runs.insert(there, fresh)
            return [(lane, runs, min(here, there), max(here + 2, there + 1) if there <= here else there + 1)]
        others = target.runs.copy()
        others.insert(there, fresh)
        return [(lane, runs, here, here + 1), (target, others, there, there + 1)]

    def _place(self, target: Lane, run: Batch) -> int:
        """A position for a run: mostly one at which it would not be late, else any."""
        random = self.random.random
        if run.limits and random() < TIMELY:
            at = run.first + random() * (run.limits[int(random() * len(run.limits))] - run.first)
            return bisect_left(target.starts, at)
        return int(random() * (len(target.runs) + 1))

    def _move_run(self) -> Edits:
        """A run goes to another position, of its lane or another one."""
        load = self._any()
        run = load.run
        if run is None:
            return []
        lane = self.lanes.lanes[run.lane]
        here = lane.runs.index(run)
        dice = self.random.random()
        if dice < 0.5:
            # Nearby.
            there = here + (1 + int(self.random.random() ** 2 * 5)) * (1 if self.random.random() < 0.5 else -1)
            if not 0 <= there < len(lane.runs):
                return []
            return self._shift(lane, run, here, there)
        number = load.lanes[int(self.random.random() * len(load.lanes))]
        target = self.lanes.lanes[number]
        if target is lane:
            there = min(self._place(lane, run), len(lane.runs) - 1)
            return [] if there == here else self._shift(lane, run, here, there)
        fresh = self.lanes.run(number, run.members)
        if fresh is None:
            return []
        runs = lane.runs.copy()
        del runs[here]
        there = self._place(target, fresh)
        others = target.runs.copy()
        others.insert(there, fresh)
        return [(lane, runs, here, here), (target, others, there, there + 1)]

    def _shift(self, lane: Lane, run: Batch, here: int, there: int) -> Edits:
        runs = lane.runs.copy()
        if self.random.random() < 0.3:
            runs[here], runs[there] = runs[there], runs[here]
        else:
            del runs[here]
            runs.insert(there, run)
        return [(lane, runs, min(here, there), max(here, there) + 1)]

    def _serve(self) -> tuple[Edits, int]:
        """A load that is left out joins a run, or gets one of its own."""
        load = self.left_out[int(self.random.random() * len(self.left_out))]
        number = load.lanes[int(self.random.random() * len(load.lanes))] if load.lanes else -1
        if number < 0:
            return [], 0
        lane = self.lanes.lanes[number]
        runs = lane.runs.copy()
        if self.random.random() < 0.5 and runs:
            there = int(self.random.random() * len(runs))
            grown = self.lanes.run(number, (*runs[there].members, load)) if runs[there].recipe == load.least[lane.resource][3] else None
            if grown is None:
                return [], 0
            runs[there] = grown
        else:
            fresh = self.lanes.run(number, (load,))
            if fresh is None:
                return [], 0
            there = self._place(lane, fresh)
            runs.insert(there, fresh)
        return [(lane, runs, there, there + 1)], -load.left_out


def _without(run: Batch, load: Load) -> tuple[Load, ...]:
    return tuple([each for each in run.members if each is not load])
