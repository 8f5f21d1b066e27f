from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.public.csplib073 import answer, parse, plain_makespan, read
from benchmarks.public.statement import CostsDiffer, at, minute_of
from scheduler.errors import InputError
from scheduler.model.request import Select
from scheduler.planning.check import check_problem
from tests.benchmarks.public.build import booking, result

TEXT = """%% a comment
test( 't1', 4, [], [], 'fam1', 1 ).
test( 't2', 3, ['m2'], ['r1'], 'fam1', 1 ).
test( 't3', 2, [], ['r1'], 'fam1', 1 ).

embedded_board( 'm1').
embedded_board( 'm2').
testsetup( 'fam1', 0 ).
resource( 'r1', 1).
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.pl"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_read_states_machines_and_resources_as_requirements(path: Path) -> None:
    problem = read(path)
    check_problem(problem)
    assert [(each.id, each.capacity) for each in problem.lab.resources] == [("m1", 1), ("m2", 1), ("r1", 1)]
    modes = {each.id: each.tasks[0].modes[0] for each in problem.requests}
    assert {name: mode.duration for name, mode in modes.items()} == {name: timedelta(minutes=m) for name, m in (("t1", 4), ("t2", 3), ("t3", 2))}
    assert [each.select for each in modes["t1"].requirements] == [Select(ids=("m1", "m2"))]
    assert [each.select for each in modes["t2"].requirements] == [Select(ids=("m2",)), Select(ids=("r1",))]
    assert {each.name: each.weight for each in problem.policy.terms}["makespan"] == 1


def test_the_horizon_has_room_for_a_plan_made_without_thought(path: Path) -> None:
    # t1 on m1 0-4, t2 on m2 0-3, t3 on m2 behind it 3-5.
    assert plain_makespan(parse(TEXT)) == 5
    assert minute_of(read(path).horizon.end) == 7
    unserved = next(each.weight for each in read(path).policy.terms if each.name == "unserved")
    assert unserved > minute_of(read(path).horizon.end)


def test_answer_has_starts_machines_and_the_makespan(path: Path) -> None:
    plan = (
        booking("t1", "test", 0, 4, machine=("m1",)),
        booking("t2", "test", 2, 5, machine=("m2",), needs_r1=("r1",)),
        booking("t3", "test", 0, 2, machine=("m2",), needs_r1=("r1",)),
    )
    said = answer(read(path), result(*plan, objective=5, bound=4), TEXT)
    assert said == {
        "status": "feasible",
        "objective": 5,
        "bound": 4,
        "seconds": 2.5,
        "tests": {"t1": {"start": 0, "machine": "m1"}, "t2": {"start": 2, "machine": "m2"}, "t3": {"start": 0, "machine": "m2"}},
    }
    with pytest.raises(CostsDiffer, match="objective is 6, the benchmark's definition gives 5"):
        answer(read(path), result(*plan, objective=6, bound=4), TEXT)


def test_answer_of_a_plan_that_leaves_something_out_is_partial(path: Path) -> None:
    plan = result(booking("t1", "test", 0, 4, machine=("m1",)), objective=20, bound=4, unserved=("t2", "t3"))
    said = answer(read(path), plan, TEXT)
    assert (said["status"], said["objective"], said["unserved"], list(said["tests"])) == ("partial", None, 2, ["t1"])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("test(", "task(", "no test"),
        ("['m2']", "['m9']", "test 't2' names 'm9'"),
        ("'r1', 1)", "'r1', 2)", "resource 'r1' is there more than once"),
        ("'t1', 4", "'t1', 0", "duration"),
    ],
)
def test_read_refuses_with_one_sentence_and_the_path(path: Path, old: str, new: str, why: str) -> None:
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=why) as refusal:
        read(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)


def test_read_refuses_what_is_no_text_or_not_there(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"tiny\.pl: is not text"):
        read(path)
    with pytest.raises(InputError, match=r"gone\.pl: cannot be read"):
        read(path.with_name("gone.pl"))


def test_minutes_count_from_the_start_of_2030() -> None:
    assert at(90).isoformat() == "2030-01-01T01:30:00+00:00"
    assert minute_of(at(-3)) == -3
