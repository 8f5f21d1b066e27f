from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.public.statement import at
from benchmarks.public.tlsps import answer, read
from scheduler.errors import InputError
from scheduler.model.policy import TermName
from scheduler.model.problem import Problem
from scheduler.model.request import Task
from scheduler.planning.check import check_problem
from scheduler.verify.verifier import Verifier
from tests.benchmarks.public.build import booking, result

TEXT = """horizon(20).
project(1). project(2). project(3).
employee(1). employee(2). employee(3).
workbench(1). workbench(2).
equipment(1). group(1,1).
equipment(2). group(2,1).
equipment(3). group(3,2).
mode(1). mode(2). mode(3).
requiredEmployees(1,2). requiredEmployees(2,1). requiredEmployees(3,0).

job(1). projectAssignment(1,1). durationInMode(1,1,4). durationInMode(1,2,6). modeAvailable(1,1). modeAvailable(1,2).
release(1,0). due(1,5). deadline(1,18).
workbenchRequired(1). workbenchAvailable(1,1). workbenchAvailable(1,2).
requiredEquipment(1,1,2). requiredEquipment(1,2,0). equipmentAvailable(1,1). equipmentAvailable(1,2). equipmentAvailable(1,3).
employeeAvailable(1,1). employeeAvailable(1,2). employeePreferred(1,1).

job(2). projectAssignment(2,1). durationInMode(2,1,3). modeAvailable(2,1).
release(2,2). due(2,20). deadline(2,20).
employeeAvailable(2,1). employeeAvailable(2,2). employeeAvailable(2,3).
precedence(2,1). linked(1,2).

job(3). projectAssignment(3,2). durationInMode(3,3,5). modeAvailable(3,3).
release(3,0). due(3,20). deadline(3,20).
started(3).
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.lp"
    file.write_text(TEXT, encoding="utf-8")
    return file


def tasks_of(problem: Problem) -> dict[str, Task]:
    return {task.id: task for request in problem.requests for task in request.tasks}


def test_read_states_projects_as_requests_and_jobs_as_tasks(path: Path) -> None:
    problem = read(path)
    check_problem(problem)
    assert problem.horizon.end == at(20)
    # Project 3 has no job.
    assert [(each.id, [task.id for task in each.tasks]) for each in problem.requests] == [("p1", ["j1", "j2"]), ("p2", ["j3"])]
    assert [(each.before, each.after) for each in problem.requests[0].precedences] == [("j1", "j2")]
    assert [(each.kind, each.tasks) for each in problem.requests[0].links] == [("same_people", ("j1", "j2"))]
    first = tasks_of(problem)["j1"]
    assert (first.release, first.due, first.deadline) == (at(0), at(5), at(18))
    assert {mode.id: mode.duration for mode in first.modes} == {"m1": timedelta(minutes=4), "m2": timedelta(minutes=6)}


def test_read_states_employees_benches_and_units_as_requirements(path: Path) -> None:
    first = tasks_of(read(path))["j1"].modes[0]
    assert [(each.id, each.count, each.select.ids, each.preferred) for each in first.requirements] == [
        ("people", 2, ("e1", "e2"), ("e1",)),
        ("workbench", 1, ("w1", "w2"), ()),
        ("group1", 2, ("u1", "u2"), ()),
    ]


def test_of_a_job_without_preferred_employees_each_counts(path: Path) -> None:
    second = tasks_of(read(path))["j2"].modes[0].requirements[0]
    assert not set(second.preferred) & set(second.select.ids)
    assert second.preferred


def test_a_job_that_takes_nothing_is_served_by_nobody_however_many_there_are(path: Path) -> None:
    problem = read(path)
    third = tasks_of(problem)["j3"].modes[0].requirements
    assert [each.select.ids for each in third] == [("nobody",)]
    assert next(each.capacity for each in problem.lab.resources if each.id == "nobody") == 3


def test_a_begun_job_has_the_deadline_of_its_length(path: Path) -> None:
    third = tasks_of(read(path))["j3"]
    assert (third.release, third.deadline) == (at(0), at(5))


@pytest.mark.parametrize(("start", "is_clean"), [(0, True), (1, False)])
def test_a_begun_job_with_modes_of_unlike_lengths_begins_at_0_too(path: Path, start: int, is_clean: bool) -> None:
    path.write_text(TEXT + "durationInMode(3,2,9). modeAvailable(3,2). employeeAvailable(3,3).", encoding="utf-8")
    problem = read(path)
    check_problem(problem)
    plan = result(booking("p2", "j3", start, start + 5, mode="m3", nobody=("nobody",), begun=("begun",)), objective=0, bound=0, unserved=("p1",)).schedule
    assert plan is not None
    assert (Verifier().violations(problem, plan) == ()) == is_clean


def test_linked_jobs_make_one_link_for_all_that_hang_together(path: Path) -> None:
    def job(number: int) -> str:
        return (
            f"job({number}). projectAssignment({number},1). durationInMode({number},2,1). modeAvailable({number},2). "
            f"release({number},0). due({number},9). deadline({number},9). employeeAvailable({number},1).\n"
        )

    path.write_text(TEXT + job(4) + job(5) + job(6) + job(7) + "linked(4,2). linked(5,6). linked(6,5).", encoding="utf-8")
    assert [each.tasks for each in read(path).requests[0].links] == [("j1", "j2", "j4"), ("j5", "j6")]


def cost_by_definition(jobs: dict[str, dict[str, object]]) -> int:
    """The authors' S2 to S5 for the instance above, written down once more."""
    length = {("1", 1): 4, ("1", 2): 6, ("2", 1): 3, ("3", 3): 5}
    preferred = {"1": {1}, "2": set(), "3": set()}
    due = {"1": 5, "2": 20, "3": 20}
    start = {j: int(str(a["start"])) for j, a in jobs.items()}
    end = {j: start[j] + length[j, int(str(a["mode"]))] for j, a in jobs.items()}
    people: dict[str, set[int]] = {j: set(a["employees"]) for j, a in jobs.items()}  # type: ignore[call-overload]
    s2 = sum(len(people[j] - preferred[j]) for j in jobs)
    s3 = len(people["1"] | people["2"]) + len(people["3"])
    s4 = sum(max(0, end[j] - due[j]) for j in jobs)
    s5 = max(end["1"], end["2"]) - min(start["1"], start["2"]) + end["3"] - start["3"]
    return s2 + s3 + s4 + s5


def test_answer_tells_the_plan_and_its_cost_by_the_definition(path: Path) -> None:
    problem = read(path)
    plan = (
        booking("p1", "j1", 2, 6, mode="m1", people=("e1", "e2"), workbench=("w2",), group1=("u2", "u1")),
        booking("p1", "j2", 7, 10, mode="m1", people=("e2", "e1")),
        booking("p2", "j3", 0, 5, mode="m3", nobody=("nobody",)),
    )
    # One and two not preferred, two people, one minute late, from 2 to 10 and from 0 to 5.
    found = result(*plan, objective=19, bound=12)
    said = answer(problem, found, TEXT)
    assert said["jobs"] == {
        "1": {"start": 2, "mode": 1, "workbench": 2, "employees": [1, 2], "equipment": [1, 2]},
        "2": {"start": 7, "mode": 1, "workbench": None, "employees": [1, 2], "equipment": []},
        "3": {"start": 0, "mode": 3, "workbench": None, "employees": [], "equipment": []},
    }
    assert said["objective"] == cost_by_definition(said["jobs"]) == 19
    assert said["bound"] == 12
    assert found.schedule is not None
    assert Verifier().violations(problem, found.schedule) == ()


def test_terms_are_those_of_the_definition_one_each(path: Path) -> None:
    weights: dict[TermName, int] = {each.name: each.weight for each in read(path).policy.terms}
    assert weights.pop("unserved") > 1_000_000
    assert weights == {"preferences": 1, "people": 1, "task_tardiness": 1, "span": 1}
    assert {each.weight for each in read(path).requests} == {1}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: "% nothing", r"has no job"),
        (lambda text: text.replace("release(2,2).", ""), r"has no release\(2,"),
        (lambda text: text.replace("durationInMode(2,1,3).", ""), r"has no durationInMode\(2,1,T\)"),
        (lambda text: text + "precedence(3,1).", r"precedence\(3,1\) ties two projects"),
        (lambda text: text + "linked(9,1).", r"linked\(9,1\) names a job that is not there"),
        (lambda text: text.replace("requiredEquipment(1,1,2)", "requiredEquipment(1,1,3)"), r"takes 3 of equipment group 1, but 2"),
        (lambda text: text.replace("workbenchAvailable(1,1). workbenchAvailable(1,2).", ""), r"job 1 takes a workbench"),
        (lambda text: text.replace("employeeAvailable(2,1). employeeAvailable(2,2). ", ""), r"job 2 has no mode with as many employees"),
    ],
)
def test_read_refuses_with_one_sentence_and_the_path(path: Path, change: Callable[[str], str], why: str) -> None:
    path.write_text(change(TEXT), encoding="utf-8")
    with pytest.raises(InputError, match=why) as refusal:
        read(path)
    assert str(refusal.value).startswith(f"{path}: ")
