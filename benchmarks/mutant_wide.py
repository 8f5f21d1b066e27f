"""Faults in the rules of the wide vocabulary: runs, changeovers, ways, pauses, sessions, quotas."""

from benchmarks.mutant import Mutant

RULES = "scheduler/solver/cpsat/constraints/"
PLACE = "scheduler/placement/"
TICKS = "scheduler/ticks/"

LENGTHS = (
    Mutant(
        "lengths: a task starts in the tick after the opening",
        TICKS + "pauses.py",
        "first = max(grid.ceil(opening.start), 0)",
        "first = max(grid.ceil(opening.start) + 1, 0)",
    ),
    Mutant(
        "lengths: work ends in the next opening", TICKS + "pauses.py", "bisect_right(done, target - timedelta.resolution) - 1", "bisect_right(done, target) - 1"
    ),
    Mutant("lengths: no spare at the end", TICKS + "pauses.py", "count = min(spare // grid.resolution + 1,", "count = min(spare // grid.resolution + 2,"),
    Mutant("lengths: within is not kept", TICKS + "lengths.py", "if task.within is not None:", "if False:"),
    Mutant(
        "lengths: within ends a tick early",
        TICKS + "lengths.py",
        "min(grid.floor(each.end - time), grid.ticks - 1)",
        "min(grid.floor(each.end - time) - 1, grid.ticks - 1)",
    ),
    Mutant("lengths: no longer runs", TICKS + "lengths.py", "if mode.max_duration is not None and context.run_lengths:", "if False:"),
    Mutant("lengths: runs longer than a member bears", TICKS + "lengths.py", "if mode.duration < time <= mode.max_duration", "if mode.duration < time"),
    Mutant("lengths: specimens are there at once", TICKS + "compile.py", "if request.shipment is not None:", "if False:"),
    Mutant(
        "lengths: specimens are there a tick late", TICKS + "context.py", "else min(max(self.grid.ceil(ready), 0)", "else min(max(self.grid.ceil(ready) + 1, 0)"
    ),
    Mutant(
        "lengths: series are not kept",
        TICKS + "compile.py",
        "(*_precedences(grid, request, position, tasks), *_series(grid, request, position, tasks))",
        "(*_precedences(grid, request, position, tasks),)",
    ),
    Mutant("lengths: weekdays are not kept", TICKS + "compile.py", "if each.weekday is not None:", "if False:"),
    Mutant(
        "lengths: changeovers rounded down",
        TICKS + "resources.py",
        "self.grid.length_up(time) for time, _ in row",
        "self.grid.length_down(time) for time, _ in row",
    ),
    Mutant(
        "lengths: ways rounded down",
        TICKS + "resources.py",
        "tuple(self.grid.length_up(time) for time in row)",
        "tuple(self.grid.length_down(time) for time in row)",
    ),
    Mutant("lengths: what is taken before the task may be in the past", TICKS + "compile.py", "if lead > 0 else first_start", "if False else first_start"),
)

LEDGERS = (
    Mutant(
        "ledgers: anybody joins a run",
        PLACE + "ledger.py",
        ".get((need.recipe, need.length, need.minutes, need.short), ())",
        ".get((min(0, need.recipe), need.length, need.minutes, need.short), ())",
    ),
    Mutant("ledgers: a run is overfull", PLACE + "ledger.py", "if need.demand <= left:", "if need.demand <= left + 1:"),
    Mutant("ledgers: the last places of a run stay free", PLACE + "ledger.py", "if need.demand <= left:", "if need.demand < left:"),
    Mutant("ledgers: a run that nobody needs so long is opened", PLACE + "ledger.py", "if not need.opens_run:", "if False:"),
    Mutant("ledgers: runs overlap", PLACE + "ledger.py", "return self.resource.capacity if self.resource.is_batch else need.demand", "return need.demand"),
    Mutant("ledgers: transition after dropped", PLACE + "gaps.py", "found.append((last - idle, last - time))", "found.append((last - idle, last))"),
    Mutant("ledgers: transition before dropped", PLACE + "gaps.py", "return [(end + time, FAR, time)]", "return [(end, FAR, time)]"),
    Mutant("ledgers: warm a tick longer", PLACE + "gaps.py", "(end + time, end + idle, time)", "(end + time, end + idle + 1, time)"),
    Mutant("ledgers: no initial changeover", PLACE + "gaps.py", "needed = self.time(self.initial, recipe) + warm_up", "needed = warm_up"),
    Mutant(
        "ledgers: changeover outside the opening",
        PLACE + "gaps.py",
        "starts(opening, length + needed) << needed if self.changeover.within_opening",
        "starts(opening, length) if self.changeover.within_opening",
    ),
    Mutant("ledgers: no way home", PLACE + "journeys.py", "if back else -1", "if False else -1"),
    Mutant("ledgers: way to the next session dropped", PLACE + "journeys.py", "last = after.start - onward - need.length", "last = after.start - need.length"),
    Mutant("ledgers: most a day counted from the session before", PLACE + "journeys.py", "spent[freed_on] -= freed", "spent[freed_on] -= 0"),
    Mutant(
        "ledgers: one way too many a day",
        PLACE + "journeys.py",
        "if all(self._spent.get(each, 0) + more <= most",
        "if all(self._spent.get(each, 0) + more <= most + 1",
    ),
    Mutant("ledgers: one session a day too many", PLACE + "sessions.py", "if len(inside) >= most:", "if len(inside) > most:"),
    Mutant("ledgers: sessions of the week do not count", PLACE + "sessions.py", "if sessions.most_a_week is not None:", "if False:"),
    Mutant("ledgers: unlike recipes meet", PLACE + "sharing.py", "return one >= 0 and other >= 0 and one != other and", "return False and"),
    Mutant(
        "ledgers: loaded while it must not be disturbed",
        PLACE + "sharing.py",
        "        if each.undisturbed:\n            barred",
        "        if False:\n            barred",
    ),
    Mutant("ledgers: disturbs what runs", PLACE + "sharing.py", "        if need.undisturbed:\n", "        if False:\n"),
)

BATCHES = (
    Mutant(
        "batches: recipes of a run may differ",
        RULES + "batch.py",
        "alike[head.recipe, head.length, head.whole].append(head)",
        "alike[0, head.length, head.whole].append(head)",
    ),
    Mutant(
        "batches: a run is overfull by one",
        RULES + "batch.py",
        "<= (self.capacity - head.demand) * self.opens",
        "<= (self.capacity - head.demand + 1) * self.opens",
    ),
    Mutant("batches: runs overlap", RULES + "batch.py", "self.model.add_no_overlap(intervals)", "None"),
    Mutant("batches: joins at another time", RULES + "batch.py", "if part.task_start is not head.task_start:", "if False:"),
    Mutant("batches: frozen runs are overfull", RULES + "batch.py", "<= self.capacity - run.load)", "<= self.capacity)"),
    Mutant("batches: changeover between free uses dropped", RULES + "changeover.py", "self.model.add(gap >= time).only_enforce_if(arc)", "None"),
    Mutant(
        "batches: changeover a tick longer",
        RULES + "changeover.py",
        "self.model.add(gap >= time).only_enforce_if(arc)",
        "self.model.add(gap >= time + 1).only_enforce_if(arc)",
    ),
    Mutant(
        "batches: warm for a tick longer",
        RULES + "changeover.py",
        "self.model.add(gap <= idle).only_enforce_if(arc, ~self.cold[j])",
        "self.model.add(gap <= idle + 1).only_enforce_if(arc, ~self.cold[j])",
    ),
    Mutant(
        "batches: first use without a changeover",
        RULES + "changeover.py",
        "self.model.add(node.start >= self.instance.first_tick + time).only_enforce_if(arc)",
        "None",
    ),
    Mutant(
        "batches: changeover outside the opening",
        RULES + "changeover.py",
        "        if not self.changeover.within_opening:\n            return\n",
        "        return\n",
    ),
    Mutant("batches: one session more", RULES + "sessions.py", "left = max(0, most - len(taken[period]))", "left = max(0, most + 1 - len(taken[period]))"),
    Mutant("batches: one session less", RULES + "sessions.py", "left = max(0, most - len(taken[period]))", "left = max(0, most - 1 - len(taken[period]))"),
    Mutant("batches: frozen sessions do not count", RULES + "sessions.py", "most - len(taken[period])", "most"),
    Mutant("batches: hard quotas dropped", RULES + "quota.py", "if quota.price is None:", "if False:"),
    Mutant("batches: frozen minutes do not count", RULES + "quota.py", "quota.most_minutes - fixed.get(key, 0)", "quota.most_minutes"),
    Mutant("batches: unlike recipes meet", RULES + "sharing.py", "if is_unlike or (", "if ("),
    Mutant("batches: within another edge", RULES + "sharing.py", "model.add(outer.start + after <= inner.start).only_enforce_if(within)", "None"),
    Mutant("batches: one move more", RULES + "most_moves.py", ">= count - instance.most_moves)", ">= count - instance.most_moves - 1)"),
)

VERIFIER = (
    Mutant("verifier: runs of unlike recipes", "scheduler/verify/runs.py", "if reached is not None and group.start < reached.end:", "if False:"),
    Mutant("verifier: a full run is too full", "scheduler/verify/runs.py", "if load > resource.capacity:", "if load >= resource.capacity:"),
    Mutant("verifier: runs may be longer than anybody needs", "scheduler/verify/runs.py", "> longest and not group.is_frozen:", "> longest and False:"),
    Mutant(
        "verifier: runs need not be listed",
        "scheduler/verify/runs.py",
        "        if name not in told:\n            yield",
        "        if False:\n            yield",
    ),
    Mutant(
        "verifier: disturbing at the end is not seen",
        "scheduler/verify/runs.py",
        '((other.part.start, "begins"), (other.part.end, "ends"))',
        '((other.part.start, "begins"),)',
    ),
    Mutant(
        "verifier: edges together disturb",
        "scheduler/verify/runs.py",
        "if kept.part.start < moment < kept.part.end:",
        "if kept.part.start <= moment < kept.part.end:",
    ),
    Mutant(
        "verifier: warm-up at just the idle time",
        "scheduler/verify/sequences.py",
        "use.start - before.end <= warm_up.after_idle",
        "use.start - before.end < warm_up.after_idle",
    ),
    Mutant(
        "verifier: changeover just long enough is too short",
        "scheduler/verify/sequences.py",
        "if needed and use.start - needed < since:",
        "if needed and use.start - needed <= since:",
    ),
    Mutant("verifier: changeover outside the opening", "scheduler/verify/sequences.py", "elif resource.changeover in within:", "elif False:"),
    Mutant(
        "verifier: ways may leave the opening", "scheduler/verify/travel.py", "if start < leg.opening[0] or end > leg.opening[1]:", "if start < leg.opening[0]:"
    ),
    Mutant("verifier: ways through other work", "scheduler/verify/travel.py", "if others and reached[others - 1] > start:", "if False:"),
    Mutant(
        "verifier: just as far as one may travel is too far",
        "scheduler/verify/travel.py",
        "if timedelta(minutes=minutes) > most and",
        "if timedelta(minutes=minutes) >= most and",
    ),
    Mutant("verifier: sessions at the limit are too many", "scheduler/verify/limits.py", "if len(group) > most and", "if len(group) >= most and"),
    Mutant(
        "verifier: weeks begin on Sunday",
        "scheduler/verify/limits.py",
        "weeks.setdefault(week_of(day), [])",
        "weeks.setdefault(week_of(day + timedelta(days=1)), [])",
    ),
    Mutant(
        "verifier: a quota that is used up is exceeded", "scheduler/verify/limits.py", "if account.taken > quota.most and", "if account.taken >= quota.most and"
    ),
    Mutant("verifier: moves without a cost count", "scheduler/verify/limits.py", "if cost > 0]", "if cost >= 0]"),
    Mutant("verifier: mean of the worst-off rounded down", "scheduler/verify/score_coupled.py", "-(-sum(each) // len(each))", "sum(each) // len(each)"),
    Mutant(
        "verifier: excess counts twice",
        "scheduler/verify/score_coupled.py",
        "max(0, account.minutes - quota.most // MINUTE)",
        "account.minutes - quota.most // MINUTE",
    ),
)
