"""How much equipment and how many advisors stand where, so that a few are nearly full and most are not.

The demand is known when this runs, so scarcity is built by design: the hot families get just
so many pieces that the demand fills `hot_load` of their open hours; the rest of the fleet is
spread over the others.
"""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from benchmarks.generator.catalogue import FAMILIES, TOPICS, Family
from benchmarks.generator.demand import AdviceWish, TestWish, Wish
from benchmarks.generator.places import City
from benchmarks.generator.sites import Ground
from benchmarks.generator.sizes import Size

HOURS_PER_WEEK, WORKING_HOURS_PER_WEEK, HALF_DAY_HOURS = 168.0, 45.0, 4.3
HOT_POOLS = 0.1
"""Share of all pools (one family at one site) that are to be hot."""
HOT_TOPICS = 3
PIECES_PER_POOL, PIECES_PER_HOT_POOL = 2.7, 1.5
COLD_LOAD = 0.4


@dataclass(frozen=True, slots=True)
class Spread:
    """Pieces of one family (or advisors of one topic) by site: `counts[k]` stand at site position `places[k]`."""

    places: tuple[int, ...]
    counts: tuple[int, ...]
    is_hot: bool


def equipment(size: Size, ground: Ground, asked: tuple[Wish, ...], random: Random) -> dict[str, Spread]:
    """The spread of every family by id; the counts sum to the size's number of instruments."""
    total = size.instruments // size.networks
    sources: dict[str, list[tuple[City, float]]] = {family.id: [] for family in FAMILIES}
    for wish in asked:
        if isinstance(wish.what, TestWish):
            family = wish.what.family
            capacity = sum(family.capacities) / len(family.capacities)
            sources[family.id].append((wish.company.city, wish.what.hours * wish.what.room / capacity))
    # Pieces that would be busy all the time, if they never stood still.
    busy = {family.id: _load(sources[family.id]) / (_hours_per_week(family) * size.arrival_weeks) for family in FAMILIES}
    hot = _hot_families(busy, total / PIECES_PER_POOL, size.hot_load, random)
    cold = _share_out(total - sum(hot.values()), {each: busy[each] for each in busy if each not in hot})
    spreads: dict[str, Spread] = {}
    for family in FAMILIES:
        is_hot = family.id in hot
        count = hot[family.id] if is_hot else cold[family.id]
        pools = max(2, round(count / (PIECES_PER_HOT_POOL if is_hot else PIECES_PER_POOL)))
        spreads[family.id] = _spread(count, pools, ground, sources[family.id], is_hot, random)
    return spreads


def advisors(size: Size, ground: Ground, asked: tuple[Wish, ...], count: int, random: Random) -> dict[str, Spread]:
    """The spread of `count` advisors by topic; advisors of the hot topics come for half a day a week."""
    sources: dict[str, list[tuple[City, float]]] = {topic: [] for topic, _ in TOPICS}
    for wish in asked:
        if isinstance(wish.what, AdviceWish):
            sources[wish.what.topic].append((wish.company.city, float(wish.what.hours)))
    busy = {topic: _load(source) / (HALF_DAY_HOURS * size.arrival_weeks) for topic, source in sources.items()}
    hot = {topic: max(3, round(busy[topic] / size.hot_advice)) for topic, _ in TOPICS[:HOT_TOPICS]}
    cold = _share_out(count - sum(hot.values()), {topic: busy[topic] / 10 for topic in busy if topic not in hot})
    return {topic: _spread(number, number, ground, sources[topic], topic in hot, random) for topic, number in {**hot, **cold}.items()}


def _load(source: list[tuple[City, float]]) -> float:
    return sum(hours for _, hours in source)


def _hours_per_week(family: Family) -> float:
    return WORKING_HOURS_PER_WEEK if family.attended else HOURS_PER_WEEK


def _hot_families(busy: dict[str, float], pools: float, load: float, random: Random) -> dict[str, int]:
    """Families to be scarce, with their number of pieces: the most asked for first, until a tenth of all pools is hot."""
    order = sorted((family.id for family in FAMILIES if not family.attended), key=lambda each: -busy[each])
    head = order[:6]
    random.shuffle(head)
    hot: dict[str, int] = {}
    hot_pools = 0.0
    for each in head:
        pieces = max(2, round(busy[each] / load))
        # A family that would not even fill its two pieces cannot be made scarce.
        if busy[each] / pieces < load * 0.75 or hot_pools + pieces / PIECES_PER_HOT_POOL > pools * HOT_POOLS * 1.5:
            continue
        hot[each] = pieces
        hot_pools += pieces / PIECES_PER_HOT_POOL
        if hot_pools >= pools * HOT_POOLS:
            break
    return hot


def _share_out(total: int, busy: dict[str, float]) -> dict[str, int]:
    """`total` pieces over the families: enough for each to stay below the cold load, the rest by the root of demand."""
    least = {each: max(2, round(load / COLD_LOAD + 0.5)) for each, load in busy.items()}
    rest = max(0, total - sum(least.values()))
    roots = {each: (0.1 + load) ** 0.5 for each, load in busy.items()}
    scale = rest / sum(roots.values())
    shares = {each: least[each] + int(scale * root) for each, root in roots.items()}
    missing = total - sum(shares.values())
    for each in sorted(busy, key=lambda each: (-busy[each], each))[: max(0, missing)]:
        shares[each] += 1
    return shares


def _spread(count: int, pools: int, ground: Ground, source: list[tuple[City, float]], is_hot: bool, random: Random) -> Spread:
    """Pools stand where demand is: one at each quantile of the demand ordered by place."""
    by_city: dict[str, float] = defaultdict(float)
    for city, hours in source:
        by_city[city.name] += hours
    # Westward order keeps neighbours together; every city counts a little, so that nothing stands in one corner only.
    cities = sorted(ground.cities, key=lambda city: (city.longitude, city.name))
    weights = [by_city[city.name] + 1.0 for city in cities]
    pools = min(pools, count, len(ground.sites))
    free = list(range(len(ground.sites)))
    places: list[int] = []
    for quantile in range(pools):
        wanted = (quantile + random.uniform(0.25, 0.75)) / pools * sum(weights)
        city = cities[-1]
        for candidate, weight in zip(cities, weights, strict=True):
            wanted -= weight
            if wanted <= 0:
                city = candidate
                break
        place = ground.near(city, tuple(free), 1)[0]
        free.remove(place)
        places.append(place)
    counts: dict[int, int] = defaultdict(int)
    for piece in range(count):
        counts[places[piece % pools]] += 1
    return Spread(tuple(sorted(places)), tuple(counts[place] for place in sorted(places)), is_hot)
