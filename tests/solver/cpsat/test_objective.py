"""Every term of the exact model is worth exactly what `plan_tiers` says of the plan that is its hint."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from scheduler.model.policy import TermName
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.cpsat.model import ExactModel
from scheduler.ticks.instance import FixedUse, Instance, Plan, TickQuota, TickRequest, TickTask, TickTerm, TickTravel
from tests.placement.builders import instance, mode, need, precedence, request, resource, task
from tests.solver.cpsat.hinted import built, held_at
from tests.solver.cpsat.special import changeover, oven, part
from tests.solver.cpsat.special import instance as special_instance
from tests.solver.tiny import frozen_plan, random_lab, searched

TERMS: tuple[TermName, ...] = (
    "unserved",
    "tardiness",
    "task_tardiness",
    "late",
    "makespan",
    "span",
    "flow_time",
    "people",
    "preferences",
    "quota_excess",
    "worst_off",
)


def with_terms(whole: Instance, weights: dict[TermName, int]) -> Instance:
    return replace(whole, terms=tuple(TickTerm(name, 1, weight, weight) for name, weight in weights.items()))


def everything(random: Random) -> Instance:
    """A random lab with due dates of tasks, companies, halves that are frozen, a quota, and random weights of all terms."""
    whole = random_lab(random)

    def dated(one: TickTask) -> TickTask:
        return replace(one, due_minute=random.choice([None, random.randint(1, whole.ticks)]))

    def more(each: TickRequest) -> TickRequest:
        found = replace(each, tasks=tuple(map(dated, each.tasks)), company=random.randrange(2))
        if random.random() < 0.3:
            start = random.randint(-3, 4)
            people = frozenset({number for number, one in enumerate(whole.resources) if one.is_person and random.random() < 0.5})
            late = random.choice([0, 0, 2])
            found = replace(found, fixed_start=start, fixed_completion=start + random.randint(1, 4), fixed_people=people, fixed_tardiness=late)
        return found

    requests = tuple(map(more, whole.requests))
    whole = replace(
        whole,
        requests=requests,
        base_makespan=random.choice([0, 0, 5]),
        base_delay=(random.randint(0, 5), 0),
        company_sizes=(5, 4),
        start_minute=random.randint(0, 4),
    )
    quotas = tuple(
        TickQuota(company, frozenset({0, len(whole.resources) - 1}), periods, random.randint(0, 4), price, fixed=(((0, 0), random.randint(0, 3)),))
        for company, periods, price in [(-1, (0, 4, whole.ticks), 2), (1, (0, whole.ticks), 3)]
    )
    whole = replace(whole, quotas=quotas if random.random() < 0.5 else ())
    weights = {name: random.choice([0, 1, random.randint(1, 20)]) for name in TERMS}
    return with_terms(whole, {**weights, "unserved": random.choice([5, 100])})


def a_plan(whole: Instance, random: Random) -> Plan:
    """Some requests, in random order, wherever they fit from a random tick on."""
    plan, occupancy = frozen_plan(whole), Occupancy(whole)
    for position in random.sample(range(len(whole.requests)), random.randint(0, len(whole.requests))):
        placed = place(whole, occupancy, position)
        if placed is not None and position not in plan:
            plan[position] = placed.placement
            occupancy.book_placement(whole.requests[position], placed.placement)
    return plan


def value_of_hint(exact: ExactModel, plan: Plan, tier: int = 1) -> int:
    exact.model.minimize(exact.objective.tier(tier).expression())
    solver = held_at(exact, plan)
    assert solver is not None
    return round(solver.objective_value)


@pytest.mark.parametrize("seed", range(60))
def test_a_hinted_plan_is_worth_its_tiers(seed: int) -> None:
    random = Random(seed)
    whole = everything(random)
    plan = a_plan(whole, random)
    assert value_of_hint(built(whole), plan) == plan_tiers(whole, plan)[0]


@pytest.mark.parametrize("seed", range(15))
def test_the_optimum_is_worth_its_tiers(seed: int) -> None:
    whole = everything(Random(seed))
    found = searched(whole)
    assert found.is_proved
    assert found.bounds == plan_tiers(whole, found.plan)
    assert plan_tiers(whole, found.plan) <= plan_tiers(whole, a_plan(whole, Random(seed)))


def optimum(whole: Instance, name: TermName) -> tuple[int, Plan]:
    """The least of one term with everybody served."""
    found = searched(with_terms(whole, {"unserved": 100_000, name: 1}))
    assert found.is_proved
    return plan_tiers(with_terms(whole, {name: 1}), found.plan)[0], found.plan


OPEN = "#" * 12


def two_tasks(*, most: int | None = None, due: Sequence[int | None] = (None, None)) -> TickRequest:
    tasks = [replace(task(mode(2, need((0, 1), 2)), name=f"t{number}"), due_minute=minute) for number, minute in enumerate(due)]
    return request(*tasks, precedences=[precedence(0, 1, 2, most)])


def test_people_takes_one_person_where_two_would_be_sooner() -> None:
    people = [resource("a", "##..####....", person=True), resource("b", "..##........", person=True)]
    assert optimum(instance(12, people, two_tasks()), "people")[0] == 1
    assert optimum(instance(12, [people[0], replace(people[1], open=people[1].open)], two_tasks(most=2)), "people")[0] == 1
    apart = [resource("a", "##..........", person=True), people[1]]
    assert optimum(instance(12, apart, two_tasks()), "people")[0] == 2


def test_span_waits_with_the_first_task() -> None:
    whole = instance(12, [resource("a", "##......##..", person=True), resource("b", "......##....", person=True)], two_tasks())
    amount, plan = optimum(whole, "span")
    assert amount == 4
    assert [each.start for each in plan[0]] == [6, 8]


def test_late_counts_a_request_once() -> None:
    whole = instance(12, [resource("a", OPEN), resource("b", OPEN)], two_tasks(due=(1, 3)), two_tasks(due=(2, 4)), replace(two_tasks(), due_minute=3))
    assert optimum(whole, "late")[0] == 2


def test_task_tardiness_adds_up_tasks() -> None:
    whole = instance(12, [resource("a", OPEN), resource("b", OPEN)], two_tasks(due=(1, 3)), two_tasks(due=(2, 4)))
    assert optimum(whole, "task_tardiness")[0] == 2


def test_worst_off_shares_the_delay() -> None:
    def due(company: int) -> TickRequest:
        return replace(request(task(mode(4, need((0,), 4))), due=4), company=company)

    # Ends at 4, 8 and 12: late by 0, 4 and 8. Company 0 has two of three: 0 and 8 (mean 4) leave 4 to company 1.
    assert optimum(instance(12, [resource("a", OPEN)], due(0), due(0), due(1)), "worst_off")[0] == 4


def test_quota_excess_counts_by_period() -> None:
    quota = TickQuota(-1, frozenset({0}), (0, 6, 12), 4, 3, fixed=(((0, 0), 2),))
    whole = replace(instance(12, [resource("a", OPEN)], *(request(task(mode(3, need((0,), 3), last=5))) for _ in range(2))), quotas=(quota,))
    assert plan_tiers(with_terms(whole, {"quota_excess": 1}), {}) == (0,)
    amount, plan = optimum(whole, "quota_excess")
    assert amount == 3 * (2 + 3 + 3 - 4)
    assert optimum(replace(whole, requests=tuple(replace(each, tasks=wider(each.tasks)) for each in whole.requests)), "quota_excess")[0] == 3
    assert value_of_hint(built(with_terms(whole, {"quota_excess": 2})), plan) == 2 * amount


def wider(tasks: tuple[TickTask, ...]) -> tuple[TickTask, ...]:
    """The tasks with all starts on the horizon of twelve ticks."""
    return tuple(replace(each, modes=tuple(replace(one, last_start=12 - one.ticks) for one in each.modes)) for each in tasks)


@pytest.mark.parametrize(("name", "amount"), [("run_time", 50), ("travel", 17), ("changeover_time", 13), ("changeover_cost", 102)])
def test_what_rules_made_is_added_up(name: TermName, amount: int) -> None:
    whole = with_terms(instance(12, [resource("a", OPEN)], two_tasks_one(), two_tasks_one()), {name: 1})
    exact = built(whole)
    served, left_out = (each.presence for each in exact.variables.requests)
    exact.variables.runs = [(served, 20), (None, 30), (left_out, 1)]
    exact.variables.ways = [(served, 7), (None, 10), (left_out, 1)]
    exact.variables.transitions = [(served, 8, 2), (None, 5, 100), (left_out, 1, 1)]
    plan = searched(with_terms(whole, {"unserved": 1})).plan
    assert value_of_hint(exact, {0: plan[0]}) == amount


def two_tasks_one() -> TickRequest:
    return request(task(mode(2, need((0,), 2))))


def special(random: Random) -> Instance:
    """Three single tasks on an oven that is changed over or a machine that is, or with a person who travels; one booking is frozen."""
    matrix = ((0, random.randint(0, 2)), (random.randint(0, 2), 0))
    between = random.choice([changeover(matrix), changeover(matrix, idle=1, warm_up=1)])
    kind = random.choice(["oven", "machine", "person"])
    ways = ((0, 1), (2, 0))
    if kind == "person":
        minutes = ((0, 40), (70, 0))
        travel = TickTravel(ways, minutes, random.choice([-1, 0]), ((0, 7), (8, 14)), None, (0, 14))
        one = replace(resource("p", "#######.######", person=True, site=-1), travel=travel)
    elif kind == "oven":
        one = oven("#" * 14, changeover=between if random.random() < 0.5 else None, initial_recipe=-1)
    else:
        one = replace(resource("m", "#" * 14), changeover=between, initial_recipe=random.choice([-1, 1]))
    asked = []
    for number in range(3):
        each = part((0,), random.randint(1, 3), random.randrange(2), name=f"q{number}", first=random.randint(0, 3), longer=(4,) if kind == "oven" else ())
        asked.append(replace(each, tasks=(replace(each.tasks[0], site=random.randrange(2) if kind == "person" else -1),)))
    fixed = [FixedUse(0, 10, 12, 1, recipe=1, site=1 if kind == "person" else -1, at=10, owner=(-2, 0), minutes=2)] if random.random() < 0.4 else []
    whole = special_instance(14, [one], *asked, fixed=fixed)
    names: tuple[TermName, ...] = ("travel", "changeover_time", "changeover_cost", "run_time", "makespan", "flow_time")
    return with_terms(whole, {"unserved": random.choice([3, 1000]), **{name: random.randint(1, 9) for name in names}})


@pytest.mark.parametrize("seed", range(40))
def test_runs_changeovers_and_ways_are_worth_their_tiers(seed: int) -> None:
    random = Random(seed)
    whole = special(random)
    plan = a_plan(whole, random)
    assert value_of_hint(built(whole), plan) == plan_tiers(whole, plan)[0]
    found = searched(whole)
    assert found.is_proved
    assert found.bounds == plan_tiers(whole, found.plan)
    assert plan_tiers(whole, found.plan) <= plan_tiers(whole, plan)
