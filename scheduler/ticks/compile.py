"""Wall-clock problem in, whole numbers out.

Every rounding is to the safe side: starts and lags up, latest starts down, parts served
outward, openings and validity inward. So whatever is feasible in ticks is feasible in time.
"""

from dataclasses import replace

from scheduler.errors import InputError
from scheduler.model.calendar import WEEKDAYS
from scheduler.model.collector import resting
from scheduler.model.problem import Problem, weight_of
from scheduler.model.request import Request, Series, Task
from scheduler.model.schedule import Booking, ReasonCode
from scheduler.ticks.context import Context
from scheduler.ticks.days import edges, weekday_bits
from scheduler.ticks.grid import MINUTE, Grid, grid_of
from scheduler.ticks.instance import Bits, FixedUse, Instance, TickLink, TickMode, TickPrecedence, TickQuota, TickRequest, TickRequirement, TickTask
from scheduler.ticks.lengths import Length, lengths_of
from scheduler.ticks.locate import locate
from scheduler.ticks.narrow import Narrowing, narrowings
from scheduler.ticks.terms import tick_terms
from scheduler.ticks.uses import Fixing, counted


@resting
def compile_problem(problem: Problem, *, around: tuple[Request, ...] = ()) -> Instance:
    """The problem in ticks, frozen bookings folded in.

    `around`: further requests, not to be planned, whose bookings are going to stand beside it (`ticks.uses.beside_bookings`).
    Expects what `planning.check_problem` accepts. Raises: InputError if the horizon is shorter than a tick.
    """
    grid = grid_of(problem)
    if grid.ticks < 1:
        raise InputError("shorter than one tick of the policy's resolution; give a later end", "horizon")
    context = Context(problem, grid, around)
    frozen: dict[str, dict[str, Booking]] = {}
    movable: dict[str, dict[str, tuple[Booking, int]]] = {}
    for each in problem.in_force:
        booking = each.booking
        if each.frozen:
            frozen.setdefault(booking.request, {})[booking.task] = booking
        else:
            cost = problem.policy.move_cost if each.move_cost is None else each.move_cost
            movable.setdefault(booking.request, {})[booking.task] = (booking, cost)
    requests = tuple(_request(context, each, frozen.get(each.id, {}), movable.get(each.id, {})) for each in problem.requests)
    by_id = {each.id: each for each in problem.requests}
    fixing = Fixing(problem, grid, context.resources, tuple(context.recipes))
    uses: list[FixedUse] = []
    taken: list[tuple[int, FixedUse]] = []
    for name, bookings in frozen.items():
        for booking in bookings.values():
            found = tuple(fixing.uses(by_id[name], booking))
            uses += (kept for use in found if (kept := fixing.clipped(use)) is not None)
            taken += [(context.companies[by_id[name].company], use) for use in found]
    quotas = _quotas(context)
    instance = Instance(
        origin=grid.origin,
        resolution=grid.resolution,
        ticks=grid.ticks,
        resources=context.resources,
        requests=requests,
        fixed_uses=tuple(uses),
        terms=tick_terms(problem, grid, requests, context.resources, quotas),
        recipes=tuple(context.recipes),
        company_sizes=_company_sizes(context),
        quotas=quotas,
        most_moves=problem.policy.most_moves,
        first_tick=context.first_tick,
        start_minute=grid.minute_down(problem.horizon.start),
        horizon_minutes=-(-problem.horizon.length // MINUTE),
        time_zone=problem.lab.home_zone,
    )
    return counted(instance, taken)


def _company_sizes(context: Context) -> tuple[int, ...]:
    sizes = [0] * len(context.companies)
    for each in context.problem.requests:
        sizes[context.companies[each.company]] += 1
    return tuple(sizes)


def _quotas(context: Context) -> tuple[TickQuota, ...]:
    starts = [each.booking.window.start for each in context.problem.in_force if each.frozen]
    since, until = min(starts, default=None), max(starts, default=None)
    return tuple(
        TickQuota(
            # Whoever asks for nothing now cannot exceed anything.
            company=-1 if each.company is None else context.companies.get(each.company, -2),
            resources=frozenset(context.eligibility.candidates(each.select)),
            periods=edges(context.grid, each.time_zone, each.period, since, until),
            most_minutes=each.most // MINUTE,
            price=each.price,
        )
        for each in context.problem.quotas
    )


def _request(context: Context, request: Request, frozen: dict[str, Booking], movable: dict[str, tuple[Booking, int]]) -> TickRequest:
    problem, grid = context.problem, context.grid
    free = [task for task in request.tasks if task.id not in frozen]
    narrowed = narrowings(request, frozen, context.resources, context.index) if frozen else {}
    # Of a same_site link that is frozen but for one task, only this is left: that the task is at one site.
    gathered = {name for link in request.links if link.kind == "same_site" for name in link.tasks}
    masks = _weekday_masks(context, request.series)
    tasks = tuple(
        _task(context, request, task, task.place == "one_site" or task.id in gathered, narrowed.get(task.id), masks.get(task.id, -1)) for task in free
    )
    position = {task.id: number for number, task in enumerate(free)}
    links = []
    for link in request.links:
        kept = tuple(position[name] for name in link.tasks if name in position)
        if len(kept) > 1:
            links.append(TickLink(link.kind, kept, link.requirement))
    current = tuple(
        (
            position[task.id],
            locate(movable[task.id][0], position[task.id], tasks[position[task.id]], grid.origin, grid.resolution, context.index),
            movable[task.id][1],
        )
        for task in free
        if task.id in movable
    )
    arrival = request.arrival or request.release or problem.now
    return TickRequest(
        id=request.id,
        weight=weight_of(problem, request, context.known_companies),
        tasks=tasks,
        precedences=(*_precedences(grid, request, position, tasks), *_series(grid, request, position, tasks)),
        links=tuple(links),
        due_minute=None if request.due is None else grid.minute_down(request.due),
        arrival_minute=grid.minute_down(arrival),
        fixed_completion=max((grid.minute_up(each.window.end) for each in frozen.values()), default=None),
        current=current,
        can_serve=all(task.modes for task in tasks),
        company=context.companies[request.company],
        fixed_start=min((grid.minute_down(each.window.start) for each in frozen.values()), default=None),
        fixed_people=frozenset(
            context.index[name]
            for each in frozen.values()
            for name in each.resources
            if name in context.index and context.resources[context.index[name]].is_person
        ),
        fixed_tardiness=sum(
            max(0, grid.minute_up(frozen[task.id].window.end) - grid.minute_down(task.due))
            for task in request.tasks
            if task.due is not None and task.id in frozen
        ),
    )


def _task(context: Context, request: Request, task: Task, one_site: bool, narrowing: Narrowing | None, mask: Bits) -> TickTask:
    grid, problem = context.grid, context.problem
    releases = (problem.now, problem.horizon.start, request.release, task.release)
    earliest = max(each for each in releases if each is not None)
    latest = min(each for each in (problem.horizon.end, request.deadline, task.deadline) if each is not None)
    modes: list[TickMode] = []
    # A mode that time allows but nobody can serve says more than one that is merely too long.
    refused: ReasonCode | None = "deadline"
    for mode in task.modes:
        for length in lengths_of(context, task, mode):
            first, last = earliest, latest - length.time
            if narrowing is not None:
                first, last = max(first, narrowing.earliest_start(length.time)), min(last, narrowing.latest_start(length.time))
            first_start, last_start = grid.ceil(first), grid.floor(last)
            if first_start > last_start:
                continue
            starts = length.starts & mask
            if starts != -1:
                starts &= ((1 << (last_start + 1)) - 1) >> max(first_start, 0) << max(first_start, 0)
                if not starts:
                    continue
                # The mask cut to its ends, so that whoever looks at the ends alone is not far off.
                first_start, last_start = (starts & -starts).bit_length() - 1, starts.bit_length() - 1
            requirements = [context.requirement(each, length.time, length.idle, batch_only=not length.opens_run) for each in mode.requirements]
            if request.shipment is not None:
                requirements = [context.after_arrival(each, request.shipment) for each in requirements]
            if narrowing is not None:
                requirements = [replace(each, candidates=narrowing.candidates(each, context.resources)) for each in requirements]
                if not narrowing.people_match(requirements, context.resources):
                    refused = "links"
                    continue
            if not all(len(each.candidates) >= each.count for each in requirements):
                if length.opens_run:
                    refused = "qualification" if narrowing is None else "links"
                continue
            # What is taken before the task is not taken in the past.
            lead = -min(each.begin for each in requirements)
            first_start = max(first_start, context.first_tick + lead) if lead > 0 else first_start
            if first_start > last_start:
                continue
            modes.append(_mode(grid, mode.id, length, first_start, last_start, starts, requirements))
    return TickTask(
        task.id,
        tuple(modes),
        one_site,
        None if modes else refused,
        None if task.due is None else grid.minute_down(task.due),
        -1 if task.site is None else context.sites[task.site],
        task.place != "anywhere",
    )


def _mode(grid: Grid, name: str, length: Length, first: int, last: int, starts: Bits, requirements: list[TickRequirement]) -> TickMode:
    return TickMode(name, grid.length_up(length.time), -(-length.time // MINUTE), first, last, tuple(requirements), length.time, starts, length.opens_run)


def _weekday_masks(context: Context, series: tuple[Series, ...]) -> dict[str, Bits]:
    masks: dict[str, Bits] = {}
    for each in series:
        if each.weekday is not None:
            allowed = weekday_bits(context.grid, each.time_zone, WEEKDAYS.index(each.weekday))
            for name in each.tasks:
                masks[name] = masks.get(name, -1) & allowed
    return masks


def _precedences(grid: Grid, request: Request, position: dict[str, int], compiled: tuple[TickTask, ...]) -> list[TickPrecedence]:
    found = []
    for each in request.precedences:
        before, after = position.get(each.before), position.get(each.after)
        if before is None or after is None:
            continue
        # One entry per mode that compiling has kept, in its order.
        kept = [mode.length for mode in compiled[before].modes]
        least = tuple(grid.length_up(length + each.min_lag) for length in kept)
        most = tuple(None if each.max_lag is None else grid.length_down(length + each.max_lag) for length in kept)
        found.append(TickPrecedence(before, after, least, most))
    return found


def _series(grid: Grid, request: Request, position: dict[str, int], compiled: tuple[TickTask, ...]) -> list[TickPrecedence]:
    found = []
    for each in request.series:
        for one, following in zip(each.tasks, each.tasks[1:], strict=False):
            before, after = position.get(one), position.get(following)
            if before is None or after is None:
                continue
            count = len(compiled[before].modes)
            most = None if each.most_apart is None else grid.length_down(each.most_apart)
            found.append(TickPrecedence(before, after, (grid.length_up(each.least_apart),) * count, (most,) * count, is_series=True))
    return found
