from datetime import timedelta
from time import monotonic

import pytest
from pydantic import ValidationError

from scheduler.model.changeover import Changeover, Cleaning, Matrix, Otherwise, Transition, transition

HOUR = timedelta(hours=1)
ZERO = timedelta(0)


def test_transition_is_that_of_the_matrix_else_otherwise_else_a_hole() -> None:
    listed = (Transition(before="a", after="b", time=2 * HOUR, cost=3),)
    holed, whole = Changeover(id="x", transitions=listed), Changeover(id="x", transitions=listed, otherwise=Otherwise(time=HOUR, cost=1))
    assert transition(holed, "a", "b") == (2 * HOUR, 3)
    assert transition(holed, "b", "a") is None
    assert transition(whole, "b", "a") == (HOUR, 1)


def test_like_after_like_costs_nothing_unless_listed() -> None:
    assert transition(Changeover(id="x", otherwise=Otherwise(time=HOUR)), "a", "a") == (ZERO, 0)
    assert transition(Changeover(id="x", transitions=(Transition(before="a", after="a", time=HOUR),)), "a", "a") == (HOUR, 0)


def test_cleaning_is_added_after_its_recipe_whatever_follows() -> None:
    made = Changeover(id="x", otherwise=Otherwise(time=HOUR, cost=1), cleaning=(Cleaning(recipe="a", time=2 * HOUR, cost=5),))
    assert transition(made, "a", "b") == (3 * HOUR, 6)
    assert transition(made, "a", "a") == (2 * HOUR, 5)
    assert transition(made, "b", "a") == (HOUR, 1)


def test_a_pair_or_a_recipe_given_twice_is_refused() -> None:
    both = (Transition(before="a", after="b"), Transition(before="b", after="a"))
    assert Changeover(id="x", transitions=both).transitions == both
    with pytest.raises(ValidationError, match=r"transitions\[2\]: from 'a' to 'b' is given twice"):
        Changeover(id="x", transitions=(*both, Transition(before="a", after="b", time=HOUR)))
    with pytest.raises(ValidationError, match=r"cleaning\[1\].recipe: 'a' is given twice"):
        Changeover(id="x", cleaning=(Cleaning(recipe="a"),) * 2)


def test_a_large_matrix_is_asked_and_checked_in_no_time() -> None:
    listed = tuple(Transition(before=f"r{a}", after=f"r{b}", cost=a) for a in range(120) for b in range(120) if a != b)
    since = monotonic()
    matrix = Matrix(Changeover(id="x", transitions=listed))
    found = [matrix.transition(f"r{a}", f"r{b}") for a in range(120) for b in range(120)]
    with pytest.raises(ValidationError, match=r"transitions\[14280\]: from 'r119' to 'r118' is given twice"):
        Changeover(id="x", transitions=(*listed, listed[-1]))
    assert found[1:3] == [(ZERO, 0), (ZERO, 0)]
    assert found[120] == (ZERO, 1)
    # Looking through the list for each pair takes half a minute.
    assert monotonic() - since < 5
