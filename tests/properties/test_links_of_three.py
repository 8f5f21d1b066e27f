"""Links of three tasks bind all three, on every rung: the third would be done much earlier if it were free."""

import pytest

from scheduler.model.calendar import Calendar
from scheduler.model.lab import Resource
from scheduler.model.request import Link, LinkKind
from scheduler.verify.rules import check_schedule
from tests.properties.rungs import RUNGS
from tests.ticks.labs import at, between, needs, operator, problem, request, task


def hours_of(name: str, *openings: tuple[float, float]) -> Calendar:
    return Calendar(id=name, time_zone="UTC", openings=tuple(between(*each) for each in openings))


ALIKE: tuple[LinkKind, ...] = ("same_resource", "same_people", "same_site")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)], ids=str)
@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("kind", ALIKE)
def test_three_linked_tasks_stay_together(kind: LinkKind, rung: str, order: tuple[int, ...]) -> None:
    # Two tasks fit before 2:00 with a; the third only at 10:00, while b could do it at 2:00.
    names = ("x", "y", "z")
    calendars = (hours_of("long", (0, 2), (10, 11)), hours_of("short", (2, 3)))
    people: tuple[Resource, ...] = (operator("a", calendar="long"), operator("b", calendar="short", site="busan"))
    wanted = needs("who", "a", "b")
    link = Link(kind=kind, tasks=tuple(names[each] for each in order), requirement="who" if kind == "same_resource" else None)
    made = problem(request(*(task(name, 1, wanted) for name in names), links=(link,)), resources=people, calendars=calendars)
    schedule = RUNGS[rung](made)
    assert check_schedule(made, schedule) == ()
    assert sorted(each.window.start for each in schedule.bookings) == [at(0), at(1), at(10)]
    assert {each.resources for each in schedule.bookings} == {("a",)}


@pytest.mark.parametrize("rung", RUNGS)
def test_three_linked_tasks_stay_apart(rung: str) -> None:
    # Two of kitech are free at once; the third institute's advisor comes at 10:00 only.
    calendars = (hours_of("early", (0, 1)), hours_of("middle", (2, 3)), hours_of("late", (10, 11)))
    people = (
        operator("a", calendar="early"),
        operator("b", calendar="early"),
        operator("c", calendar="middle", site="busan"),
        operator("d", calendar="late", site=None),
    )
    wanted = needs("who", "a", "b", "c", "d")
    asked = request(*(task(name, 1, wanted) for name in ("x", "y", "z")), links=(Link(kind="different_institutes", tasks=("x", "y", "z")),))
    made = problem(asked, resources=people, calendars=calendars)
    schedule = RUNGS[rung](made)
    assert check_schedule(made, schedule) == ()
    assert sorted(each.window.start for each in schedule.bookings) == [at(0), at(2), at(10)]
