"""Whoever is left out is placed earlier the next time."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from scheduler.placement.occupancy import Occupancy
from scheduler.solver import squeaky
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


def test_serve_more_begins_anew_where_it_serves_no_more_and_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both need the same two ticks, so one is left out whatever is tried.
    needed = (mode(2, need([0], 2), first=0, last=0),)
    whole = instance(4, [resource("chamber", "####")], request(task(*needed), name="a"), request(task(*needed), name="b"))
    beginnings: list[object] = []
    passes = []
    one_pass = squeaky._pass

    def heard(instance: Instance, occupancy: Occupancy, order: Sequence[int], is_over: Callable[[], bool]) -> tuple[Plan, list[int]]:
        passes.append(len(order))
        if not any(each is occupancy.shapes for each in beginnings):
            beginnings.append(occupancy.shapes)
        return one_pass(instance, occupancy, order, is_over)

    monkeypatch.setattr(squeaky, "_pass", heard)
    assert len(serve_more(whole, {}, 1, never)) == 1
    assert len(beginnings) > 2
    assert squeaky.IDLE <= len(passes) <= squeaky.MOST_PASSES


def test_serve_more_stops_at_once() -> None:
    kept: Plan = {}
    assert serve_more(tight(), kept, 1, lambda: True) is kept
