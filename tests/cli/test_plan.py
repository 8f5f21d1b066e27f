import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from benchmarks.generator import generate
from scheduler.cli.files import write
from scheduler.demo import demo_problem
from scheduler.model import codec
from scheduler.model.schedule import Schedule
from scheduler.solver.whatif import PlanFigures, compare
from tests.cli.commands import Shell
from tests.ticks.labs import at, chamber, hours, needs, operator, problem, request, task

TWO = problem(
    request(task("t", 2), id="a", company="acme", weight=3, due=at(1)),
    request(task("t", 2), id="b", company="beta", deadline=at(1)),
    request(task("t", 2, needs("chamber"), needs("operator", during="head", part=hours(0.5))), id="c", company="gamma"),
)


@pytest.fixture
def planned(shell: Shell) -> Shell:
    shell.put("problem.json", TWO)
    assert shell("solve", "problem.json", "-o", "schedule.json", "--time-limit", "5", "-q").code == 0
    return shell


def test_solve_writes_a_schedule_that_verifies(planned: Shell) -> None:
    ran = planned("verify", "problem.json", "schedule.json")
    assert (ran.code, ran.err) == (0, "")
    assert "clean: every rule holds" in ran.out


def test_wide_vocabulary_is_solved_and_verified_in_words(shell: Shell) -> None:
    wide = Path(__file__).parents[1] / "instances"
    Path("problem.json").write_bytes((wide / "problem-2.json").read_bytes())
    schedule = codec.parse(Schedule, (wide / "schedule-2.json").read_bytes())
    shell.put("schedule.json", replace(schedule, runs=schedule.runs[1:]))
    solved = shell("solve", "problem.json", "-o", "again.json", "--time-limit", "20", "-q")
    assert solved.code == 0
    assert "tier 1  objective 194,000  bound 194,000  gap 0.00%  regret gap 0.00%" in solved.out
    assert "changeover_cost tier 1             6 x 12" in solved.out
    ran = shell("verify", "problem.json", "schedule.json")
    assert ran.code == 4
    assert "violation of batch: Run 'run-7' on 'oven', with task 'heat' of request 'joins', is not listed." in ran.out
    assert "quota_excess" in ran.out


def test_solve_json_has_what_machines_need(shell: Shell) -> None:
    shell.put("problem.json", TWO)
    ran = shell("solve", "problem.json", "-o", "schedule.json", "--time-limit", "5", "--json", "-q", "--seed", "3")
    said = ran.json
    assert ran.out.count("\n") == 1
    assert said["outcome"] == "optimal"
    assert said["objective"] == said["bound"]
    assert (said["gap"], said["served"], said["unserved"], said["tardy"], said["moves"], said["seed"]) == (0.0, 2, 1, 1, 0, 3)
    assert (said["regret_gap"], said["tiers"][0]["regret_gap"]) == (0.0, 0.0)
    assert said["tiers"][0]["ideal"] <= said["bound"]
    assert {"seconds", "cpu_seconds", "versions", "digest", "score"} <= set(said)
    assert said["digest"] == codec.digest(TWO) == shell.plain("schedule.json")["problem"]
    assert said["objective"] == sum(term["cost"] for term in said["score"])
    assert (said["progress"][0]["phase"], said["progress"][-1]["objective"]) == ("compile", said["objective"])


def test_solve_lists_a_request_that_fits_nowhere_and_serves_the_others(planned: Shell) -> None:
    schedule = planned.plain("schedule.json")
    assert [each["request"] for each in schedule["unserved"]] == ["b"]
    assert schedule["unserved"][0]["reasons"][0]["code"] in {"deadline", "calendar"}
    assert {each["request"] for each in schedule["bookings"]} == {"a", "c"}


def test_solve_is_repeatable_with_a_deterministic_budget(shell: Shell) -> None:
    shell.put("problem.json", TWO)
    for name in ("one.json", "two.json"):
        assert shell("solve", "problem.json", "-o", name, "--deterministic", "2", "-q").code == 0
    assert (shell.folder / "one.json").read_bytes() == (shell.folder / "two.json").read_bytes()


def test_solve_writes_to_standard_output(shell: Shell) -> None:
    shell.put("problem.json", TWO)
    ran = shell("solve", "problem.json", "-o", "-", "-q", "--time-limit", "5")
    assert ran.json["format"] == "slotwright/schedule@1"


def test_solve_shows_plain_progress_when_not_on_a_terminal(shell: Shell) -> None:
    shell.put("problem.json", TWO)
    assert "objective" in shell("solve", "problem.json", "--time-limit", "5").err


def test_solve_exits_3_when_frozen_bookings_break_a_rule(shell: Shell) -> None:
    from tests.ticks.labs import frozen

    clash = problem(
        request(task("x", 2), task("y", 2)),
        in_force=(frozen("x", 1, 3), frozen("y", 2, 4)),
    )
    ran = shell("solve", shell.put("problem.json", clash), "-q", "--time-limit", "5")
    assert ran.code == 3
    assert "capacity" in ran.out


def test_verify_exits_4_and_names_the_violation(planned: Shell) -> None:
    schedule = planned.plain("schedule.json")
    schedule["bookings"][0]["window"] = schedule["bookings"][1]["window"]
    planned.put("broken.json", schedule)
    ran = planned("verify", "problem.json", "broken.json", "--json")
    assert ran.code == 4
    assert {each["rule"] for each in ran.json["violations"]} == {"capacity"}


def test_verify_refuses_the_schedule_of_another_problem(planned: Shell) -> None:
    planned.put("other.json", problem(request(task("t", 3), id="a")))
    ran = planned("verify", "other.json", "schedule.json")
    assert ran.code == 2
    assert "schedule.json: this schedule was made for another problem" in ran.err


def test_offers_lists_slots_that_disturb_nobody(planned: Shell) -> None:
    planned.put("request.json", codec.to_plain(request(task("t", 2), id="new"), exclude_defaults=True))
    ran = planned("offers", "problem.json", "schedule.json", "request.json", "-n", "3", "--json")
    starts = [each["bookings"][0]["window"]["start"] for each in ran.json["offers"]]
    assert ran.code == 0
    assert len(starts) == 3
    assert starts == sorted(starts)
    assert starts[0] == "2026-03-02T04:00:00Z"


def test_offers_are_told_in_local_time(planned: Shell) -> None:
    planned.put("request.json", codec.to_plain(request(task("t", 2), id="new"), exclude_defaults=True))
    assert planned("offers", "problem.json", "schedule.json", "request.json", "-n", "1").out.startswith("1. 2026-03-02T13:00+09:00 to ")


def test_offers_exits_3_with_the_reasons_when_nothing_is_free(planned: Shell) -> None:
    planned.put("request.json", codec.to_plain(request(task("t", 2), id="new", deadline=at(3)), exclude_defaults=True))
    ran = planned("offers", "problem.json", "schedule.json", "request.json", "--json")
    assert (ran.code, ran.json["offers"]) == (3, [])
    assert ran.json["reasons"][0]["code"] in {"capacity", "deadline"}


def test_offers_refuses_an_id_that_is_taken(planned: Shell) -> None:
    planned.put("request.json", codec.to_plain(request(id="a"), exclude_defaults=True))
    ran = planned("offers", "problem.json", "schedule.json", "request.json")
    assert (ran.code, "another id" in ran.err) == (2, True)


def test_explain_names_the_cause_and_a_cure(planned: Shell) -> None:
    ran = planned("explain", "problem.json", "schedule.json", "b", "--json")
    assert ran.code == 0
    assert ran.json["reasons"][0]["code"] in {"deadline", "calendar"}


def test_explain_says_when_there_is_nothing_to_explain(planned: Shell) -> None:
    assert "is served" in planned("explain", "problem.json", "schedule.json", "a").out


def test_explain_refuses_an_unknown_request(planned: Shell) -> None:
    ran = planned("explain", "problem.json", "schedule.json", "zzz")
    assert (ran.code, "no request 'zzz'" in ran.err) == (2, True)


def test_whatif_brackets_what_a_second_chamber_saves(shell: Shell) -> None:
    busy = problem(*(request(task("t", 4), id=name, due=at(4)) for name in "abc"), length=30)
    shell.put("problem.json", busy)
    shell.put(
        "scenarios.json",
        {"format": "slotwright/scenarios@1", "scenarios": [{"id": "one-more", "changes": [{"change": "add_resource", "like": "chamber", "count": 2}]}]},
    )
    rows = shell("whatif", "problem.json", "scenarios.json", "--time-limit", "5", "--json", "-q").json["plans"]
    base, more = rows
    assert (base["tardy"], more["tardy"]) == (2, 0)
    assert more["saves_least"] <= base["objective"] - more["objective"] <= more["saves_most"]
    assert more["saves_least"] == more["saves_most"] > 0  # both proved optimal


def test_whatif_that_is_stopped_says_what_it_did_not_come_to(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.put("problem.json", TWO)
    shell.put("scenarios.json", {"scenarios": [{"id": "one-more", "changes": [{"change": "add_resource", "like": "chamber", "count": 1}]}]})

    def stopped(*given: Any, **more: Any) -> tuple[PlanFigures, ...]:
        signal.raise_signal(signal.SIGINT)
        return compare(*given, **more)

    monkeypatch.setattr("scheduler.cli.plan.compare", stopped)
    told = shell("whatif", "problem.json", "scenarios.json", "-q", "--json").json
    assert (told["stopped"], len(told["plans"])) == (True, 1)
    assert shell("whatif", "problem.json", "scenarios.json", "-q").out.endswith("\nstopped: no plan of one-more\n")


def test_whatif_refuses_an_unknown_resource(shell: Shell) -> None:
    shell.put("problem.json", TWO)
    shell.put("scenarios.json", {"scenarios": [{"id": "s", "changes": [{"change": "remove_resource", "resource": "gone"}]}]})
    ran = shell("whatif", "problem.json", "scenarios.json", "-q")
    assert ran.code == 2
    assert "scenarios[0].changes[0].resource" in ran.err
    assert "gone" in ran.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[]", "problem.json"),
        ({"now": "2026-03-02T00:00:00Z"}, "horizon"),
        ({**codec.to_plain(TWO), "requestz": []}, "requestz: unknown field; did you mean 'requests'"),
    ],
)
def test_bad_problem_exits_2_with_one_line(shell: Shell, content: dict[str, object] | str, said: str) -> None:
    ran = shell("solve", shell.put("problem.json", json.dumps(content) if isinstance(content, dict) else content), "-o", "schedule.json")
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert not (shell.folder / "schedule.json").exists()


def test_missing_file_exits_2(shell: Shell) -> None:
    ran = shell("solve", "nowhere.json")
    assert (ran.code, "nowhere.json" in ran.err) == (2, True)


def test_large_file_is_refused_before_it_is_read(shell: Shell) -> None:
    with (shell.folder / "huge.json").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    ran = shell("solve", "huge.json")
    assert (ran.code, "more than the 64 MB allowed" in ran.err) == (2, True)


def test_unwritable_output_leaves_what_was_there(shell: Shell) -> None:
    shell.put("problem.json", TWO)
    ran = shell("solve", "problem.json", "-o", "no/such/folder/schedule.json", "-q", "--time-limit", "5")
    assert (ran.code, "Traceback" in ran.err) == (2, False)


def _begin_solve(folder: Path, *more: str) -> tuple[subprocess.Popen[str], IO[str]]:
    """A process that plans `problem.json` there for up to a minute, and what it says on its way."""
    run = subprocess.Popen(
        [sys.executable, "-m", "scheduler", "solve", "problem.json", "-o", "schedule.json", "--time-limit", "60", *more],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert run.stderr is not None
    return run, run.stderr


def test_interrupted_solve_keeps_the_best_plan(tmp_path: Path) -> None:
    many = problem(
        *(
            request(
                task("t", 1 + n % 5, needs("chamber", "a", "b", "c"), needs("operator", "o", "p", during="head", part=hours(0.5))),
                id=f"r{n}",
                weight=1 + n % 7,
                due=at(3 + n % 11),
            )
            for n in range(60)
        ),
        resources=(chamber("a"), chamber("b"), chamber("c"), operator("o"), operator("p")),
        length=60,
    )
    (tmp_path / "problem.json").write_bytes(codec.dump_file(many))
    run, said = _begin_solve(tmp_path, "--json")
    for line in said:  # until it says that it has a plan
        if "objective" in line:
            break
    asked = time.monotonic()
    run.send_signal(signal.SIGINT)
    out, _ = run.communicate(timeout=20)
    assert time.monotonic() - asked < 5
    assert run.returncode == 0
    told = json.loads(out)
    assert (told["stopped"], told["outcome"] in {"feasible", "optimal"}) == (True, True)
    assert json.loads((tmp_path / "schedule.json").read_bytes())["bookings"]


def test_solve_that_is_told_to_stop_while_it_writes_writes_all(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: Path, data: bytes) -> None:
        signal.raise_signal(signal.SIGINT)
        write(path, data)

    shell.put("problem.json", TWO)
    monkeypatch.setattr("scheduler.cli.plan.write", interrupted)
    ran = shell("solve", "problem.json", "-o", "schedule.json", "--time-limit", "5", "-q", "--json", "--certificate", "c.json")
    assert (ran.code, ran.json["stopped"]) == (0, False)
    assert shell.plain("schedule.json")["bookings"]
    assert [each.name for each in shell.folder.iterdir() if each.name.startswith(".slotwright")] == []


def test_solve_that_is_stopped_before_a_first_plan_leaves_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_bytes(codec.dump_file(generate("institute", 1)))
    (tmp_path / "schedule.json").write_text("what was there", encoding="utf-8")
    run, said = _begin_solve(tmp_path)
    assert "compile" in said.readline()
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 3
    assert err.endswith("slotwright: stopped before the first plan was complete; nothing was written\n")
    assert (tmp_path / "schedule.json").read_text(encoding="utf-8") == "what was there"


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_solve_hears_a_signal_in_the_middle_of_its_neighbourhoods(tmp_path: Path, told: signal.Signals) -> None:
    (tmp_path / "problem.json").write_bytes(codec.dump_file(demo_problem(datetime(2026, 3, 2, tzinfo=UTC), 0)))
    run, said = _begin_solve(tmp_path)
    for line in said:  # until the search has begun
        if "bound" in line:
            break
    time.sleep(2)
    asked = time.monotonic()
    run.send_signal(told)
    out, _ = run.communicate(timeout=70)
    assert ", stopped after" in out
    assert time.monotonic() - asked < 8
    assert run.returncode == 0
    assert json.loads((tmp_path / "schedule.json").read_bytes())["bookings"]


def test_explain_names_the_id_that_was_meant(planned: Shell) -> None:
    ran = planned("explain", "problem.json", "schedule.json", "B")
    assert (ran.code, ran.err) == (2, "slotwright: REQUEST_ID: no request 'B' in the problem; did you mean 'b'?\n")
    assert "choose one of its ids" in planned("explain", "problem.json", "schedule.json", "zzzzz").err
