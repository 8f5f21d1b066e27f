"""The sizes on offer: how many of everything, and over how many weeks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """One size of instance.

    Requests arrive in `arrival_weeks`; the horizon goes on for `tail_weeks`. `backlog` is the
    share released at the start. `hot` is the share of the families (by number of places) that are
    built so scarce that demand is `hot_load` of their open hours; `hot_advice` likewise for advisors.
    """

    name: str
    requests: int
    institutes: int
    sites: int
    instruments: int
    people: int
    arrival_weeks: float
    tail_weeks: int
    hot_load: float
    hot_advice: float
    backlog: float = 0.0
    networks: int = 1


SIZES = {
    size.name: size
    for size in (
        Size("lab", 50, 1, 3, 64, 110, 1, 14, hot_load=0.9, hot_advice=0.7),
        Size("institute", 400, 1, 6, 238, 260, 4.35, 14, hot_load=1.05, hot_advice=0.9),
        Size("month", 2_000, 37, 148, 1_223, 2_600, 4.45, 14, hot_load=1.25, hot_advice=0.9),
        Size("backlog", 5_000, 37, 148, 1_434, 3_200, 11.1, 14, hot_load=0.95, hot_advice=0.9, backlog=0.3),
        Size("half", 14_000, 37, 148, 1_881, 4_814, 26, 12, hot_load=0.85, hot_advice=0.85),
        Size("year", 23_359, 37, 148, 1_881, 4_814, 52, 12, hot_load=0.85, hot_advice=0.85),
        Size("year10", 233_590, 370, 1_480, 18_810, 48_140, 52, 12, hot_load=0.85, hot_advice=0.85, networks=10),
    )
}
