"""Where everything stands: institutes with their sites, and which of them are near a city."""

from dataclasses import dataclass
from random import Random

from benchmarks.generator.places import BRANCHES, BRANCHES_EN, CITIES, FIELDS, FIELDS_EN, NEAR_DEGREES, City, squared_distance
from benchmarks.generator.sizes import Size
from scheduler.model.lab import Site

SEOUL = "Asia/Seoul"
HOME_CITIES = 12
"""A lab of one institute stands in one of the cities with most industry and serves this many cities around it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The sites of a lab, and the cities its companies come from. `prefix` keeps the ids of several networks apart."""

    prefix: str
    sites: tuple[Site, ...]
    cities: tuple[City, ...]

    def near(self, city: City, places: tuple[int, ...], count: int) -> tuple[int, ...]:
        """The `count` of `places` (positions of sites) nearest to `city`, in the order of `sites`."""
        ranked = sorted(places, key=lambda place: (self._distance(place, city), place))
        return tuple(sorted(ranked[:count]))

    def _distance(self, place: int, city: City) -> float:
        site = self.sites[place]
        return squared_distance(site.latitude or 0.0, site.longitude or 0.0, city)


def ground(size: Size, random: Random, prefix: str = "") -> Ground:
    """The sites of one network: every institute has a headquarters and branches in other cities."""
    institutes, per_institute = size.institutes // size.networks, size.sites // size.institutes
    sites: list[Site] = []
    cities: tuple[City, ...] = CITIES
    for number in range(institutes):
        if institutes == 1:
            home = random.choice(CITIES[:HOME_CITIES])
            cities = tuple(sorted(CITIES, key=lambda city: squared_distance(home.latitude, home.longitude, city))[:HOME_CITIES])
            places = list(cities[:per_institute])
        else:
            home = CITIES[number % len(CITIES)]
            places = [home, *random.choices(CITIES, weights=[city.industry for city in CITIES], k=per_institute - 1)]
        field = random.randrange(len(FIELDS))
        for branch, city in enumerate(places):
            sites.append(_site(f"{prefix}s{len(sites) + 1:03d}", f"{prefix}i{number + 1:02d}", home, field, branch, city, random))
    return Ground(prefix, tuple(sites), cities)


def _site(identity: str, institute: str, home: City, field: int, branch: int, city: City, random: Random) -> Site:
    return Site(
        id=identity,
        name=f"{home.name}{FIELDS[field]}지원원 {city.name} {BRANCHES[branch]}",
        name_en=f"{home.name_en} {FIELDS_EN[field]} Institute, {city.name_en} {BRANCHES_EN[branch]}",
        institute=institute,
        time_zone=SEOUL,
        address=city.name,
        region=city.region,
        latitude=round(city.latitude + random.uniform(-NEAR_DEGREES, NEAR_DEGREES), 4),
        longitude=round(city.longitude + random.uniform(-NEAR_DEGREES, NEAR_DEGREES), 4),
    )
