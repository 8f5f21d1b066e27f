"""Hard quotas: how many minutes a company's bookings may take of some resources in one period."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from scheduler.placement.bits import span
from scheduler.placement.uses import Want
from scheduler.ticks.instance import Bits, Instance, TickQuota, Ticks

Key = tuple[int, int, int]
"""Quota, company, period."""


class Quotas:
    """What has been taken of every quota that is never exceeded."""

    __slots__ = ("_by_resource", "_rules", "_taken")

    def __init__(self, instance: Instance) -> None:
        self._rules: tuple[TickQuota, ...] = tuple(each for each in instance.quotas if each.price is None)
        self._by_resource: dict[int, list[int]] = defaultdict(list)
        self._taken: dict[Key, int] = defaultdict(int)
        for number, rule in enumerate(self._rules):
            for resource in rule.resources:
                self._by_resource[resource].append(number)
            for (company, period), minutes in rule.fixed:
                self._taken[number, company, period] += minutes

    @property
    def resources(self) -> frozenset[int]:
        """The resources that some quota counts."""
        return frozenset(self._by_resource)

    def copy(self) -> "Quotas":
        """An independent snapshot."""
        twin = Quotas.__new__(Quotas)
        twin._rules, twin._by_resource, twin._taken = self._rules, self._by_resource, self._taken.copy()
        return twin

    def of(self, company: int, resources: Iterable[int]) -> frozenset[int]:
        """The quotas in which the company's use of the resources counts."""
        return frozenset(number for each in resources for number in self._by_resource.get(each, ()) if self._rules[number].company in (-1, company))

    def full_ticks(self, company: int, resource: int, minutes: int, ticks: Ticks) -> Bits:
        """The ticks of the horizon at which no booking may start that takes so many minutes more of the resource."""
        full = 0
        for number in self.of(company, (resource,)):
            rule = self._rules[number]
            if minutes > rule.most_minutes:
                return span(0, ticks)
            for (name, whose, period), taken in self._taken.items():
                if (name, whose) == (number, company) and taken + minutes > rule.most_minutes:
                    first = rule.periods[period] if period >= 0 else 0
                    full |= span(first, min(rule.periods[period + 1], ticks) if period + 1 < len(rule.periods) else ticks)
        return full

    def fits(self, company: int, wants: Iterable[Want]) -> bool:
        """Whether no quota is exceeded by all that together."""
        return all(self._taken[key] + more <= self._rules[key[0]].most_minutes for key, more in self._minutes(company, wants).items())

    def add(self, company: int, wants: Iterable[Want], sign: int = 1) -> None:
        """All that is taken, or given back with `sign` -1."""
        for key, minutes in self._minutes(company, wants).items():
            self._taken[key] += sign * minutes

    def _minutes(self, company: int, wants: Iterable[Want]) -> dict[Key, int]:
        found: dict[Key, int] = defaultdict(int)
        for want in wants:
            for number in self._by_resource.get(want.resource, ()):
                rule = self._rules[number]
                if rule.company in (-1, company):
                    found[number, company, bisect_right(rule.periods, want.use.at) - 1] += want.use.minutes
        return found
