from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.public.osp import answer, parse, read
from benchmarks.public.statement import at
from scheduler.errors import InputError
from scheduler.model.calendar import open_windows
from scheduler.model.changeover import transition
from scheduler.model.problem import Problem
from scheduler.model.window import window
from scheduler.planning.check import check_problem
from tests.benchmarks.public.build import batch, booking, result

TEXT = """l=40;
a=2;
setup_costs=[|1,3,
|5,0,
|0,0|];
setup_times=[|2,4,
|1,0,
|0,0|];
m=2;
min_cap=[0,0];
max_cap=[10,8];
initState=[2,1];
s=2;
m_a_s = [|3,20,
|0,5|];
m_a_e = [|15,40,
|0,30|];
n=3;
eligible_machine = [{1},
{2,1},
{2}];
earliest_start=[4,0,2];
latest_end=[9,30,12];
min_time=[5,3,4];
max_time=[5,8,4];
size=[6,4,8];
attribute=[1,1,2];
upper_bound_integer_objective=25200;
mult_factor_total_runtime=4;
mult_factor_finished_toolate=100;
mult_factor_total_setuptimes=0;
mult_factor_total_setupcosts=2;
"""

TOUCHING = TEXT.replace("|3,20,", "|3,15,")
"""The first oven's two intervals touch at 15."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.dzn"
    file.write_text(TEXT, encoding="utf-8")
    return file


def openings(problem: Problem) -> list[list[tuple[int, int]]]:
    """Openings of each oven in minutes."""
    minute = timedelta(minutes=1)
    calendars = {each.id: open_windows(each, problem.horizon) for each in problem.lab.calendars}
    return [[((w.start - at(0)) // minute, (w.end - at(0)) // minute) for w in calendars[each.calendar]] for each in problem.lab.resources]


def test_read_states_ovens_as_batch_resources(path: Path) -> None:
    problem = read(path)
    check_problem(problem)
    assert problem.horizon == window(at(0), at(40))
    assert [(each.id, each.capacity, each.batch, each.initial_recipe) for each in problem.lab.resources] == [("o1", 10, True, "a2"), ("o2", 8, True, "a1")]
    assert openings(problem) == [[(3, 15), (20, 40)], [(5, 30)]]


def test_read_states_set_up_as_a_changeover_from_like_to_like_too(path: Path) -> None:
    (changeover,) = read(path).lab.changeovers
    assert changeover.within_opening
    found = {(before, after): transition(changeover, before, after) for before in ("a1", "a2") for after in ("a1", "a2")}
    minutes = {pair: (time.total_seconds() / 60, cost) for pair, said in found.items() if said is not None for time, cost in [said]}
    assert minutes == {("a1", "a1"): (2, 1), ("a1", "a2"): (4, 3), ("a2", "a1"): (1, 5), ("a2", "a2"): (0, 0)}


def test_read_states_a_job_as_a_request_with_one_task(path: Path) -> None:
    second = read(path).requests[1]
    assert (second.id, second.release, second.due, second.deadline) == ("j2", at(0), at(30), None)
    (mode,) = second.tasks[0].modes
    assert (mode.duration, mode.max_duration) == (timedelta(minutes=3), timedelta(minutes=8))
    (oven,) = mode.requirements
    assert (oven.select.ids, oven.demand, oven.recipe) == (("o1", "o2"), 4, "a1")


def test_weights_are_those_of_the_file_and_no_plan_pays_for_a_job_left_out(path: Path) -> None:
    problem = read(path)
    weights = {each.name: each.weight for each in problem.policy.terms}
    # 4 x (5 + 3 + 4) minutes, three jobs late, three times the dearest set-up.
    assert weights == {"unserved": 4 * 12 + 300 + 2 * 3 * 5 + 1, "run_time": 4, "late": 100, "changeover_cost": 2}
    path.write_text(TEXT.replace("toolate=100;", "toolate=900000000;"), encoding="utf-8")
    heavy = read(path)
    unserved = next(each.weight for each in heavy.policy.terms if each.name == "unserved")
    assert {each.weight * unserved > 2_700_000_000 for each in heavy.requests} == {True}


def test_answer_tells_batches_and_their_cost(path: Path) -> None:
    plan = (
        booking("j1", "job", 5, 10, run="r1", oven=("o1",)),
        booking("j2", "job", 5, 10, run="r1", oven=("o1",)),
        booking("j3", "job", 9, 13, run="r2", oven=("o2",)),
    )
    runs = (batch("r1", "o1", 5, 10, 10), batch("r2", "o2", 9, 13, 8))
    # 4 x (5 + 4) minutes; j1 and j3 are late; set-ups 2 to 1 for 5 and 1 to 2 for 3.
    said = answer(read(path), result(*plan, runs=runs, objective=36 + 200 + 16, bound=101), TEXT)
    assert (said["objective"], said["bound"]) == (252, 101)
    assert said["batches"] == [{"oven": 1, "start": 5, "jobs": [1, 2]}, {"oven": 2, "start": 9, "jobs": [3]}]


def test_intervals_that_touch_stay_apart(path: Path) -> None:
    path.write_text(TOUCHING, encoding="utf-8")
    problem = read(path)
    check_problem(problem)
    # Two minutes a step; the earlier of the two begins and ends a minute ahead.
    assert openings(problem) == [[(5, 29), (30, 80)], [(10, 60)]]
    assert parse(TEXT).grid.step == 1


def test_where_intervals_touch_steps_are_known_by_rounding_up_and_costs_are_halved(path: Path) -> None:
    path.write_text(TOUCHING, encoding="utf-8")
    problem = read(path)
    mode = problem.requests[0].tasks[0].modes[0]
    assert (problem.requests[0].release, problem.requests[0].due) == (at(7), at(18))
    assert (mode.duration, mode.max_duration) == (timedelta(minutes=10), timedelta(minutes=10))
    plan = (
        booking("j1", "job", 19, 29, run="r1", oven=("o1",)),
        booking("j2", "job", 19, 29, run="r1", oven=("o1",)),
        booking("j3", "job", 18, 26, run="r2", oven=("o2",)),
    )
    runs = (batch("r1", "o1", 19, 29, 10), batch("r2", "o2", 18, 26, 8))
    said = answer(problem, result(*plan, runs=runs, objective=2 * 252, bound=201), TOUCHING)
    # The first batch ends with its interval, at 15.
    assert said["batches"] == [{"oven": 1, "start": 10, "jobs": [1, 2]}, {"oven": 2, "start": 9, "jobs": [3]}]
    assert (said["objective"], said["bound"]) == (252, 101)
    weights = {each.name: each.weight for each in problem.policy.terms}
    assert (weights["run_time"], weights["late"], weights["changeover_cost"]) == (4, 200, 4)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: "nothing", "has no n = "),
        (lambda text: text.replace("n=3;", "n=x;"), "n is not a whole number: x"),
        (lambda text: text.replace("n=3;", "n=4;"), "eligible_machine does not name ovens from 1 to 2 for 4 jobs"),
        (lambda text: text.replace("{1},", "{7},"), "eligible_machine does not name ovens"),
        (lambda text: text.replace("size=[6,4,8]", "size=[6,4]"), "size is not a list of 3 numbers"),
        (lambda text: text.replace("size=[6,4,8]", "size=[6,4"), "size is not a list of numbers"),
        (lambda text: text.replace("min_cap=[0,0]", "min_cap=[0,1]"), "min_cap is not 0"),
        (lambda text: text.replace("|5,0,\n|0,0|];\nsetup_times", "|];\nsetup_times"), "setup_costs has not 2 rows"),
        (lambda text: text.replace("|5,0,\n|0,0|];\nsetup_times", "|5,x|];\nsetup_times"), "setup_costs is not a matrix"),
        (lambda text: text.replace("|3,20,", "|3,14,"), "two intervals of oven 1 overlap"),
        (lambda text: text.replace("|15,40,", "|0,0,").replace("|0,30|", "|0,0|"), "no oven is ever available"),
        (lambda text: text.replace("min_time=[5,", "min_time=[0,"), "duration"),
    ],
)
def test_read_refuses_with_one_sentence_and_the_path(path: Path, change: Callable[[str], str], why: str) -> None:
    path.write_text(change(TEXT), encoding="utf-8")
    with pytest.raises(InputError, match=why) as refusal:
        read(path)
    assert str(refusal.value).startswith(f"{path}: ")
