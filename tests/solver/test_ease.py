"""What can always be served is left out of the model, and served at the end."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.domains import Explorer
from scheduler.solver.ease import Key, eased, easy_parts, serve
from scheduler.ticks.instance import FixedUse, Instance, Plan
from tests.placement.builders import instance, link, mode, need, request, resource, task
from tests.solver.tiny import broken, proved, random_lab, searched


def easy_of(whole: Instance) -> list[Key]:
    explorer = Explorer(whole)
    return easy_parts(whole, range(len(whole.requests)), [explorer.explore(each) for each in whole.requests], frozenset())


def people(count: int) -> list[object]:
    # Calendars differ, so that they are no pool.
    return [resource(f"p{i}", "####" + "." * i + "#" + "." * (8 - i), person=True) for i in range(count)]


def crowd(persons: int, requests: int) -> Instance:
    """So many requests want one of so many people at the same tick."""
    wanted = [request(task(mode(1, need(list(range(persons)), 1), first=1, last=1)), name=f"q{k}") for k in range(requests)]
    return instance(13, people(persons), *wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(("persons", "requests", "easy"), [(3, 3, 3), (3, 4, 0), (1, 1, 1), (2, 3, 0)])
def test_easy_is_what_all_rivals_together_leave_room_for(persons: int, requests: int, easy: int) -> None:
    whole = crowd(persons, requests)
    assert len(easy_of(whole)) == easy
    assert len(proved(whole).plan) == min(persons, requests)


def test_easy_makes_others_easy() -> None:
    # The third has two candidates and two rivals; one of these is easy by a candidate of its own.
    resources = people(4)
    wanted = [need([0, 1], 1), need([1, 2, 3], 1), need([0, 1], 1)]
    whole = instance(13, resources, *(request(task(mode(1, each, first=1, last=1))) for each in wanted))  # type: ignore[arg-type]
    order = easy_of(whole)
    assert len(order) == 3
    plan: Plan = searched(whole).plan
    again = serve(whole, [Explorer(whole).explore(each) for each in whole.requests], plan, order)
    assert broken(whole, again) == ""


def test_easy_is_nothing_that_somebody_cares_about() -> None:
    def one(**changes: object) -> Instance:
        return instance(2, [resource("p", "##"), resource("q", "#.")], request(task(mode(1, need([0, 1], 1, **changes)))))  # type: ignore[arg-type]

    assert len(easy_of(one())) == 1
    assert easy_of(one(preferred=[0])) == []
    shared = instance(1, [resource("r", "#", capacity=4)], request(task(mode(1, need([0], 1, demand=2)))))
    assert easy_of(shared) == []
    linked = [task(mode(1, need([0], 1)), name=name) for name in "ab"]
    assert easy_of(instance(2, [resource("p", "##")], request(*linked, links=[link("same_people", 0, 1)]))) == []


def test_easy_counts_no_shared_resource_that_is_partly_frozen() -> None:
    whole = instance(1, [resource("r", "#", capacity=3)], request(task(mode(1, need([0], 1)))), fixed=[FixedUse(0, 0, 1, 2)])
    assert easy_of(whole) == []


def test_who_is_out_of_time_finds_nothing_easy() -> None:
    """Among a thousand requests the search takes ten seconds and more."""
    whole = instance(1, [resource("r", "#", capacity=3)], request(task(mode(1, need([0], 1)))))
    domains = [Explorer(whole).explore(each) for each in whole.requests]
    assert easy_parts(whole, [0], domains, frozenset(), lambda: False)
    assert easy_parts(whole, [0], domains, frozenset(), lambda: True) == []


@pytest.mark.parametrize("seed", range(60))
def test_serve_breaks_no_rule_and_costs_the_same(seed: int) -> None:
    whole = random_lab(Random(seed))
    plan = searched(whole).plan
    explorer = Explorer(whole)
    domains = [explorer.explore(each) for each in whole.requests]
    order = easy_parts(whole, range(len(domains)), domains, frozenset())
    again = serve(whole, domains, plan, order)
    assert broken(whole, again) == ""
    assert plan_cost(whole, again) == plan_cost(whole, plan)
    easy = frozenset(order)
    assert sum(each.candidates for each in domains) - sum(eased(k, each, easy).candidates for k, each in enumerate(domains)) == sum(
        len(domains[p].tasks[t][m].candidates[k]) for p, t, m, k in order
    )


def test_easy_parts_occur_in_random_labs() -> None:
    # Otherwise the agreement with trying everything would say little about them.
    assert sum(1 for seed in range(100) if easy_of(random_lab(Random(seed)))) > 20
