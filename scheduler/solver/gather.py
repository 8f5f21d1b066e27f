"""Groups of rivals, gathered from single requests, as far as each group can be solved.

A request that costs more in the plan than alone is first planned alone, then beside the others' bookings; if these
are in the way it joins the groups of those it runs into. What a group costs alone bounds every plan, and the bounds
of disjoint groups add up; when no group costs more than alone, the plan is optimal. Large loads are proved by their
small causes: two rivals for one chamber need no look at the sixty requests round them.

Source: T. Standley, Finding Optimal Solutions to Cooperative Pathfinding Problems, AAAI 2010 (independence detection).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scheduler.solver.amounts import amounts_of, scalar_of
from scheduler.solver.beside import beside
from scheduler.solver.bound import Ideal, ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import Exact, prove
from scheduler.solver.groups import Group
from scheduler.solver.rivals import rivals
from scheduler.ticks.instance import Instance, Plan

MOST_MEMBERS = 24
"""Larger groups are hardly ever proved in the time that one gets."""

SECONDS = 0.8
"""What planning a group alone, alone without people, or beside the others may take, each."""

PLENTY = 10**6


@dataclass(frozen=True, slots=True)
class Gathered:
    """The best plan, and the groups with their bounds: every request is in one."""

    plan: Plan
    groups: tuple[Group, ...]
    deterministic_seconds: float


@dataclass(slots=True)
class _Gathering:
    """`is_stuck`: nothing more is to be had from it."""

    group: Group
    is_stuck: bool = False


def gather(
    instance: Instance,
    ideal: Ideal,
    explorer: Explorer,
    plan: Plan,
    budget: Budget,
    report: Callable[[Plan, int], None] | None = None,
    *,
    groups: Sequence[Group] = (),
    patience: float = 1.0,
) -> Gathered:
    """The best plan found from `plan` on and groups with bounds. `report` hears of better plans and of the bound of the first tier.

    It starts from `groups`, which hold every request once, or from single requests; `patience` is by how much longer than usual a group is tried.
    Raises: ModelInvalid.
    """
    start = groups or tuple(Group((k,), ideal.scalars[k], ideal.first_tiers[k]) for k in range(len(instance.requests)))
    return _Gatherer(instance, ideal, explorer, plan, budget, report, start, patience * SECONDS).run()


def without_people(instance: Instance) -> Instance:
    """The instance as if there were always people enough; every plan of `instance` is one of it."""
    return replace(instance, resources=tuple(replace(each, capacity=PLENTY) if each.is_person else each for each in instance.resources))


class _Gatherer:
    def __init__(
        self,
        instance: Instance,
        ideal: Ideal,
        explorer: Explorer,
        plan: Plan,
        budget: Budget,
        report: Callable[[Plan, int], None] | None,
        groups: Sequence[Group],
        seconds: float,
    ) -> None:
        self.seconds = seconds
        self.is_patient = seconds > SECONDS
        self.instance = instance
        self.ideal = ideal
        self.explorer = explorer
        self.plan = dict(plan)
        self.given = self.budget = budget
        self.report = report
        self.cost = [self._cost_of(each, self.plan) for each in range(len(instance.requests))]
        self.gatherings = [_Gathering(each) for each in groups]
        self.home = {member: each for each in self.gatherings for member in each.group.members}

    def run(self) -> Gathered:
        """Works until no group costs more than alone, all that do are stuck, or the budget is over."""
        while not self.budget.is_over():
            waiting = [each for each in self.gatherings if not each.is_stuck and self._regret(each.group) > 0]
            if not waiting:
                break
            self._step(min(waiting, key=self._rank))
        return Gathered(self.plan, tuple(each.group for each in self.gatherings), self.budget.spent_of(self.given))

    def _rank(self, gathering: _Gathering) -> tuple[float, int, tuple[int, ...]]:
        """Smallest first: from single requests what is small is soon done with; large queues are weighed by what they could give for the work."""
        members, regret = gathering.group.members, self._regret(gathering.group)
        return (-regret / len(members) ** 2 if self.is_patient else len(members), -regret, members)

    def _step(self, gathering: _Gathering) -> None:
        members = gathering.group.members
        alone = self._alone(gathering)
        if self._regret(gathering.group) == 0:
            return
        if alone is None:
            self._improve(members)
            return
        if self._improve(members) and self._regret(gathering.group) == 0:
            return
        in_the_way = rivals(self.instance, self.ideal.domains, alone, self.plan)
        if not in_the_way:
            self._take_over(members, alone)
            return
        joining: list[_Gathering] = []
        size = len(members)
        for position, _ in sorted(in_the_way.items(), key=lambda each: (-each[1], each[0])):
            other = self.home[position] if position >= 0 else gathering
            if other is not gathering and other not in joining and size + len(other.group.members) <= MOST_MEMBERS:
                joining.append(other)
                size += len(other.group.members)
        if joining:
            self._join([gathering, *joining])
        else:
            gathering.is_stuck = True

    def _join(self, parts: list[_Gathering]) -> None:
        groups = [each.group for each in parts]
        joined = _Gathering(
            Group(
                tuple(sorted(member for each in groups for member in each.members)),
                sum(each.scalar for each in groups),
                sum(each.first for each in groups),
            )
        )
        self.gatherings = [each for each in self.gatherings if each not in parts]
        self.gatherings.append(joined)
        for member in joined.group.members:
            self.home[member] = joined

    def _alone(self, gathering: _Gathering) -> Plan | None:
        """A cheapest plan of the group alone on the lab; None if it is not proved, and the group stuck."""
        members = gathering.group.members
        cut = replace(self.instance, requests=tuple(self.instance.requests[each] for each in members))
        ideal = self._ideal_of(members)
        found = self._prove(cut, ideal, self.explorer, members)
        self._raise(gathering, found)
        if not found.is_proved:
            # Without the people it is a smaller problem, and what it costs is a bound still.
            found = self._prove(without_people(cut), ideal, self.explorer, members)
            self._raise(gathering, found)
            if not found.is_proved:
                gathering.is_stuck = True
                return None
        if self.report is not None:
            self.report(dict(self.plan), sum(each.group.first for each in self.gatherings))
        return {members[k]: placement for k, placement in found.plan.items()}

    def _raise(self, gathering: _Gathering, found: Exact) -> None:
        group = gathering.group
        gathering.group = Group(group.members, max(group.scalar, found.scalar), max(group.first, found.bounds[0]))

    def _ideal_of(self, members: Sequence[int]) -> Ideal:
        first_tiers = tuple(self.ideal.first_tiers[each] for each in members)
        return Ideal(
            tuple(self.ideal.domains[each] for each in members),
            True,
            tuple(self.ideal.scalars[each] for each in members),
            first_tiers,
            (sum(first_tiers), *(0 for _ in self.ideal.tiers[1:])),
        )

    def _improve(self, members: tuple[int, ...]) -> bool:
        """Plans the requests anew beside the others' bookings; whether that made the plan better."""
        cut = beside(self.instance, members, self.plan)
        explorer = Explorer(cut)
        found = self._prove(cut, ideal_of(cut, explorer), explorer, members)
        better = {members[k]: placement for k, placement in found.plan.items()}
        if sum(self._cost_of(each, better) for each in members) >= sum(self.cost[each] for each in members):
            return False
        self._take_over(members, better)
        return True

    def _prove(self, cut: Instance, ideal: Ideal, explorer: Explorer, members: Sequence[int]) -> Exact:
        start = {k: self.plan[each] for k, each in enumerate(members) if each in self.plan}
        found = prove(cut, ideal, explorer, start, self.budget.most(self.seconds))
        # A look that costs nothing by the solver's clock must not go on for ever.
        self.budget = self.budget.less(max(found.deterministic_seconds, 1e-4))
        return found

    def _take_over(self, members: Sequence[int], better: Plan) -> None:
        for each in members:
            self.plan.pop(each, None)
            if each in better:
                self.plan[each] = better[each]
            self.cost[each] = self._cost_of(each, self.plan)
        if self.report is not None:
            self.report(dict(self.plan), sum(each.group.first for each in self.gatherings))

    def _cost_of(self, position: int, plan: Plan) -> int:
        return scalar_of(self.instance, amounts_of(self.instance, self.instance.requests[position], plan.get(position)))

    def _regret(self, group: Group) -> int:
        return sum(self.cost[each] for each in group.members) - group.scalar
