from dataclasses import replace
from datetime import timedelta

import pytest

from api.choices import MethodChoice
from api.culprit import culprit_of
from scheduler.model.lab import Lab
from tests.api.labs import NOW, small_lab

CHOICE = MethodChoice(company="hanbit", method="nss", duration=timedelta(hours=24), arrival=NOW)


def per_specimen() -> Lab:
    """The chamber takes one piece at a time."""
    lab = small_lab()
    method = lab.methods[0]
    expose = replace(method.steps[0], demand_per="specimen")
    return replace(lab, methods=(replace(method, steps=(expose, *method.steps[1:])),))


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (replace(CHOICE, specimens=2), "specimens"),
        (replace(CHOICE, deadline=NOW + timedelta(hours=12)), "deadline"),
        (replace(CHOICE, region="영남"), "region"),
        (replace(CHOICE, region="영남", deadline=NOW + timedelta(hours=12)), ""),
    ],
)
def test_culprit_is_the_wish_without_which_it_fits(choice: MethodChoice, field: str) -> None:
    assert culprit_of(per_specimen(), choice, NOW) == field
