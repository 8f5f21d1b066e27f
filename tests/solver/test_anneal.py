"""Annealing of runs: every plan stands, none is worse than before, small ones are the best, and the same seed gives the same."""

from dataclasses import replace

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.anneal import anneal_runs
from tests.solver.ovens import begun, ovens, stands
from tests.solver.tiny import budget, searched


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["plain", "frozen", "warm", "both"])
def test_plans_stand_and_are_never_worse(seed: int, kind: str) -> None:
    whole = ovens(seed, 14, frozen=kind in ("frozen", "both"), warm=kind in ("warm", "both"))
    ideal, plan = begun(whole)
    told: list[int] = []
    found, spent = anneal_runs(whole, ideal, plan, budget(deterministic=0.1), lambda better: told.append(plan_cost(whole, better)))
    assert stands(whole, found)
    assert plan_cost(whole, found) <= plan_cost(whole, plan)
    assert told == sorted(told, reverse=True)
    assert (told or [plan_cost(whole, plan)])[-1] == plan_cost(whole, found)
    assert 0 <= spent <= 0.11


@pytest.mark.parametrize("seed", range(6))
def test_small_ones_are_the_best(seed: int) -> None:
    whole = ovens(seed, 5, pairs=False)
    ideal, plan = begun(whole)
    best = searched(whole, plan)
    assert best.is_proved
    found, _ = anneal_runs(whole, ideal, plan, budget(deterministic=0.4))
    assert plan_cost(whole, found) == plan_cost(whole, best.plan)


def test_the_same_seed_gives_the_same_plan_and_another_one_other_moves() -> None:
    whole = ovens(4, 30)
    ideal, plan = begun(whole)
    first, second, other = (anneal_runs(whole, ideal, plan, budget(deterministic=0.1, seed=seed))[0] for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_who_is_left_out_gets_room() -> None:
    whole = ovens(2, 8)
    ideal, plan = begun(whole)
    found, _ = anneal_runs(whole, ideal, {position: plan[position] for position in list(plan)[3:]}, budget(deterministic=0.2))
    assert set(found) >= set(plan)


def test_no_time_means_no_change() -> None:
    whole = ovens(5, 10)
    ideal, plan = begun(whole)
    assert anneal_runs(whole, ideal, plan, budget(0.0)) == (plan, 0.0)
    assert anneal_runs(whole, ideal, plan, replace(budget(), should_stop=lambda: True))[0] == plan


def test_once_stops_when_it_has_cooled_down() -> None:
    whole = ovens(0, 3)
    ideal, plan = begun(whole)
    _, spent = anneal_runs(whole, ideal, plan, budget(deterministic=60.0), once=True)
    assert spent < 5.0
