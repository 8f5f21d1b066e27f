"""What the rungs above exact work make of plans and of what is known of groups, against trying everything."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver import rungs
from scheduler.solver.bound import ideal_of
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import Exact
from scheduler.solver.rungs import climb_all
from scheduler.solver.team import Team
from scheduler.ticks.instance import Plan
from tests.placement.random_cases import random_case
from tests.solver.bounds.test_scale import known_groups, shared
from tests.solver.test_climb import crowd
from tests.solver.tiny import broken, budget, frozen_plan, least_cost, random_lab


@pytest.mark.parametrize("most_searched", [0, 150])
@pytest.mark.parametrize("seed", range(16))
def test_no_more_is_claimed_than_is_true_whatever_is_known_of_groups(seed: int, most_searched: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if exact work had left a poor plan and bounds of groups at random: prices, then all at once or queue by queue."""
    random = Random(1300 + seed)
    whole = (random_lab, random_case, crowd, shared)[seed % 4](random)
    plan: Plan = {**construct(whole, rules=["plain_due"]), **frozen_plan(whole)}
    ideal = ideal_of(whole, Explorer(whole))
    known = Exact(plan, ideal.tiers, ideal.scalar, False, 0.0, tuple(known_groups(whole, random)))
    monkeypatch.setattr(rungs, "FEWEST_PRICED", 0)
    monkeypatch.setattr(rungs, "MOST_SEARCHED", most_searched)
    monkeypatch.setattr(rungs, "climb", lambda *_: known)
    found = climb_all(whole, plan, Team(), budget(seconds=2.0), lambda *_: None, lambda _: None)
    best = least_cost(whole)
    assert broken(whole, found.plan) == ""
    assert found.bounds[0] <= best <= plan_cost(whole, found.plan) <= plan_cost(whole, plan)
    if found.is_proved:
        assert plan_cost(whole, found.plan) == best
