"""Ledgers against every rule spelled out: what can begin when, and what no longer stands right."""

from random import Random

import pytest

from scheduler.placement.ledger import Ledger
from scheduler.placement.uses import Use, use_of
from scheduler.ticks.instance import TickResource
from tests.placement.judge import wrongs
from tests.placement.special import TRAITS, random_need, random_resource, random_uses

TICKS = 18


def room_of(resource: TickResource, uses: list[Use], units: int) -> int:
    """The ticks in which so many units are not taken."""
    return sum((sum(u.demand for u in uses if u.start <= t < u.end) + units <= resource.capacity) << t for t in range(TICKS))


def ledger_of(resource: TickResource, uses: list[Use], first_tick: int = 0) -> Ledger:
    ledger = Ledger(resource, TICKS, first_tick)
    for each in uses:
        ledger.add(each)
    return ledger


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("trait", TRAITS)
def test_starts_are_exactly_those_that_break_nothing(trait: str, seed: int) -> None:
    random = Random(seed * 100 + TRAITS.index(trait))
    for number in range(25):
        resource = random_resource(random, trait, TICKS)
        idle = sum((random.random() < 0.4) << t for t in range(TICKS)) & ~resource.open
        first_tick = random.choice([0, 0, 2])
        uses = random_uses(random, resource, trait, TICKS, idle, first_tick)
        ledger = ledger_of(resource, uses, first_tick)
        assert ledger.faults() == frozenset(), (trait, seed, number)
        for _ in range(4):
            need = random_need(random, resource, trait, idle)
            expected = sum(
                (wrongs(resource, [*uses, use_of(need, start, (99, 0))], idle=need.idle, first_tick=first_tick) == "") << start
                for start in range(TICKS - need.length + 1)
            )
            room = room_of(resource, uses, ledger.units(need))
            # No booking starts before the first tick, whatever it takes only later.
            asked = sum((0 <= start - need.begin < TICKS) << start for start in range(TICKS))
            found, expected = ledger.starts(need, room) & asked, expected & asked
            assert f"{found:018b}" == f"{expected:018b}", (trait, seed, number, uses, need)
            assert found & ~ledger.hopes(need, room) == 0


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("trait", TRAITS)
def test_broken_names_somebody_exactly_if_something_is_wrong(trait: str, seed: int) -> None:
    random = Random(seed * 100 + TRAITS.index(trait))
    for number in range(40):
        resource = random_resource(random, trait, TICKS)
        uses = random_uses(random, resource, trait, TICKS, 0, 0)
        ledger = ledger_of(resource, uses)
        where = (trait, seed, number)
        free = [each for each in uses if not each.is_fixed]
        if not free:
            continue
        gone = random.choice(free)
        uses.remove(gone)
        ledger.remove(gone)
        # Whoever is named goes, until all that is left is right; nobody is named twice, and nobody for nothing.
        while True:
            broken = ledger.broken()
            assert bool(broken) == (wrongs(resource, uses, idle=-1) != ""), where
            assert broken <= {each.owner for each in uses if not each.is_fixed}, where
            if not broken:
                break
            for each in [each for each in uses if each.owner in broken]:
                uses.remove(each)
                ledger.remove(each)


def test_copies_are_independent_and_what_is_not_there_cannot_go() -> None:
    random = Random(3)
    resource = random_resource(random, "changeover", TICKS)
    need = random_need(random, resource, "changeover", 0)
    ledger = Ledger(resource, TICKS, 0)
    before = ledger.starts(need, -1)
    twin = ledger.copy()
    use = use_of(need, 4, (0, 0))
    twin.add(use)
    assert ledger.uses == []
    assert ledger.starts(need, -1) == before
    twin.remove(use)
    assert twin.starts(need, -1) == before
    with pytest.raises(ValueError, match="no such use"):
        twin.remove(use)
