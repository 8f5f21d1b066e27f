"""Faults that the tests must catch: each drops one rule, or makes it too strict or too lax by one."""

from benchmarks.mutant import Mutant
from benchmarks.mutant_wide import BATCHES, LEDGERS, LENGTHS, VERIFIER

RULES = "scheduler/solver/cpsat/constraints/"
SOLVER = "scheduler/solver/"
PLACE = "scheduler/placement/"
TICKS = "scheduler/ticks/"


ALL_REQUESTS = "for request, _ in variables.servable():"
ALL_DOMAINS = "for request, domain in variables.servable():"

CONSTRAINTS = (
    Mutant("completeness: dropped", RULES + "completeness.py", ALL_REQUESTS, "for request, _ in ():"),
    Mutant("completeness: a request left out is done all the same", RULES + "completeness.py", "(*modes, ~request.presence)", "(*modes)"),
    Mutant("completeness: the last mode is never used", RULES + "completeness.py", "exactly_one(*modes, ~", "exactly_one(*modes[:-1], ~"),
    Mutant("alternatives: dropped", RULES + "alternatives.py", ALL_REQUESTS, "for request, _ in ():"),
    Mutant("alternatives: nobody need serve", RULES + "alternatives.py", "model.add_exactly_one(", "model.add_at_most_one("),
    Mutant("alternatives: fewer may serve", RULES + "alternatives.py", "== requirement.count * chosen", "<= requirement.count * chosen"),
    Mutant("alternatives: one more must serve", RULES + "alternatives.py", "== requirement.count * chosen", "== (requirement.count + 1) * chosen"),
    Mutant("time_limits: dropped", RULES + "time_limits.py", ALL_DOMAINS, "for request, domain in ():"),
    Mutant(
        "time_limits: the earliest start of a mode is barred",
        RULES + "time_limits.py",
        "domain_of(mode_domain.starts)",
        "domain_of(mode_domain.starts & (mode_domain.starts - 1))",
    ),
    Mutant("calendar: dropped", RULES + "calendar.py", ALL_DOMAINS, "for request, domain in ():"),
    Mutant("calendar: the earliest start of a candidate is barred", RULES + "calendar.py", "domain_of(starts)", "domain_of(starts & (starts - 1))"),
    Mutant("precedence: dropped", RULES + "precedence.py", ALL_REQUESTS, "for request, _ in ():"),
    Mutant("precedence: no most lag", RULES + "precedence.py", "if most is None else", "if True else"),
    Mutant(
        "precedence: least lag one more",
        RULES + "precedence.py",
        "for literal, least, most in limits:",
        "for literal, least, most in [(a, b + 1, c) for a, b, c in limits]:",
    ),
    Mutant(
        "precedence: least lag one less",
        RULES + "precedence.py",
        "for literal, least, most in limits:",
        "for literal, least, most in [(a, b - 1, c) for a, b, c in limits]:",
    ),
    Mutant("precedence: most lag one less", RULES + "precedence.py", "linear_constraint(lag, least, most)", "linear_constraint(lag, least, most - 1)"),
    Mutant("precedence: most lag one more", RULES + "precedence.py", "linear_constraint(lag, least, most)", "linear_constraint(lag, least, most + 1)"),
    Mutant(
        "precedence: lags of the first mode for all", RULES + "precedence.py", "for literal, least, most in limits:", "for literal, least, most in limits[:1]:"
    ),
    Mutant("location: dropped", RULES + "location.py", "variables, instance, linked=False)", "variables, instance, linked=False) if False else None"),
    Mutant("links: same_site dropped", RULES + "links.py", "add_places(model, variables, instance, linked=True)", "None"),
    Mutant("links: same_resource dropped", RULES + "links.py", "in pairwise(serving):", "in ():"),
    Mutant("links: same_resource for the first two tasks only", RULES + "links.py", "in pairwise(serving):", "in list(pairwise(serving))[:1]:"),
    Mutant("links: same_people dropped", RULES + "links.py", "for person in everybody:", "for person in ():"),
    Mutant("links: same_people but not on every task", RULES + "links.py", "model.add_bool_or(*literals, ~works)", "None"),
    Mutant(
        "links: same_people by nobody",
        RULES + "links.py",
        "model.add_bool_or(*literals, ~works)",
        "model.add_bool_or(*literals, ~works); model.add(works == 0)",
    ),
    Mutant("links: different_institutes dropped", RULES + "links.py", "model.add_at_most_one(*uses)", "None"),
    Mutant("links: different_institutes bans a shared institute", RULES + "links.py", "model.add_at_most_one(*uses)", "model.add(sum(uses) == 0)"),
    Mutant("duration: takes nothing", RULES + "duration.py", ALL_DOMAINS, "for request, domain in ():"),
    Mutant(
        "duration: a tick longer",
        RULES + "duration.py",
        "begin, length = requirement.begin, requirement.end - requirement.begin",
        "begin, length = requirement.begin, requirement.end - requirement.begin + 1",
    ),
    Mutant(
        "duration: a tick shorter",
        RULES + "duration.py",
        "begin, length = requirement.begin, requirement.end - requirement.begin",
        "begin, length = requirement.begin, max(1, requirement.end - requirement.begin - 1)",
    ),
    Mutant("duration: the tail is taken at the head", RULES + "duration.py", "interval_var(task.start + begin,", "interval_var(task.start + 0,"),
    Mutant("frozen: fixed uses of shared resources dropped", RULES + "frozen.py", "in profile(instance).items():", "in ():"),
    Mutant("frozen: fixed uses fill the resource", RULES + "frozen.py", "min(amount, capacity)", "capacity"),
    Mutant("frozen: fixed uses count one less", RULES + "frozen.py", "min(amount, capacity)", "min(amount, capacity) - 1"),
    Mutant("capacity: unit resources dropped", RULES + "capacity.py", "model.add_no_overlap(", "(lambda uses: None)("),
    Mutant("capacity: shared resources dropped", RULES + "capacity.py", "model.add_cumulative(", "(lambda *uses: None)("),
    Mutant("capacity: a unit less", RULES + "capacity.py", "for each in group], capacity)", "for each in group], capacity - 1)"),
    Mutant("capacity: a unit more", RULES + "capacity.py", "for each in group], capacity)", "for each in group], capacity + 1)"),
    Mutant("capacity: two that fit exactly are kept apart", RULES + "capacity.py", "if least_two > capacity", "if least_two >= capacity"),
    Mutant("capacity: clusters split where uses may still meet by a tick", RULES + "capacity.py", "use.earliest < reach:", "use.earliest < reach - 1:"),
)

DOMAINS = (
    Mutant("domains: open a tick too long", SOLVER + "starts.py", "bits.starts(is_open, end - begin)", "bits.starts(is_open, end - begin + 1)"),
    Mutant("domains: open a tick too short", SOLVER + "starts.py", "bits.starts(is_open, end - begin)", "bits.starts(is_open, max(1, end - begin - 1))"),
    Mutant("domains: the part is looked up at the start", SOLVER + "starts.py", "return found >> begin if", "return found if"),
    Mutant("domains: last start barred", SOLVER + "starts.py", "bits.span(mode.first_start, last + 1)", "bits.span(mode.first_start, last)"),
    Mutant("domains: first start barred", SOLVER + "starts.py", "bits.span(mode.first_start, last + 1)", "bits.span(mode.first_start + 1, last + 1)"),
    Mutant("domains: a start after the last", SOLVER + "starts.py", "bits.span(mode.first_start, last + 1)", "bits.span(mode.first_start, last + 2)"),
    Mutant("domains: a start before the first", SOLVER + "starts.py", "bits.span(mode.first_start, last + 1)", "bits.span(mode.first_start - 1, last + 1)"),
    Mutant("domains: fixed uses reach a tick too early", SOLVER + "starts.py", "first - end + 1, last - begin", "first - end, last - begin"),
    Mutant("domains: fixed uses reach a tick too far", SOLVER + "starts.py", "first - end + 1, last - begin", "first - end + 1, last - begin + 1"),
    Mutant("domains: fixed uses begin a tick late", SOLVER + "starts.py", "first - end + 1, last - begin", "first - end + 2, last - begin"),
    Mutant("domains: fixed uses end a tick early", SOLVER + "starts.py", "first - end + 1, last - begin", "first - end + 1, last - begin - 1"),
    Mutant("domains: what fits exactly beside fixed uses is barred", SOLVER + "starts.py", "if amount + demand >", "if amount + demand >="),
    Mutant("domains: fixed uses dropped", SOLVER + "starts.py", "if amount + demand >", "if False and amount + demand >"),
    Mutant("domains: qualification dropped", SOLVER + "domains.py", "is_open if limited is None else is_open & limited", "is_open"),
    Mutant(
        "domains: one candidate more is wanted", SOLVER + "domains.py", "bits.at_least(requirement.count, near)", "bits.at_least(requirement.count + 1, near)"
    ),
    Mutant("domains: candidates without a site are forgotten", SOLVER + "domains.py", ".site in (site, NOWHERE)", ".site in (site,)"),
)

PLACEMENT = (
    Mutant("bits: free a tick too short", PLACE + "bits.py", "bits &= bits >> (length - done)", "bits &= bits >> (length - done - 1)"),
    Mutant("bits: free a tick too long", PLACE + "bits.py", "bits &= bits >> (length - done)", "bits &= bits >> (length - done + 1)"),
    Mutant("bits: most lag one less (later)", PLACE + "bits.py", "smear(bits << least, most - least + 1)", "smear(bits << least, max(1, most - least))"),
    Mutant("bits: most lag one more (later)", PLACE + "bits.py", "smear(bits << least, most - least + 1)", "smear(bits << least, most - least + 2)"),
    Mutant("bits: least lag one more (later)", PLACE + "bits.py", "-1 << (lowest(bits) + least)", "-1 << (lowest(bits) + least + 1)"),
    Mutant("bits: least lag one less (later)", PLACE + "bits.py", "-1 << (lowest(bits) + least)", "-1 << (lowest(bits) + least - 1)"),
    Mutant("bits: most lag one less (earlier)", PLACE + "bits.py", "smear(bits, most - least + 1) >> most", "smear(bits, max(1, most - least)) >> most"),
    Mutant("bits: least lag one less (earlier)", PLACE + "bits.py", "bits.bit_length() - least, 0", "bits.bit_length() - least + 1, 0"),
    Mutant(
        "bits: at least does not carry",
        PLACE + "bits.py",
        "enough & plane if least >> index & 1 else enough | plane",
        "enough & plane if least >> index & 1 else enough",
    ),
    Mutant("bits: units are booked without borrowing", PLACE + "bits.py", "(operand & borrow)", "0"),
    Mutant("chain: qualification dropped", PLACE + "chain.py", "(limits is None or limits.get(each, -1) >> start & 1)", "True"),
    Mutant("chain: one fewer serves", PLACE + "chain.py", "if len(found) == needed:", "if len(found) == max(1, needed - 1):"),
    Mutant("chain: lags dropped", PLACE + "chain.py", "following |= later(bits, least[mode], most[mode])", "following |= -1"),
    Mutant("chain: lags dropped on the way back", PLACE + "chain.py", "bits & earlier(1 << start, least[mode], most[mode])", "bits"),
    Mutant("chain: tasks start where their tail is served", PLACE + "chain.py", "free >> (shift + begin)", "free >> shift"),
    Mutant("shapes: resources of other sites serve", PLACE + "shapes.py", "else (rows[site],):", "else rows.values():"),
    Mutant(
        "shapes: resources without a site never serve",
        PLACE + "shapes.py",
        "for row in rows.values() if site == NO_SITE else",
        "for row in (rows[NO_SITE],) if site == NO_SITE else",
    ),
    Mutant("shapes: nobody competes", PLACE + "shapes.py", "parts[i].begin < parts[j].end and", "False and"),
    Mutant(
        "shapes: every link is a same_site link", PLACE + "shapes.py", 'link.kind == "same_site" for link in request.links', "True for link in request.links"
    ),
    Mutant("shapes: tasks of a line may meet", PLACE + "shapes.py", "least < mode.ticks for least", "least < 0 for least"),
    Mutant(
        "shapes: a line where one task more is listed",
        PLACE + "shapes.py",
        "if len(request.precedences) != count - 1:",
        "if len(request.precedences) < count - 1:",
    ),
    Mutant("views: a booking is forgotten", PLACE + "views.py", "table[resource] &= ~(((1 << (end - first)) - 1) << first)", "pass"),
    Mutant(
        "views: a booking leaves its last tick free", PLACE + "views.py", "~(((1 << (end - first)) - 1) << first)", "~(((1 << (end - first - 1)) - 1) << first)"
    ),
    Mutant("views: a booking takes a start too many", PLACE + "views.py", "first = start - length + 1\n", "first = start - length\n"),
    Mutant("views: a booking takes a start too few", PLACE + "views.py", "first = start - length + 1\n", "first = start - length + 2\n"),
    Mutant(
        "views: qualification of pools dropped",
        PLACE + "views.py",
        "table[each] & limits[each] >> self.offset if each in limits",
        "table[each] if each in limits",
    ),
    Mutant(
        "views: qualification of open pools dropped",
        PLACE + "views.py",
        "self.starts(each, pool.length) & limits[each] >> self.offset if each in limits",
        "self.starts(each, pool.length) if each in limits",
    ),
    Mutant("views: one fewer serves", PLACE + "views.py", "at_least(needed, [", "at_least(max(1, needed - 1), ["),
    Mutant("levels: only the first chunk is touched", PLACE + "levels.py", "            start = until\n", "            start = end\n"),
    Mutant("levels: units are taken of what is closed", PLACE + "levels.py", "if is_open and row[index] & taken != taken:", "if False:"),
    Mutant("levels: units are taken that are not there", PLACE + "levels.py", "reaches(before, units) & taken != taken", "False"),
    Mutant("views: who lacks capacity may serve", PLACE + "views.py", "self._catalogue.capacity[each] >= pool.demand]", "True]"),
    Mutant("search: precedences are not kept", PLACE + "search.py", "while edges:", "while False:"),
    Mutant("search: qualification dropped where it is served", PLACE + "search.py", "& limits.get(each, -1) & taken == taken", "& taken == taken"),
    Mutant("search: people are not compared", PLACE + "search.py", "if needed is None or needed ==", "if True or needed =="),
    Mutant("search: institutes are not banned", PLACE + "search.py", "return institutes(self.occupancy.instance, taken)", "return frozenset()"),
    Mutant(
        "search: what meets is not seen",
        PLACE + "search.py",
        "affected = [other for other in open_tasks if other in self.meets[task] or",
        "affected = [other for other in open_tasks if",
    ),
    Mutant("search: first start barred", PLACE + "search.py", "bits = span(mode.first_start - self.base,", "bits = span(mode.first_start - self.base + 1,"),
    Mutant("search: last start barred", PLACE + "search.py", "mode.last_start - self.base + 1)", "mode.last_start - self.base)"),
    Mutant("search: a start after the last", PLACE + "search.py", "mode.last_start - self.base + 1)", "mode.last_start - self.base + 2)"),
    Mutant("settings: same_resource dropped", PLACE + "settings.py", '[each for each in request.links if each.kind == "same_resource"]', "[]"),
    Mutant("settings: same_people dropped", PLACE + "settings.py", '[each for each in request.links if each.kind == "same_people"]', "[]"),
    Mutant("settings: resources of other sites serve", PLACE + "settings.py", "if site is None or site_of[c] in (site, NO_SITE)", "if True"),
    Mutant("settings: resources without a site never serve", PLACE + "settings.py", "site_of[c] in (site, NO_SITE)", "site_of[c] == site"),
    Mutant("settings: a group of people too small is dropped late", PLACE + "settings.py", "return least <= size <= most", "return least < size <= most"),
    Mutant("settings: the largest group of people is not tried", PLACE + "settings.py", "return least <= size <= most", "return least <= size < most"),
    Mutant("groups: same_site links join nobody", PLACE + "ties.py", 'if link.kind == "same_site":', "if False:"),
    Mutant("occupancy: fixed uses dropped", PLACE + "occupancy.py", "self.block(use.resource, use.start, use.end, use.demand)", "pass"),
    Mutant(
        "occupancy: fixed uses a tick shorter",
        PLACE + "occupancy.py",
        "self.block(use.resource, use.start, use.end, use.demand)",
        "self.block(use.resource, use.start, use.end - 1, use.demand)",
    ),
    Mutant(
        "occupancy: fixed uses a tick longer",
        PLACE + "occupancy.py",
        "self.block(use.resource, use.start, use.end, use.demand)",
        "self.block(use.resource, use.start, use.end + 1, use.demand)",
    ),
    Mutant(
        "occupancy: fixed uses take a unit less",
        PLACE + "occupancy.py",
        "self.block(use.resource, use.start, use.end, use.demand)",
        "self.block(use.resource, use.start, use.end, max(1, use.demand - 1))",
    ),
)

COMPILE = (
    Mutant(
        "grid: openings rounded outward at the start",
        TICKS + "grid.py",
        "max(self.ceil(each.start), 0), min(self.floor(each.end)",
        "max(self.floor(each.start), 0), min(self.floor(each.end)",
    ),
    Mutant("grid: openings rounded outward at the end", TICKS + "grid.py", "min(self.floor(each.end), self.ticks)", "min(self.ceil(each.end), self.ticks)"),
    Mutant("grid: openings a tick shorter", TICKS + "grid.py", "min(self.floor(each.end), self.ticks)", "min(self.floor(each.end) - 1, self.ticks)"),
    Mutant(
        "grid: closures rounded inward at the start",
        TICKS + "grid.py",
        "max(self.floor(each.start), 0), min(self.ceil(each.end)",
        "max(self.ceil(each.start), 0), min(self.ceil(each.end)",
    ),
    Mutant("grid: closures rounded inward at the end", TICKS + "grid.py", "min(self.ceil(each.end), self.ticks)", "min(self.floor(each.end), self.ticks)"),
    Mutant("grid: closures a tick longer", TICKS + "grid.py", "min(self.ceil(each.end), self.ticks)", "min(self.ceil(each.end) + 1, self.ticks)"),
    Mutant("compile: closures dropped", TICKS + "resources.py", "if not resource.closures:", "if True:"),
    Mutant(
        "compile: first start rounded down", TICKS + "compile.py", "first_start, last_start = grid.ceil(first)", "first_start, last_start = grid.floor(first)"
    ),
    Mutant(
        "compile: first start a tick later",
        TICKS + "compile.py",
        "first_start, last_start = grid.ceil(first)",
        "first_start, last_start = grid.ceil(first) + 1",
    ),
    Mutant("compile: last start rounded up", TICKS + "compile.py", "grid.floor(last)", "grid.ceil(last)"),
    Mutant("compile: last start a tick earlier", TICKS + "compile.py", "grid.floor(last)", "grid.floor(last) - 1"),
    Mutant(
        "compile: a single start is none",
        TICKS + "compile.py",
        "first_start > last_start:\n                continue\n            starts = length",
        "first_start >= last_start:\n                continue\n            starts = length",
    ),
    Mutant(
        "compile: whole part rounded down",
        TICKS + "context.py",
        "self.grid.length_up(until)",
        "(self.grid.length_down(until) if wanted.part is None else self.grid.length_up(until)) or 1",
    ),
    Mutant(
        "compile: head rounded down",
        TICKS + "context.py",
        "self.grid.length_up(until)",
        '(self.grid.length_down(until) if wanted.during == "head" else self.grid.length_up(until)) or 1',
    ),
    Mutant("compile: head a tick longer", TICKS + "context.py", "self.grid.length_up(until)", 'self.grid.length_up(until) + (wanted.during == "head")'),
    Mutant(
        "compile: tail begins rounded up",
        TICKS + "context.py",
        "self.grid.length_down(since)",
        '(self.grid.length_down(since) if wanted.during != "tail" else min(self.grid.length_up(since), self.grid.length_up(until) - 1))',
    ),
    Mutant(
        "compile: tail begins a tick early",
        TICKS + "context.py",
        "self.grid.length_down(since)",
        'max(self.grid.length_down(since) - (wanted.during == "tail"), min(self.grid.length_down(since), 0))',
    ),
    Mutant("compile: least lag rounded down", TICKS + "compile.py", "least = tuple(grid.length_up(", "least = tuple(grid.length_down("),
    Mutant("compile: least lag a tick more", TICKS + "compile.py", "grid.length_up(length + each.min_lag)", "grid.length_up(length + each.min_lag) + 1"),
    Mutant("compile: most lag rounded up", TICKS + "compile.py", "else grid.length_down(length + each.max_lag)", "else grid.length_up(length + each.max_lag)"),
    Mutant(
        "compile: most lag a tick less",
        TICKS + "compile.py",
        "else grid.length_down(length + each.max_lag)",
        "else grid.length_down(length + each.max_lag) - 1",
    ),
    Mutant("compile: most lag dropped", TICKS + "compile.py", "None if each.max_lag is None else", "None if True else"),
    Mutant(
        "compile: fixed uses begin rounded up",
        TICKS + "uses.py",
        "first, last = self.grid.floor(start), self.grid.ceil(end)",
        "first, last = self.grid.ceil(start), self.grid.ceil(end)",
    ),
    Mutant(
        "compile: fixed uses end rounded down",
        TICKS + "uses.py",
        "first, last = self.grid.floor(start), self.grid.ceil(end)",
        "first, last = self.grid.floor(start), self.grid.floor(end)",
    ),
    Mutant(
        "compile: fixed uses a tick longer",
        TICKS + "uses.py",
        "first, last = self.grid.floor(start), self.grid.ceil(end)",
        "first, last = self.grid.floor(start), self.grid.ceil(end) + 1",
    ),
    Mutant("compile: fixed heads and tails take the whole task", TICKS + "uses.py", "if requirement is None else use_of", "if True else use_of"),
    Mutant(
        "compile: release date dropped",
        TICKS + "compile.py",
        "releases = (problem.now, problem.horizon.start, request.release, task.release)",
        "releases = (problem.now, problem.horizon.start, None, task.release)",
    ),
    Mutant(
        "compile: now dropped",
        TICKS + "compile.py",
        "releases = (problem.now, problem.horizon.start, request.release, task.release)",
        "releases = (None, problem.horizon.start, request.release, task.release)",
    ),
    Mutant(
        "compile: start of the horizon dropped",
        TICKS + "compile.py",
        "releases = (problem.now, problem.horizon.start, request.release, task.release)",
        "releases = (problem.now, None, request.release, task.release)",
    ),
    Mutant(
        "compile: deadline dropped",
        TICKS + "compile.py",
        "for each in (problem.horizon.end, request.deadline, task.deadline)",
        "for each in (problem.horizon.end, None, task.deadline)",
    ),
    Mutant(
        "compile: end of the horizon dropped",
        TICKS + "compile.py",
        "for each in (problem.horizon.end, request.deadline, task.deadline)",
        "for each in (request.deadline or task.deadline or problem.horizon.end, request.deadline, task.deadline)",
    ),
    Mutant("compile: who has just enough capacity may not serve", TICKS + "context.py", ".capacity < wanted.demand", ".capacity <= wanted.demand"),
    Mutant("compile: who lacks capacity may serve", TICKS + "context.py", ".capacity < wanted.demand", ".capacity < 0"),
    Mutant("compile: qualification dates dropped", TICKS + "context.py", "self._limits[key] = None if", "self._limits[key] = None if True or"),
    Mutant("compile: links dropped", TICKS + "compile.py", "if len(kept) > 1:", "if len(kept) > 9:"),
    Mutant(
        "compile: a same_site link frozen but for one task binds nothing",
        TICKS + "compile.py",
        'task.place == "one_site" or task.id in gathered',
        'task.place == "one_site"',
    ),
    Mutant("compile: completion rounded down", TICKS + "compile.py", "-(-length.time // MINUTE)", "length.time // MINUTE"),
    Mutant("compile: due date rounded up", TICKS + "compile.py", "grid.minute_down(request.due)", "grid.minute_up(request.due)"),
    Mutant("compile: arrival rounded up", TICKS + "compile.py", "grid.minute_down(arrival)", "grid.minute_up(arrival)"),
    Mutant("compile: frozen completion rounded down", TICKS + "compile.py", "(grid.minute_up(each.window.end)", "(grid.minute_down(each.window.end)"),
    Mutant("narrow: least lag after a frozen task dropped", TICKS + "narrow.py", "max(limit.earliest, before.window.end + each.min_lag)", "limit.earliest"),
    Mutant("narrow: most lag after a frozen task dropped", TICKS + "narrow.py", "min(limit.latest, before.window.end + each.max_lag)", "limit.latest"),
    Mutant(
        "narrow: least lag before a frozen task dropped", TICKS + "narrow.py", "min(limit.latest_end, after.window.start - each.min_lag)", "limit.latest_end"
    ),
    Mutant(
        "narrow: most lag before a frozen task dropped", TICKS + "narrow.py", "max(limit.earliest_end, after.window.start - each.max_lag)", "limit.earliest_end"
    ),
    Mutant("narrow: sites of frozen tasks dropped", TICKS + "narrow.py", "limit.sites = sites if limit.sites is None else limit.sites & sites", "pass"),
    Mutant(
        "narrow: institutes of frozen tasks dropped",
        TICKS + "narrow.py",
        "limit.banned_institutes |= frozenset(",
        "limit.banned_institutes |= frozenset(()) and frozenset(",
    ),
    Mutant("narrow: people of frozen tasks dropped", TICKS + "narrow.py", "limit.people = people if limit.people in (None, people) else frozenset()", "pass"),
    Mutant("narrow: resources of frozen tasks dropped", TICKS + "narrow.py", "limit.same += ", "limit.same += () and "),
    Mutant("narrow: a group that does not match passes", TICKS + "narrow.py", "each.count == len(self.people) and", "True and"),
)

EXACT_TESTS = ("tests/solver/cpsat", "tests/solver/test_exact.py", "tests/properties")

GROUPS: dict[str, tuple[tuple[Mutant, ...], tuple[str, ...]]] = {
    "compile": (COMPILE, ("tests/ticks", "tests/properties")),
    "placement": (PLACEMENT, ("tests/placement", "tests/properties")),
    "constraints": (CONSTRAINTS, EXACT_TESTS),
    "domains": (DOMAINS, EXACT_TESTS),
    "lengths": (LENGTHS, ("tests/ticks",)),
    "ledgers": (LEDGERS, ("tests/placement",)),
    "batches": (BATCHES, ("tests/solver/cpsat",)),
    "verifier": (VERIFIER, ("tests/verify",)),
}
"""Mutants by group, and the tests that are run for them, in this order."""
