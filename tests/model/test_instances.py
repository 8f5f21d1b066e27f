"""Old files stay readable: what stands in tests/instances was written once and is never written anew."""

from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.model import codec
from scheduler.model.certificate import Certificate
from scheduler.model.policy import TERM_NAMES
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.scenario import Scenarios
from scheduler.model.schedule import Schedule
from scheduler.model.travel import Travel
from scheduler.planning import apply_scenarios, check_problem, check_request
from scheduler.verify.certificate import check_certificate
from scheduler.verify.verifier import Verifier

INSTANCES = Path(__file__).parents[1] / "instances"


def read(name: str) -> bytes:
    return (INSTANCES / name).read_bytes()


def test_problem_of_version_1_is_read_and_in_order() -> None:
    problem = codec.parse(Problem, read("problem-1.json"))
    check_problem(problem)
    assert [each.id for each in problem.requests] == ["r-001", "r-002", "r-003", "r-004"]
    assert problem.lab.resources[0].id == "염수분무-1"


def test_problem_of_version_1_keeps_its_digest() -> None:
    # A schedule names its problem by digest: a new field must leave the digests of old problems alone.
    problem = codec.parse(Problem, read("problem-1.json"))
    assert codec.digest(problem) == codec.parse(Schedule, read("schedule-1.json")).problem


def test_certificate_of_version_1_is_read_and_holds() -> None:
    problem, certificate = codec.parse(Problem, read("problem-1.json")), codec.parse(Certificate, read("certificate-1.json"))
    assert [each.resource for each in certificate.prices] == [each.id for each in problem.lab.resources[:2]]
    # It may prove more one day, never less.
    assert check_certificate(problem, certificate).holds


def test_schedule_of_version_1_is_read() -> None:
    schedule = codec.parse(Schedule, read("schedule-1.json"))
    assert {each.request for each in schedule.bookings} == {"r-001", "r-003", "r-004"}
    assert [each.code for each in schedule.unserved[0].reasons] == ["capacity", "not_found"]


def test_scenarios_of_version_1_are_read_and_apply() -> None:
    problems = apply_scenarios(codec.parse(Problem, read("problem-1.json")), codec.parse(Scenarios, read("scenarios-1.json")))
    for each in problems:
        check_problem(each)
    assert [len(each.lab.resources) for each in problems] == [6, 7, 5]
    assert len(problems[2].requests) == 6


def test_request_of_version_1_is_read_and_fits() -> None:
    problem = codec.parse(Problem, read("problem-1.json"))
    request = codec.parse(Request, read("request-1.json"))
    assert request == problem.requests[0]
    check_request(problem.lab, request, problem.now, problem.horizon)


def test_problem_of_the_wide_vocabulary_is_read_and_in_order() -> None:
    problem = codec.parse(Problem, read("problem-2.json"))
    check_problem(problem)
    assert {each.name for each in problem.policy.terms} == set(TERM_NAMES)
    oven, salt, kim = (next(each for each in problem.lab.resources if each.id == name) for name in ("oven", "salt", "kim"))
    assert (oven.batch, oven.changeover, oven.initial_recipe, salt.compatible_recipes) == (True, "heat", "85C", (("nss", "aass"),))
    assert (kim.travel, kim.most_a_day) == (Travel(ways="roads", most_a_day=timedelta(hours=5)), 4)
    assert [each.period for each in problem.quotas] == ["week", "month"]


def test_schedule_of_the_wide_vocabulary_answers_its_problem() -> None:
    problem, schedule = codec.parse(Problem, read("problem-2.json")), codec.parse(Schedule, read("schedule-2.json"))
    assert codec.digest(problem) == schedule.problem
    assert [(each.id, each.load) for each in schedule.runs] == [("run-7", 5), ("oven@20260901T120000Z", 3)]
    assert Verifier().violations(problem, schedule) == ()
    # What a plan cost once it costs for ever: the meaning of a term does not change.
    amounts = {each.name: each.amount for each in Verifier().score(problem, schedule)}
    assert amounts == {
        "unserved": 0,
        "tardiness": 0,
        "task_tardiness": 0,
        "late": 0,
        "makespan": 10_800,
        "span": 17_340,
        "flow_time": 20_760,
        "moves": 40,
        "travel": 240,
        "changeover_time": 90,
        "changeover_cost": 6,
        "run_time": 960,
        "people": 7,
        "preferences": 0,
        "quota_excess": 720,
        "worst_off": 0,
    }


FILES = (
    ("problem-1", Problem),
    ("schedule-1", Schedule),
    ("scenarios-1", Scenarios),
    ("request-1", Request),
    ("problem-2", Problem),
    ("schedule-2", Schedule),
)


@pytest.mark.parametrize(("name", "kind"), FILES)
def test_old_files_are_what_we_write_today(name: str, kind: type) -> None:
    data = read(f"{name}.json")
    assert codec.dump_file(codec.parse(kind, data)) == data
