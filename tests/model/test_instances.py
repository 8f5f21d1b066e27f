"""Old files stay readable: what stands in tests/instances was written once and is never written anew."""

from pathlib import Path

from scheduler.model import codec
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.scenario import Scenarios
from scheduler.model.schedule import Schedule
from scheduler.planning import apply_scenarios, check_problem, check_request

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


def test_files_of_version_1_are_what_we_write_today() -> None:
    for name, kind in (("problem", Problem), ("schedule", Schedule), ("scenarios", Scenarios), ("request", Request)):
        data = read(f"{name}-1.json")
        assert codec.dump_file(codec.parse(kind, data)) == data
