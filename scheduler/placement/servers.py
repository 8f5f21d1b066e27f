"""Who can serve the tasks of one request in one setting, and from when on."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from scheduler.placement.bits import starts
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.settings import Setting
from scheduler.placement.uses import NOWHERE, need_of
from scheduler.placement.views import View
from scheduler.ticks.instance import Bits, TickRequest, TickRequirement, Ticks

Resources = tuple[tuple[int, ...], ...]
"""Who serves, per requirement."""


class Servers:
    """The members of a setting's ways, with what is special about them.

    `is_tangled[task][way]`: more decides about it than what is free. `limits[task]`: resources with
    ledgers, and quotas, that it may use (quotas as negative numbers). `hopeful[task]`: another task of
    the request may make room for it. `lead`, `trail`: the ticks taken before the earliest and after the last task at most.
    """

    def __init__(self, occupancy: Occupancy, request: TickRequest, setting: Setting) -> None:
        self.occupancy, self.request, self.setting = occupancy, request, setting
        shapes, instance = occupancy.shapes, occupancy.instance
        modes = [[request.tasks[task].modes[way.mode] for way in ways] for task, ways in enumerate(setting.ways)]
        self.is_tangled = [[shapes.is_tangled(mode) for mode in row] for row in modes]
        self.lead = max([-each.begin for row in modes for mode in row for each in mode.requirements] + [0])
        self.trail = max([each.end - mode.ticks for row in modes for mode in row for each in mode.requirements] + [0])
        count = len(modes)
        self.limits: list[frozenset[int]] = [frozenset()] * count
        self.hopeful = [False] * count
        self._repeated: dict[tuple[int, int], frozenset[int]] = {}
        self._sites: dict[tuple[int, int], tuple[int, ...]] = {}
        if not any(any(row) for row in self.is_tangled):
            return
        for task, ways in enumerate(setting.ways):
            wanted = {each for way in ways for members in way.members for each in members}
            quotas = frozenset[int]() if occupancy.quotas is None else occupancy.quotas.of(request.company, wanted)
            self.limits[task] = frozenset(each for each in wanted if occupancy.has_ledger(each)) | {-1 - each for each in quotas}
            for number, way in enumerate(ways):
                counts = Counter(each for members in way.members for each in set(members))
                self._repeated[task, number] = frozenset(each for each, many in counts.items() if many > 1 and occupancy.has_ledger(each))
                self._sites[task, number] = self._possible_sites(task, number)
        named = Counter(each for limits in self.limits for each in limits)

        def depends_on_others(each: int) -> bool:
            resource = instance.resources[each]
            return resource.is_batch or resource.changeover is not None or resource.travel is not None

        self.hopeful = [any(each >= 0 and named[each] > 1 and depends_on_others(each) for each in limits) for limits in self.limits]

    def starts(self, view: View, task: int, way: int, index: int, banned: frozenset[int], *, hopes: bool) -> dict[int, Bits]:
        """Per resource that is not of a banned institute, the ticks of the view from which it can serve a requirement.

        `hopes`: also those from which it could if other tasks of the request made that possible.
        """
        chosen = self.setting.ways[task][way]
        mode = self.request.tasks[task].modes[chosen.mode]
        requirement = mode.requirements[index]
        members = chosen.members[index]
        length = requirement.end - requirement.begin
        resources = self.occupancy.instance.resources
        if self.is_tangled[task][way]:
            found = {each: self._tangled(view, each, task, way, index, hopes=hopes) for each in members if resources[each].institute not in banned}
        else:
            found = {each: view.starts(each, requirement.demand, length) for each in members if resources[each].institute not in banned}
        for each, bits in requirement.limited:
            if each in found:
                found[each] &= starts(bits, length) >> view.offset
        return found

    def _tangled(self, view: View, resource: int, task: int, way: int, index: int, *, hopes: bool) -> Bits:
        """As `starts`, for one resource that has a ledger or a quota, or stands beside one that has."""
        mode = self.request.tasks[task].modes[self.setting.ways[task][way].mode]
        requirement = mode.requirements[index]
        occupancy = self.occupancy
        if occupancy.has_ledger(resource):
            travels = occupancy.instance.resources[resource].travel is not None
            hoped = hopes or resource in self._repeated[task, way]
            bits = 0
            for site in self._sites[task, way] if travels else (NOWHERE,):
                need = need_of(mode, requirement, site)
                bits |= occupancy.hopes(resource, need) if hoped else occupancy.starts(resource, need)
            bits = bits >> view.offset & view.mask
        else:
            bits = view.starts(resource, requirement.demand, requirement.end - requirement.begin)
        if bits and occupancy.quotas is not None:
            full = occupancy.quotas.full_ticks(self.request.company, resource, requirement.minutes, occupancy.instance.ticks)
            if full:
                shift = requirement.begin - view.offset
                bits &= ~(full << shift if shift >= 0 else full >> -shift)
        return bits

    def choices(self, view: View, task: int, way: int, start: Ticks, banned: frozenset[int]) -> Iterator[Resources]:
        """Every choice of resources each of which, alone, can serve the task at that start; nobody twice at the same time."""
        requirements = self.request.tasks[task].modes[self.setting.ways[task][way].mode].requirements
        rows = []
        for index, requirement in enumerate(requirements):
            tick = start + requirement.begin - view.offset
            served = self.starts(view, task, way, index, banned, hopes=False)
            rows.append(self.ordered(requirement, (each for each, bits in served.items() if bits >> tick & 1)))
        yield from self._choose(requirements, rows, ())

    def ordered(self, requirement: TickRequirement, members: Iterable[int]) -> list[int]:
        """Preferred ones first, then those that the fewest others want."""
        preferred, rank = requirement.preferred, self.occupancy.shapes.rank
        return sorted(members, key=lambda each: (bool(preferred) and each not in preferred, rank(each), each))

    def _choose(self, requirements: tuple[TickRequirement, ...], rows: list[list[int]], chosen: Resources) -> Iterator[Resources]:
        index = len(chosen)
        if index == len(rows):
            yield chosen
            return
        resources, requirement = self.occupancy.instance.resources, requirements[index]
        busy = {
            each
            for other, group in zip(requirements, chosen, strict=False)
            if other.begin < requirement.end and requirement.begin < other.end
            for each in group
            if resources[each].capacity == 1
        }
        for together in combinations([each for each in rows[index] if each not in busy], requirement.count):
            if requirement.different_institutes:
                places = [resources[each].institute for each in together if resources[each].institute >= 0]
                if len(set(places)) < len(places):
                    continue
            yield from self._choose(requirements, rows, (*chosen, tuple(sorted(together))))

    def _possible_sites(self, task: int, way: int) -> tuple[int, ...]:
        """Where the task may take place, for people who travel."""
        wanted, chosen = self.request.tasks[task], self.setting.ways[task][way]
        if not wanted.takes_place:
            return (NOWHERE,)
        if wanted.site >= 0:
            return (wanted.site,)
        resources = self.occupancy.instance.resources
        sites = tuple(dict.fromkeys(resources[each].site for members in chosen.members for each in members if resources[each].site >= 0))
        requirements = wanted.modes[chosen.mode].requirements
        free = all(
            sum(resources[each].site < 0 for each in members) >= requirement.count for members, requirement in zip(chosen.members, requirements, strict=True)
        )
        return (*sites, NOWHERE) if free else sites
