from datetime import timedelta

import pytest

from scheduler.model.lab import Closure, Qualification, validity
from scheduler.model.request import Requirement
from scheduler.model.window import Window, window
from scheduler.planning.serving import part_of, resource_windows, serving_windows, use_of
from tests.planning.small import HOUR, LAB, OPERATOR, TUESDAY, exposure, with_resource

DAY = Window(start=TUESDAY, end=TUESDAY + 9 * HOUR)
"""Tuesday, nine to six in Seoul."""
OFFICE = LAB.calendars[1]


def hours(*pairs: tuple[float, float]) -> tuple[Window, ...]:
    return tuple(window(TUESDAY + start * HOUR, TUESDAY + end * HOUR) for start, end in pairs)


def test_resource_windows_are_its_calendar_without_its_closures() -> None:
    # Two closures overlap and are not in order.
    closures = tuple(Closure(window=each) for each in hours((3, 4), (1, 2), (1.5, 3.5)))
    kim = with_resource("kim", closures=closures).resources[2]
    assert resource_windows(kim, OFFICE, DAY) == hours((0, 1), (4, 9))


def test_validity_merges_rights_and_ignores_others() -> None:
    rights = (
        Qualification(name="x", valid_from=TUESDAY + 4 * HOUR, valid_until=TUESDAY + 5 * HOUR),
        Qualification(name="x", valid_until=TUESDAY + HOUR),
        Qualification(name="x", valid_from=TUESDAY + HOUR, valid_until=TUESDAY + 2 * HOUR),
        Qualification(name="y"),
        Qualification(name="x", valid_from=TUESDAY + 99 * HOUR),
    )
    kim = with_resource("kim", qualifications=rights).resources[2]
    assert validity(kim, "x", DAY) == hours((0, 2), (4, 5))
    assert validity(kim, "y", DAY) == (DAY,)
    assert validity(kim, "z", DAY) == ()


def test_serving_windows_are_open_and_qualified() -> None:
    kim = with_resource(
        "kim",
        closures=(Closure(window=hours((2, 3))[0]),),
        qualifications=(Qualification(name="x", valid_from=TUESDAY + HOUR, valid_until=TUESDAY + 5 * HOUR),),
    ).resources[2]
    assert serving_windows(kim, OFFICE, "x", DAY) == hours((1, 2), (3, 5))
    assert serving_windows(kim, OFFICE, None, DAY) == hours((0, 2), (3, 9))


def test_serving_windows_count_the_level() -> None:
    rights = (Qualification(name="x", level=2, valid_until=TUESDAY + 3 * HOUR), Qualification(name="x", valid_from=TUESDAY + HOUR))
    kim = with_resource("kim", qualifications=rights).resources[2]
    assert serving_windows(kim, OFFICE, "x", DAY) == (DAY,)
    assert serving_windows(kim, OFFICE, "x", DAY, 2) == hours((0, 3))
    assert serving_windows(kim, OFFICE, "x", DAY, 3) == ()


@pytest.mark.parametrize(("number", "part"), [(0, (0, 72)), (1, (0, 1)), (2, (71, 72))])
def test_part_and_use_of_whole_head_and_tail(number: int, part: tuple[int, int]) -> None:
    mode = exposure(72)
    requirement = mode.requirements[number]
    assert part_of(requirement, mode.duration) == (part[0] * HOUR, part[1] * HOUR)
    booked = window(TUESDAY, TUESDAY + 72 * HOUR)
    assert use_of(requirement, booked) == (TUESDAY + part[0] * HOUR, TUESDAY + part[1] * HOUR)


@pytest.mark.parametrize(("during", "start", "end"), [("before", -2, 0), ("after", 72, 74)])
def test_part_and_use_of_what_is_taken_before_and_after(during: str, start: int, end: int) -> None:
    store = Requirement(id="store", select=OPERATOR, during=during, part=2 * HOUR)  # type: ignore[arg-type]
    assert part_of(store, 72 * HOUR) == (start * HOUR, end * HOUR)
    booked = window(TUESDAY, TUESDAY + 72 * HOUR)
    assert use_of(store, booked) == (TUESDAY + start * HOUR, TUESDAY + end * HOUR)


def test_use_never_leaves_the_booking() -> None:
    # A booking in force may be shorter than the head that its request asks for today.
    booked = window(TUESDAY, TUESDAY + HOUR)
    for during in ("head", "tail"):
        long = Requirement(id="x", select=OPERATOR, during=during, part=timedelta(hours=2))  # type: ignore[arg-type]
        assert use_of(long, booked) == (booked.start, booked.end)
