"""The decisions of the exact model, made from domains; rules and objective add what they need beside them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.solver.domains import RequestDomain
from scheduler.ticks.instance import Bits, Instance, Plan, TickRequest, Ticks
from scheduler.ticks.stretches import stretches


@dataclass(frozen=True, slots=True)
class TaskVariables:
    """`start` in `starts`; a literal per mode (None: cannot be used), and per (mode, requirement, candidate).

    Literals that always agree are one: of a lone mode and the presence, of candidates that all serve and their mode.
    """

    start: cp_model.IntVar
    starts: Bits
    modes: tuple[cp_model.IntVar | None, ...]
    serves: tuple[tuple[dict[int, cp_model.IntVar], ...], ...]

    @property
    def literals(self) -> tuple[cp_model.IntVar, ...]:
        """The mode literals that exist."""
        return tuple(each for each in self.modes if each is not None)


@dataclass(frozen=True, slots=True)
class RequestVariables:
    """One request; `position` is its place in the instance. No tasks if it cannot be served (or nothing of it is free)."""

    position: int
    presence: cp_model.IntVar
    must_serve: bool
    tasks: tuple[TaskVariables, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A (maybe optional) interval that takes `demand` units, always within `[earliest, latest)`; `request` None: frozen."""

    interval: cp_model.IntervalVar
    demand: int
    earliest: Ticks
    latest: Ticks
    request: int | None
    part: "Part | None" = None


Key = tuple[int, int, int, int]
"""(request, task, mode, requirement), by position."""


@dataclass(frozen=True, slots=True)
class Part:
    """What may serve on a special resource: taken during `[task_start + begin, ... + length)` if `literal` is true.

    `starts` are the starts of the task at which it may. `minutes` is the true time taken; `whole`
    the true length of the task, from start to end.
    """

    key: Key
    literal: cp_model.IntVar
    task_start: cp_model.IntVar
    starts: Bits
    begin: Ticks
    length: Ticks
    demand: int
    recipe: int
    undisturbed: bool
    opens_run: bool
    minutes: int
    whole: timedelta
    late: int = 0
    short: int = 0

    @property
    def start(self) -> cp_model.LinearExpr:
        """When it begins."""
        return self.task_start + self.begin if self.begin else self.task_start

    @property
    def earliest(self) -> Ticks:
        """The first tick at which it may begin."""
        return bits.lowest(self.starts) + self.begin

    @property
    def latest(self) -> Ticks:
        """The last tick at which it may begin."""
        return self.starts.bit_length() - 1 + self.begin


@dataclass(frozen=True, slots=True)
class Batch:
    """The runs of a batch resource: `opens` says per part that may open one that it does; `starts_of` gives the runs that a plan opens, by the part."""

    parts: tuple[Part, ...]
    opens: tuple[cp_model.IntVar, ...]
    starts_of: Callable[[Plan], dict[Key, Ticks]]


ValueOf = Callable[[Plan], int]
ValuesOf = Callable[[Plan], Sequence[int]]
Amount = tuple[cp_model.IntVar | None, int]
"""So many minutes if the literal is true (None: in any case)."""


@dataclass
class Variables:
    """All decisions; `uses` is filled by the rules `duration` and `frozen` and read by `capacity` and those of special resources.

    `defined` holds every further variable with what a plan says about it, so that hints are complete by construction;
    `tables` the same for variables whose values are found together.
    What the rules leave to the objective: `runs` and `ways` are minutes, `transitions` minutes and cost of changeovers and
    warm-ups, each under a literal; `quotas` has for each quota the minutes by (company, period), under literals.
    `batches` by resource, and `sequences` (resources whose uses are put in order), are what one rule leaves to another.
    """

    requests: tuple[RequestVariables, ...]
    domains: Sequence[RequestDomain]
    uses: dict[int, list[Use]]
    defined: list[tuple[cp_model.IntVar, ValueOf]] = field(default_factory=list)
    tables: list[tuple[Sequence[cp_model.IntVar], ValuesOf]] = field(default_factory=list)
    runs: list[Amount] = field(default_factory=list)
    transitions: list[tuple[cp_model.IntVar | None, int, int]] = field(default_factory=list)
    ways: list[Amount] = field(default_factory=list)
    batches: dict[int, "Batch"] = field(default_factory=dict)
    sequences: list[int] = field(default_factory=list)
    quotas: list[dict[tuple[int, int], list[tuple[cp_model.IntVar, int]]]] = field(default_factory=list)
    _cache: dict[Bits, cp_model.Domain] = field(default_factory=dict)

    def servable(self) -> Iterator[tuple[RequestVariables, RequestDomain]]:
        """The requests that may be served, each with its domain."""
        return ((each, domain) for each, domain in zip(self.requests, self.domains, strict=True) if domain.can_serve)

    def define(self, variable: cp_model.IntVar, value_of: ValueOf) -> None:
        """Tells what value `variable` has in a plan."""
        self.defined.append((variable, value_of))

    def define_all(self, variables: Sequence[cp_model.IntVar], values_of: ValuesOf) -> None:
        """Tells what values `variables` have in a plan, in their order."""
        if variables:
            self.tables.append((variables, values_of))

    def parts(self, resource: int) -> list[Part]:
        """What may take a special resource, besides fixed uses."""
        return [each.part for each in self.uses.get(resource, ()) if each.part is not None]

    @property
    def is_sequenced(self) -> bool:
        """Whether there are runs or orders of uses to decide."""
        return any(batch.parts for batch in self.batches.values()) or bool(self.sequences)

    def is_contested(self, resource: int) -> bool:
        """Whether two uses of the resource may meet."""
        return resource in self.uses

    def domain_of(self, starts: Bits) -> cp_model.Domain:
        """The solver's form of a set of starts."""
        found = self._cache.get(starts)
        if found is None:
            found = self._cache[starts] = cp_model.Domain.from_flat_intervals([edge for first, end in stretches(starts) for edge in (first, end - 1)])
        return found


def make_variables(model: cp_model.CpModel, instance: Instance, domains: Sequence[RequestDomain]) -> Variables:
    """Variables for every request of `instance`."""
    special = {number for number, each in enumerate(instance.resources) if each.is_special}
    counts: Counter[int] = Counter(
        resource for domain in domains for task in domain.tasks for mode in task for candidates in mode.candidates for resource in candidates
    )
    shared = {use.resource for use in instance.fixed_uses if instance.resources[use.resource].capacity > 1}
    variables = Variables((), domains, {resource: [] for resource, count in sorted(counts.items()) if count > 1 or resource in shared or resource in special})
    variables.requests = tuple(
        _make_request(model, variables, position, request, domain) for position, (request, domain) in enumerate(zip(instance.requests, domains, strict=True))
    )
    return variables


def _make_request(model: cp_model.CpModel, variables: Variables, position: int, request: TickRequest, domain: RequestDomain) -> RequestVariables:
    presence = model.new_int_var(int(domain.must_serve), int(domain.can_serve), "")
    tasks = []
    for task, modes in zip(request.tasks, domain.tasks, strict=False):
        alive = sum(1 for mode in modes if mode.starts)
        starts = 0
        literals: list[cp_model.IntVar | None] = []
        serves = []
        for tick_mode, mode in zip(task.modes, modes, strict=True):
            starts |= mode.starts
            literal = None if not mode.starts else presence if alive == 1 else model.new_bool_var("")
            literals.append(literal)
            serves.append(
                tuple(
                    {r: literal if len(candidates) == requirement.count else model.new_bool_var("") for r in candidates}
                    for requirement, candidates in zip(tick_mode.requirements, mode.candidates, strict=False)
                    if literal is not None
                )
            )
        start = model.new_int_var_from_domain(variables.domain_of(starts), "")
        tasks.append(TaskVariables(start, starts, tuple(literals), tuple(serves)))
    return RequestVariables(position, presence, domain.must_serve, tuple(tasks))
