from datetime import timedelta

import pytest

from scheduler.model.text import did_you_mean, duration_text, list_text, nearest


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(hours=72), "72 h"),
        (timedelta(hours=1, minutes=30), "1 h 30 min"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(0), "0 min"),
        (timedelta(hours=-1), "minus 1 h"),
        (timedelta(days=56), "1344 h"),
    ],
)
def test_duration_text_is_what_people_write(length: timedelta, text: str) -> None:
    assert duration_text(length) == text


def test_list_text_says_how_many_it_left_off() -> None:
    assert list_text("abc") == "a, b, c"
    assert list_text("abcdefg", most=3) == "a, b, c and 4 more"


def test_nearest_finds_a_typo_whatever_the_case() -> None:
    assert nearest("Durration", ["duration", "demand"]) == "duration"
    assert nearest("xyz", ["duration", "demand"]) is None


def test_did_you_mean_is_silent_without_a_near_name() -> None:
    assert did_you_mean("salt-3", ["salt-1", "emc"]) == "; did you mean 'salt-1'?"
    assert did_you_mean("xyz", ["salt-1"]) == ""
