from dataclasses import replace

import pytest

from scheduler.errors import InputError
from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition
from scheduler.model.lab import Lab
from scheduler.model.request import Request
from scheduler.planning import check_problem, check_request
from tests.planning.small import HORIZON, NOW, chamber, in_chamber, lab_with, one_task, problem


def lab(*pairs: str, otherwise: bool = False, initial: str | None = None) -> Lab:
    """A chamber `oven` with the transitions `"a>b"`."""
    transitions = tuple(Transition(before=before, after=after) for before, after in (pair.split(">") for pair in pairs))
    changeover = Changeover(id="heat", transitions=transitions, otherwise=Otherwise() if otherwise else None)
    oven = chamber("oven", "ansan", capacity=1, changeover="heat", initial_recipe=initial)
    return lab_with(oven, replace(oven, id="spare", initial_recipe=None, recipes=("z",)), changeovers=(Changeover(id="other"), changeover))


def asks(*recipes: str) -> tuple[Request, ...]:
    return tuple(one_task(in_chamber("oven", recipe), name=f"r{number}") for number, recipe in enumerate(recipes))


def test_a_matrix_without_a_hole_passes() -> None:
    check_problem(problem(*asks("a", "b", "a"), lab=lab("a>b", "b>a", initial="a")))
    check_problem(problem(*asks("a", "b", "c"), lab=lab("a>b", otherwise=True)))
    check_problem(problem(*asks("a"), lab=lab()))


@pytest.mark.parametrize(
    ("of", "recipes", "hole"),
    [
        (lab("a>b"), "ab", ("b", "a")),
        (lab("b>a"), "ab", ("a", "b")),
        (lab("a>b", "b>a"), "abc", ("a", "c")),
        (lab("a>b", "b>a", initial="cold"), "ab", ("cold", "a")),
        (lab(initial="cold"), "a", ("cold", "a")),
    ],
)
def test_a_hole_is_refused_where_it_is(of: Lab, recipes: str, hole: tuple[str, str]) -> None:
    with pytest.raises(InputError) as caught:
        check_problem(problem(*asks(*recipes), lab=of))
    assert caught.value.path == "lab.changeovers[1].transitions"
    assert (
        caught.value.message
        == f"nothing says what lies between a use with recipe {hole[0]!r} and one with {hole[1]!r} on oven; add the transition, or `otherwise`"
    )


def test_one_request_is_checked_against_the_recipes_that_the_matrix_names() -> None:
    known = lab("a>b", "b>a")
    check_request(known, asks("a")[0], NOW, HORIZON)
    with pytest.raises(InputError, match=r"^lab\.changeovers\[1\]\.transitions: nothing says .* 'c' and one with 'a' on oven"):
        check_request(known, asks("c")[0], NOW, HORIZON)


def test_recipes_that_never_meet_need_no_transition() -> None:
    # `spare` holds z only, so a and z are never on one chamber.
    elsewhere = one_task(in_chamber("spare", "z"), name="x")
    check_problem(problem(*asks("a"), elsewhere, lab=lab()))


def test_who_may_take_a_resource_with_a_changeover_needs_a_recipe() -> None:
    with pytest.raises(InputError, match=r"^requests\[0\]\.tasks\[0\]\.modes\[0\]\.requirements\[0\]\.recipe: oven is changed over between recipes"):
        check_problem(problem(one_task(in_chamber("oven")), lab=lab()))


def test_a_recipe_that_no_resource_of_the_changeover_holds_is_a_slip() -> None:
    def heated(*cleaned: str, recipes: tuple[str, ...] = ("dry", "damp"), initial: str | None = None) -> Lab:
        cleaning = tuple(Cleaning(recipe=each, cost=1) for each in cleaned)
        changeover = Changeover(id="heat", transitions=(Transition(before="off", after="dry"),), otherwise=Otherwise(), cleaning=cleaning)
        return lab_with(chamber("oven", "ansan", capacity=1, changeover="heat", initial_recipe=initial, recipes=recipes), changeovers=(changeover,))

    check_problem(problem(*asks("dry"), lab=heated("damp", initial="off")))
    # A resource that does not say what it holds may hold anything.
    check_problem(problem(*asks("dry"), lab=heated("dampp", recipes=())))
    with pytest.raises(InputError, match="no resource with this changeover holds the recipe 'dampp'; did you mean 'damp'") as caught:
        check_problem(problem(*asks("dry"), lab=heated("damp", "dampp", initial="off")))
    assert caught.value.path == "lab.changeovers[0].cleaning[1].recipe"
    with pytest.raises(InputError, match="the recipe 'off'") as caught:
        check_problem(problem(*asks("dry"), lab=heated("damp")))
    assert caught.value.path == "lab.changeovers[0].transitions[0].before"
