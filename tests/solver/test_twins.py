"""The same search by several: the cheapest plan wins, whoever finds it, nobody waits in vain, and it can be repeated."""

import io
import json
from dataclasses import replace
from time import monotonic, sleep, time
from typing import Any

import pytest

from scheduler.model.codec import dump
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.placement.cost import plan_cost
from scheduler.placement.coupled import makespan
from scheduler.solver.bound import ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.construct import construct
from scheduler.solver.deltas import from_plain, to_plain
from scheduler.solver.domains import Explorer
from scheduler.solver.mate import serve
from scheduler.solver.orders import least_makespan, shorten
from scheduler.solver.pooling import Pooling
from scheduler.solver.solve import solve
from scheduler.solver.team import Team
from scheduler.solver.twins import Twins, search_alone
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import Instance, Plan
from scheduler.verify.verifier import Verifier
from tests.solver.ovens import begun, ovens, stands
from tests.solver.test_team import queues
from tests.solver.tiny import broken

SHORTEST = Policy(terms=(Term(name="unserved", tier=1, weight=1), Term(name="makespan", tier=2, weight=1)))


def campaign() -> tuple[Problem, Instance, Plan, int, int]:
    """A problem, its instance, a plan that is too long, the least makespan, and the least cost."""
    problem = replace(queues(24, chambers=3), policy=SHORTEST)
    whole = compile_problem(problem)
    plan = construct(whole, rules=["plain_due"])
    ideal = ideal_of(whole, Explorer(whole))
    goal = least_makespan(whole, ideal)
    late = {position: (replace(placement[0], start=placement[0].start + 96),) for position, placement in plan.items()}
    assert broken(whole, late) == ""
    assert makespan(whole, late) > goal
    return problem, whole, late, goal, ideal.scalar


def twins_of(team: Team, whole: Instance, least: int) -> Twins:
    return Twins(team, Pooling(whole, whole, {}, {}), least)


def _answers(problem: Problem, *orders: dict[str, Any]) -> list[dict[str, Any]]:
    data, said = dump(problem), io.BytesIO()
    lines = b"".join(json.dumps(each).encode() + b"\n" for each in orders)
    serve(io.BytesIO(json.dumps({"bytes": len(data), "seed": 1}).encode() + b"\n" + data + lines), said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_mate_answers_with_a_shorter_plan() -> None:
    problem, whole, plan, goal, _ = campaign()
    order = {"work": "orders", "plan": to_plain(plan), "goal": goal, "seconds": 30, "at": time(), "deterministic": 0.5, "seed": 3}
    _, answer = _answers(problem, order)
    found = {**plan, **{position: placement for position, placement in from_plain(answer["changes"]).items() if placement is not None}}
    assert makespan(whole, found) == goal
    assert broken(whole, found) == ""


def test_an_order_that_came_too_late_changes_nothing() -> None:
    problem, _, plan, goal, _ = campaign()
    order = {"work": "orders", "plan": to_plain(plan), "goal": goal, "seconds": 30, "at": time() - 100, "deterministic": None, "seed": 3}
    assert _answers(problem, order)[1] == {"changes": []}


def test_what_a_mate_finds_is_taken_and_ends_the_search_here_if_nothing_is_better() -> None:
    problem, whole, plan, goal, least = campaign()

    def idle(budget: Budget) -> tuple[Plan, float]:
        while not budget.is_over():
            sleep(0.05)
        return plan, 0.0

    began = monotonic()
    with Team(problem, 1, 2) as team:
        found, spent = twins_of(team, whole, least)("orders", plan, Budget(began + 60, None, 1, 2), idle, goal)
    assert monotonic() - began < 30
    assert spent == 0.0
    assert makespan(whole, found) == goal
    assert broken(whole, found) == ""


def test_mates_are_sent_away_when_the_search_here_is_done() -> None:
    problem, whole, plan, goal, least = campaign()
    with Team(problem, 1, 2) as team:
        began = monotonic()
        # Less than nothing is never reached: the mate would search for a minute.
        found, _ = twins_of(team, whole, least - 1)("orders", plan, Budget(began + 60, None, 1, 2), lambda budget: shorten(whole, plan, goal, budget), -1)
        assert monotonic() - began < 20
        assert team.mates == []
        assert makespan(whole, found) == goal
        team.start(Budget(began + 60, None, 1, 2))
        assert len(team.mates) == 1, "another may be started"


def test_without_much_time_nobody_else_is_started() -> None:
    problem, whole, plan, goal, least = campaign()
    with Team(problem, 1, 2) as team:
        budget = Budget(monotonic() + 2, None, 1, 2)
        found, _ = twins_of(team, whole, least)("orders", plan, budget, lambda budget: shorten(whole, plan, goal, budget), goal)
        assert team.mates == []
    assert makespan(whole, found) == goal


def test_twins_on_the_repeatable_clock_find_the_same() -> None:
    problem, whole, plan, _, _ = campaign()
    found = []
    for _ in range(2):
        with Team(problem, 1, 2) as team:
            budget = Budget(monotonic() + 60, 0.2, 1, 2)
            found.append(twins_of(team, whole, 0)("orders", plan, budget, lambda budget: shorten(whole, plan, -1, budget), -1))
    assert found[0] == found[1]
    assert plan_cost(whole, found[0][0]) < plan_cost(whole, plan)


@pytest.mark.parametrize("seed", range(3))
def test_a_mate_anneals_runs(seed: int) -> None:
    whole = ovens(seed, 14)
    _, plan = begun(whole)
    found = search_alone(whole, "runs", plan, 0, Budget(monotonic() + 60, 0.1, seed, 1))
    assert plan_cost(whole, found) < plan_cost(whole, plan)
    assert stands(whole, found)
    assert search_alone(whole, "runs", plan, 0, Budget(monotonic() - 1, 0.1, seed, 1)) == plan, "no time to look at the requests"


def test_a_campaign_as_short_as_can_be_is_proved_optimal_though_who_is_left_out_counts_first() -> None:
    # Too many for exact work on all at once; the second tier alone has no bound, for leaving somebody out might pay there.
    problem = replace(queues(150, chambers=3), policy=SHORTEST)
    result = solve(problem, limits=Limits(time_limit_seconds=20, workers=1), judge=Verifier())
    assert result.outcome == "optimal"
    assert [tier.bound for tier in result.tiers] == [tier.objective for tier in result.tiers]
