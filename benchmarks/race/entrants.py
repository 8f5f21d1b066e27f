"""Who takes part, by the name used on the command line and in tables."""

from importlib import import_module

from benchmarks.race.entrant import Entrant

ENTRANTS = {
    "slotwright": ("ours", "run"),
    "first-fit": ("greedy", "run"),
    "cp-sat": ("textbook", "run"),
    "cp-sat+hint": ("textbook", "run_hinted"),
    "pyjobshop": ("with_pyjobshop", "run"),
    "pyjobshop+hint": ("with_pyjobshop", "run_hinted"),
    "timefold": ("with_timefold", "run"),
}
"""Module and function of each: only the one that runs is imported, so that a memory figure is its own."""

OURS = "slotwright"


def entrant(name: str) -> Entrant:
    """The entrant of that name. Raises: KeyError."""
    module, function = ENTRANTS[name]
    found: Entrant = getattr(import_module(f"benchmarks.race.{module}"), function)
    return found
