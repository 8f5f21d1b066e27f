"""Better runs of batch resources by annealing: loads and runs change places thousands of times a second.

Where what costs is which loads share a run, and which run follows which, neighbourhoods of a few requests see too little of
the whole. Here the runs of all batch resources are sequences (`lanes`); a move takes a load or a run elsewhere, what
follows moves up, and the move stays if it is cheaper, or dearer by no more than the temperature forgives.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import cycle
from math import log
from random import Random
from time import monotonic

from scheduler.errors import Defect
from scheduler.placement.cost import plan_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.solver.beside import moves_made
from scheduler.solver.bound import Ideal
from scheduler.solver.cpsat.search import Budget
from scheduler.solver.lanes import Batch, Change, Lane, Lanes, Load
from scheduler.ticks.instance import Instance, Plan

LOOK = 256
"""Moves between two looks at the clock."""

MOVES_A_SECOND = 15_000
"""What a second of the repeatable clock counts."""

SAMPLE = 400
"""Moves tried to find out what moves cost."""

HOT, COLD = 0.2, 0.1
"""First temperature, as a share of what a move that is dearer costs more on average; and last one, of what it does where that is little."""

WAYS = ((1.0, 1.0), (2.5, 2.0), (5.0, 1.5))
"""Each cooling down begins so many times as hot as the first, and bends so that it is hot for longer: instances differ in what they need."""

MOVES_A_LOAD = 8_000
"""Moves of one cooling down, for each load; after that it begins anew from the best. Where there is time for fewer, it begins less hot."""

TIMELY = 0.7
"""How often a run is put where it would not be late, and not anywhere."""

TELL_SECONDS = 1.0
"""A better plan is looked through and told at most this often."""

Edits = list[tuple[Lane, list[Batch], int, int]]
"""Lanes with their new runs, the first position that changed, and the one from which on the old ones go on."""


def recreate(
    instance: Instance, ideal: Ideal, plan: Plan, budget: Budget, report: Callable[[Plan], None] | None = None, *, once: bool = False
) -> tuple[Plan, float]:
    """The best plan found from `plan` on within the budget, and what was spent of the repeatable clock.

    The same seed and repeatable budget give the same. `once`: it stops when it has cooled down, however much time is left.
    """
    lanes = Lanes(instance, ideal.domains, plan)
    if len(lanes.loads) < 2:
        return plan, 0.0
    return _Annealing(lanes, ideal, plan, budget, report).run(once=once)


class _Annealing:
    def __init__(self, lanes: Lanes, ideal: Ideal, plan: Plan, budget: Budget, report: Callable[[Plan], None] | None) -> None:
        self.lanes, self.ideal, self.plan, self.budget, self.report = lanes, ideal, plan, budget, report
        self.instance = lanes.instance
        self.cost = plan_cost(self.instance, plan)
        own = {each.position for each in lanes.loads}
        self.others = {position: placement for position, placement in plan.items() if position not in own}
        self.random = Random(budget.seed)  # noqa: S311 - a search, not a secret
        self.loads = lanes.loads
        self.left_out: list[Load] = []
        self._find_runs()
        self.total = self._total()
        self.kin: dict[int, list[Load]] = {}
        for each in self.loads:
            for recipe in {shape[3] for shape in each.least.values()}:
                self.kin.setdefault(recipe, []).append(each)
        self.best = self.total
        self.kept = self._state()
        self.moves = 0
        self.allowed = None if budget.deterministic_seconds is None else int(budget.deterministic_seconds * MOVES_A_SECOND)

    def _total(self) -> int:
        return sum(sum(lane.costs) + lane.closing for lane in self.lanes.lanes) + sum(each.left_out for each in self.left_out)

    def _state(self) -> tuple[list[list[Batch]], list[list[int]]]:
        return [list(lane.runs) for lane in self.lanes.lanes], [list(lane.starts) for lane in self.lanes.lanes]

    def run(self, *, once: bool) -> tuple[Plan, float]:
        """Cools down, once or again and again, until the budget is over."""
        began = monotonic()
        dearer = self._dearer()
        if dearer:
            cold = COLD * dearer[len(dearer) // 10]
            hot = max(cold, HOT * self._share(monotonic() - began) * sum(dearer) / len(dearer))
            for times, bend in cycle(WAYS):
                if not self._cool(times * hot, cold, bend) or once:
                    break
                self._return()
            self._take_over()
        return self.plan, self.moves / MOVES_A_SECOND

    def _share(self, sampled: float) -> float:
        """What part of the moves of a cooling down there is time for; `sampled` seconds were needed for a few."""
        left = self.allowed
        if left is None:
            left = int(self.budget.left * SAMPLE / max(sampled, 1e-9))
        return min(1.0, left / (MOVES_A_LOAD * len(self.loads)))

    def _cool(self, hot: float, cold: float, bend: float) -> bool:
        """From hot to cold, in as many moves as help or as there is time for; whether there is time left."""
        most = MOVES_A_LOAD * len(self.loads)
        if self.allowed is not None:
            most = min(most, self.allowed - self.moves)
        began, wall = monotonic(), self.budget.left
        reported, told = self.best, began
        temperature = hot
        random = self.random.random
        for number in range(most):
            if number % LOOK == 0:
                if self.budget.is_over():
                    return False
                progress = number / most
                if self.allowed is None:
                    # A repeatable run must not look at the clock.
                    progress = max(progress, (monotonic() - began) / max(wall, 1e-9))
                temperature = hot * (cold / hot) ** min(1.0, progress) ** bend
                if self.report is not None and self.best < reported and monotonic() - told > TELL_SECONDS:
                    self._take_over()
                    reported, told = self.best, monotonic()
            self.moves += 1
            self._step(-temperature * log(1 - random()))
        return self.allowed is None or self.moves < self.allowed

    def _return(self) -> None:
        """Back to the best runs there were."""
        for lane, runs in zip(self.lanes.lanes, self.kept[0], strict=True):
            change = self.lanes.replay(lane, list(runs), 0, len(runs))
            assert change is not None  # it was possible before
            self.lanes.commit(change)
        self._find_runs()
        self.total = self._total()

    def _find_runs(self) -> None:
        for each in self.loads:
            each.run = None
        for lane in self.lanes.lanes:
            for run in lane.runs:
                for each in run.members:
                    each.run = run
        self.left_out = [each for each in self.loads if each.run is None]

    def _dearer(self) -> list[int]:
        """By how much moves are dearer that are possible and not for nothing, ascending."""
        found = []
        for _ in range(SAMPLE):
            edits, more = self._propose()
            changes = self._changes(edits, float("inf")) if edits else None
            if changes is not None:
                delta = sum(each.delta for each in changes) + more
                if delta > 0:
                    found.append(delta)
        return sorted(found)

    def _step(self, most: float) -> None:
        edits, more = self._propose()
        if not edits:
            return
        changes = self._changes(edits, most - more)
        if changes is None:
            return
        delta = more
        for each in changes:
            delta += each.delta
        if delta > most:
            return
        for change in changes:
            self.lanes.commit(change)
        for change in changes:
            for run in change.runs[change.first :]:
                for load in run.members:
                    load.run = run
        if more:
            self.left_out = [each for each in self.loads if each.run is None]
        self.total += delta
        if self.total < self.best:
            self.best = self.total
            self.kept = self._state()

    def _changes(self, edits: Edits, most: float) -> list[Change] | None:
        found = []
        for number, (lane, runs, first, behind) in enumerate(edits):
            # Only the last one can say that it is too dear; what comes before may make up for it.
            change = self.lanes.replay(lane, runs, first, behind, most if number == len(edits) - 1 else float("inf"))
            if change is None:
                return None
            most -= change.delta
            found.append(change)
        return found

    def _propose(self) -> tuple[Edits, int]:
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
            room = self.instance.resources[resource].capacity
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

    def _take_over(self) -> None:
        """The best plan of the annealing is ours, if all rules agree."""
        found = {**self.others, **self.lanes.plan(*self.kept)}
        cost = plan_cost(self.instance, found)
        if cost < self.cost and _stands(self.instance, found):
            self.plan, self.cost = found, cost
            if self.report is not None:
                self.report(dict(found))


def _without(run: Batch, load: Load) -> tuple[Load, ...]:
    return tuple([each for each in run.members if each is not load])


def _stands(instance: Instance, plan: Plan) -> bool:
    """Whether all bookings of the plan go together."""
    most = instance.most_moves
    if most is not None and sum(moves_made(request, plan.get(position)) for position, request in enumerate(instance.requests)) > most:
        return False
    occupancy = Occupancy(instance)
    try:
        for position, placement in plan.items():
            request = instance.requests[position]
            if occupancy.quotas is not None and not all(occupancy.quotas.fits(request.company, occupancy.wants(request, each)) for each in placement):
                return False
            occupancy.book_placement(request, placement)
    except Defect:
        return False
    return not occupancy.broken()
