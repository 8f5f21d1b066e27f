"""Whether every changeover says what lies between the recipes that can meet on one resource."""

from collections.abc import Iterable

from scheduler.errors import InputError
from scheduler.model.changeover import Changeover, Matrix
from scheduler.model.lab import Lab, Resource
from scheduler.planning.request_check import RequestCheck


def check_changeovers(lab: Lab, checker: RequestCheck, *, known: bool = False, path: str = "lab") -> None:
    """Every ordered pair of unlike recipes that the modes `checker` has seen could bring to one resource, from its first state on, has a transition.

    `known`: the recipes that the changeover itself names count as brought, so that one request can
    be checked without the others. Raises: InputError with the path of the changeover.
    """
    changeovers = {each.id: (index, each) for index, each in enumerate(lab.changeovers)}
    if not changeovers or all(each.changeover is None for each in lab.resources):
        return
    brought: dict[int, dict[str, None]] = {}
    for requirement in dict.fromkeys(each for mode in checker.modes_seen() for each in mode.requirements):
        if requirement.recipe is not None:
            for position in checker.capable(requirement):
                if lab.resources[position].changeover is not None:
                    brought.setdefault(position, {})[requirement.recipe] = None
    seen: set[tuple[str, str | None, frozenset[str]]] = set()
    for position, recipes in brought.items():
        resource = lab.resources[position]
        index, changeover = changeovers[str(resource.changeover)]
        names = {**recipes, **dict.fromkeys(_named(changeover))} if known else recipes
        key = (changeover.id, resource.initial_recipe, frozenset(names))
        if key in seen:
            continue  # chambers of one kind
        seen.add(key)
        hole = _hole(changeover, resource, list(recipes), list(names))
        if hole is not None:
            raise InputError(
                f"nothing says what lies between a use with recipe {hole[0]!r} and one with {hole[1]!r} on {resource.id}; add the transition, or `otherwise`",
                f"{path}.changeovers[{index}].transitions",
            )


def _named(changeover: Changeover) -> Iterable[str]:
    for each in changeover.transitions:
        yield each.before
        yield each.after


def _hole(changeover: Changeover, resource: Resource, recipes: list[str], others: list[str]) -> tuple[str, str] | None:
    pairs = [] if resource.initial_recipe is None else [(resource.initial_recipe, each) for each in recipes]
    pairs += [pair for each in recipes for other in others for pair in ((each, other), (other, each))]
    matrix = Matrix(changeover)
    return next((pair for pair in pairs if pair[0] != pair[1] and matrix.transition(*pair) is None), None)
