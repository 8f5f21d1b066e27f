from datetime import UTC, datetime, timedelta

import pytest

from scheduler.demo import demo_problem
from scheduler.model.codec import dump
from scheduler.planning.check import check_problem, check_request
from scheduler.planning.eligible import Eligibility

# Ordinary days, the days before Chuseok and the Korean New Year, a Saturday night, the last day of a year.
NOWS = [
    datetime(2026, 3, 4, 1, 30, tzinfo=UTC),
    datetime(2026, 9, 22, 23, 59, tzinfo=UTC),
    datetime(2027, 2, 4, 8, 0, tzinfo=UTC),
    datetime(2026, 11, 21, 15, 7, tzinfo=UTC),
    datetime(2026, 12, 31, 9, 0, tzinfo=UTC),
]


@pytest.mark.parametrize("now", NOWS)
def test_demo_problem_is_in_order_and_each_request_fits_an_empty_lab(now: datetime) -> None:
    problem = demo_problem(now)
    check_problem(problem)
    eligibility = Eligibility(problem.lab)
    for request in problem.requests:
        check_request(problem.lab, request, problem.now, problem.horizon, eligibility=eligibility)


def test_demo_problem_has_the_promised_size() -> None:
    problem = demo_problem(NOWS[0])
    people = [each for each in problem.lab.resources if each.kind == "person"]
    things = [each for each in problem.lab.resources if each.kind != "person"]
    assert len({site.institute for site in problem.lab.sites}) == 3
    assert len(problem.lab.sites) == 6
    assert len(people) == 59
    assert 40 <= len(things) <= 45
    assert len(problem.requests) == 60
    assert 25 <= len({each.company for each in problem.requests}) <= 43
    assert len({each.id for each in problem.lab.resources}) == len(problem.lab.resources)


def test_demo_problem_depends_on_now_and_seed_only() -> None:
    assert dump(demo_problem(NOWS[0], 3)) == dump(demo_problem(NOWS[0], 3))
    assert demo_problem(NOWS[0], 3).requests != demo_problem(NOWS[0], 4).requests
    assert demo_problem(NOWS[0]).lab != demo_problem(NOWS[0] + timedelta(days=1)).lab


def test_demo_rivals_cannot_both_be_served() -> None:
    problem = demo_problem(NOWS[0])
    rivals = [each for each in problem.requests if each.id.startswith("hast-")]
    chambers = [each for each in problem.lab.resources if any(right.name == "hast-chamber" for right in each.qualifications)]
    work = sum((task.modes[0].duration for each in rivals for task in each.tasks if task.id == "exposure"), timedelta(0))
    assert len(chambers) == 1
    assert all(each.specimens == chambers[0].capacity for each in rivals)
    assert work > max(each.deadline for each in rivals if each.deadline) - problem.now


def test_demo_requests_ask_for_their_methods_whole() -> None:
    # Once the steps of a method came without their order, and evaluations ran before exposures.
    problem = demo_problem(NOWS[0])
    chains = [each for each in problem.requests if len(each.tasks) > 1]
    assert chains
    for request in chains:
        method = next(each for each in problem.lab.methods if each.id == request.tasks[0].method)
        assert (request.precedences, request.links) == (method.precedences, method.links)
        assert len(request.precedences) >= len(request.tasks) - 1
