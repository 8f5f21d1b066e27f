"""Sequences of runs cost what the plan costs, and what they tell of a change is what the whole comes to."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.run_sequences import RunSequences
from scheduler.ticks.instance import Instance, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.ovens import begun, ovens, stands


def _sequences(whole: Instance) -> RunSequences:
    ideal, plan = begun(whole)
    return RunSequences(whole, ideal.domains, plan)


def _cost(sequences: RunSequences) -> int:
    return sum(sum(sequence.costs) + sequence.closing for sequence in sequences.all)


def _plan(sequences: RunSequences) -> dict[int, tuple[TickBooking, ...]]:
    return sequences.plan([sequence.runs for sequence in sequences.all], [sequence.starts for sequence in sequences.all])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["plain", "frozen", "warm"])
def test_a_change_costs_what_the_plan_costs_more(seed: int, kind: str) -> None:
    whole = ovens(seed, 12, frozen=kind == "frozen", warm=kind == "warm")
    ideal, start = begun(whole)
    sequences = RunSequences(whole, ideal.domains, start)
    others = {position: placement for position, placement in start.items() if position not in {each.position for each in sequences.singles}}
    random = Random(seed)
    before = plan_cost(whole, {**others, **_plan(sequences)})
    made = 0
    for _ in range(60):
        sequence = random.choice(sequences.all)
        if len(sequence.runs) < 2:
            continue
        runs = sequence.runs.copy()
        here, there = sorted(random.sample(range(len(runs)), 2))
        runs[here], runs[there] = runs[there], runs[here]
        change = sequences.replay(sequence, runs, here, there + 1)
        if change is None:
            continue
        sequences.commit(change)
        plan = {**others, **_plan(sequences)}
        after = plan_cost(whole, plan)
        assert after - before == change.delta
        assert stands(whole, plan)
        before, made = after, made + 1
        assert change.delta == 0 or _again(sequences) == [(each.starts, each.costs, each.closing) for each in sequences.all]
    assert made > 0


def _again(sequences: RunSequences) -> list[tuple[list[int], list[int], int]]:
    """Everything worked out anew from the first run on."""
    found = []
    for sequence in sequences.all:
        change = sequences.replay(sequence, sequence.runs, 0, len(sequence.runs))
        assert change is not None
        assert change.delta == 0
        found.append((change.starts, change.costs, change.closing))
    return found


def test_a_run_is_as_long_as_its_longest_member_needs() -> None:
    sequences = _sequences(ovens(3, 10))
    for sequence in sequences.all:
        for run in sequence.runs:
            assert run.shape == max(each.least[sequence.resource] for each in run.members)
            assert run.load == sum(each.demand for each in run.members) <= sequences.instance.resources[sequence.resource].capacity


def test_a_member_that_may_not_last_so_long_shares_no_run() -> None:
    sequences = _sequences(ovens(1, 12))
    refused = 0
    for number, sequence in enumerate(sequences.all):
        able = [each for each in sequences.singles if sequence.resource in each.least]
        for one in able:
            for other in able:
                longest = max(one.least[sequence.resource], other.least[sequence.resource])
                is_possible = (
                    one is not other
                    and longest in one.forms[sequence.resource]
                    and longest in other.forms[sequence.resource]
                    and one.demand + other.demand <= sequences.instance.resources[sequence.resource].capacity
                )
                if one is not other:
                    refused += not is_possible
                    assert (sequences.run(number, (one, other)) is not None) <= is_possible
    assert refused > 0


def test_requests_that_are_more_than_a_load_stay() -> None:
    whole = next(each for each in (ovens(seed, 6) for seed in range(20)) if each.requests[-1].id == "pair")
    sequences = _sequences(whole)
    assert len(whole.requests) - 1 not in {each.position for each in sequences.singles}
    assert len(sequences.singles) == 6


def test_without_batch_resources_there_are_no_sequences() -> None:
    whole = instance(10, [resource("r", "##########")], request(task(mode(2, need([0], 2)))))
    sequences = _sequences(whole)
    assert (sequences.all, sequences.singles) == ([], [])
