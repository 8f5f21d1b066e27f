"""The earliest completion of a request whose tasks stand in one line, by bitsets alone.

Why that is exact: no two tasks of it can meet in time and no resource is wanted twice, so each
task's feasible starts are known without the others; along a line, the starts that some start of
the task before can reach are all that is needed to go on, and whichever of them is picked at the
end can be walked back.
"""

from scheduler.placement.bits import earlier, later, lowest
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.shapes import Frame, Shape, Terms, Variants
from scheduler.placement.views import View
from scheduler.ticks.instance import Bits, TickBooking, Ticks

FIRST_LOOK_MINUTES = 3 * 24 * 60
"""How far beyond the shortest possible completion we look first; most requests fit there, and short sets are quick."""

LOOK_FURTHER = 5
"""By how much the look-out grows when nothing was found."""

Windows = list[list[tuple[Bits, int]]]
"""Per task of the path and mode: the starts allowed, and the mode's minutes."""

Picked = tuple[int, Terms, Ticks]
"""Mode, terms and start of one task of the path."""


def place_on_path(
    occupancy: Occupancy, shape: Shape, cap: int | None, not_before: Ticks = 0, site: int | None = None
) -> tuple[int, tuple[TickBooking, ...]] | None:
    """The completion minute (of the tasks) and placement of earliest completion, at most `cap`; None if there is none.

    `not_before` bars starts before it, `site` other sites. `shape.path` must not be empty.
    """
    look = _earliest_completion(occupancy, shape, not_before)
    if look is None:
        return None
    earliest, last = look
    last = last if cap is None else min(cap, last)
    frames = shape.frames if site is None else tuple(each for each in shape.frames if each.site == site)
    tick = occupancy.instance.tick_minutes
    base = max(min(mode.first_start for mode in shape.request.tasks[shape.path[0]].modes), not_before)
    reach = FIRST_LOOK_MINUTES + (earliest - base * tick) // 2
    while earliest <= last:
        cap = min(earliest + reach, last)
        view = occupancy.view(base, cap)
        found = _best_frame(view, shape, frames, cap, base, tick)
        if found is not None:
            completion, picked = found
            return completion, _bookings(view, shape, picked)
        if earliest + reach >= last:
            return None
        reach *= LOOK_FURTHER
    return None


def _earliest_completion(occupancy: Occupancy, shape: Shape, not_before: Ticks) -> tuple[int, int] | None:
    """The first and last minute at which the request could be complete if everything were free; None if some task has no start."""
    tick = occupancy.instance.tick_minutes
    start = not_before
    earliest = last = 0
    for position, task in enumerate(shape.path):
        begins = [max(start, mode.first_start) for mode in shape.request.tasks[task].modes]
        modes = shape.request.tasks[task].modes
        possible = [index for index, mode in enumerate(modes) if begins[index] <= mode.last_start]
        if not possible:
            return None
        if position < len(shape.lags):
            least = shape.lags[position][0]
            start = min(begins[index] + least[index] for index in possible)
        else:
            earliest = min(begins[index] * tick + modes[index].minutes for index in possible)
            last = max(modes[index].last_start * tick + modes[index].minutes for index in possible)
    return earliest, last


def _windows(shape: Shape, tick: int, cap: int, base: Ticks, offset: Ticks) -> Windows | None:
    """The starts from `base` on that can still be complete by `cap`, counted from `offset`; None if a task has none."""
    windows: Windows = []
    tasks, lags = shape.request.tasks, shape.lags
    following = 0
    for position in range(len(shape.path) - 1, -1, -1):
        row = []
        latest = -1
        for index, mode in enumerate(tasks[shape.path[position]].modes):
            last = (cap - mode.minutes) // tick
            if windows and following - lags[position][0][index] < last:
                last = following - lags[position][0][index]
            if mode.last_start < last:
                last = mode.last_start
            first = mode.first_start if mode.first_start > base else base
            if last >= first:
                bits = ((1 << (last - first + 1)) - 1) << (first - offset)
                row.append((bits if mode.starts == -1 else bits & mode.starts >> offset, mode.minutes))
                if last > latest:
                    latest = last
            else:
                row.append((0, mode.minutes))
        if latest < 0:
            return None
        following = latest
        windows.append(row)
    windows.reverse()
    return windows


def _best_frame(view: View, shape: Shape, frames: tuple[Frame, ...], cap: int, base: Ticks, tick: int) -> tuple[int, list[Picked]] | None:
    """The earliest completion over the frames; the first frame wins a tie."""
    windows = _windows(shape, tick, cap, base, view.offset)
    view.see_all_pools()
    best: tuple[int, list[Picked]] | None = None
    for frame in frames:
        if windows is None:
            break
        rows = _forward(view, shape, frame, windows, base)
        if rows is None:
            continue
        best = _walk_back(shape, frame, rows, windows, base, tick)
        # Only a strictly earlier completion is of interest from here on.
        windows = _windows(shape, tick, best[0] - 1, base, view.offset)
    return best


def _forward(view: View, shape: Shape, frame: Frame, windows: Windows, base: Ticks) -> list[list[Bits]] | None:
    """Per task and variant, the feasible starts that the tasks before allow; None if a task has none."""
    known, pool_of = view.pool_starts, view.find_pool
    shift = base - view.offset
    if len(frame.tasks) > 1 and not _has_room(view, frame.tasks[frame.longest], windows[frame.longest]):
        return None
    rows: list[list[Bits]] = []
    reached: Bits = -1
    final = len(frame.tasks) - 1
    for position, variants in enumerate(frame.tasks):
        row: list[Bits] = []
        window = windows[position]
        following: Bits = 0
        for mode, _, heads, tails in variants:
            # Ticks as they are as long as possible, counted from the base afterwards: shifts are what costs.
            bits = window[mode][0]
            for pool in heads:
                if not bits:
                    break
                free = known[pool]
                bits &= pool_of(pool) if free is None else free
            bits = bits >> shift & reached
            for pool, begin in tails:
                if not bits:
                    break
                free = known[pool]
                if free is None:
                    free = pool_of(pool)
                bits &= free >> (shift + begin)
            row.append(bits)
            if position < final:
                least, most = shape.lags[position]
                following |= later(bits, least[mode], most[mode])
            else:
                following |= bits
        if not following:
            return None
        reached = following
        rows.append(row)
    return rows


def _has_room(view: View, variants: Variants, window: list[tuple[Bits, int]]) -> bool:
    """Whether the first pool of some variant is free at all in the window: a quick no to most of the sites that can do no better."""
    for mode, _, heads, _ in variants:
        bits = window[mode][0]
        if bits and heads:
            free = view.pool_starts[heads[0]]
            bits &= view.find_pool(heads[0]) if free is None else free
        if bits:
            return True
    return False


def _walk_back(shape: Shape, frame: Frame, rows: list[list[Bits]], windows: Windows, base: Ticks, tick: int) -> tuple[int, list[Picked]]:
    """Earliest completion first; then, from the last task to the first, the earliest start that leads there."""
    choice: tuple[int, int, Ticks] | None = None
    for index, bits in enumerate(rows[-1]):
        if bits:
            start = lowest(bits)
            end = (base + start) * tick + windows[-1][frame.tasks[-1][index][0]][1]
            if choice is None or end < choice[0]:
                choice = (end, index, start)
    assert choice is not None  # `_forward` leaves no last row empty
    completion, index, start = choice
    last = frame.tasks[-1][index]
    picked: list[Picked] = [(last.mode, last.terms, base + start)]
    for position in range(len(rows) - 2, -1, -1):
        least, most = shape.lags[position]
        pick: tuple[Ticks, int] | None = None
        for index, bits in enumerate(rows[position]):
            mode = frame.tasks[position][index][0]
            allowed = bits & earlier(1 << start, least[mode], most[mode])
            if allowed:
                first = lowest(allowed)
                if pick is None or first < pick[0]:
                    pick = (first, index)
        assert pick is not None  # every start kept by `_forward` was reached from one before
        start = pick[0]
        variant = frame.tasks[position][pick[1]]
        picked.append((variant.mode, variant.terms, base + start))
    picked.reverse()
    return completion, picked


def _bookings(view: View, shape: Shape, picked: list[Picked]) -> tuple[TickBooking, ...]:
    """The bookings in the order of the tasks, with resources chosen."""
    bookings = []
    for task, (mode, terms, start) in zip(shape.path, picked, strict=True):
        requirements = shape.request.tasks[task].modes[mode].requirements
        chosen = tuple(choose(view, pool, start + begin, requirement.preferred) for (pool, begin), requirement in zip(terms, requirements, strict=True))
        bookings.append(TickBooking(task, mode, start, chosen))
    if len(bookings) > 1:
        bookings.sort(key=lambda each: each.task)
    return tuple(bookings)


def choose(view: View, number: int, start: Ticks, preferred: frozenset[int]) -> tuple[int, ...]:
    """The members of a pool that serve from `start` on: preferred ones first, then those that the fewest others want."""
    members, demand, length, needed, limited = view.pools[number]
    if preferred:
        members = tuple(sorted(members, key=lambda each: each not in preferred))
    limits = dict(limited) if limited else None
    known = view.table(demand, length)
    tick = 1 << (start - view.offset)
    found = []
    for each in members:
        bits = known.get(each)
        if bits is None:
            bits = view.starts(each, demand, length)
        if bits & tick and (limits is None or limits.get(each, -1) >> start & 1):
            if needed == 1:
                return (each,)
            found.append(each)
            if len(found) == needed:
                break
    return tuple(sorted(found))
