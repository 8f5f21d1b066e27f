from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from benchmarks.generator import generate
from benchmarks.generator.sizes import SIZES
from scheduler.model.codec import MAX_BYTES, dump, parse
from scheduler.model.problem import Problem
from scheduler.planning.check import check_problem, check_request
from scheduler.planning.eligible import Eligibility

SMALL = ("lab", "institute")
_KEPT: dict[tuple[str, int], Problem] = {}


def _problem(size: str, seed: int = 1) -> Problem:
    if (size, seed) not in _KEPT:
        _KEPT[size, seed] = generate(size, seed)
    return _KEPT[size, seed]


def _pieces(problem: Problem) -> list[str]:
    return [each.id for each in problem.lab.resources if each.kind != "person" and not each.id.endswith(".room")]


def _loads(problem: Problem, weeks: float) -> dict[str, float]:
    """By family: what is asked of its equipment, as a share of what it could do in `weeks` without a pause."""
    hours: dict[str, float] = defaultdict(float)
    for request in problem.requests:
        for task in request.tasks:
            for requirement in task.modes[0].requirements:
                if requirement.id == "place" and requirement.select.qualification:
                    hours[requirement.select.qualification] += task.modes[0].duration / timedelta(hours=1) * requirement.demand
    units: Counter[str] = Counter()
    for resource in problem.lab.resources:
        if resource.qualifications and resource.kind != "person":
            units[resource.qualifications[0].name] += resource.capacity
    return {family: hours[family] / units[family] / (weeks * 168) for family in hours}


@pytest.mark.parametrize("size", SMALL)
def test_generate_gives_equal_bytes_for_equal_seeds_only(size: str) -> None:
    assert dump(generate(size, 5)) == dump(_problem(size, 5))
    assert dump(_problem(size, 5)) != dump(_problem(size, 6))


@pytest.mark.parametrize("size", [*SMALL, "month"])
def test_generate_makes_as_many_as_promised(size: str) -> None:
    problem, shape = _problem(size), SIZES[size]
    assert len(problem.requests) == shape.requests
    assert len(problem.lab.sites) == shape.sites
    assert len({site.institute for site in problem.lab.sites}) == shape.institutes
    assert len(_pieces(problem)) == shape.instruments
    assert sum(1 for each in problem.lab.resources if each.kind == "person") == shape.people


@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_generate_makes_problems_that_are_in_order(size: str, seed: int) -> None:
    problem = _problem(size, seed)
    check_problem(problem)
    assert parse(Problem, dump(problem)) == problem
    assert len({each.id for each in problem.lab.resources}) == len(problem.lab.resources)
    assert len({each.id for each in problem.requests}) == len(problem.requests)


@pytest.mark.parametrize(("size", "every"), [("lab", 1), ("institute", 8)])
def test_generate_makes_requests_that_fit_an_empty_lab(size: str, every: int) -> None:
    problem = _problem(size)
    eligibility = Eligibility(problem.lab)
    for request in problem.requests[::every]:
        check_request(problem.lab, request, problem.now, problem.horizon, eligibility=eligibility)


def test_generate_mixes_tests_and_advice() -> None:
    problem = _problem("institute")
    tests = sum(1 for each in problem.requests if any(task.id == "test" for task in each.tasks))
    assert 0.63 <= tests / len(problem.requests) <= 0.77
    joint = [each for each in problem.requests if any(need.id == "coordinator" for task in each.tasks for need in task.modes[0].requirements)]
    assert 5 <= len(joint) <= 40
    assert any(task.place == "anywhere" for each in problem.requests for task in each.tasks)


def test_generate_skews_popularity() -> None:
    asked = Counter(each.name.rsplit(" ", 1)[0] for each in _problem("institute").requests)
    top = sum(count for _, count in asked.most_common(len(asked) // 5))
    assert top >= 0.45 * len(_problem("institute").requests)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_generate_makes_few_families_nearly_full_and_most_not(seed: int) -> None:
    loads = sorted(_loads(_problem("institute", seed), SIZES["institute"].arrival_weeks).values(), reverse=True)
    assert 0.75 <= loads[0] <= 1.4
    assert loads[1] >= 0.6
    assert loads[len(loads) // 2] <= 0.5


def test_generate_stays_inside_horizon_and_order_of_dates() -> None:
    problem = _problem("institute")
    for request in problem.requests:
        assert request.release is not None
        assert request.due is not None
        assert problem.now <= request.release < request.due < problem.horizon.end
        assert request.deadline is None or request.due < request.deadline < problem.horizon.end
        assert 1 <= request.weight <= 20


def test_generate_shares_equal_selects_between_requests() -> None:
    problem = _problem("institute")
    selects = [need.select for request in problem.requests for task in request.tasks for need in task.modes[0].requirements]
    assert len({id(each) for each in selects}) == len(set(selects))
    assert all(not each.ids for each in selects)
    assert len(set(selects)) < len(selects) / 3


def test_generate_lets_some_rights_expire_but_never_the_last_of_its_kind() -> None:
    problem = _problem("institute")
    rights: dict[tuple[str | None, str], list[bool]] = defaultdict(list)
    for resource in problem.lab.resources:
        for right in resource.qualifications:
            rights[resource.site, right.name].append(right.valid_until is not None)
    assert any(any(each) for each in rights.values())
    operators = {key: each for key, each in rights.items() if key[1].startswith("op.")}
    assert not any(all(each) for each in operators.values())


def test_generate_writes_a_month_within_the_limit_of_one_file() -> None:
    # A year is twelve times a month; it must stay readable without raising the limit.
    assert len(dump(_problem("month"))) * 12 < MAX_BYTES
