"""Terms in which requests meet, each with amounts worked out by hand."""

from dataclasses import replace

from scheduler.placement.cost import plan_cost
from scheduler.placement.coupled import coupled_amounts, coupled_cost, resource_amounts, special_uses
from scheduler.ticks.instance import FixedUse, Instance, Plan, TickBooking, TickChangeover, TickQuota, TickRequest, TickResource, TickTravel
from tests.placement.builders import instance, mode, need, request, resource, task

OPEN = "#" * 20


def asked(length: int, who: int = 0, *, recipe: int = -1, minutes: int | None = None, site: int = -1, due: int | None = None, company: int = 0) -> TickRequest:
    """One task of one requirement, served by `who`."""
    taken = length if minutes is None else minutes
    wanted = replace(need((who,), length), recipe=recipe, minutes=taken)
    one = replace(task(mode(length, wanted, minutes=taken)), site=site)
    return replace(request(one, due=due), company=company)


def at(start: int, who: int = 0) -> tuple[TickBooking, ...]:
    return (TickBooking(0, 0, start, ((who,),)),)


def test_makespan_is_the_last_end_of_a_served_request() -> None:
    whole = instance(20, [resource("a", OPEN)], asked(3, minutes=2), asked(4), asked(9))
    assert coupled_amounts(whole, {})["makespan"] == 0
    assert coupled_amounts(whole, {0: at(5)})["makespan"] == 7
    assert coupled_amounts(whole, {0: at(5), 1: at(0)})["makespan"] == 7
    assert coupled_amounts(replace(whole, base_makespan=12), {0: at(5)})["makespan"] == 12
    assert coupled_amounts(replace(whole, base_makespan=12), {0: at(5), 2: at(10)})["makespan"] == 19
    later = replace(whole, start_minute=4)
    assert coupled_amounts(later, {0: at(5)})["makespan"] == 3
    assert coupled_amounts(later, {0: at(0)})["makespan"] == 0


def chamber(*, batch: bool = False, idle: int | None = None, initial: int = -1) -> TickResource:
    """From recipe 0 to 1 three ticks (40 minutes at 5), back two (cleaning: 25 minutes at 7); 0 after 0 cleaned in one (10 minutes at 1)."""
    changeover = TickChangeover(
        times=((1, 3), (2, 0)), minutes=((10, 40), (25, 0)), costs=((1, 5), (7, 0)), within_opening=False, idle=idle, warm_up=2, warm_minutes=30, warm_cost=9
    )
    return replace(resource("c", OPEN, capacity=4 if batch else 1), is_batch=batch, changeover=changeover, initial_recipe=initial)


def spent(whole: Instance, plan: Plan) -> tuple[int, int, int]:
    amounts = coupled_amounts(whole, plan)
    return amounts["run_time"], amounts["changeover_time"], amounts["changeover_cost"]


def test_changeover_counts_each_pair_in_order_of_start() -> None:
    whole = instance(20, [chamber()], asked(2, recipe=0), asked(2, recipe=1), asked(2, recipe=0))
    assert spent(whole, {0: at(0)}) == (0, 0, 0)
    assert spent(whole, {0: at(0), 1: at(5)}) == (0, 40, 5)
    assert spent(whole, {0: at(5), 1: at(0)}) == (0, 25, 7)
    assert spent(whole, {0: at(0), 1: at(5), 2: at(9)}) == (0, 65, 12)
    assert spent(whole, {0: at(0), 2: at(3)}) == (0, 10, 1)


def test_changeover_counts_the_first_use_from_the_initial_recipe() -> None:
    whole = instance(20, [chamber(initial=1)], asked(2, recipe=0))
    assert spent(whole, {0: at(4)}) == (0, 25, 7)


def test_changeover_counts_warm_up_before_the_first_and_after_a_long_pause() -> None:
    whole = instance(20, [chamber(idle=3)], asked(2, recipe=1), asked(2, recipe=1))
    assert spent(whole, {0: at(4)}) == (0, 30, 9)
    assert spent(whole, {0: at(4), 1: at(9)}) == (0, 30, 9)
    assert spent(whole, {0: at(4), 1: at(10)}) == (0, 60, 18)


def test_changeover_counts_frozen_uses_too() -> None:
    fixed = FixedUse(0, 0, 3, 1, recipe=1, minutes=3)
    whole = instance(20, [chamber()], asked(2, recipe=0), fixed=[fixed])
    assert spent(whole, {0: at(5)}) == (0, 25, 7)


def test_run_time_counts_each_run_once() -> None:
    fixed = FixedUse(0, 10, 14, 1, recipe=0, minutes=55)
    whole = instance(20, [chamber(batch=True)], asked(4, recipe=0, minutes=50), asked(4, recipe=0, minutes=60), asked(4, recipe=1, minutes=50), fixed=[fixed])
    assert spent(whole, {}) == (55, 0, 0)
    assert spent(whole, {0: at(0), 1: at(0)}) == (60 + 55, 10, 1)
    assert spent(whole, {0: at(0), 1: at(5)}) == (50 + 60 + 55, 20, 2)
    assert spent(whole, {0: at(10), 1: at(10), 2: at(0)}) == (60 + 50, 25, 7)


def test_run_time_counts_batch_resources_only() -> None:
    whole = instance(20, [resource("a", OPEN, capacity=4)], asked(4))
    assert spent(whole, {0: at(0)}) == (0, 0, 0)


def traveller(home: int) -> TickResource:
    minutes = ((0, 20, 50), (30, 0, 60), (50, 60, 0))
    ways = ((0, 1, 2), (1, 0, 2), (2, 2, 0))
    return replace(resource("p", OPEN, person=True, site=-1), travel=TickTravel(ways, minutes, home, ((0, 10), (10, 20)), None, (0, 20)))


def test_travel_counts_ways_to_between_and_home_in_each_opening() -> None:
    whole = instance(20, [traveller(0)], asked(2, site=1), asked(2, site=2), asked(2, site=0))
    assert coupled_amounts(whole, {})["travel"] == 0
    assert coupled_amounts(whole, {0: at(2)})["travel"] == 20 + 30
    assert coupled_amounts(whole, {0: at(1), 1: at(6)})["travel"] == 20 + 60 + 50
    assert coupled_amounts(whole, {0: at(6), 1: at(2)})["travel"] == 50 + 60 + 30
    assert coupled_amounts(whole, {0: at(2), 1: at(13)})["travel"] == 50 + 100
    assert coupled_amounts(whole, {0: at(0), 1: at(7), 2: at(4)})["travel"] == 20 + 30 + 50 + 50


def test_travel_without_a_home_begins_and_ends_at_the_sessions() -> None:
    whole = instance(20, [traveller(-1)], asked(2, site=1), asked(2, site=2))
    assert coupled_amounts(whole, {0: at(2)})["travel"] == 0
    assert coupled_amounts(whole, {0: at(1), 1: at(6)})["travel"] == 60


def test_travel_skips_sessions_without_a_place() -> None:
    online = asked(2)
    online = replace(online, tasks=(replace(online.tasks[0], takes_place=False),))
    whole = instance(20, [traveller(0)], asked(2, site=1), online, fixed=[FixedUse(0, 14, 16, 1, site=2)])
    assert coupled_amounts(whole, {1: at(5)})["travel"] == 100
    assert coupled_amounts(whole, {0: at(2), 1: at(5)})["travel"] == 150


def test_quota_excess_counts_by_company_and_period_of_the_start() -> None:
    quota = TickQuota(-1, frozenset({0}), (0, 10, 20), 5, 3)
    whole = instance(20, [resource("a", OPEN), resource("b", OPEN)], asked(4), asked(3), asked(9, company=1), asked(9, who=1))
    whole = replace(whole, quotas=(quota,))
    assert coupled_amounts(whole, {0: at(0)})["quota_excess"] == 0
    assert coupled_amounts(whole, {0: at(0), 1: at(5)})["quota_excess"] == 3 * 2
    assert coupled_amounts(whole, {0: at(0), 1: at(10)})["quota_excess"] == 0
    assert coupled_amounts(whole, {0: at(0), 2: at(8)})["quota_excess"] == 3 * 4
    assert coupled_amounts(whole, {0: at(0), 3: at(5, 1)})["quota_excess"] == 0
    frozen = replace(whole, quotas=(replace(quota, fixed=(((0, 0), 4), ((1, 1), 7))),))
    assert coupled_amounts(frozen, {})["quota_excess"] == 3 * 2
    assert coupled_amounts(frozen, {0: at(0)})["quota_excess"] == 3 * (3 + 2)
    own = replace(whole, quotas=(replace(quota, company=1), replace(quota, price=None, most_minutes=0)))
    assert coupled_amounts(own, {0: at(0), 1: at(5), 2: at(10)})["quota_excess"] == 3 * 4


def test_worst_off_is_the_largest_mean_delay_rounded_up() -> None:
    whole = instance(20, [resource("a", OPEN)], asked(4, due=4), asked(4, due=4), asked(4, due=4, company=1), asked(4, company=1))
    assert coupled_amounts(whole, {})["worst_off"] == 20
    assert coupled_amounts(whole, {0: at(0), 1: at(5), 2: at(1), 3: at(16)})["worst_off"] == 3
    assert coupled_amounts(whole, {0: at(0), 1: at(4), 2: at(12), 3: at(16)})["worst_off"] == 6
    assert coupled_amounts(whole, {0: at(0), 1: at(4), 2: at(8)})["worst_off"] == 14
    assert coupled_amounts(replace(whole, horizon_minutes=17), {0: at(0), 1: at(4), 2: at(8)})["worst_off"] == 13
    cut = replace(whole, company_sizes=(3, 2, 5), base_delay=(1, 0, 36))
    assert coupled_amounts(cut, {0: at(0), 1: at(5), 2: at(1), 3: at(16)})["worst_off"] == 8
    assert coupled_amounts(cut, {0: at(0), 1: at(12), 2: at(1)})["worst_off"] == 11


def test_resource_amounts_add_up_to_the_plan() -> None:
    whole = instance(20, [chamber(), traveller(0)], asked(2, recipe=0), asked(2, recipe=1), asked(2, who=1, site=1))
    plan: Plan = {0: at(0), 1: at(5), 2: at(2, 1)}
    spendings = [resource_amounts(whole, which, uses) for which, uses in special_uses(whole, plan).items()]
    assert [tuple(each) for each in spendings] == [(0, 0, 40, 5), (0, 50, 0, 0)]


def test_plan_cost_adds_coupled_terms_by_weight() -> None:
    whole = instance(20, [chamber()], asked(2, recipe=0), asked(2, recipe=1), scalars={"makespan": 100, "changeover_cost": 1000})
    plan: Plan = {0: at(0), 1: at(5)}
    assert coupled_cost(whole, plan) == 100 * 7 + 1000 * 5
    assert plan_cost(whole, plan) == 2 + 7 + 5700
