"""Seeded instances in the shape of Korea's public test and advice network."""

from datetime import timedelta
from random import Random

from benchmarks.generator.demand import START, wishes
from benchmarks.generator.lab import lab
from benchmarks.generator.people import staff
from benchmarks.generator.requests import requests
from benchmarks.generator.sites import ground
from benchmarks.generator.sizes import SIZES, Size
from benchmarks.generator.sizing import advisors, equipment
from scheduler.model.calendar import Calendar
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.window import window


def generate(size: str, seed: int) -> Problem:
    """The instance `size` of `seed`; equal arguments give an equal problem. Raises: KeyError for an unknown size."""
    shape = SIZES[size]
    sites: list[Site] = []
    calendars: dict[str, Calendar] = {}
    resources: list[Resource] = []
    asked: list[Request] = []
    for number in range(shape.networks):
        prefix = f"n{number}." if shape.networks > 1 else ""
        part, more = _network(shape, f"{size}:{seed}:{number}", prefix)
        sites += part.sites
        calendars.update((calendar.id, calendar) for calendar in part.calendars)
        resources += part.resources
        asked += more
    return Problem(
        name=f"{size}, seed {seed}",
        now=START,
        horizon=window(START, START + timedelta(weeks=shape.arrival_weeks + shape.tail_weeks)),
        lab=Lab(sites=tuple(sites), calendars=tuple(calendars.values()), resources=tuple(resources)),
        requests=tuple(asked),
    )


def _network(size: Size, seed: str, prefix: str) -> tuple[Lab, list[Request]]:
    """One network. Every part has a random stream of its own: a change in one leaves the others as they were."""
    place = ground(size, Random(f"{seed}:ground"), prefix)
    asked = wishes(size, place, Random(f"{seed}:demand"))
    pieces = equipment(size, place, asked, Random(f"{seed}:equipment"))
    people = size.people // size.networks
    # Operators follow from the equipment, so they are counted first; advisors are the others.
    workers = staff(size, place, pieces, Random(f"{seed}:staff"))
    advice = advisors(size, place, asked, people - len(workers), Random(f"{seed}:advisors"))
    whole = lab(size, place, pieces, workers, advice, Random(f"{seed}:lab"))
    return whole, requests(prefix, asked, place, pieces, advice, whole, seed)
