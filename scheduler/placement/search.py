"""The earliest completion of any request, by bitsets and backtracking.

For requests that are not one plain line: parallel tasks, resources wanted twice at once, links
on people, resources or institutes, bookings that stay. Per setting (see `settings`) the bitsets
give every task's starts, precedences prune them until nothing changes, and what bitsets cannot
see (two wants for one resource) is tried out, booking as it goes and taking everything back.
Complete up to `MOST_STEPS`: if a placement exists, it is found, unless the search gives up before.
What special resources can do is asked of their ledgers. There one task of the request may make
room for another (a run to join, a machine that is warm): that is hoped for in a second, short try.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing

from scheduler.placement.bits import at_least, earlier, later, lowest, ones, span
from scheduler.placement.choices import roles_of, unlike_choices
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.servers import Servers
from scheduler.placement.settings import Setting, Way, institutes, settings
from scheduler.placement.steps import HOPEFUL_STEPS, STEPS_A_CHOICE, GivenUp, Steps, steps_for
from scheduler.ticks.instance import Bits, Placement, TickBooking, TickMode, TickPrecedence, TickRequest, TickRequirement, Ticks

FREE_SETTINGS = 64
"""Further settings (sites, people, resources shared by tasks) count like choices: there may be thousands."""

Resources = tuple[tuple[int, ...], ...]
"""Who serves, per requirement."""

Domains = list[list[Bits]]
"""Per task and way, the starts still thought possible, counted from the base tick."""


def search(
    occupancy: Occupancy,
    request: TickRequest,
    cap: int | None,
    *,
    fixed: Mapping[int, TickBooking] | None = None,
    not_before: Ticks = 0,
    steps: int | Steps | None = None,
) -> tuple[int, Placement] | None:
    """The completion minute (of the tasks) and a placement of earliest completion, at most `cap`; None if there is none.

    `fixed` bookings, by task, stay as they are; `not_before` bars starts before it. After so many `steps` (None:
    what the number of tasks deserves; `Steps` are shared with other searches) it gives up with the best it has. The occupancy is left as it was.
    """
    tick = occupancy.instance.tick_minutes
    ends = [max((mode.last_start * tick + mode.minutes for mode in task.modes), default=-1) for task in request.tasks]
    if not ends or min(ends) < 0:
        return None
    limit = max(ends) if cap is None else min(cap, max(ends))
    best: tuple[int, Placement] | None = None
    left = steps if isinstance(steps, Steps) else Steps(steps_for(len(request.tasks)) if steps is None else steps)
    for number, setting in enumerate(settings(occupancy.instance, request, fixed or {})):
        if number >= FREE_SETTINGS:
            left.left -= STEPS_A_CHOICE
        if left.are_used_up():
            return best
        servers = Servers(occupancy, request, setting)
        for hopes in (False, True) if any(servers.hopeful) else (False,):
            allowed = Steps(min(HOPEFUL_STEPS * len(request.tasks), left.left), left.is_over) if hopes else left
            found = _Search(occupancy, request, setting, servers, not_before, limit, allowed, hopes=hopes).earliest(limit)
            if found is not None:
                best = found
                limit = found[0] - 1
            if left.are_used_up():
                return best
    return best


class _Search:
    """The search within one setting."""

    def __init__(
        self, occupancy: Occupancy, request: TickRequest, setting: Setting, servers: Servers, not_before: Ticks, limit: int, steps: Steps, *, hopes: bool
    ) -> None:
        self.occupancy, self.request, self.setting, self.servers, self.steps, self.hopes = occupancy, request, setting, servers, steps, hopes
        self.tick = occupancy.instance.tick_minutes
        self.base = max(not_before, min(mode.first_start for task in request.tasks for mode in task.modes))
        # What is taken before a task, or after it, is to be seen too.
        self.view = occupancy.view(max(self.base - servers.lead, 0), limit + servers.trail * self.tick)
        self.order = _order(request)
        self.edges = sorted(request.precedences, key=lambda edge: self.order.index(edge.before))
        self.meets = _meetings(request, setting, servers)
        self.apart = [
            {other for link in request.links if link.kind == "different_institutes" and task in link.tasks for other in link.tasks if other != task}
            for task in range(len(request.tasks))
        ]
        self.roles = roles_of(occupancy.instance, request, setting)
        # Starts at which a task fails whatever else is placed, found out on the way.
        self.dead: Domains = [[0] * len(ways) for ways in setting.ways]

    def mode(self, task: int, way: int) -> TickMode:
        return self.request.tasks[task].modes[self.setting.ways[task][way].mode]

    def earliest(self, cap: int) -> tuple[int, Placement] | None:
        """The earliest completion found and its placement: the first one found, then bisection between it and the bound that the bitsets give."""
        domains = [[self._starts(task, way, frozenset(), hopes=self.hopes) for way in range(len(ways))] for task, ways in enumerate(self.setting.ways)]
        try:
            best = self._within(domains, cap)
        except GivenUp:
            return None
        if best is None:
            return None
        low = bound = self._bound(domains, cap)
        while low < best[0]:
            # The bound itself is nearly always reached, so it is asked first.
            middle = low if low == bound else (low + best[0] - 1) // 2
            try:
                found = self._within(domains, middle)
            except GivenUp:
                break
            if found is None:
                low = middle + 1
            else:
                best = found
        return best

    def _bound(self, domains: Domains, cap: int) -> int:
        """No placement is complete before this minute."""
        cut = self._cut(domains, cap)
        assert cut is not None  # asked only after a placement within `cap` was found
        return max(
            min((self.base + lowest(bits)) * self.tick + self.mode(task, way).minutes for way, bits in enumerate(row) if bits) for task, row in enumerate(cut)
        )

    def _cut(self, domains: Domains, cap: int) -> Domains | None:
        cut = []
        for task, row in enumerate(domains):
            lasts = ((cap - self.mode(task, way).minutes) // self.tick - self.base for way in range(len(row)))
            cut.append([bits & ones(max(last + 1, 0)) for bits, last in zip(row, lasts, strict=True)])
        return cut if self._propagate(cut) else None

    def _within(self, domains: Domains, cap: int) -> tuple[int, Placement] | None:
        """Some placement that is complete by `cap`."""
        cut = self._cut(domains, cap)
        if cut is None:
            return None
        booked: dict[int, TickBooking] = {}
        if not self._assign(0, cut, booked):
            return None
        placement = tuple(booked[task] for task in sorted(booked))
        return max(each.start * self.tick + self.request.tasks[each.task].modes[each.mode].minutes for each in placement), placement

    def _assign(self, depth: int, domains: Domains, booked: dict[int, TickBooking]) -> bool:
        """Places the tasks from `depth` on in the order; True with `booked` full, False with `booked` as it was."""
        if depth == len(self.order):
            return True
        task = self.order[depth]
        open_tasks = self.order[depth + 1 :]
        affected = [other for other in open_tasks if other in self.meets[task] or other in self.apart[task]]
        is_free = not any(other in booked for other in self.meets[task] | self.apart[task])
        row = [bits & ~dead for bits, dead in zip(domains[task], self.dead[task], strict=True)]
        if self.hopes and self.servers.hopeful[task]:
            banned = self._banned(task, booked)
            row = [bits & self._starts(task, way, banned) if bits else 0 for way, bits in enumerate(row)]
        while any(row):
            self.steps.take()
            way = min((index for index, bits in enumerate(row) if bits), key=lambda index: lowest(row[index]))
            bit = row[way] & -row[way]
            row[way] ^= bit
            trial = [each.copy() for each in domains]
            trial[task] = [bit if index == way else 0 for index in range(len(row))]
            if not self._propagate(trial, {task}):
                continue
            start = self.base + lowest(bit)
            served = False
            with closing(self._selections(task, way, start, self._banned(task, booked))) as selections:
                for chosen in selections:
                    if served:
                        self.steps.take(STEPS_A_CHOICE)
                    served = True
                    booked[task] = TickBooking(task, self.setting.ways[task][way].mode, start, chosen)
                    following = self._narrowed(trial, affected, booked)
                    if following is not None and self._assign(depth + 1, following, booked):
                        return True
                    del booked[task]
                    if not affected:
                        break
            if not served and is_free:
                self.dead[task][way] |= bit
        return False

    def _narrowed(self, domains: Domains, affected: list[int], booked: dict[int, TickBooking]) -> Domains | None:
        """The domains after the tasks in `booked` took their resources; None if one is empty."""
        if not affected:
            return domains
        narrowed = [each.copy() for each in domains]
        for task in affected:
            banned = self._banned(task, booked)
            narrowed[task] = [bits & self._starts(task, way, banned, hopes=self.hopes) if bits else 0 for way, bits in enumerate(narrowed[task])]
        return narrowed if self._propagate(narrowed, set(affected)) else None

    def _banned(self, task: int, booked: dict[int, TickBooking]) -> frozenset[int]:
        """The institutes that `task` must not use because of what is booked."""
        taken = (each for other in self.apart[task] if other in booked for group in booked[other].resources for each in group)
        return institutes(self.occupancy.instance, taken)

    def _starts(self, task: int, way: int, banned: frozenset[int], *, hopes: bool = False) -> Bits:
        """The starts at which each requirement of the way, and each pair of rivals, finds enough resources (necessary, not sufficient)."""
        mode = self.mode(task, way)
        chosen = self.setting.ways[task][way]
        if chosen.start is not None:
            in_reach = max(mode.first_start, self.base) <= chosen.start <= mode.last_start
            bits = 1 << (chosen.start - self.base) if in_reach else 0
        else:
            bits = span(mode.first_start - self.base, mode.last_start - self.base + 1)
        if mode.starts != -1:
            bits &= mode.starts >> self.base
        sets = []
        for index, each in enumerate(mode.requirements):
            served = self.servers.starts(self.view, task, way, index, banned, hopes=hopes) if bits else {}
            sets.append(served)
            if bits:
                bits &= self._from_base(at_least(each.count, self._choices(each, served)), each)
        for i, one in enumerate(mode.requirements):
            for j in range(i):
                other = mode.requirements[j]
                if bits and (one.begin, one.end) == (other.begin, other.end) and self._are_rivals(sets[i], sets[j]):
                    both = [sets[i].get(each, 0) | sets[j].get(each, 0) for each in sets[i].keys() | sets[j].keys()]
                    bits &= self._from_base(at_least(one.count + other.count, both), one)
        return bits

    def _from_base(self, served: Bits, requirement: TickRequirement) -> Bits:
        """Starts of a requirement, as the view counts them, as starts of its task counted from the base."""
        shift = self.base + requirement.begin - self.view.offset
        return served >> shift if shift >= 0 else served << -shift

    def _choices(self, requirement: TickRequirement, served: dict[int, Bits]) -> Iterable[Bits]:
        """The sets of which each gives one resource."""
        if not requirement.different_institutes:
            return served.values()
        by_institute: dict[int, Bits] = {}
        resources = self.occupancy.instance.resources
        for each, bits in served.items():
            # Resources without an institute share none.
            place = resources[each].institute if resources[each].institute >= 0 else -1 - each
            by_institute[place] = by_institute.get(place, 0) | bits
        return by_institute.values()

    def _are_rivals(self, left: dict[int, Bits], right: dict[int, Bits]) -> bool:
        """Whether the two share resources, all of which can serve only one of them."""
        return not left.keys().isdisjoint(right) and all(self.occupancy.instance.resources[each].capacity == 1 for each in left.keys() | right.keys())

    def _propagate(self, domains: Domains, touched: set[int] | None = None) -> bool:
        """Drops starts without a partner along some precedence until nothing changes; False if a task has none left.

        `touched`: the only tasks whose starts have changed since nothing changed any more; None means all.
        """
        edges = self.edges if touched is None else self._edges_at(touched)
        while edges:
            changed = set[int]()
            for edge in edges:
                before, after = domains[edge.before], domains[edge.after]
                reached: Bits = 0
                for way, bits in enumerate(before):
                    mode = self.setting.ways[edge.before][way].mode
                    reached |= later(bits, edge.least[mode], edge.most[mode])
                union: Bits = 0
                for way, bits in enumerate(after):
                    kept = bits & reached
                    union |= kept
                    if kept != bits:
                        after[way] = kept
                        changed.add(edge.after)
                for way, bits in enumerate(before):
                    mode = self.setting.ways[edge.before][way].mode
                    kept = bits & earlier(union, edge.least[mode], edge.most[mode])
                    if kept != bits:
                        before[way] = kept
                        changed.add(edge.before)
            # Earliest starts travel down a chain in one pass in its order, latest ones in one against it.
            self.edges.reverse()
            edges = self._edges_at(changed) if changed else []
        return all(any(row) for row in domains)

    def _edges_at(self, tasks: set[int]) -> list[TickPrecedence]:
        return [edge for edge in self.edges if edge.before in tasks or edge.after in tasks]

    def _selections(self, task: int, way: int, start: Ticks, banned: frozenset[int]) -> Generator[Resources, None, None]:
        """Every choice of resources for the task at that start; each is booked while it is looked at."""
        chosen = self.setting.ways[task][way]
        needed = self.setting.people[task]
        requirements = self.mode(task, way).requirements
        served = self._serve_tangled(task, way, start, banned) if self.servers.is_tangled[task][way] else self._serve(requirements, chosen, 0, start, banned)
        for resources in served:
            if needed is None or needed == {r for group in resources for r in group if self.occupancy.instance.resources[r].is_person}:
                yield resources

    def _serve_tangled(self, task: int, way: int, start: Ticks, banned: frozenset[int]) -> Generator[Resources, None, None]:
        """As `_serve`, where more decides than what is free: every choice is judged as a whole."""
        request, occupancy = self.request, self.occupancy
        for resources in self.servers.choices(self.view, task, way, start, banned):
            wants = occupancy.wants(request, TickBooking(task, self.setting.ways[task][way].mode, start, resources))
            if not occupancy.try_take(request.company, wants):
                self.steps.take()
                continue
            try:
                yield resources
            finally:
                occupancy.give_back(request.company, wants)

    def _serve(self, requirements: tuple[TickRequirement, ...], way: Way, index: int, start: Ticks, banned: frozenset[int]) -> Generator[Resources, None, None]:
        if index == len(requirements):
            yield ()
            return
        requirement = requirements[index]
        occupancy = self.occupancy
        begin, end = start + requirement.begin, start + requirement.end
        free = self._free_members(requirement, way.members[index], begin, end, banned)
        for together in unlike_choices([(each, (self.roles[each], occupancy.free(each))) for each in free], requirement.count):
            for each in together:
                occupancy.book(each, begin, end, requirement.demand)
            try:
                for rest in self._serve(requirements, way, index + 1, start, banned):
                    yield (tuple(sorted(together)), *rest)
            finally:
                for each in together:
                    occupancy.unbook(each, begin, end, requirement.demand)

    def _free_members(self, requirement: TickRequirement, members: tuple[int, ...], begin: Ticks, end: Ticks, banned: frozenset[int]) -> list[int]:
        """The members that can serve then: preferred ones first, then those that the fewest others want."""
        taken = span(begin, end)
        limits = dict(requirement.limited)
        occupancy = self.occupancy
        resources = occupancy.instance.resources
        found = [
            each
            for each in members
            if resources[each].institute not in banned and occupancy.free(each, requirement.demand) & limits.get(each, -1) & taken == taken
        ]
        return self.servers.ordered(requirement, found)


def _order(request: TickRequest) -> list[int]:
    """The tasks, each after those that precede it; but those first that have one start only: the others have to make do with what they leave."""
    order = [number for number, task in enumerate(request.tasks) if all(mode.first_start >= mode.last_start for mode in task.modes)]
    left = [each for each in range(len(request.tasks)) if each not in order]
    while left:
        ready = next(task for task in left if not any(edge.after == task and edge.before in left for edge in request.precedences))
        left.remove(ready)
        order.append(ready)
    return order


def _meetings(request: TickRequest, setting: Setting, servers: Servers) -> list[set[int]]:
    """Per task, the tasks that may want one of its resources at the same time, or use up what it needs at any time."""
    count = len(request.tasks)
    follows = [0] * count  # per task, one bit for each that surely begins, with all it takes, after all that is taken for it
    for edge in request.precedences:
        lead = max((-each.begin for mode in request.tasks[edge.after].modes for each in mode.requirements), default=0)
        ends = (max(mode.ticks, *(each.end for each in mode.requirements)) for mode in request.tasks[edge.before].modes)
        if all(least >= end + max(lead, 0) for least, end in zip(edge.least, ends, strict=True)):
            follows[edge.before] |= 1 << edge.after
    for middle in range(count):
        for one in range(count):
            if follows[one] >> middle & 1:
                follows[one] |= follows[middle]
    wanted = [{each for way in ways for members in way.members for each in members} for ways in setting.ways]
    return [
        {
            other
            for other in range(count)
            if other != task
            and (
                not servers.limits[task].isdisjoint(servers.limits[other])
                or (not follows[task] >> other & 1 and not follows[other] >> task & 1 and not wanted[task].isdisjoint(wanted[other]))
            )
        }
        for task in range(count)
    ]
