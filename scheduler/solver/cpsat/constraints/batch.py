"""Batch: what meets in a batch resource is one run: same recipe, start and end, demands within the capacity.

Each run is told by one of its parts, the first of those that may open it (their own minimum is as long as the run);
the others join that part. Runs never overlap. What joins a run of frozen bookings takes it as it is, however long.
Check: verify.rules.check_batch.
"""

from collections import defaultdict

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.readings import booked_on
from scheduler.solver.cpsat.variables import Batch, Key, Part, Variables
from scheduler.solver.starts import FixedRun, fixed_runs, profile
from scheduler.ticks.instance import Instance, Plan, Ticks


def add_batch(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Every part on a batch resource opens a run or joins one."""
    fixed = fixed_runs(instance)
    pieces = profile(instance) if fixed else {}
    for resource, data in enumerate(instance.resources):
        if data.is_batch:
            runs = fixed.get(resource, [])
            variables.runs += [(None, run.minutes) for run in runs]
            _Runs(model, variables, instance, resource, runs).add([(first, last) for first, last, _ in pieces.get(resource, ())])


class _Runs:
    def __init__(self, model: cp_model.CpModel, variables: Variables, instance: Instance, resource: int, fixed: list[FixedRun]) -> None:
        self.model = model
        self.variables = variables
        self.resource = resource
        self.capacity = instance.resources[resource].capacity
        self.fixed = fixed
        self.parts = sorted(variables.parts(resource), key=lambda each: each.key)
        self.opens: dict[Key, cp_model.IntVar] = {}
        self.joins: dict[tuple[Key, Key], cp_model.IntVar] = {}
        self.grows: dict[tuple[Key, int], cp_model.IntVar] = {}

    def add(self, pieces: list[tuple[Ticks, Ticks]]) -> None:
        heads = [each for each in self.parts if each.opens_run]
        alike: dict[object, list[Part]] = defaultdict(list)
        for head in heads:
            alike[head.recipe, head.length, head.whole].append(head)
        joiners: dict[Key, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
        growth: dict[int, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
        for head in heads:
            self.opens[head.key] = self.model.new_bool_var("")
        for part in self.parts:
            ways = [self.opens[part.key]] if part.opens_run else []
            for head in alike[part.recipe, part.length, part.whole]:
                if self._may_join(part, head):
                    join = self.joins[part.key, head.key] = self.model.new_bool_var("")
                    if part.task_start is not head.task_start:
                        self.model.add(part.task_start == head.task_start).only_enforce_if(join)
                    self.model.add_implication(join, self.opens[head.key])
                    joiners[head.key].append((part.demand, join))
                    ways.append(join)
            for f, run in enumerate(self.fixed):
                if self._may_grow(part, run):
                    grow = self.grows[part.key, f] = self.model.new_bool_var("")
                    self.model.add(part.start == run.start).only_enforce_if(grow)
                    growth[f].append((part.demand, grow))
                    ways.append(grow)
            self.model.add_exactly_one(*ways, ~part.literal)
        self._fill(heads, joiners, growth)
        if heads:
            intervals = [self.model.new_optional_fixed_size_interval_var(head.start, head.length, self.opens[head.key], "") for head in heads]
            # Frozen runs may overlap among themselves; what is free keeps off them all.
            intervals += [self.model.new_fixed_size_interval_var(first, last - first, "") for first, last in pieces]
            self.model.add_no_overlap(intervals)
        self._tell(heads)

    def _may_join(self, part: Part, head: Part) -> bool:
        # Of the parts that may open a run the first one does, so that a run is told in one way only.
        if part.key == head.key or (part.opens_run and part.key < head.key) or part.demand + head.demand > self.capacity:
            return False
        is_other_mode = part.key[:2] == head.key[:2] and part.key[2] != head.key[2]
        return not is_other_mode and part.starts & head.starts != 0

    def _may_grow(self, part: Part, run: FixedRun) -> bool:
        is_alike = (
            run.can_grow and run.recipe == part.recipe and run.end - run.start == part.length and run.short == part.short and run.minutes in (0, part.minutes)
        )
        return is_alike and run.load + part.demand <= self.capacity and run.start >= part.begin and bool(part.starts >> (run.start - part.begin) & 1)

    def _fill(self, heads: list[Part], joiners: dict[Key, list[tuple[int, cp_model.IntVar]]], growth: dict[int, list[tuple[int, cp_model.IntVar]]]) -> None:
        for head in heads:
            each = joiners[head.key]
            if each:
                self.model.add(sum(demand * join for demand, join in each) <= (self.capacity - head.demand) * self.opens[head.key])
        for f, run in enumerate(self.fixed):
            if growth[f]:
                self.model.add(sum(demand * grow for demand, grow in growth[f]) <= self.capacity - run.load)

    def _tell(self, heads: list[Part]) -> None:
        for table, place in ((self.opens, 0), (self.joins, 1), (self.grows, 2)):
            names = list(table)
            self.variables.define_all(
                list(table.values()),
                lambda plan, names=names, place=place: [int(name in self._runs(plan)[place]) for name in names],  # type: ignore[misc]
            )
        literals = tuple(self.opens[head.key] for head in heads)
        self.variables.runs += [(literal, head.minutes) for literal, head in zip(literals, heads, strict=True)]
        self.variables.batches[self.resource] = Batch(tuple(heads), literals, lambda plan: self._runs(plan)[0])

    def _runs(self, plan: Plan) -> tuple[dict[Key, Ticks], set[tuple[Key, Key]], set[tuple[Key, int]]]:
        """Who opens runs (with the start of the task), who joins whom, and who joins which frozen run."""
        known = {each.key: each for each in self.parts}
        together: dict[tuple[Ticks, Ticks, int], list[Part]] = defaultdict(list)
        for key, start in booked_on(plan, self.resource).items():
            if key in known:
                together[start + known[key].begin, known[key].length, known[key].recipe].append(known[key])
        fixed = {(run.start, run.end - run.start, run.recipe): f for f, run in enumerate(self.fixed)}
        opened: dict[Key, Ticks] = {}
        joined: set[tuple[Key, Key]] = set()
        grown: set[tuple[Key, int]] = set()
        for shape, members in together.items():
            if shape in fixed:
                grown.update((each.key, fixed[shape]) for each in members)
                continue
            head = min(members, key=lambda each: (not each.opens_run, each.key))
            opened[head.key] = shape[0] - head.begin
            joined.update((each.key, head.key) for each in members if each is not head)
        return opened, joined, grown
