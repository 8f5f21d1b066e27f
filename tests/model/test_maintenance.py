from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import TaskCannotFit
from scheduler.model import codec
from scheduler.model.changeover import Changeover, Otherwise
from scheduler.model.maintenance import maintenance_request
from scheduler.model.request import Request
from scheduler.model.window import Window
from scheduler.planning import check_problem, check_request
from tests.planning.small import HORIZON, HOUR, LAB, NOW, OPERATOR, TUESDAY, chamber, lab_with, problem

SALT = LAB.resources[0]
TUESDAY_OFFICE = Window(start=TUESDAY, end=TUESDAY + 9 * HOUR)


def test_maintenance_takes_the_whole_resource_inside_its_window() -> None:
    made = maintenance_request(SALT, 4 * HOUR, TUESDAY_OFFICE, company="ktl")
    assert (made.id, made.company, made.weight) == ("maintenance:salt-1:2026-03-03", "ktl", 1_000)
    assert (made.release, made.deadline) == (TUESDAY_OFFICE.start, TUESDAY_OFFICE.end)
    (task,) = made.tasks
    (mode,) = task.modes
    (requirement,) = mode.requirements
    assert mode.duration == 4 * HOUR
    assert (requirement.select.ids, requirement.demand) == (("salt-1",), SALT.capacity)
    check_problem(problem(made))
    assert codec.parse(Request, codec.dump(made)) == made


def test_maintenance_with_an_operator_needs_somebody_there() -> None:
    check_request(LAB, maintenance_request(SALT, 9 * HOUR, TUESDAY_OFFICE, company="ktl", operator=OPERATOR), NOW, HORIZON)
    at_night = Window(start=TUESDAY + 9 * HOUR, end=TUESDAY + 24 * HOUR)
    check_request(LAB, maintenance_request(SALT, 9 * HOUR, at_night, company="ktl"), NOW, HORIZON)
    with pytest.raises(TaskCannotFit):
        check_request(LAB, maintenance_request(SALT, 9 * HOUR, at_night, company="ktl", operator=OPERATOR), NOW, HORIZON)


def test_maintenance_just_fits_its_window() -> None:
    assert maintenance_request(SALT, 9 * HOUR, TUESDAY_OFFICE, company="ktl").tasks
    with pytest.raises(ValueError, match=r"^duration: longer than the window"):
        maintenance_request(SALT, 9 * HOUR + timedelta(minutes=1), TUESDAY_OFFICE, company="ktl")


def test_maintenance_of_what_is_changed_over_names_a_recipe() -> None:
    oven = chamber("oven", "ansan", batch=True, changeover="heat", initial_recipe="85C")
    lab = lab_with(oven, changeovers=(Changeover(id="heat", otherwise=Otherwise(time=HOUR)),))
    with pytest.raises(ValueError, match=r"^recipe: oven is changed over"):
        maintenance_request(oven, HOUR, TUESDAY_OFFICE, company="ktl")
    check_problem(problem(maintenance_request(oven, HOUR, TUESDAY_OFFICE, company="ktl", recipe="cold"), lab=lab))


def test_maintenance_of_a_resource_with_a_long_id_has_an_id() -> None:
    made = maintenance_request(replace(SALT, id="x" * 120), HOUR, TUESDAY_OFFICE, company="ktl")
    assert len(made.id) == 120
    assert made.id.endswith("x:2026-03-03")
