import pytest

from scheduler import errors


def drawn() -> list[tuple[str, str | None]]:
    """(class, parent) as the module's docstring draws them."""
    found: list[tuple[str, str | None]] = []
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        name = line.strip().split(" ")[0]
        if not line.startswith(("SchedulerError", "    ")) or not name:
            continue
        depth = (len(line) - len(line.lstrip())) // 4
        above[depth:] = [name]
        found.append((name, above[depth - 1] if depth else None))
    return found


def defined() -> list[tuple[str, str | None]]:
    classes = [each for each in vars(errors).values() if isinstance(each, type) and each.__module__ == errors.__name__]
    return [(each.__name__, None if each is errors.SchedulerError else each.__bases__[0].__name__) for each in classes]


def test_docstring_draws_the_tree_of_the_classes() -> None:
    assert sorted(drawn(), key=str) == sorted(defined(), key=str)


def test_every_error_says_what_it_means() -> None:
    for name, _ in defined():
        assert getattr(errors, name).__doc__


@pytest.mark.parametrize("kind", [errors.InputError, errors.UnknownReference, errors.TaskCannotFit, errors.UnsupportedFormat])
def test_input_error_is_one_sentence_with_its_path(kind: type[errors.InputError]) -> None:
    error = kind("is missing; add it", "now")
    assert (str(error), error.path, error.message) == ("now: is missing; add it", "now", "is missing; add it")
    assert str(kind("this is not JSON")) == "this is not JSON"
