"""Every rung above construction against trying everything: no bound above the optimum, no plan below it, none that breaks a rule."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import ideal_of
from scheduler.solver.climb import SERVE_SECONDS, _Climb, climb
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.gather import gather, without_people
from scheduler.solver.groups import Group
from scheduler.solver.improve import improve
from scheduler.solver.loads import raise_by_loads
from scheduler.solver.polish import polish
from scheduler.solver.refining import Refining
from scheduler.solver.team import Team
from scheduler.ticks.instance import FixedUse, Instance, Plan
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.placement.random_cases import random_case
from tests.solver.tiny import broken, budget, frozen_plan, least_cost, proved, random_lab


def _singles(whole: Instance, explorer: Explorer) -> list[Group]:
    ideal = ideal_of(whole, explorer)
    return [Group((k,), ideal.scalars[k], ideal.first_tiers[k]) for k in range(len(whole.requests))]


def _raised(whole: Instance, plan: Plan) -> Sequence[Group]:
    explorer = Explorer(whole)
    return raise_by_loads(whole, ideal_of(whole, explorer), explorer, plan, _singles(whole, explorer), lambda: False)


def _is_partition(groups: Sequence[Group], whole: Instance) -> bool:
    return sorted(member for each in groups for member in each.members) == list(range(len(whole.requests)))


def crowd(random: Random) -> Instance:
    """Five or six requests that wait for one or two chambers, some of them shared, some tended by one person."""
    ticks = random.randint(7, 9)
    chambers = [resource(f"c{k}", random.choice(["#" * ticks, "##.######"[:ticks]]), capacity=random.choice([1, 1, 2])) for k in range(random.randint(1, 2))]
    person = resource("p", "#" * ticks, person=True)
    requests = []
    for number in range(random.randint(5, 6)):
        length = random.randint(1, 3)
        wanted = [need(list(range(len(chambers))), length, name="chamber")]
        if random.random() < 0.4:
            wanted.append(need([len(chambers)], length, name="load", during="head", part=1))
        only = task(mode(length, *wanted, first=random.randint(0, 2), last=ticks))
        requests.append(request(only, weight=random.randint(1, 3), due=random.choice([None, 2, 4]), name=f"q{number}"))
    return instance(ticks, [*chambers, person], *requests, scalars={"unserved": random.choice([12, 10_000])})


@pytest.mark.parametrize("seed", range(40))
def test_bounds_of_groups_never_exceed_the_optimum(seed: int) -> None:
    whole = (random_lab, random_case, crowd)[seed % 3](Random(seed))
    best = least_cost(whole)
    explorer = Explorer(whole)
    gathered = gather(whole, ideal_of(whole, explorer), explorer, {**construct(whole), **frozen_plan(whole)}, budget())
    assert _is_partition(gathered.groups, whole)
    assert sum(each.scalar for each in gathered.groups) <= best <= plan_cost(whole, gathered.plan)
    assert broken(whole, gathered.plan) == ""


@pytest.mark.parametrize("seed", range(40))
def test_bounds_of_loads_never_exceed_the_optimum(seed: int) -> None:
    whole = crowd(Random(seed))
    best = least_cost(whole)
    for plan in (construct(whole), proved(whole).plan):
        groups = _raised(whole, plan)
        assert _is_partition(groups, whole)
        assert sum(each.scalar for each in groups) <= best


def test_loads_raise_the_bound_of_a_queue() -> None:
    # Five runs of two ticks, one chamber: ideally all are done at 2, in truth at 2, 4, 6, 8, 10.
    runs = [request(task(mode(2, need([0], 2))), name=f"q{k}") for k in range(5)]
    whole = instance(10, [resource("r", "#" * 10)], *runs)
    explorer = Explorer(whole)
    alone = sum(each.scalar for each in _singles(whole, explorer))
    raised = sum(each.scalar for each in _raised(whole, construct(whole)))
    best = least_cost(whole)
    assert alone == 10
    assert best == 30
    assert 24 <= raised <= best


def test_loads_count_what_frozen_bookings_take() -> None:
    runs = [request(task(mode(1, need([0], 1))), name=f"q{k}") for k in range(4)]
    whole = replace(instance(10, [resource("r", "#" * 10, capacity=2)], *runs), fixed_uses=(FixedUse(0, 0, 4, 1),))
    raised = sum(each.scalar for each in _raised(whole, construct(whole)))
    assert raised == least_cost(whole) == 10


def test_gather_proves_rivals_without_the_rest() -> None:
    # Two want the chamber at once, only one can have it; forty others have nothing to do with them.
    rivals = [request(task(mode(3, need([0], 3), last=1)), weight=weight, name=f"rival{weight}") for weight in (1, 2)]
    others = [request(task(mode(1, need([1 + k], 1))), name=f"q{k}") for k in range(40)]
    whole = instance(4, [resource(f"r{k}", "####") for k in range(41)], *rivals, *others)
    explorer = Explorer(whole)
    plan = construct(whole)
    gathered = gather(whole, ideal_of(whole, explorer), explorer, plan, budget())
    assert [each.members for each in gathered.groups if len(each.members) > 1] == [(0, 1)]
    assert sum(each.scalar for each in gathered.groups) == plan_cost(whole, gathered.plan) == plan_cost(whole, plan)


def test_groups_gathered_anew_are_kept_only_if_they_prove_more() -> None:
    whole = instance(6, [resource("chamber", "######")], *(request(task(mode(2, need([0], 2))), name=name) for name in "ab"))
    explorer = Explorer(whole)
    rungs = _Climb(whole, ideal_of(whole, explorer), explorer, {}, budget(), lambda *_: None, lambda plan, _: (plan, 0.0))
    both = (Group((0, 1), 7, 7),)
    rungs._keep(both)
    rungs._keep((Group((0,), 2, 2), Group((1,), 3, 3)))
    assert (rungs.groups, rungs.first) == (both, 7)
    more = (Group((0,), 4, 4), Group((1,), 4, 4))
    rungs._keep(more)
    assert (rungs.groups, rungs.first) == (more, 8)


def test_serving_more_is_counted_on_the_repeatable_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = instance(6, [resource("chamber", "######")], request(task(mode(2, need([0], 2)))))
    explorer = Explorer(whole)
    given = replace(budget(), deterministic_seconds=0.1)
    rungs = _Climb(whole, ideal_of(whole, explorer), explorer, {}, given, lambda *_: None, lambda plan, _: (plan, 0.0))
    asked = 0

    def never_done(_instance: Instance, plan: Plan, _seed: int, is_over: Callable[[], bool]) -> Plan:
        nonlocal asked
        while not is_over():
            asked += 1
            assert asked < 1_000
        return plan

    monkeypatch.setattr("scheduler.solver.climb.serve_more", never_done)
    monkeypatch.setattr(rungs, "_polish", lambda _share: None)
    rungs._serve()
    assert 0 < asked * SERVE_SECONDS < 0.1
    assert rungs.budget.deterministic_seconds == pytest.approx(0.1 - (asked + 1) * SERVE_SECONDS)


def test_people_are_plenty_without_people() -> None:
    whole = instance(4, [resource("p", "####", person=True), resource("c", "####")], request(task(mode(1, need([0], 1)))))
    assert [each.capacity > 100 for each in without_people(whole).resources] == [True, False]


@pytest.mark.parametrize("seed", range(30))
def test_climb_agrees_with_trying_everything(seed: int) -> None:
    whole = (random_lab, crowd)[seed % 2](Random(seed))
    best = least_cost(whole)
    explorer = Explorer(whole)
    reported: list[tuple[int, int]] = []
    ideal = ideal_of(whole, explorer)
    found = climb(
        whole,
        ideal,
        explorer,
        frozen_plan(whole),
        budget(),
        lambda rung, plan, bounds: reported.append((plan_cost(whole, plan), bounds[0])),
        Refining(Team(), whole, ideal.scalars, seed, lambda plan: None),
    )
    assert found.is_proved
    assert plan_cost(whole, found.plan) == found.bounds[0] == best
    assert broken(whole, found.plan) == ""
    assert all(cost >= best >= bound for cost, bound in reported)


@pytest.mark.parametrize("seed", range(10))
def test_improve_and_polish_keep_the_rules_and_never_lose(seed: int) -> None:
    whole = crowd(Random(seed))
    ideal = ideal_of(whole, Explorer(whole))
    start = frozen_plan(whole)
    improved, tries = improve(whole, ideal.scalars, start, seed, lambda made: made / 400)
    polished = polish(whole, ideal, start, budget(2.0, seed=seed)).plan
    assert tries > 0 or start == improved
    for plan in (improved, polished):
        assert broken(whole, plan) == ""
        assert least_cost(whole) <= plan_cost(whole, plan) <= plan_cost(whole, start)


def test_improve_is_repeatable() -> None:
    whole = crowd(Random(3))
    ideal = ideal_of(whole, Explorer(whole))
    first, second = (improve(whole, ideal.scalars, {}, 7, lambda made: made / 200) for _ in range(2))
    assert first == second
