"""Travel: who travels has time for the ways to and between sessions and home again, in the same opening. Check: verify.rules.check_travel.

The sessions on site of one opening form a path from home to home, in order of time; an arc says from where somebody comes.
A session is a part at a site; where the site of a task depends on who serves it, there is one for each site.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.solver.cpsat.periods import any_of, by_period
from scheduler.solver.cpsat.readings import booked_on, booking_of, period_at, place_of
from scheduler.solver.cpsat.variables import Part, Variables
from scheduler.solver.starts import fixed_by_resource, profile
from scheduler.ticks.instance import Bits, FixedUse, Instance, Plan, Ticks, TickTravel

HOME = -1
"""In arcs, where a path begins and ends."""


def add_travel(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """The ways of everybody who travels lie inside openings and beside all other work, and are not too long for a day."""
    travellers = [(resource, each.travel) for resource, each in enumerate(instance.resources) if each.travel is not None]
    if not travellers:
        return
    fixed, pieces = fixed_by_resource(instance), profile(instance)
    sites = _Sites(model, variables, instance)
    for resource, travel in travellers:
        _Person(model, variables, resource, travel, sites).add(fixed.get(resource, []), [(first, last) for first, last, _ in pieces.get(resource, ())])


class _Sites:
    """Literals that say where a task takes place; shared by all who may travel to it."""

    def __init__(self, model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
        self.model, self.variables, self.instance = model, variables, instance
        self.known: dict[tuple[int, int], dict[int, cp_model.IntVar]] = {}

    def of(self, request: int, task: int) -> dict[int, cp_model.IntVar]:
        """Per site: true if the task takes place there. None of them: it takes place nowhere."""
        found = self.known.get((request, task))
        if found is None:
            found = self.known[request, task] = self._made(request, task)
        return found

    def _made(self, request: int, task: int) -> dict[int, cp_model.IntVar]:
        data, made = self.instance.requests[request].tasks[task], self.variables.requests[request]
        if not data.takes_place:
            return {}
        if data.site >= 0:
            return {data.site: made.presence}
        by_site: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for serves in made.tasks[task].serves:
            for literals in serves:
                for resource, literal in literals.items():
                    by_site[self.instance.resources[resource].site].append(literal)
        return {
            site: any_of(self.model, self.variables, literals, partial(_takes_place, self.instance, request, task, site))
            for site, literals in sorted(by_site.items())
            if site >= 0
        }


def _takes_place(instance: Instance, request: int, task: int, site: int, plan: Plan) -> int:
    return int(place_of(instance, plan, request, task) == site)


@dataclass(frozen=True, slots=True)
class _Session:
    """A part at a site; `literal` and `part` None: frozen. `openings` has a literal per opening in which it may begin (None: it does)."""

    literal: cp_model.IntVar | None
    part: Part | None
    start: cp_model.LinearExpr | int
    earliest: Ticks
    latest: Ticks
    length: Ticks
    site: int
    openings: dict[int, cp_model.IntVar | None]

    @property
    def end(self) -> cp_model.LinearExpr | int:
        return self.start + self.length


class _Person:
    def __init__(self, model: cp_model.CpModel, variables: Variables, resource: int, travel: TickTravel, sites: _Sites) -> None:
        self.model = model
        self.variables = variables
        self.resource = resource
        self.travel = travel
        self.sites = sites
        self.edges = [*(start for start, _ in travel.openings), *(end for _, end in travel.openings[-1:])]
        self.sessions: list[_Session] = []
        self.arcs: dict[tuple[int, int], cp_model.IntVar] = {}
        self.firsts: dict[tuple[int, int], cp_model.IntVar] = {}
        """(session, opening): it is the first one there."""
        self.blocks: list[cp_model.IntervalVar] = []

    def add(self, fixed: list[FixedUse], pieces: list[tuple[Ticks, Ticks]]) -> None:
        self.sessions += [each for use in sorted(fixed, key=lambda each: (each.start, each.end, each.site)) for each in self._frozen(use)]
        for part in self.variables.parts(self.resource):
            for site, here in self.sites.of(*part.key[:2]).items():
                self.sessions += self._free(part, site, here)
        if not self.sessions:
            return
        for j in range(len(self.sessions)):
            self._first(j)
            self._last(j)
            for i in range(len(self.sessions)):
                if i != j:
                    self._between(i, j)
        self._paths()
        self._blocks_before()
        intervals = [*self.blocks, *(use.interval for use in self.variables.uses.get(self.resource, ()))]
        intervals += [self.model.new_fixed_size_interval_var(first, last - first, "") for first, last in pieces]
        if self.blocks:
            self.model.add_no_overlap(intervals)
        if self.travel.most_a_day is not None:
            self._limit_days(self.travel.most_a_day)
        self._tell()

    def _way(self, source: int, target: int) -> tuple[Ticks, int]:
        """Ticks and minutes; none from or to a home that there is not."""
        return (0, 0) if source < 0 or target < 0 or source == target else (self.travel.ways[source][target], self.travel.minutes[source][target])

    def _opening_at(self, tick: Ticks) -> int | None:
        return next((number for number, (start, end) in enumerate(self.travel.openings) if start <= tick < end), None)

    def _frozen(self, use: FixedUse) -> list[_Session]:
        opening = self._opening_at(use.start)
        if use.site < 0 or opening is None:
            return []
        return [_Session(None, None, use.start, use.start, use.start, use.end - use.start, use.site, {opening: None})]

    def _free(self, part: Part, site: int, here: cp_model.IntVar) -> list[_Session]:
        begins = part.starts << part.begin if part.begin >= 0 else part.starts >> -part.begin
        inside = 0
        for start, end in self.travel.openings:
            inside |= begins & bits.span(start, end)
        if not inside:
            return []
        literal = part.literal
        conditions = [] if here.index == literal.index or here.index == self.variables.requests[part.key[0]].presence.index else [here]
        if inside != begins:
            # A task that pauses may begin while the person is away: then nobody travels to it.
            conditions.append(self._begins_inside(part, inside))
        if conditions:
            literal = self.model.new_bool_var("")
            for each in (part.literal, *conditions):
                self.model.add_implication(literal, each)
            self.model.add_bool_or(literal, ~part.literal, *(~each for each in conditions))
            self.variables.define(literal, lambda plan: int(self._begin_of(part, site, plan) is not None))
        openings = by_period(self.model, self.variables, literal, part.start, inside, self.edges, partial(self._begin_of, part, site))
        return [
            _Session(literal, part, part.start, bits.lowest(inside), inside.bit_length() - 1, part.length, site, dict[int, cp_model.IntVar | None](openings))
        ]

    def _begins_inside(self, part: Part, inside: Bits) -> cp_model.IntVar:
        found = self.model.new_bool_var("")
        domain = self.variables.domain_of(inside)
        self.model.add_linear_expression_in_domain(part.start, domain).only_enforce_if(found)
        self.model.add_linear_expression_in_domain(part.start, domain.complement()).only_enforce_if(~found)
        first = bits.lowest(self.variables.requests[part.key[0]].tasks[part.key[1]].starts)

        def value(plan: Plan) -> int:
            booking = booking_of(plan, *part.key[:2])
            begin = (first if booking is None else booking.start) + part.begin
            return int(begin >= 0 and inside >> begin & 1)

        self.variables.define(found, value)
        return found

    def _begin_of(self, part: Part, site: int, plan: Plan) -> Ticks | None:
        """When the session begins in a plan, None if it does not take place there."""
        start = booked_on(plan, self.resource).get(part.key)
        if start is None or place_of(self.sites.instance, plan, *part.key[:2]) != site:
            return None
        return start + part.begin if self._opening_at(start + part.begin) is not None else None

    def _arc(self, before: int, after: int, minutes: int) -> cp_model.IntVar:
        arc = self.arcs[before, after] = self.model.new_bool_var("")
        if minutes:
            self.variables.ways.append((arc, minutes))
        return arc

    def _first(self, j: int) -> None:
        """From home to session `j`."""
        session = self.sessions[j]
        way, minutes = self._way(self.travel.home, session.site)
        first_in = []
        for opening, literal in session.openings.items():
            begin = self.travel.openings[opening][0] + way
            if session.literal is not None and begin > session.latest:
                continue
            first = self.firsts[j, opening] = self.model.new_bool_var("")
            first_in.append(first)
            if literal is not None:
                self.model.add_implication(first, literal)
                if way:
                    self.model.add(session.start >= begin).only_enforce_if(first)
        if first_in:
            arc = self._arc(HOME, j, minutes)
            self.model.add_exactly_one(*first_in, ~arc)

    def _last(self, i: int) -> None:
        """From session `i` home."""
        session = self.sessions[i]
        way, minutes = self._way(session.site, self.travel.home)
        arc = self._arc(i, HOME, minutes)
        if session.literal is not None and way:
            for opening, literal in session.openings.items():
                if literal is not None:
                    self.model.add(session.end + way <= self.travel.openings[opening][1]).only_enforce_if(arc, literal)
            self.blocks.append(self.model.new_optional_fixed_size_interval_var(session.end, way, arc, ""))

    def _between(self, i: int, j: int) -> None:
        """From session `i` to session `j`, in one opening."""
        before, after = self.sessions[i], self.sessions[j]
        way, minutes = self._way(before.site, after.site)
        shared = before.openings.keys() & after.openings.keys()
        if not shared:
            return
        if before.literal is None and after.literal is None:
            if j > i:
                self._arc(i, j, minutes)
            return
        if before.part is not None and after.part is not None:
            one, other = before.part.key, after.part.key
            if one[:2] == other[:2] and (one[2] != other[2] or before.site != after.site):
                return
        if before.earliest + before.length + way > after.latest:
            return
        arc = self._arc(i, j, minutes)
        self.model.add(after.start - before.end >= way).only_enforce_if(arc)
        for opening in sorted(before.openings.keys() | after.openings.keys()):
            left, right = before.openings.get(opening), after.openings.get(opening)
            if opening not in before.openings:
                if right is not None:
                    self.model.add_implication(arc, ~right)
            elif opening not in after.openings:
                if left is not None:
                    self.model.add_implication(arc, ~left)
            elif left is None and right is not None:
                self.model.add_implication(arc, right)
            elif right is None and left is not None:
                self.model.add_implication(arc, left)
            elif left is not None and right is not None:
                self.model.add_bool_or(~arc, ~left, right)

    def _paths(self) -> None:
        """Everybody who is at a session came from somewhere and goes somewhere; each opening has one path."""
        into: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        out: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (i, j), arc in self.arcs.items():
            into[j].append(arc)
            out[i].append(arc)
        for number, session in enumerate(self.sessions):
            absent = [] if session.literal is None else [~session.literal]
            self.model.add_exactly_one(*into[number], *absent)
            self.model.add_exactly_one(*out[number], *absent)
        by_opening: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (_, opening), first in self.firsts.items():
            by_opening[opening].append(first)
        for firsts in by_opening.values():
            self.model.add_at_most_one(*firsts)

    def _blocks_before(self) -> None:
        """The ways to sessions take time of the person, but for those that are decided."""
        by_way: dict[tuple[int, Ticks], list[tuple[tuple[int, int], cp_model.IntVar]]] = defaultdict(list)
        for (i, j), arc in self.arcs.items():
            if j == HOME or (self.sessions[j].literal is None and (i == HOME or self.sessions[i].literal is None)):
                continue
            way, _ = self._way(self.travel.home if i == HOME else self.sessions[i].site, self.sessions[j].site)
            if way:
                by_way[j, way].append(((i, j), arc))
        for (j, way), arcs in by_way.items():
            names = [name for name, _ in arcs]
            literal = any_of(self.model, self.variables, [arc for _, arc in arcs], partial(self._goes_one_of, names))
            start = self.sessions[j].start - way
            self.blocks.append(self.model.new_optional_fixed_size_interval_var(start, way, literal, ""))

    def _goes_one_of(self, names: list[tuple[int, int]], plan: Plan) -> int:
        return int(not self._arcs_in(plan).isdisjoint(names))

    def _limit_days(self, most: int) -> None:
        """The minutes of the ways that count to one day, by the start of the session to which, or last from which, they lead."""
        spent: dict[int, list[tuple[int, cp_model.LinearExpr, int]]] = defaultdict(list)
        days = {j: self._days(j) for j in range(len(self.sessions))}
        for j in days:
            terms = [(arc, self._minutes(name)) for name, arc in self.arcs.items() if (name[1] == j or name == (j, HOME)) and self._minutes(name)]
            if not terms:
                continue
            total = cp_model.LinearExpr.weighted_sum([arc for arc, _ in terms], [minutes for _, minutes in terms])
            highest = sum(minutes for _, minutes in terms)
            for day, literal in days[j].items():
                if len(days[j]) == 1:
                    spent[day].append((j, total, highest))
                else:
                    assert literal is not None  # only what is frozen has no literal, and that has one day
                    part = self.model.new_int_var(0, highest, "")
                    self.model.add(part >= total).only_enforce_if(literal)
                    self.variables.define(part, partial(self._spent_on, j, day))
                    spent[day].append((j, part + 0, highest))
        for day, parts in spent.items():
            if sum(highest for _, _, highest in parts) <= most:
                continue
            whole = cp_model.LinearExpr.sum([each for _, each, _ in parts])
            if all(self.sessions[j].literal is not None for j in days if day in days[j]):
                self.model.add(whole <= most)
                continue
            # Frozen sessions alone may have too long ways; nothing is added to them then.
            for j in days:
                literal = days[j].get(day)
                if literal is not None:
                    self.model.add(whole <= most).only_enforce_if(literal)

    def _days(self, j: int) -> dict[int, cp_model.IntVar | None]:
        session = self.sessions[j]
        if session.literal is None or session.part is None:
            return {period_at(self.travel.days, session.earliest): None}
        part = session.part
        begins = part.starts << part.begin if part.begin >= 0 else part.starts >> -part.begin
        begins &= bits.span(session.earliest, session.latest + 1)
        start_of = partial(self._begin_of, part, session.site)
        found = by_period(self.model, self.variables, session.literal, part.start, begins, self.travel.days, start_of)
        return dict[int, cp_model.IntVar | None](found)

    def _minutes(self, name: tuple[int, int]) -> int:
        source, target = (self.travel.home if each == HOME else self.sessions[each].site for each in name)
        return self._way(source, target)[1]

    def _spent_on(self, j: int, day: int, plan: Plan) -> int:
        session = self.sessions[j]
        begin = None if session.part is None else self._begin_of(session.part, session.site, plan)
        if begin is None or period_at(self.travel.days, begin) != day:
            return 0
        return sum(self._minutes(name) for name in self._arcs_in(plan) if name[1] == j or name == (j, HOME))

    def _order(self, plan: Plan) -> dict[int, list[int]]:
        """The sessions of a plan by opening, in order of time."""
        found: dict[int, list[tuple[Ticks, Ticks, int]]] = defaultdict(list)
        for j, session in enumerate(self.sessions):
            begin = session.earliest if session.part is None else self._begin_of(session.part, session.site, plan)
            opening = None if begin is None else self._opening_at(begin)
            if begin is not None and opening is not None:
                found[opening].append((begin, begin + session.length, j))
        return {opening: [j for _, _, j in sorted(each)] for opening, each in found.items()}

    def _arcs_in(self, plan: Plan) -> set[tuple[int, int]]:
        return {pair for order in self._order(plan).values() for pair in zip((HOME, *order), (*order, HOME), strict=True)}

    def _tell(self) -> None:
        arcs, firsts = list(self.arcs), list(self.firsts)
        self.variables.define_all(list(self.arcs.values()), partial(self._arc_values, arcs))
        self.variables.define_all(list(self.firsts.values()), partial(self._first_values, firsts))

    def _arc_values(self, names: Sequence[tuple[int, int]], plan: Plan) -> list[int]:
        taken = self._arcs_in(plan)
        return [int(name in taken) for name in names]

    def _first_values(self, names: Sequence[tuple[int, int]], plan: Plan) -> list[int]:
        taken = {(order[0], opening) for opening, order in self._order(plan).items()}
        return [int(name in taken) for name in names]
