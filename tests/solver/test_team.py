"""A team: what its members tell one another, how they share out the work, what becomes of a mate that fails or of a run that stops."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Timer
from time import monotonic, sleep

import pytest

from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.codec import dump
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.window import window
from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import ideal_of
from scheduler.solver.bounds.scale import PriceBound
from scheduler.solver.budget import Budget
from scheduler.solver.construct import construct
from scheduler.solver.deltas import difference, follow, from_plain, merge, to_plain
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import MOST_REQUESTS
from scheduler.solver.groups import Group
from scheduler.solver.large import Shares, bounded, climb_large
from scheduler.solver.mate import serve
from scheduler.solver.mate_process import Mate
from scheduler.solver.meanwhile import Meanwhile
from scheduler.solver.parts import Partition
from scheduler.solver.refine import Refiner
from scheduler.solver.refining import Refining
from scheduler.solver.ruin import Ruin
from scheduler.solver.solve import solve
from scheduler.solver.standing import Standing
from scheduler.solver.team import Team
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import Instance, Plan, TickBooking
from scheduler.verify.verifier import Verifier
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.placement.random_cases import random_case
from tests.solver.tiny import broken

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""


def queues(requests: int, chambers: int = 4, days: int = 60) -> Problem:
    """Requests of a few hours that wait for one of so many unlike chambers, each heavier or more urgent than others."""
    random = Random(5)
    units = tuple(Resource(id=f"c{k}", kind="chamber", name="C", site="s", calendar="always") for k in range(chambers))
    asked = []
    for number in range(requests):
        requirement = Requirement(id="chamber", select=Select(ids=(f"c{number % chambers}",)))
        only = Task(id="test", modes=(Mode(id="only", duration=timedelta(hours=random.randint(1, 6)), requirements=(requirement,)),))
        due = START + timedelta(hours=random.randint(2, max(3, 2 * requests // chambers)))
        asked.append(Request(id=f"r{number:04}", company="acme", tasks=(only,), weight=random.randint(1, 9), due=due))
    always = Calendar(id="always", weekly=ALWAYS_OPEN, time_zone="UTC")
    lab = Lab(sites=(Site(id="s", name="S", institute="i", time_zone="UTC"),), calendars=(always,), resources=units)
    return Problem(now=START, horizon=window(START, START + timedelta(days=days)), lab=lab, requests=tuple(asked))


def _budget(seconds: float, deterministic: float | None = None, workers: int = 2) -> Budget:
    return Budget(monotonic() + seconds, deterministic, 1, workers)


def _refiner(whole: Instance) -> tuple[Refiner, list[int]]:
    least = ideal_of(whole, Explorer(whole), keep_domains=False).scalars
    return Refiner(Standing(whole, construct(whole, rules=["plain_due"])), least, 1), least


@pytest.mark.parametrize("seed", range(10))
def test_changes_go_through_a_pipe_and_lead_from_plan_to_plan(seed: int) -> None:
    whole = random_case(Random(seed))
    before, after = construct(whole, rules=["plain_due"]), construct(whole, rules=["heaviest"])
    after.pop(next(iter(after), -1), None)
    standing = Standing(whole, before)
    follow(standing, from_plain(json.loads(json.dumps(to_plain(difference(before, after))))))
    assert standing.plan == after
    assert standing.total == standing.best == plan_cost(whole, after)
    assert difference(after, after) == {}


def test_who_finds_somebody_in_his_place_looks_for_another_when_plans_are_merged() -> None:
    # Both want ticks 0 and 1; the first came meanwhile.
    whole = instance(6, [resource("c", "######")], *(request(task(mode(2, need([0], 2), first=0, last=6)), name=f"q{k}") for k in range(2)))
    standing = Standing(whole, {0: (TickBooking(0, 0, 0, ((0,),)),)})
    assert merge(standing, {1: (TickBooking(0, 0, 0, ((0,),)),)})
    assert standing.plan[0][0].start == 0
    assert standing.plan[1][0].start == 2
    assert standing.total == plan_cost(whole, standing.plan)


def test_what_makes_the_plan_worse_is_not_merged() -> None:
    whole = instance(6, [resource("c", "######")], request(task(mode(2, need([0], 2), first=0, last=6)), due=2))
    standing = Standing(whole, {0: (TickBooking(0, 0, 0, ((0,),)),)})
    assert not merge(standing, {0: (TickBooking(0, 0, 3, ((0,),)),)})
    assert standing.plan == {0: (TickBooking(0, 0, 0, ((0,),)),)}


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_shares_are_disjoint_and_complete_and_keep_a_queue_together(workers: int) -> None:
    whole = compile_problem(queues(40, chambers=8))
    standing = Standing(whole, construct(whole))
    shares = Partition(standing, Ruin(whole)).share_out(standing.plan, [1] * 40, workers, Random(1))
    assert len(shares) == workers
    assert sorted(each for share in shares for each in share) == list(range(40))
    for kind in range(8):
        assert sum(any(each % 8 == kind for each in share) for share in shares) == 1


def test_a_queue_too_long_for_one_is_cut_by_time() -> None:
    whole = compile_problem(queues(40, chambers=1))
    standing = Standing(whole, construct(whole))
    shares = Partition(standing, Ruin(whole)).share_out(standing.plan, [1] * 40, 2, Random(1))
    assert sorted(each for share in shares for each in share) == list(range(40))
    assert all(10 <= len(share) <= 30 for share in shares)


def test_a_mate_answers_with_a_better_plan_of_its_share() -> None:
    problem = queues(40)
    whole = compile_problem(problem)
    plan = construct(whole, rules=["plain_due"])
    share = [each for each in range(40) if each % 2]
    data = dump(problem)
    order = {
        "work": "improve",
        "changes": to_plain(plan),
        "least": list(ideal_of(whole, Explorer(whole), keep_domains=False).scalars),
        "among": share,
        "seconds": 30,
        "deterministic": 0.3,
        "done": 0.5,
        "speed": 0.0,
    }
    said = io.BytesIO()
    serve(io.BytesIO(json.dumps({"bytes": len(data), "seed": 1}).encode() + b"\n" + data + json.dumps(order).encode() + b"\n"), said)
    ready, answer = (json.loads(line) for line in said.getvalue().splitlines())
    assert ready == {"ready": 40}
    changes = from_plain(answer["changes"])
    assert changes
    assert set(changes) <= set(share)
    standing = Standing(whole, plan)
    follow(standing, changes)
    assert standing.total < plan_cost(whole, plan)
    assert broken(whole, standing.plan) == ""


def test_a_team_of_two_improves_the_plan_and_leaves_no_process_behind() -> None:
    problem = queues(80)
    whole = compile_problem(problem)
    refiner, least = _refiner(whole)
    before = refiner.standing.total
    heard: list[int] = []
    with Team(problem, 1, 2) as team:
        team.start(_budget(60))
        (mate,) = team.mates
        team.run(refiner, least, _budget(60, 1.5), lambda: heard.append(refiner.standing.total))
        assert mate.is_ready
    assert mate.has_ended
    assert refiner.standing.total < before
    assert heard == sorted(heard, reverse=True)
    assert broken(whole, refiner.standing.plan) == ""


def test_whoever_refines_first_starts_the_team() -> None:
    problem = queues(40)
    whole = compile_problem(problem)
    plan, ideal = construct(whole, rules=["plain_due"]), ideal_of(whole, Explorer(whole))
    with Team(problem, 1, 2) as team:
        refining = Refining(team, whole, ideal.scalars, 1, lambda better, bound: None)
        refining.beside(plan, _budget(60, 0.1), lambda better: None, lambda watched: None)
        (mate,) = team.mates
        refining(plan, _budget(60, 0.1))
        assert team.mates == [mate]


def test_a_team_is_repeatable_on_the_repeatable_clock() -> None:
    problem = queues(60)
    whole = compile_problem(problem)
    plans = []
    for _ in range(2):
        refiner, least = _refiner(whole)
        with Team(problem, 1, 2) as team:
            team.start(_budget(60))
            team.run(refiner, least, _budget(100, 2.5), lambda: None)
        plans.append(refiner.standing.plan)
    assert plans[0] == plans[1]


def test_a_mate_that_is_killed_is_left_behind_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    problem = queues(60)
    whole = compile_problem(problem)
    refiner, least = _refiner(whole)
    with Team(problem, 1, 2) as team, caplog.at_level(logging.WARNING):
        team.start(_budget(60))
        (mate,) = team.mates
        mate.end()
        team.run(refiner, least, _budget(60, 1.0), lambda: None)
        assert team.mates == []
    assert "goes on without it" in caplog.text
    assert broken(whole, refiner.standing.plan) == ""


def test_a_mate_ends_when_its_input_does() -> None:
    mate = Mate(dump(queues(5)), 1)
    try:
        assert mate.answer(60) == {"ready": 5}
        mate.hang_up()
        ends_at = monotonic() + 20
        while not mate.has_ended and monotonic() < ends_at:
            pass
        assert mate.has_ended
    finally:
        mate.end()


def test_a_mate_whose_starter_was_killed_ends_by_itself() -> None:
    # In the middle of a long order it does not look at its input.
    code = (
        "import sys, time; from tests.solver.test_team import queues; from scheduler.model.codec import dump; from scheduler.solver.mate_process import Mate\n"
        "mate = Mate(dump(queues(5)), 1); mate.answer(60)\n"
        "mate.send({'work': 'orders', 'plan': [], 'goal': -1, 'seconds': 60, 'at': time.time(), 'deterministic': None, 'seed': 1})\n"
        "print(mate.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    ends_at = monotonic() + 20
    while _is_there(pid) and monotonic() < ends_at:
        sleep(0.1)
    assert not _is_there(pid)


def _is_there(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_run_that_is_to_stop_does_not_wait_for_mates() -> None:
    problem = queues(80)
    whole = compile_problem(problem)
    refiner, least = _refiner(whole)
    stop: list[bool] = []
    with Team(problem, 1, 2) as team:
        team.start(_budget(60))
        for mate in team.mates:
            mate.is_ready = mate.answer(60) is not None
        assert all(mate.is_ready for mate in team.mates)
        Timer(1.0, lambda: stop.append(True)).start()
        began = monotonic()
        Meanwhile(team, refiner, least, Budget(began + 60, None, 1, 2, lambda: bool(stop)), lambda: None).end()
        assert 0.9 < monotonic() - began < 10
    assert broken(whole, refiner.standing.plan) == ""


def test_what_mates_find_beside_other_work_is_heard_of_meanwhile_and_kept_when_the_run_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.solver.meanwhile.LONGEST_TURN", 0.5)
    monkeypatch.setattr("scheduler.solver.meanwhile.TURN_SHARE", 0.0)
    problem = queues(80)
    whole = compile_problem(problem)
    plan, ideal = construct(whole, rules=["plain_due"]), ideal_of(whole, Explorer(whole))
    heard: list[int] = []
    began = monotonic()

    def work(watched: Budget) -> int:
        while not watched.is_over():
            sleep(0.01)
        return len(heard)

    with Team(problem, 1, 2) as team:
        refining = Refining(team, whole, ideal.scalars, 1, lambda better, bound: None)
        budget = Budget(began + 60, None, 1, 2, lambda: len(heard) >= 2)
        better, turns = refining.beside(plan, budget, lambda better: heard.append(plan_cost(whole, better)), work)
    assert monotonic() - began < 30
    assert turns == 2
    assert plan_cost(whole, better) == heard[1] < heard[0] < plan_cost(whole, plan)
    assert broken(whole, better) == ""


def test_a_mate_that_is_killed_beside_other_work_is_left_behind(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("scheduler.solver.meanwhile.LONGEST_TURN", 0.2)
    problem = queues(60)
    whole = compile_problem(problem)
    refiner, least = _refiner(whole)
    with Team(problem, 1, 2) as team, caplog.at_level(logging.WARNING):
        team.start(_budget(60))
        (mate,) = team.mates
        assert mate.answer(60) == {"ready": 60}
        mate.is_ready = True
        meanwhile = Meanwhile(team, refiner, least, _budget(20), lambda: None)
        os.kill(mate.pid, signal.SIGKILL)
        while team.mates and not meanwhile.budget.is_over():
            sleep(0.01)
        assert team.mates == []
        meanwhile.end()
    assert "goes on without it" in caplog.text
    assert broken(whole, refiner.standing.plan) == ""


def test_large_problems_get_a_better_plan_and_a_bound() -> None:
    problem = queues(60)
    whole = compile_problem(problem)
    plan = construct(whole, rules=["plain_due"])
    heard: list[tuple[str, int, int]] = []
    found = climb_large(whole, plan, Team(), _budget(4, workers=1), lambda rung, better, first: heard.append((rung, plan_cost(whole, better), first)))
    ideal = ideal_of(whole, Explorer(whole), keep_domains=False)
    assert found.ideal is not None
    assert found.ideal.tiers == ideal.tiers
    assert ideal.scalar < found.bounds[0] <= plan_cost(whole, found.plan) < plan_cost(whole, plan)
    assert {rung for rung, _, _ in heard} == {"improve", "bound"}
    assert broken(whole, found.plan) == ""


def test_where_all_are_stuck_everything_is_searched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compile_problem(queues(12, chambers=2))
    plan, ideal = construct(whole, rules=["plain_due"]), ideal_of(whole, Explorer(whole))
    asked: list[tuple[Plan, tuple[int, ...]]] = []

    def search(plan: Plan, bounds: tuple[int, ...], proof: PriceBound | None, budget: Budget) -> tuple[Plan, tuple[int, ...], float]:
        assert not budget.is_over()
        assert proof is not None
        asked.append((plan, bounds))
        return plan, plan_tiers(whole, plan), 0.0

    refining = Refining(Team(), whole, ideal.scalars, 1, lambda better, bound: None)
    # Prices would prove the plan.
    monkeypatch.setattr("scheduler.solver.large.bound_by_prices", lambda *args, least, **more: PriceBound(sum(least), sum(least), sum(least), least, ()))
    known = (ideal.scalar + 7,)
    found = bounded(whole, plan, known, refining, _budget(60, 9.0, workers=1), lambda rung, better, first: None, ideal, search)
    ((stuck, before),) = asked
    assert before == known, "what other rungs have proved stays proved"
    assert known[0] < plan_cost(whole, stuck) < plan_cost(whole, plan)
    assert (found.plan, found.bounds) == (stuck, plan_tiers(whole, stuck))


class Idle:
    """A search that finds nothing, and leaves time for more looks at the bound."""

    def shares(self, _plan: Plan, _proof: PriceBound | None, _seconds: float) -> Shares:
        return Shares(0.2, 0.2, 0.2)

    def __call__(self, plan: Plan, bounds: tuple[int, ...], _proof: PriceBound | None, _budget: Budget) -> tuple[Plan, tuple[int, ...], float]:
        return plan, bounds, 0.0


def test_a_later_look_at_the_bound_goes_on_from_what_is_known_and_keeps_the_better_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compile_problem(queues(12, chambers=2))
    plan, ideal = construct(whole, rules=["plain_due"]), ideal_of(whole, Explorer(whole))
    looks: list[tuple[Group, ...]] = []

    def look(*_: object, least: tuple[int, ...], groups: tuple[Group, ...], **more: object) -> PriceBound:
        """Each proves one more of everybody; prices fall after the first."""
        looks.append(groups)
        known = sum(least) + len(looks)
        first = len(looks) == 1
        return PriceBound(known, known, sum(least) + first, least, (0,) * first, groups=(Group(tuple(range(12)), known, known),))

    monkeypatch.setattr("scheduler.solver.large.bound_by_prices", look)
    refining = Refining(Team(), whole, ideal.scalars, 1, lambda better, bound: None)
    known = (Group((0, 1), ideal.scalars[0] + ideal.scalars[1], 0),)
    found = bounded(whole, plan, ideal.tiers, refining, _budget(1.0, None, workers=1), lambda rung, better, first: None, ideal, Idle(), known)
    assert len(looks) > 1
    assert looks[:2] == [known, (Group(tuple(range(12)), ideal.scalar + 1, ideal.scalar + 1),)]
    assert found.proof is not None
    assert found.bounds == (found.proof.scalar,) == (ideal.scalar + len(looks),) == (found.proof.groups[0].scalar,)
    assert (found.proof.anchors, found.proof.certified) == ((0,), ideal.scalar + 1), "the first prices"


def test_solve_improves_and_bounds_more_requests_than_exact_work_takes() -> None:
    problem = queues(MOST_REQUESTS + 1, chambers=120)
    result = solve(problem, limits=Limits(time_limit_seconds=100, deterministic_seconds=1.5, workers=2), judge=Verifier())
    first = plan_cost(compile_problem(problem), construct(compile_problem(problem)))
    assert result.schedule is not None
    assert Verifier().violations(problem, result.schedule) == ()
    assert result.objective is not None
    assert result.bound is not None
    assert 0 < result.bound <= result.objective < first


def test_a_mate_that_does_not_read_holds_nobody_up() -> None:
    mate = Mate(dump(queues(5)), 1)
    try:
        assert mate.answer(60) == {"ready": 5}
        os.kill(mate.pid, signal.SIGSTOP)
        began = monotonic()
        mate.send({"much": "x" * 1_000_000})
        assert monotonic() - began < 2
        assert mate.answer(0.5) is None
    finally:
        mate.end()
    assert mate.has_ended


def test_a_mate_does_not_run_what_lies_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    mate = Mate(dump(queues(5)), 1)
    try:
        assert mate.answer(60) == {"ready": 5}
    finally:
        mate.end()
