"""Runs of batch resources as sequences: what a search over them needs to know, stated once, and what a sequence comes to.

A sequence is a stretch of a batch resource between what stays where it is; its runs follow one another, each as early as
the one before, its members and the openings allow. A single is a request of one task that needs nothing but room in a run. All
costs are scalars. Times are ticks, and each run takes the same time wherever it stands.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scheduler.placement.cost import request_cost, unserved_cost
from scheduler.solver.domains import RequestDomain
from scheduler.ticks.instance import Instance, Placement, Plan, TickBooking, TickRequest, Ticks
from scheduler.ticks.stretches import stretches
from scheduler.ticks.uses import uses_of

RunShape = tuple[Ticks, int, int, int]
"""Length in ticks, true minutes, by what it is truly shorter, recipe: members of a run have the same. Longer runs compare greater."""

NEVER = 1 << 60
"""Later than anything."""


class Form(NamedTuple):
    """A single in a run of one shape on one resource: the mode, its first and last start, the last start at which it is not late, and its cost before that."""

    mode: int
    first: Ticks
    last: Ticks
    timely: Ticks
    cost: int


@dataclass(eq=False, slots=True)
class Single:
    """One request that the search may plan anew.

    `least[resource]` is the shape of a run that it makes as short as it can, `forms[resource]` has all shapes that it
    may be part of. `is_plain`: it costs what its form says, and the common price if late; else it is asked for every start.
    """

    position: int
    request: TickRequest
    demand: int
    left_out: int
    is_plain: bool
    least: dict[int, RunShape]
    forms: dict[int, dict[RunShape, Form]]
    sequences: tuple[int, ...] = ()
    run: "PlannedRun | None" = None


class PlannedRun:
    """One run of a sequence: its members, and all that follows from them. Never changed."""

    __slots__ = ("base", "first", "last", "length", "limits", "load", "members", "memo", "others", "recipe", "resource", "sequence", "shape")

    def __init__(self, sequence: int, resource: int, shape: RunShape, members: tuple[Single, ...], run_cost: int) -> None:
        self.sequence, self.resource, self.shape, self.members = sequence, resource, shape, members
        self.length, self.recipe = shape[0], shape[3]
        forms = [each.forms[resource][shape] for each in members]
        self.load = sum([each.demand for each in members])
        self.first = max([each.first for each in forms])
        self.last = min([each.last for each in forms])
        self.limits = sorted([each.timely for each in forms if each.timely != NEVER])
        self.base = run_cost + sum([each.cost for each in forms])
        self.others = [each for each in members if not each.is_plain]
        self.memo: dict[Ticks, int] = {}


@dataclass(eq=False, slots=True)
class RunSequence:
    """A stretch of a resource with the runs planned in it.

    From `begin` on, after `recipe` (-1: none; `is_cold`: nothing came before); `after` is the run that stays behind it: recipe, start, and
    where its opening begins. `starts` and `costs` (with the changeover before it) are those of `runs`, `closing` what the changeover to `after` costs.
    """

    resource: int
    begin: Ticks
    recipe: int
    is_cold: bool
    after: tuple[int, Ticks, Ticks] | None
    openings: tuple[tuple[Ticks, Ticks], ...]
    ends: tuple[Ticks, ...]
    times: Sequence[Sequence[Ticks]] | None
    prices: Sequence[Sequence[int]]
    within: bool
    idle: Ticks | None
    warm_up: Ticks
    warm_price: int
    runs: list[PlannedRun] = field(default_factory=list)
    starts: list[Ticks] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    closing: int = 0


class Change(NamedTuple):
    """A sequence with runs anew: from `first` on, up to where the old ones go on as they were (`old`: the position there), `closing` None as before."""

    delta: int
    sequence: RunSequence
    runs: list[PlannedRun]
    first: int
    old: int
    starts: list[Ticks]
    costs: list[int]
    closing: int


class RunSequences:
    """Singles and sequences of an instance with a plan; whatever else is in the plan stays as it is."""

    def __init__(self, instance: Instance, domains: Sequence[RequestDomain], plan: Plan) -> None:
        self.instance = instance
        self.tick = instance.tick_minutes
        self.late = instance.scalars["late"]
        self.run_price = instance.scalars["run_time"]
        self.singles = [single for position in range(len(instance.requests)) if (single := self._single(position, domains[position])) is not None]
        self.all: list[RunSequence] = []
        self._lay(plan)

    def _single(self, position: int, domain: RequestDomain) -> Single | None:
        """The request as a single, None if it is more than that."""
        instance, request = self.instance, self.instance.requests[position]
        if not request.can_serve or not domain.can_serve or len(request.tasks) != 1 or request.links or request.fixed_start is not None:
            return None
        task = request.tasks[0]
        is_plain = not request.current and task.due_minute is None and not any(instance.scalars[each] for each in ("flow_time", "tardiness"))
        forms: dict[int, dict[RunShape, Form]] = {}
        least: dict[int, RunShape] = {}
        demand = 0
        for number, mode in enumerate(task.modes):
            possible = domain.tasks[0][number].candidates
            if not possible:
                continue
            if len(mode.requirements) != 1 or mode.starts != -1:
                return None
            need = mode.requirements[0]
            if need.count != 1 or need.begin != 0 or need.end != mode.ticks or need.limited or need.idle or demand not in (0, need.demand):
                return None
            demand = need.demand
            shape = (mode.ticks, need.minutes, need.short, need.recipe)
            for resource in need.candidates:
                data = instance.resources[resource]
                if not data.is_batch or data.sessions is not None:
                    return None
                if resource not in possible[0]:
                    continue
                kept = forms.setdefault(resource, {})
                if shape not in kept:
                    cost = request_cost(instance, request, (TickBooking(0, number, mode.first_start, ((resource,),)),)) if is_plain else 0
                    timely = NEVER if request.due_minute is None or not is_plain else (request.due_minute - mode.minutes) // self.tick
                    if is_plain and mode.first_start > timely:
                        cost -= self.late
                    kept[shape] = Form(number, mode.first_start, mode.last_start, timely, cost)
                if mode.opens_run and (resource not in least or shape < least[resource]):
                    least[resource] = shape
        if not least:
            return None
        return Single(position, request, demand, unserved_cost(instance, request), is_plain, least, forms)

    def _lay(self, plan: Plan) -> None:
        """Sequences between what stays, and the planned runs in them. Singles that share a run with what stays, stay."""
        instance = self.instance
        singles = {each.position: each for each in self.singles}
        fixed: dict[int, set[tuple[Ticks, Ticks, int]]] = {number: set() for number, each in enumerate(instance.resources) if each.is_batch}
        planned: dict[tuple[int, Ticks, Ticks, int], list[int]] = {}
        for use in instance.fixed_uses:
            if use.resource in fixed:
                fixed[use.resource].add((use.start, use.end, use.recipe))
        for position, placement in plan.items():
            for use in uses_of(instance, instance.requests[position], placement, position):
                if use.resource in fixed:
                    if position in singles:
                        planned.setdefault((use.resource, use.start, use.end, use.recipe), []).append(position)
                    else:
                        fixed[use.resource].add((use.start, use.end, use.recipe))
        for (resource, *window), members in planned.items():
            shape = singles[members[0]].forms[resource].keys() if members[0] in singles else ()
            if tuple(window) in fixed[resource] or not shape:
                for each in members:
                    singles.pop(each, None)
        self.singles = list(singles.values())
        for resource, stays in fixed.items():
            self._lay_resource(resource, sorted(stays))
        by_resource: dict[int, list[int]] = {}
        for number, sequence in enumerate(self.all):
            by_resource.setdefault(sequence.resource, []).append(number)
        for single in self.singles:
            single.sequences = tuple(number for resource in sorted(single.least) for number in by_resource.get(resource, ()))
        for (resource, start, _, _), members in sorted(planned.items()):
            inside = tuple(singles[each] for each in members if each in singles)
            if inside:
                number = next(n for n in reversed(by_resource[resource]) if self.all[n].begin <= start)
                run = self.run(number, inside)
                if run is not None:
                    self.all[number].runs.append(run)
        for sequence in self.all:
            self.settle(sequence)

    def _lay_resource(self, resource: int, stays: list[tuple[Ticks, Ticks, int]]) -> None:
        data = self.instance.resources[resource]
        openings = list(stretches(data.open))
        scalars = self.instance.scalars
        changeover = data.changeover
        begin, recipe, is_cold = self.instance.first_tick, data.initial_recipe, True
        for stay in (*stays, None):
            stop = self.instance.ticks if stay is None else stay[0]
            inside = tuple((max(a, begin), min(b, stop)) for a, b in openings if max(a, begin) < min(b, stop))
            if inside or stay is None:
                after = None if stay is None else (stay[2], stay[0], next((a for a, b in openings if a <= stay[0] and stay[1] <= b), stay[0]))
                # A changeover may begin where its opening does, but not before what stays is over: so openings are cut there.
                self.all.append(
                    RunSequence(
                        resource,
                        begin,
                        recipe,
                        is_cold,
                        after,
                        inside,
                        tuple(b for _, b in inside),
                        None if changeover is None else changeover.times,
                        ()
                        if changeover is None
                        else tuple(
                            tuple(scalars["changeover_time"] * time + scalars["changeover_cost"] * cost for time, cost in zip(*rows, strict=True))
                            for rows in zip(changeover.minutes, changeover.costs, strict=True)
                        ),
                        changeover is not None and changeover.within_opening,
                        None if changeover is None else changeover.idle,
                        0 if changeover is None else changeover.warm_up,
                        0 if changeover is None else scalars["changeover_time"] * changeover.warm_minutes + scalars["changeover_cost"] * changeover.warm_cost,
                    )
                )
            if stay is not None:
                begin, recipe, is_cold = max(begin, stay[1]), stay[2], False

    def run(self, number: int, members: Iterable[Single]) -> PlannedRun | None:
        """A run of the members in a sequence, as short as they allow; None if they cannot share one."""
        resource = self.all[number].resource
        inside = tuple(members)
        shapes = [each.least.get(resource) for each in inside]
        if None in shapes:
            return None
        shape = max(shapes)  # type: ignore[type-var]
        assert shape is not None
        load = 0
        for each in inside:
            if shape not in each.forms[resource]:
                return None
            load += each.demand
        if load > self.instance.resources[resource].capacity:
            return None
        found = PlannedRun(number, resource, shape, inside, self.run_price * shape[1])
        return found if found.first <= found.last else None

    def cost(self, run: PlannedRun, start: Ticks) -> int:
        """What a run costs that starts then, its changeover not counted."""
        cost = run.base + self.late * bisect_left(run.limits, start) if run.limits else run.base
        if run.others:
            more = run.memo.get(start)
            if more is None:
                more = run.memo[start] = sum(request_cost(self.instance, each.request, self.placement(each, run, start)) for each in run.others)
            cost += more
        return cost

    def placement(self, single: Single, run: PlannedRun, start: Ticks) -> Placement:
        """The single in a run that starts then."""
        return (TickBooking(0, single.forms[run.resource][run.shape].mode, start, ((run.resource,),)),)

    def settle(self, sequence: RunSequence) -> None:
        """Starts and costs of the runs in hand; from the first on that cannot be, they are dropped."""
        runs, sequence.runs, sequence.starts, sequence.costs, sequence.closing = sequence.runs, [], [], [], 0
        while True:
            change = self.replay(sequence, runs, 0, len(runs))
            if change is not None or not runs:
                break
            runs = runs[:-1]
        if change is not None:
            self.commit(change)

    def commit(self, change: Change) -> None:
        """The sequence is as the change says."""
        sequence = change.sequence
        sequence.runs = change.runs
        sequence.starts[change.first : change.old] = change.starts
        sequence.costs[change.first : change.old] = change.costs
        sequence.closing = change.closing

    def replay(self, sequence: RunSequence, runs: list[PlannedRun], first: int, behind: int, most: float = float("inf")) -> Change | None:
        """What becomes of a sequence with these `runs`, like its own before position `first`, and from `behind` on like its own last ones.

        None if a run has no room, or if it is dearer than before by more than `most` (some such may be told all the same).
        """
        late, times, prices, openings, ends, within, idle = (
            self.late,
            sequence.times,
            sequence.prices,
            sequence.openings,
            sequence.ends,
            sequence.within,
            sequence.idle,
        )
        old_starts, old_costs = sequence.starts, sequence.costs
        shift = len(old_starts) - len(runs)
        if first:
            before = runs[first - 1]
            end, recipe, is_cold = old_starts[first - 1] + before.length, before.recipe, False
        else:
            end, recipe, is_cold = sequence.begin, sequence.recipe, sequence.is_cold
        where = bisect_right(ends, end)
        count = len(openings)
        starts: list[Ticks] = []
        costs: list[int] = []
        delta = -sum(old_costs[first : behind + shift])
        for index in range(first, len(runs)):
            run = runs[index]
            length = run.length
            setup = price = 0
            if times is not None and recipe >= 0 and run.recipe >= 0:
                setup = times[recipe][run.recipe]
                price = prices[recipe][run.recipe]
            if idle is not None and is_cold:
                setup += sequence.warm_up
                price += sequence.warm_price
            start = end + setup
            if start < run.first:
                start = run.first
            is_warmed = is_cold
            at = where
            while True:
                if at >= count:
                    return None
                opening, shut = openings[at]
                least = opening + setup if within else opening
                if start < least:
                    start = least
                if start + length > shut:
                    at += 1
                    continue
                if idle is not None and not is_warmed and start - end > idle:
                    is_warmed = True
                    setup += sequence.warm_up
                    price += sequence.warm_price
                    start = max(start, end + setup)
                    continue
                break
            if start > run.last:
                return None
            cost = run.base + price
            if run.limits:
                cost += late * bisect_left(run.limits, start)
            if run.others:
                cost = self.cost(run, start) + price
            delta += cost
            starts.append(start)
            costs.append(cost)
            if index >= behind:
                old = index + shift
                delta -= old_costs[old]
                if start == old_starts[old]:
                    return Change(delta, sequence, runs, first, old + 1, starts, costs, sequence.closing)
                # Later is never cheaper: the rest cannot make up for it.
                if delta > most and start > old_starts[old]:
                    return None
            end, recipe, is_cold = start + length, run.recipe, False
            where = at
        closing = 0
        if sequence.after is not None:
            wanted, stop, opening = sequence.after
            setup = 0
            if times is not None and recipe >= 0 and wanted >= 0:
                setup = times[recipe][wanted]
                closing = prices[recipe][wanted]
            if idle is not None and (is_cold or stop - end > idle):
                setup += sequence.warm_up
                closing += sequence.warm_price
            if (runs or sequence.runs) and (end + setup > stop or (within and stop - setup < opening)):
                return None
        delta += closing - sequence.closing
        return Change(delta, sequence, runs, first, len(old_starts), starts, costs, closing)

    def plan(self, runs_of: Sequence[Sequence[PlannedRun]], starts_of: Sequence[Sequence[Ticks]]) -> Plan:
        """The singles that are served, where these runs say."""
        return {
            single.position: self.placement(single, run, start)
            for runs, starts in zip(runs_of, starts_of, strict=True)
            for run, start in zip(runs, starts, strict=True)
            for single in run.members
        }
