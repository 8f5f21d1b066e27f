from dataclasses import replace
from datetime import timedelta

import pytest

from api.choices import MethodChoice, request_of
from tests.api.labs import small_lab

DAYS = timedelta(hours=72)


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        ("중성 염수분무", "", "중성 염수분무 72시간"),
        ("Salt spray", "", "Salt spray 72 h"),
        ("중성 염수분무", "도금 시편", "도금 시편"),
        ("가" * 299, "", "가" * 299),
    ],
)
def test_request_without_a_name_is_called_after_method_and_duration(method: str, given: str, expected: str) -> None:
    lab = small_lab()
    lab = replace(lab, methods=(replace(lab.methods[0], name=method),))
    choice = MethodChoice(company="hanbit", name=given, method="nss", duration=DAYS)
    assert request_of(lab, choice, "R1").name == expected


def test_method_without_durations_names_the_request_alone() -> None:
    lab = small_lab()
    judge = replace(lab.methods[0], durations=(), steps=lab.methods[0].steps[1:], precedences=())
    made = request_of(replace(lab, methods=(judge,)), MethodChoice(company="hanbit", method="nss"), "R1")
    assert made.name == "중성 염수분무"
