"""Sequences of runs cost what the plan costs, and what they tell of a change is what the whole comes to."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.lanes import Lanes
from scheduler.ticks.instance import Instance, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.ovens import begun, ovens, stands


def _lanes(whole: Instance) -> Lanes:
    ideal, plan = begun(whole)
    return Lanes(whole, ideal.domains, plan)


def _cost(lanes: Lanes) -> int:
    return sum(sum(lane.costs) + lane.closing for lane in lanes.lanes)


def _plan(lanes: Lanes) -> dict[int, tuple[TickBooking, ...]]:
    return lanes.plan([lane.runs for lane in lanes.lanes], [lane.starts for lane in lanes.lanes])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["plain", "frozen", "warm"])
def test_a_change_costs_what_the_plan_costs_more(seed: int, kind: str) -> None:
    whole = ovens(seed, 12, frozen=kind == "frozen", warm=kind == "warm")
    ideal, start = begun(whole)
    lanes = Lanes(whole, ideal.domains, start)
    others = {position: placement for position, placement in start.items() if position not in {each.position for each in lanes.loads}}
    random = Random(seed)
    before = plan_cost(whole, {**others, **_plan(lanes)})
    made = 0
    for _ in range(60):
        lane = random.choice(lanes.lanes)
        if len(lane.runs) < 2:
            continue
        runs = lane.runs.copy()
        here, there = sorted(random.sample(range(len(runs)), 2))
        runs[here], runs[there] = runs[there], runs[here]
        change = lanes.replay(lane, runs, here, there + 1)
        if change is None:
            continue
        lanes.commit(change)
        plan = {**others, **_plan(lanes)}
        after = plan_cost(whole, plan)
        assert after - before == change.delta
        assert stands(whole, plan)
        before, made = after, made + 1
        assert change.delta == 0 or _again(lanes) == [(each.starts, each.costs, each.closing) for each in lanes.lanes]
    assert made > 0


def _again(lanes: Lanes) -> list[tuple[list[int], list[int], int]]:
    """Everything worked out anew from the first run on."""
    found = []
    for lane in lanes.lanes:
        change = lanes.replay(lane, lane.runs, 0, len(lane.runs))
        assert change is not None
        assert change.delta == 0
        found.append((change.starts, change.costs, change.closing))
    return found


def test_a_run_is_as_long_as_its_longest_member_needs() -> None:
    lanes = _lanes(ovens(3, 10))
    for lane in lanes.lanes:
        for run in lane.runs:
            assert run.shape == max(each.least[lane.resource] for each in run.members)
            assert run.load == sum(each.demand for each in run.members) <= lanes.instance.resources[lane.resource].capacity


def test_a_member_that_may_not_last_so_long_shares_no_run() -> None:
    lanes = _lanes(ovens(1, 12))
    refused = 0
    for number, lane in enumerate(lanes.lanes):
        able = [each for each in lanes.loads if lane.resource in each.least]
        for one in able:
            for other in able:
                longest = max(one.least[lane.resource], other.least[lane.resource])
                is_possible = (
                    one is not other
                    and longest in one.forms[lane.resource]
                    and longest in other.forms[lane.resource]
                    and one.demand + other.demand <= lanes.instance.resources[lane.resource].capacity
                )
                if one is not other:
                    refused += not is_possible
                    assert (lanes.run(number, (one, other)) is not None) <= is_possible
    assert refused > 0


def test_requests_that_are_more_than_a_load_stay() -> None:
    whole = next(each for each in (ovens(seed, 6) for seed in range(20)) if each.requests[-1].id == "pair")
    lanes = _lanes(whole)
    assert len(whole.requests) - 1 not in {each.position for each in lanes.loads}
    assert len(lanes.loads) == 6


def test_without_batch_resources_there_are_no_lanes() -> None:
    whole = instance(10, [resource("r", "##########")], request(task(mode(2, need([0], 2)))))
    lanes = _lanes(whole)
    assert (lanes.lanes, lanes.loads) == ([], [])
