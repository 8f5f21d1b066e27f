"""A race small enough to be looked through by hand."""

from benchmarks.race.statement import Ask, Race, Server, Stretches

DAY = 48
HOURS: Stretches = ((18, 36), (DAY + 18, DAY + 36))
"""Two days of nine to six."""


def ask(name: str, **changes: object) -> Ask:
    """Two hours on machine 0 from the first morning, due that evening."""
    plain = {"duration": 4, "demand": 1, "machines": (0,), "people": (), "release": 18, "due": 36, "left_out": 1_000, "late": 2, "wait": 1}
    return Ask(id=name, **{**plain, **changes})  # type: ignore[arg-type]


def race(*asks: Ask, capacities: tuple[int, ...] = (1,), people: int = 0) -> Race:
    """Two days with machines that are always open and people who work in working hours."""
    return Race(
        end=2 * DAY,
        hours=HOURS,
        machines=tuple(Server(f"m{number}", capacity, ((0, 2 * DAY),)) for number, capacity in enumerate(capacities)),
        people=tuple(Server(f"p{number}", 1, HOURS) for number in range(people)),
        asks=asks,
        unit=30,
    )
