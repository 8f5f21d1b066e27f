"""Changeover: between one use of a resource and the next there is time for transition, cleaning and warm-up.

All uses of a resource (one for each run of a batch resource, one for each frozen use or run) lie on a circuit through a start
and an end of the horizon, in order of time; an arc says that one use follows another, and asks for the time between.
Check: verify.rules.check_changeover.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.solver.cpsat.readings import booked_on
from scheduler.solver.cpsat.variables import Key, Variables
from scheduler.solver.starts import fixed_by_resource, fixed_runs
from scheduler.ticks.instance import Bits, Instance, Plan, TickChangeover, Ticks


def add_changeover(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Uses of a resource with a changeover follow one another with enough time between."""
    for resource, data in enumerate(instance.resources):
        if data.changeover is not None:
            nodes = _nodes(variables, instance, resource)
            if nodes:
                variables.sequences.append(resource)
                _Sequence(model, variables, instance, resource, data.changeover, nodes).add()


@dataclass(frozen=True, slots=True)
class _Node:
    """One use; `literal` and `key` None: frozen. `starts` are the ticks at which it may begin, from `earliest` to `latest`; of a frozen one 0."""

    key: Key | None
    literal: cp_model.IntVar | None
    start: cp_model.LinearExpr | int
    starts: Bits
    earliest: Ticks
    latest: Ticks
    length: Ticks
    recipe: int

    @property
    def earliest_end(self) -> Ticks:
        return self.earliest + self.length


def _nodes(variables: Variables, instance: Instance, resource: int) -> list[_Node]:
    """Frozen uses in order, then free ones."""
    if instance.resources[resource].is_batch:
        fixed = [(run.start, run.end, run.recipe) for run in fixed_runs(instance).get(resource, ())]
        batch = variables.batches[resource]
        free = list(zip(batch.parts, batch.opens, strict=True))
    else:
        fixed = [(use.start, use.end, use.recipe) for use in fixed_by_resource(instance).get(resource, ())]
        free = [(part, part.literal) for part in variables.parts(resource)]
    nodes = [_Node(None, None, start, 0, start, start, end - start, recipe) for start, end, recipe in fixed]
    for part, literal in free:
        starts = part.starts << part.begin if part.begin >= 0 else part.starts >> -part.begin
        nodes.append(_Node(part.key, literal, part.start, starts, part.earliest, part.latest, part.length, part.recipe))
    return nodes


class _Sequence:
    def __init__(
        self, model: cp_model.CpModel, variables: Variables, instance: Instance, resource: int, changeover: TickChangeover, nodes: list[_Node]
    ) -> None:
        self.model = model
        self.variables = variables
        self.instance = instance
        self.resource = resource
        self.changeover = changeover
        self.nodes = nodes
        self.arcs: dict[tuple[int, int], cp_model.IntVar] = {}
        """(before, after) by node; -1 is the start of the horizon as `before`, and its end as `after`."""
        self.cold: dict[int, cp_model.IntVar] = {}
        self.needs: dict[tuple[int, Ticks], cp_model.IntVar] = {}

    def add(self) -> None:
        for j, node in enumerate(self.nodes):
            if self.changeover.idle is not None:
                self.cold[j] = self.model.new_bool_var("")
                self._pay(self.cold[j], self.changeover.warm_minutes, self.changeover.warm_cost)
                if node.literal is not None:
                    self.model.add_implication(self.cold[j], node.literal)
        for j in range(len(self.nodes)):
            self._first(j)
            self._arc(j, -1)
            for i in range(len(self.nodes)):
                if i != j:
                    self._between(i, j)
        arcs: list[tuple[int, int, cp_model.LiteralT]] = [(i + 1, j + 1, literal) for (i, j), literal in self.arcs.items()]
        arcs += [(j + 1, j + 1, ~node.literal) for j, node in enumerate(self.nodes) if node.literal is not None]
        if all(node.literal is not None for node in self.nodes):
            arcs.append((0, 0, self._arc(-1, -1)))
        self.model.add_circuit(arcs)
        self._tell()

    def _arc(self, before: int, after: int) -> cp_model.IntVar:
        arc = self.arcs[before, after] = self.model.new_bool_var("")
        if (before, after) == (-1, -1):
            del self.arcs[before, after]
            self.variables.define(arc, lambda plan: int(not self._order(plan)))
        return arc

    def _pay(self, literal: cp_model.IntVar, minutes: int, cost: int) -> None:
        if minutes or cost:
            self.variables.transitions.append((literal, minutes, cost))

    def _amounts(self, before: int, after: int) -> tuple[Ticks, int, int]:
        """Ticks, minutes and cost from one recipe to another; nothing where one of them is not known."""
        if before < 0 or after < 0:
            return 0, 0, 0
        return self.changeover.times[before][after], self.changeover.minutes[before][after], self.changeover.costs[before][after]

    def _first(self, j: int) -> None:
        """`j` is the first use: changed over from the initial recipe, and warmed up."""
        node = self.nodes[j]
        if any(each.literal is None for each in self.nodes[:j]):
            earlier = next(each for each in self.nodes if each.literal is None)
            # The first frozen use stands before all later ones, and before what can only come after it.
            if node.literal is None or node.earliest >= earlier.earliest_end:
                return
        time, minutes, cost = self._amounts(self.instance.resources[self.resource].initial_recipe, node.recipe)
        time += self.changeover.warm_up
        if node.literal is not None and time and self.instance.first_tick + time > node.latest:
            return
        arc = self._arc(-1, j)
        self._pay(arc, minutes, cost)
        if j in self.cold:
            self.model.add_implication(arc, self.cold[j])
        if node.literal is not None:
            if time:
                self.model.add(node.start >= self.instance.first_tick + time).only_enforce_if(arc)
            self._within(j, time, [arc])

    def _between(self, i: int, j: int) -> None:
        """`j` follows `i`."""
        before, node = self.nodes[i], self.nodes[j]
        time, minutes, cost = self._amounts(before.recipe, node.recipe)
        if before.literal is None and node.literal is None:
            # Decided earlier: in the order of their starts, whatever lies between.
            if j != i + 1:
                return
            arc = self._arc(i, j)
            self._pay(arc, minutes, cost)
            if j in self.cold:
                is_cold = node.earliest - before.earliest_end > (self.changeover.idle or 0)
                self.model.add_implication(arc, self.cold[j] if is_cold else ~self.cold[j])
            return
        if before.earliest_end + time > node.latest or self._exclude(before, node):
            return
        if node.literal is None and not self._fits(node, time):
            return
        arc = self._arc(i, j)
        self._pay(arc, minutes, cost)
        gap = node.start - before.start - before.length
        self.model.add(gap >= time).only_enforce_if(arc)
        self._within(j, time, [arc])
        if j in self.cold:
            idle, warm = self.changeover.idle or 0, time + self.changeover.warm_up
            self.model.add(gap >= max(idle + 1, warm)).only_enforce_if(arc, self.cold[j])
            self.model.add(gap <= idle).only_enforce_if(arc, ~self.cold[j])
            self._within(j, warm, [arc, self.cold[j]])

    def _exclude(self, before: _Node, after: _Node) -> bool:
        # One task is done in one mode only.
        return before.key is not None and after.key is not None and before.key[:2] == after.key[:2] and before.key[2] != after.key[2]

    def _allowed(self, node: _Node, time: Ticks) -> Bits:
        """The starts with all of `[start - time, end)` in one opening."""
        return bits.starts(self.instance.resources[self.resource].open, time + node.length) << time

    def _fits(self, node: _Node, time: Ticks) -> bool:
        """Whether a frozen use has so much time before it in its opening."""
        return not self.changeover.within_opening or (node.earliest >= 0 and self._allowed(node, time) >> node.earliest & 1 != 0)

    def _within(self, j: int, time: Ticks, enforced: list[cp_model.IntVar]) -> None:
        """Under the literals, the time needed and the use lie in one opening."""
        if not self.changeover.within_opening:
            return
        node = self.nodes[j]
        if (j, time) not in self.needs:
            allowed = node.starts & self._allowed(node, time)
            if self._fits(node, time) if node.literal is None else allowed == node.starts:
                return
            needs = self.needs[j, time] = self.model.new_bool_var("")
            if not allowed:
                self.model.add(needs == 0)
            else:
                self.model.add_linear_expression_in_domain(node.start, self.variables.domain_of(allowed)).only_enforce_if(needs)
        self.model.add_bool_or(self.needs[j, time], *(~each for each in enforced))

    def _order(self, plan: Plan) -> list[tuple[Ticks, int]]:
        """The uses in a plan: (start, node), ascending."""
        batch = self.variables.batches.get(self.resource)
        starts = booked_on(plan, self.resource) if batch is None else batch.starts_of(plan)
        free = {node.key: j for j, node in enumerate(self.nodes) if node.key is not None}
        parts = {each.key: each for each in self.variables.parts(self.resource)}
        found = [(starts[key] + parts[key].begin, free[key]) for key in starts if key in free]
        return sorted([*found, *((node.earliest, j) for j, node in enumerate(self.nodes) if node.literal is None)])

    def _tell(self) -> None:
        self.variables.define_all(list(self.arcs.values()), partial(self._arc_values, list(self.arcs)))
        self.variables.define_all(list(self.cold.values()), self._cold_values)
        self.variables.define_all(list(self.needs.values()), partial(self._need_values, list(self.needs)))

    def _arc_values(self, names: list[tuple[int, int]], plan: Plan) -> list[int]:
        order = [-1, *(j for _, j in self._order(plan)), -1]
        taken = set(pairwise(order)) if len(order) > 2 else set()
        return [int(name in taken) for name in names]

    def _gaps(self, plan: Plan) -> dict[int, tuple[int, bool]]:
        """Per use in a plan: the one before it (-1: none), and whether it is cold by then."""
        found: dict[int, tuple[int, bool]] = {}
        before, end = -1, 0
        for start, j in self._order(plan):
            found[j] = (before, self.changeover.idle is not None and (before < 0 or start - end > self.changeover.idle))
            before, end = j, start + self.nodes[j].length
        return found

    def _cold_values(self, plan: Plan) -> list[int]:
        gaps = self._gaps(plan)
        return [int(j in gaps and gaps[j][1]) for j in self.cold]

    def _need_values(self, names: list[tuple[int, Ticks]], plan: Plan) -> list[int]:
        asked: dict[int, set[Ticks]] = defaultdict(set)
        for j, (before, is_cold) in self._gaps(plan).items():
            recipe = self.instance.resources[self.resource].initial_recipe if before < 0 else self.nodes[before].recipe
            is_frozen = self.nodes[j].literal is None and (before < 0 or self.nodes[before].literal is None)
            if not is_frozen:
                time = self._amounts(recipe, self.nodes[j].recipe)[0]
                asked[j] |= {time + self.changeover.warm_up} if before < 0 else {time, time + self.changeover.warm_up} if is_cold else {time}
        return [int(time in asked[j]) for j, time in names]
