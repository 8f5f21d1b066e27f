"""One small builder of planted problems per trait; each says in what way it is tight."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from scheduler.model.calendar import WEEKDAYS
from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition, WarmUp, transition
from scheduler.model.lab import Qualification, Site
from scheduler.model.problem import Company, InForce, Quota
from scheduler.model.request import Precedence, Requirement, Select, Series, Shipment
from scheduler.model.travel import Courier, Travel, Way, Ways
from scheduler.model.window import Window
from tests.properties.bed import BASE, SITES, ZERO, Bed
from tests.properties.planted import Planted

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
RECIPES = ("nss", "css", "dry")


def needs(name: str, *ids: str, **fields: Any) -> Requirement:
    return Requirement(**{"id": name, "select": Select(ids=ids or (name,)), **fields})


def batch(bed: Bed) -> Planted:
    """Runs one after the other; the capacity is the largest load, nobody may last longer than the run."""
    at, loads = BASE, [1]
    for _ in range(bed.random.randint(1, 3)):
        recipe, length = bed.random.choice((*RECIPES[:2], None)), bed.steps(2, 8)
        load = 0
        for number in range(bed.random.randint(1, 3)):
            duration = length if number == 0 else bed.random.randint(1, length // bed.step) * bed.step
            demand = bed.random.randint(1, 3)
            load += demand
            served = [(needs("oven", demand=demand, recipe=recipe), ("oven",))]
            if number == 0 and bed.random.random() < 0.5:
                served.append((needs("load", "operator", during="head", part=bed.step), ("operator",)))
            bed.request(bed.task(at, length, *served, duration=duration, most=length if duration < length or bed.random.random() < 0.5 else None))
        loads.append(load)
        at += length + bed.steps(0, 2)
    return bed.planted([{"id": "oven", "kind": "chamber", "capacity": max(loads), "batch": True}, {"id": "operator", "kind": "person"}])


def changeover(bed: Bed) -> Planted:
    """Each gap is what the changeover takes, or just so long that nothing is cold; it begins with the horizon, and with the opening."""
    within, is_warmed = bed.random.random() < 0.5, bed.random.random() < 0.5
    pairs = [(a, b) for a in RECIPES for b in RECIPES if bed.random.random() < 0.6]
    made = Changeover(
        id="switch",
        transitions=tuple(Transition(before=a, after=b, time=bed.steps(0, 4), cost=bed.random.randint(0, 9)) for a, b in pairs),
        otherwise=Otherwise(time=bed.steps(0, 3), cost=bed.random.randint(0, 9)),
        cleaning=(Cleaning(recipe="nss", time=bed.steps(0, 2), cost=1),),
        warm_up=WarmUp(time=bed.steps(1, 2), after_idle=bed.steps(1, 6), cost=3) if is_warmed else None,
        within_opening=within,
    )
    initial = bed.random.choice((*RECIPES, None))
    before, at = initial, None
    for _ in range(bed.random.randint(2, 5)):
        recipe = bed.random.choice(RECIPES)
        found = (ZERO, 0) if before is None else transition(made, before, recipe)
        assert found is not None
        needed, warm = found[0], made.warm_up
        gap = needed if bed.random.random() < 0.6 else needed + bed.steps(0, 9)
        if warm is not None and (at is None or gap > warm.after_idle):
            needed += warm.time
            gap = max(gap, needed)
        start = (BASE if at is None else at) + gap
        length = bed.steps(1, 5)
        bed.request(bed.task(start, length, (needs("kit", recipe=recipe), ("kit",))))
        if within:
            bed.open("kit", start - needed, start)
        if at is None:
            bed.since = start - needed
        before, at = recipe, start + length
    kit = {"id": "kit", "kind": "equipment", "changeover": "switch", "initial_recipe": initial}
    return replace_now(bed.planted([kit], lab={"changeovers": (made,)}), bed.since)


def replace_now(planted: Planted, now: datetime) -> Planted:
    """Nothing happens before `now`."""
    problem = replace(planted.problem, now=now, horizon=Window(start=now, end=planted.problem.horizon.end))
    return replace(planted, problem=problem)


def batch_changeover(bed: Bed) -> Planted:
    """Runs of several members with a changeover between them, one for each run."""
    made = Changeover(id="switch", otherwise=Otherwise(time=bed.steps(1, 4), cost=5), cleaning=(Cleaning(recipe="nss", time=bed.step),))
    at, before = BASE, bed.random.choice(RECIPES)
    initial = before
    for _ in range(bed.random.randint(2, 3)):
        recipe, length = bed.random.choice(RECIPES), bed.steps(1, 5)
        found = transition(made, before, recipe)
        assert found is not None
        at += found[0]
        for number in range(bed.random.randint(1, 2)):
            bed.request(bed.task(at, length, (needs("oven", recipe=recipe), ("oven",)), duration=length if number == 0 else bed.step, most=length))
        before, at = recipe, at + length
    kit = {"id": "oven", "kind": "chamber", "capacity": 2, "batch": True, "changeover": "switch", "initial_recipe": initial}
    return replace_now(bed.planted([kit], lab={"changeovers": (made,)}), BASE)


def sharing(bed: Bed) -> Planted:
    """Undisturbed parts begin and end with all others, or when nothing else does; what overlaps is compatible and full."""
    at, peak = BASE, 2
    for _ in range(bed.random.randint(1, 3)):
        length = bed.steps(2, 6)
        recipes = bed.random.choice((("nss", "css"), ("css", "dry"), ("nss", "nss"), ("dry", None)))
        is_quiet = bed.random.random() < 0.6
        for number, recipe in enumerate(recipes):
            # An inner one may begin and end inside what does not mind.
            inner = number == 1 and not is_quiet and length > 2 * bed.step
            start, part = (at + bed.step, length - 2 * bed.step) if inner else (at, length)
            undisturbed = is_quiet or (inner and bed.random.random() < 0.5)
            bed.request(bed.task(start, part, (needs("bath", recipe=recipe, undisturbed=undisturbed), ("bath",))))
        at += length + bed.steps(0, 2)
    return bed.planted([{"id": "bath", "kind": "chamber", "capacity": peak, "compatible_recipes": (("nss", "css"), ("css", "dry"))}])


def travel(bed: Bed) -> Planted:
    """Openings begin with the way from home and end with the way back; between sessions there is just the way."""
    times = {("guro", "ansan"): bed.steps(1, 3), ("ansan", "busan"): bed.steps(2, 5), ("guro", "busan"): bed.steps(2, 6)}
    ways = tuple(Way(start=a, end=b, time=time) for (a, b), time in times.items())
    has_home = bed.random.random() < 0.7
    longest = MINUTE

    def way(source: str, target: str) -> timedelta:
        return ZERO if source == target else times.get((source, target), times.get((target, source), ZERO))

    for day in range(bed.random.randint(1, 2)):
        start = at = BASE + day * DAY
        here, spent = "guro" if has_home else None, ZERO
        for _ in range(bed.random.randint(1, 3)):
            if bed.random.random() < 0.3:
                length = bed.steps(1, 2)
                bed.request(bed.task(at, length, (needs("advisor"), ("advisor",)), place="anywhere"))
                at += length
            site = bed.random.choice(SITES).id
            there = ZERO if here is None else way(here, site)
            at, spent, length = at + there, spent + there, bed.steps(1, 4)
            if bed.random.random() < 0.5:
                bed.request(bed.task(at, length, (needs("advisor"), ("advisor",)), site=site))
            else:
                room = f"room-{site}"
                bed.request(bed.task(at, length, (needs("advisor"), ("advisor",)), (needs(room), (room,))))
            at, here = at + length, site
        back = way(here, "guro") if has_home and here is not None else ZERO
        longest = max(longest, spent + back)
        bed.open("advisor", start, at + back)
    who = Travel(ways="ways", most_a_day=longest if bed.is_tight() else None)
    rooms = [{"id": f"room-{each.id}", "kind": "room", "site": each.id} for each in SITES]
    advisor = {"id": "advisor", "kind": "person", "site": "guro" if has_home else None, "travel": who}
    return bed.planted([advisor, *rooms], lab={"ways": (Ways(id="ways", ways=ways),)})


def sessions(bed: Bed) -> Planted:
    """As many a day and a week as there are on the fullest; some begin just before and after the local midnight, in the night in which clocks change."""
    starts: list[datetime] = []
    # 23:00 UTC is midnight in Berlin on Friday, 22:00 on Sunday.
    for midnight in (BASE.replace(hour=23), BASE.replace(hour=23) + DAY, BASE.replace(hour=22) + 2 * DAY):
        starts += [midnight - bed.step, midnight] if bed.random.random() < 0.7 else [midnight + bed.steps(1, 5)]
    zone = {each: (each + timedelta(hours=1 if each < BASE.replace(day=29, hour=1) else 2)).date() for each in starts}
    days = [list(zone.values()).count(each) for each in zone.values()]
    weeks = [sum(day.isocalendar()[:2] == each.isocalendar()[:2] for day in zone.values()) for each in zone.values()]
    for start in starts:
        bed.request(bed.task(start, bed.step, (needs("advisor"), ("advisor",))))
    return bed.planted([{"id": "advisor", "kind": "person", "most_a_day": max(days), "most_a_week": max(weeks)}])


def pausing(bed: Bed) -> Planted:
    """Who serves is there only while it is worked on; some work ends with an opening."""
    at, openings = BASE, []
    for _ in range(bed.random.randint(2, 4)):
        length = bed.steps(2, 5)
        openings.append((at, at + length))
        bed.open("hours", at, at + length)
        at += length + bed.steps(1, 4)
    for number in range(bed.random.randint(1, 2)):
        first = bed.random.randrange(len(openings))
        start = openings[first][0] + bed.random.randrange((openings[first][1] - openings[first][0]) // bed.step) * bed.step
        last = bed.random.randrange(first, len(openings))
        begin = max(start, openings[last][0])
        end = begin + bed.random.randint(1, (openings[last][1] - begin) // bed.step) * bed.step
        stretches = [(max(a, start), min(b, end)) for a, b in openings if a < end and start < b]
        worked = sum((b - a for a, b in stretches), ZERO)
        who = f"worker-{number}"
        for a, b in stretches:
            bed.open(who, a, b)
        bed.request(bed.task(start, end - start, (needs(who), (who,)), duration=worked, pauses_in="hours"))
    return bed.planted([{"id": f"worker-{number}", "kind": "person"} for number in range(2)])


def within(bed: Bed) -> Planted:
    """The opening is as long as the task, though who serves is there longer."""
    at = BASE
    for number in range(bed.random.randint(1, 3)):
        length = bed.steps(1, 5)
        bed.open(f"hours-{number}", at, at + length)
        bed.open("kit", at - bed.step, at + length + bed.step)
        bed.request(bed.task(at, length, (needs("kit"), ("kit",)), within=f"hours-{number}"))
        at += length
    return bed.planted([{"id": "kit", "kind": "equipment"}])


def series(bed: Bed) -> Planted:
    """Distances are those seen, the day of the week is that of all, also over a change of clocks."""
    start, length = BASE + bed.steps(0, 9), bed.steps(1, 4)
    is_weekly = bed.random.random() < 0.5
    gaps = [7 * DAY + bed.steps(-2, 2) if is_weekly else length + bed.steps(0, 9) for _ in range(bed.random.randint(1, 3))]
    at, planted = start, []
    for number, gap in enumerate([*gaps, ZERO]):
        planted.append(bed.task(at, length, (needs("advisor"), ("advisor",)), id=f"t{number}"))
        at += gap
    weekday = WEEKDAYS[start.weekday()] if is_weekly else None
    names = tuple(task.id for task, _ in planted)
    made = Series(tasks=names, least_apart=min(gaps), most_apart=max(gaps), weekday=weekday, time_zone="UTC")
    request = bed.request(*planted, series=(made,), precedences=(Precedence(before=names[0], after=names[1]),))
    # Somebody else would fit between.
    bed.request(bed.task(at + length, length, (needs("advisor"), ("advisor",))))
    assert request
    return bed.planted([{"id": "advisor", "kind": "person"}])


def shipment(bed: Bed) -> Planted:
    """Specimens are ready at the very start: carried, taken in as the door opens (or just before it shuts), conditioned."""
    courier = Courier(speed_kmh=60, handling=bed.steps(1, 4))
    near = {"latitude": 37.5, "longitude": 127.0}
    sites = []
    for each in SITES:
        site = Site(id=each.id, name=each.id, institute=each.institute, time_zone=each.time_zone, receiving=f"door-{each.id}", **near)
        sent, conditioning, wait = BASE + bed.steps(0, 20), bed.steps(0, 5), bed.steps(0, 3)
        taken_in = sent + courier.handling + wait
        bed.open(f"door-{each.id}", taken_in, taken_in + (MINUTE if bed.random.random() < 0.5 else DAY))
        kit = f"kit-{each.id}"
        sites.append(site)
        # The document beside it is of no place.
        served = [(needs(kit), (kit,)), (needs("clerk", f"clerk-{kit}"), (f"clerk-{kit}",))]
        bed.open(kit, sent, taken_in)
        request = bed.task(taken_in + conditioning, bed.steps(1, 4), *served)
        bed.request(request, shipment=Shipment(sent=sent, conditioning=conditioning, **near), release=None)
    kits = [{"id": f"kit-{each.id}", "kind": "equipment", "site": each.id} for each in SITES]
    clerks = [{"id": f"clerk-{each['id']}", "kind": "person", "site": None} for each in kits]
    return bed.planted([*kits, *clerks], lab={"sites": tuple(sites), "courier": courier})


def quota(bed: Bed) -> Planted:
    """What each company takes in a period is all that it may; some begins just before a week (in Berlin) does."""
    monday = BASE.replace(hour=22) + 2 * DAY
    used: dict[tuple[str, int], timedelta] = {}
    for number, week in enumerate((0, 0, 1, 1)):
        company, length = bed.random.choice(("acme", "klein")), bed.steps(1, 4)
        start = monday - bed.step - 9 * (1 - number % 2) * length if week == 0 else monday + number * 9 * bed.step
        kit = bed.random.choice(("kit-a", "kit-b"))
        bed.request(bed.task(start, length, (needs("kit", "kit-a", "kit-b"), (kit,))), company=company)
        used[company, week] = used.get((company, week), ZERO) + length
    kits = [{"id": name, "kind": "equipment"} for name in ("kit-a", "kit-b")]
    limits = [
        Quota(
            id=f"q-{company}",
            company=company,
            select=Select(kind="equipment"),
            period="week",
            time_zone="Europe/Berlin",
            most=max(time for (who, _), time in used.items() if who == company),
        )
        for company in {who for who, _ in used}
    ]
    limits.sort(key=lambda each: each.id)
    return bed.planted(kits, quotas=tuple(limits), companies=(Company(id="acme"), Company(id="klein")))


def most_moves(bed: Bed) -> Planted:
    """Some bookings in force can no longer stand; nothing else may move, though all could be earlier elsewhere."""
    at, in_force, moved = BASE + bed.steps(6, 9), [], 0
    for number in range(bed.random.randint(2, 4)):
        length = bed.steps(1, 3)
        name = bed.request(bed.task(at, length, (needs("kit"), ("kit",))), release=None)
        booking = bed.bookings[-1]
        bed.open("kit", BASE + number * 4 * bed.step, BASE + number * 4 * bed.step + bed.step)
        if bed.random.random() < 0.5:
            # It was booked where the kit is shut now.
            gone = Window(start=at + 20 * bed.step, end=at + 20 * bed.step + length)
            in_force.append(InForce(booking=replace(booking, window=gone), move_cost=5))
            moved += 1
        else:
            in_force.append(InForce(booking=booking, move_cost=bed.random.choice((5, None))))
        assert name
        at += length
    planted = bed.planted([{"id": "kit", "kind": "equipment"}], in_force=tuple(in_force))
    horizon = replace(planted.problem.horizon, end=planted.problem.horizon.end + 40 * bed.step)
    return replace(planted, problem=replace(planted.problem, horizon=horizon, policy=replace(planted.problem.policy, most_moves=moved)))


def task_dates(bed: Bed) -> Planted:
    """Each task has its own release date and deadline, the request has none."""
    at, planted = BASE, []
    for number in range(bed.random.randint(2, 3)):
        length = bed.steps(1, 5)
        dates = {"release": at if bed.is_tight() else None, "deadline": at + length if bed.is_tight() else None, "due": at}
        bed.open("kit", at - bed.step, at + length + bed.step)
        planted.append(bed.task(at, length, (needs("kit"), ("kit",)), id=f"t{number}", **dates))
        at += length + bed.steps(0, 3)
    bed.request(*planted, release=None, deadline=None)
    return bed.planted([{"id": "kit", "kind": "equipment"}])


def beside(bed: Bed) -> Planted:
    """The horizon begins with what is taken before the first task and ends with what is taken after the last."""
    at = BASE
    for _ in range(bed.random.randint(1, 3)):
        lead, length, trail = bed.steps(1, 3), bed.steps(1, 4), bed.steps(1, 3)
        store = (needs("store", during="after", part=trail), ("store",))
        bed.request(bed.task(at + lead, length, (needs("room", during="before", part=lead), ("room",)), (needs("kit"), ("kit",)), store))
        at += lead + length + bed.steps(0, 1)
        at = max(at, BASE)
        bed.since = BASE
        at += trail
    return replace_now(bed.planted([{"id": name, "kind": "room"} for name in ("room", "kit", "store")]), BASE)


def levels(bed: Bed) -> Planted:
    """Level, language, recipe and institute each leave only one choice, though others look alike."""
    at, resources = BASE, []
    for number in range(bed.random.randint(1, 3)):
        length, level = bed.steps(1, 4), bed.random.randint(1, 4)
        who = [f"{name}-{number}" for name in ("good", "mute", "low")]
        right = Qualification(name="emc", level=level, valid_from=at, valid_until=at + length)
        low = (Qualification(name="emc", level=level - 1),) if level > 1 else ()
        resources += [
            {"id": who[0], "kind": "person", "qualifications": (right, Qualification(name="emc", level=9, valid_until=at)), "languages": ("ko", "en")},
            {"id": who[1], "kind": "person", "qualifications": (Qualification(name="emc", level=9),), "languages": ("ko",)},
            {"id": who[2], "kind": "person", "qualifications": low, "languages": ("ko", "en")},
        ]
        kits = [f"kit-{number}", f"dry-{number}"]
        resources += [{"id": kits[0], "kind": "chamber", "recipes": ("nss", "css")}, {"id": kits[1], "kind": "chamber", "recipes": ("dry",)}]
        joint = [f"{site}-{number}" for site in ("guro", "ansan", "busan")]
        resources += [{"id": name, "kind": "room", "site": name.partition("-")[0]} for name in joint]
        for name in (*who, *kits, *joint):
            bed.open(name, at, at + length)
        select = Select(ids=tuple(who), qualification="emc", level=level, languages=("en",))
        bed.request(
            bed.task(
                at,
                length,
                (Requirement(id="who", select=select), (who[0],)),
                (needs("kit", *kits, recipe="nss"), (kits[0],)),
                (needs("joint", *joint, count=2, different_institutes=True), (bed.random.choice(joint[:2]), joint[2])),
                place="anywhere",
            )
        )
        at += length
    return bed.planted(resources)


TRAITS: dict[str, Callable[[Bed], Planted]] = {
    each.__name__: each
    for each in (
        batch,
        changeover,
        batch_changeover,
        sharing,
        travel,
        sessions,
        pausing,
        within,
        series,
        shipment,
        quota,
        most_moves,
        task_dates,
        beside,
        levels,
    )
}


def plant_trait(trait: str, seed: int, *, slack: bool) -> Planted:
    """A problem with that trait round a schedule that serves all its requests, on the problem's own grid."""
    random = Random(seed)
    return TRAITS[trait](Bed(random, slack, timedelta(minutes=random.choice((5, 15, 30)))))
