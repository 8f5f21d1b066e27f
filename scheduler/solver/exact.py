"""The exact rung: prove a plan optimal, or improve it, one component at a time.

Every component proved leaves less to gain elsewhere, so the domains of the others shrink and they
fall apart further; what any rival leaves room for is not decided at all (`ease`). A component that
resists is put back and tried again, longer, when the rest is done.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.errors import ModelInvalid
from scheduler.solver.amounts import amounts_of, plan_tiers, scalar_of
from scheduler.solver.bound import Ideal, narrow, sizes
from scheduler.solver.budget import Budget
from scheduler.solver.components import components
from scheduler.solver.cpsat.search import search
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.ease import Key, eased, easy_parts, serve
from scheduler.solver.groups import Group, Groups
from scheduler.ticks.instance import Instance, Plan

MOST_REQUESTS = 1_500
MOST_CANDIDATES = 100_000
"""A component larger than either is left to other rungs: building it alone would take seconds and a gigabyte."""

CANDIDATES_A_SECOND = 10_000
"""What building a model and its presolve surely manage; what the time left does not allow is not begun."""

FIRST_SECONDS = 0.25
GROWTH = 6
"""What a component gets at its first try, and how much more at each further one: a restart on narrower domains costs little, many cost much."""


@dataclass(frozen=True, slots=True)
class Exact:
    """The best plan, a proved lower bound per tier (of a later tier: given that earlier ones are kept) and of the scalar cost, whether all is proved.

    `groups` hold every request once, with what is proved of each. `deterministic_seconds` is what was spent of the repeatable clock.
    """

    plan: Plan
    bounds: tuple[int, ...]
    scalar: int
    is_proved: bool
    deterministic_seconds: float
    groups: tuple[Group, ...] = ()


Report = Callable[[Plan, tuple[int, ...]], None]
"""Called with the best plan and the bound per tier whenever one of them has improved."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Requests that are still open together; `scalar` and `first` are proved lower bounds of their scalar cost and of their first tier."""

    members: tuple[int, ...]
    tries: int
    scalar: int
    first: int


def prove(
    instance: Instance,
    ideal: Ideal,
    explorer: Explorer,
    plan: Plan,
    budget: Budget,
    report: Report | None = None,
    *,
    groups: Sequence[Group] = (),
) -> Exact:
    """The best plan found from `plan` on, and what is proved of it. `explorer` and `ideal` are those of `instance`.

    `groups` are disjoint; what is proved of them leaves less to gain elsewhere.
    Raises: ModelInvalid; also for a coupled instance, of which parts say nothing about the whole.
    """
    if instance.is_coupled:
        raise ModelInvalid("a coupled instance came to the rung that proves it part by part; see scheduler.solver.coupled")
    return _Prover(instance, ideal, explorer, plan, budget, report, Groups(ideal.scalars, ideal.first_tiers, groups)).run()


class _Prover:
    def __init__(self, instance: Instance, ideal: Ideal, explorer: Explorer, plan: Plan, budget: Budget, report: Report | None, groups: Groups) -> None:
        self.instance = instance
        self.groups = groups
        self.ideal = ideal
        self.explorer = explorer
        self.plan = dict(plan)
        self.given = self.budget = budget
        self.report = report
        self.parts: list[_Part] = []
        self.left: list[_Part] = []
        self.closed: list[int] = []
        self.solved: list[_Part] = []
        self.domains = list(ideal.domains)
        self.easy: list[Key] = []
        self.first_bound = groups.bound(range(len(instance.requests))).first

    def run(self) -> Exact:
        """Works until all is proved or the budget is over."""
        everything = self._part(tuple(range(len(self.instance.requests))), 0)
        self.parts.append(everything)
        while self.parts and not self.budget.is_over():
            # The easiest first: what it gives makes the others smaller.
            part = min(self.parts, key=lambda each: (each.tries, len(each.members), each.members))
            self.parts.remove(part)
            if self._is_ideal(part):
                self.closed += part.members
            else:
                self._take_up(part)
        plan = serve(self.instance, self.domains, self.plan, self.easy)
        scalar = self._scalar(self.closed) + sum(each.scalar for each in (*self.parts, *self.left))
        return Exact(plan, self._bounds(), scalar, not self.parts and not self.left, self.budget.spent_of(self.given), tuple(self._proved()))

    def _proved(self) -> Groups:
        """The groups that there were, and parts where these prove more."""
        groups = self.groups
        for part in (*self.solved, *self.parts, *self.left):
            groups = groups.raised(Group(part.members, part.scalar, part.first))
        return groups

    def _take_up(self, part: _Part) -> None:
        domains = self._eased(part, self._domains(part))
        pieces = self.groups.joined([tuple(part.members[k] for k in piece) for piece in components(self._cut(part), domains)])
        if len(pieces) > 1:
            self.parts += [self._part(piece, part.tries) for piece in pieces]
        elif len(part.members) > MOST_REQUESTS or sizes(domains) > self._most_candidates():
            self.left.append(part)
        else:
            self._solve(part, domains)

    def _most_candidates(self) -> float:
        # Building cannot be interrupted; a repeatable run must not look at the clock.
        return MOST_CANDIDATES if self.budget.is_repeatable else min(MOST_CANDIDATES, CANDIDATES_A_SECOND * self.budget.left)

    def _part(self, members: tuple[int, ...], tries: int) -> _Part:
        known = self.groups.bound(members)
        return _Part(members, tries, known.scalar, known.first)

    def _is_ideal(self, part: _Part) -> bool:
        return self._scalar(part.members) == part.scalar

    def _scalar(self, members: Iterable[int]) -> int:
        return sum(scalar_of(self.instance, amounts_of(self.instance, self.instance.requests[each], self.plan.get(each))) for each in members)

    def _domains(self, part: _Part) -> list[RequestDomain]:
        """Domains that every plan no worse than the one in hand keeps to."""
        others = sum(self._scalar(each.members) - each.scalar for each in (*self.parts, *self.left))
        spare = others + self._scalar(part.members) - self.groups.bound(part.members).scalar
        # Within its group one request may cost what the group costs beyond the ideals of its other members.
        most = [self.ideal.scalars[each] + self.groups.excess(each) + spare for each in part.members]
        return [
            narrow(self.instance, self.instance.requests[each], self.ideal.domains[each], allowed, self.explorer)
            for each, allowed in zip(part.members, most, strict=True)
        ]

    def _eased(self, part: _Part, domains: list[RequestDomain]) -> list[RequestDomain]:
        """The domains without what can be served at the end; what was left out once stays left out."""
        for position, domain in zip(part.members, domains, strict=True):
            self.domains[position] = domain
        self.easy += easy_parts(self.instance, part.members, domains, frozenset(self.easy), self.budget.is_over)
        easy = frozenset(self.easy)
        return [eased(position, domain, easy) for position, domain in zip(part.members, domains, strict=True)]

    def _cut(self, part: _Part) -> Instance:
        return replace(self.instance, requests=tuple(self.instance.requests[each] for each in part.members))

    def _solve(self, part: _Part, domains: list[RequestDomain]) -> None:
        budget = self.budget.most(FIRST_SECONDS * GROWTH**part.tries)
        plan = {k: self.plan[each] for k, each in enumerate(part.members) if each in self.plan}
        found = search(self._cut(part), domains, plan, budget, lambda better, position, bound: self._report(part, better, position, bound))
        if found is None:
            self.left.append(part)
            return
        self.budget = self.budget.less(found.deterministic_seconds)
        self._take_over(part, found.plan)
        if found.is_proved:
            self.closed += part.members
            self.solved.append(replace(part, scalar=self._scalar(part.members)))
            return
        first = max(part.first, found.bounds[0] or 0)
        # With a single tier its cost is the scalar one.
        scalar = max(part.scalar, first) if len(self.ideal.tiers) == 1 else part.scalar
        self.parts.append(replace(part, tries=part.tries + 1, first=first, scalar=scalar))
        self._bounds()

    def _take_over(self, part: _Part, better: Plan) -> None:
        for k, each in enumerate(part.members):
            self.plan.pop(each, None)
            if k in better:
                self.plan[each] = better[k]

    def _bounds(self, part: _Part | None = None, first: int = 0) -> tuple[int, ...]:
        """Bound per tier; `part` is at work and has `first` proved of its first tier."""
        closed = plan_tiers(self._cut(_Part(tuple(self.closed), 0, 0, 0)), {k: self.plan[each] for k, each in enumerate(self.closed) if each in self.plan})
        if part is None and not self.parts and not self.left:
            return closed
        known = closed[0] + sum(each.first for each in (*self.parts, *self.left)) + (0 if part is None else max(part.first, first))
        self.first_bound = max(self.first_bound, known)
        return (self.first_bound, *self.ideal.tiers[1:])

    def _report(self, part: _Part, better: Plan, position: int, bound: int) -> None:
        if self.report is not None:
            self._take_over(part, better)
            self.report(dict(self.plan), self._bounds(part, bound if position == 0 else 0))
