"""The two examples that the generator makes."""

from benchmarks.examples.kit import Example
from benchmarks.generator import generate

LAB_README = """# A lab's week: fifty requests

Made by `python -m benchmarks generate lab --seed 1`. Small enough to be proved optimal, people and all, in seconds.
"""

INSTITUTE_README = """# An institute's month: four hundred requests

A few pools of equipment are nearly full, so some requests come late and some may be left out. The problem file is made anew by
`python -m benchmarks generate institute --seed 1 -o problem.json`, so it is not kept here; `expect.json` says what any plan of it shows.
"""


def lab_week() -> Example:
    """Fifty requests."""
    expect = {"time_limit_seconds": 10, "outcome": ["optimal"], "served": 50, "unserved": {}}
    return Example("lab-week", generate("lab", 1), expect, LAB_README)


def institute_month() -> Example:
    """Four hundred requests; the problem is not written to a file."""
    expect = {"time_limit_seconds": 6, "generate": ["institute", 1], "outcome": ["optimal", "feasible"], "served_at_least": 390}
    return Example("institute-month", generate("institute", 1), expect, INSTITUTE_README)
