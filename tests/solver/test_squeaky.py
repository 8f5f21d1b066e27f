"""Whoever is left out is placed earlier the next time."""

from dataclasses import replace

from scheduler.solver.squeaky import serve_more
from scheduler.ticks.instance import Instance, Plan
from tests.placement.builders import breaks, instance, mode, need, request, resource, task, uses_of


def tight(copies: int = 1) -> Instance:
    """Per copy a chamber on which the request that can wait least must come second, or the other one is left out."""
    resources = [resource(f"chamber-{number}", "#" * 7) for number in range(copies)]
    requests = []
    for number in range(copies):
        least_slack = request(task(mode(2, need([number], 2), first=2, last=4)), name=f"least-{number}")
        most_slack = request(task(mode(4, need([number], 4), first=0, last=3)), name=f"most-{number}")
        requests += [least_slack, most_slack]
    return instance(7, resources, *requests)


def never() -> bool:
    return False


def broken(whole: Instance, plan: Plan) -> list[str]:
    uses = {each: uses_of(whole.requests[each], placement) for each, placement in plan.items()}
    found = (breaks(whole, whole.requests[each], plan[each], [use for other, taken in uses.items() if other != each for use in taken]) for each in plan)
    return [each for each in found if each]


def test_serve_more_serves_whoever_was_left_out() -> None:
    whole = tight()
    plan = serve_more(whole, {}, 1, never)
    assert sorted(plan) == [0, 1]
    assert [plan[0][0].start, plan[1][0].start] == [4, 0]
    assert broken(whole, plan) == []


def test_serve_more_finds_many_at_once_and_again_the_same() -> None:
    whole = tight(6)
    plan = serve_more(whole, {}, 7, never)
    assert len(plan) == 12
    assert broken(whole, plan) == []
    assert plan == serve_more(whole, {}, 7, never)


def test_serve_more_gives_back_a_plan_that_serves_as_much() -> None:
    whole = tight()
    whole = replace(whole, requests=(whole.requests[0], replace(whole.requests[1], can_serve=False)))
    best = serve_more(whole, {}, 1, never)
    assert sorted(best) == [0]
    assert serve_more(whole, best, 2, never) is best


def test_serve_more_stops_at_once() -> None:
    kept: Plan = {}
    assert serve_more(tight(), kept, 1, lambda: True) is kept
