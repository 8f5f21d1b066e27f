"""Shorter campaigns by another order: valid, never longer, repeatable, and mostly the shortest."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.model.policy import TermName
from scheduler.placement.coupled import makespan
from scheduler.solver.bound import ideal_of
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.orders import leads, least_makespan, shorten
from scheduler.ticks.instance import Instance, Plan, TickRequest, TickTerm
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.cpsat.test_objective import with_terms
from tests.solver.tiny import broken, budget, random_lab, searched

SHORTEST: dict[TermName, int] = {"unserved": 1000, "makespan": 1}


def takes(length: int, *resources: int) -> TickRequest:
    return request(task(mode(length, *(need([each], length, name=f"r{each}") for each in resources)), one_site=False))


def crowd(random: Random, requests: int = 9) -> Instance:
    """Requests that each take some of five things, always open."""
    drawn = [takes(random.randint(1, 9), *random.sample(range(5), random.randint(1, 3))) for _ in range(requests)]
    return with_terms(instance(300, [resource(f"r{number}", "#" * 300) for number in range(5)], *drawn), SHORTEST)


def least_of(whole: Instance) -> int:
    return least_makespan(whole, ideal_of(whole, Explorer(whole)))


def shortest(whole: Instance, plan: Plan, seconds: float = 0.3) -> Plan:
    return shorten(whole, plan, least_of(whole), budget(deterministic=seconds))[0]


@pytest.mark.parametrize("seed", range(12))
def test_a_small_crowd_is_done_as_early_as_can_be(seed: int) -> None:
    whole = crowd(Random(seed))
    found = shortest(whole, {})
    assert broken(whole, found) == ""
    assert len(found) == len(whole.requests)
    best = searched(whole)
    assert best.is_proved
    assert makespan(whole, found) == makespan(whole, best.plan)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_requests_are_made_of_the_plan_is_valid_and_no_longer(seed: int) -> None:
    whole = with_terms(random_lab(Random(seed)), SHORTEST)
    first = construct(whole)
    found = shortest(whole, first)
    assert broken(whole, found) == ""
    assert len(found) >= len(first)
    if len(found) == len(first):
        assert makespan(whole, found) <= makespan(whole, first)
    if len(found) == len(whole.requests):
        assert makespan(whole, found) >= least_of(whole)


def test_the_same_seed_gives_the_same_and_tells_what_it_took() -> None:
    whole = crowd(Random(3), 40)
    # Nothing is that short, so that it goes on to the end of the budget.
    first, second = (shorten(whole, {}, 0, budget(deterministic=0.5, seed=7)) for _ in range(2))
    assert first == second
    assert 0.5 <= first[1] < 0.6


def test_it_ends_at_once_where_nothing_can_be_shorter() -> None:
    whole = with_terms(instance(30, [resource("a", "#" * 30)], takes(4, 0), takes(5, 0)), SHORTEST)
    found, spent = shorten(whole, {}, 9, budget())
    assert makespan(whole, found) == 9
    assert spent < 0.01


def test_every_shorter_plan_is_told() -> None:
    whole = crowd(Random(5), 30)
    told: list[int] = []
    found, _ = shorten(whole, {}, 0, budget(deterministic=0.5), lambda plan: told.append(makespan(whole, plan)))
    assert told == sorted(set(told), reverse=True)
    assert told[-1] == makespan(whole, found)


def test_a_plan_that_has_no_better_order_stays() -> None:
    whole = with_terms(instance(30, [resource("a", "#" * 30)], takes(4, 0)), SHORTEST)
    plan = construct(whole)
    assert shorten(whole, plan, 0, budget(deterministic=0.1))[0] == plan


def test_without_room_for_all_the_plan_stays() -> None:
    whole = with_terms(instance(10, [resource("a", "#" * 10)], takes(6, 0), takes(5, 0)), SHORTEST)
    plan = construct(whole)
    assert len(plan) == 1
    assert shorten(whole, plan, 0, budget(deterministic=0.1))[0] == plan


def test_the_makespan_leads_if_only_who_is_left_out_counts_as_much() -> None:
    whole = instance(10, [resource("a", "#" * 10)], takes(6, 0))

    def terms(**tiers: int) -> Instance:
        return replace(whole, terms=tuple(TickTerm(name, tier, 1, 1) for name, tier in tiers.items()))  # type: ignore[arg-type]

    assert leads(terms(unserved=1, makespan=2, tardiness=3))
    assert leads(terms(unserved=1, makespan=1))
    assert not leads(terms(unserved=1, tardiness=2, makespan=3))
    assert not leads(terms(unserved=1, tardiness=2, makespan=2))
    assert not leads(terms(unserved=1, tardiness=2))
    assert not leads(replace(whole, terms=(TickTerm("makespan", 1, 0, 0),)))
