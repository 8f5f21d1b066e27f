"""What one request costs, term by term."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.placement.cost import latest_completion, plan_cost, request_amounts, request_cost, request_tiers, time_cost, unserved_cost
from scheduler.ticks.instance import TickBooking, TickRequest
from tests.placement.builders import instance, mode, need, request, resource, task

KEPT = TickBooking(0, 0, 4, ((0,),))
ASKED = request(task(mode(2, need((0, 1), 2, preferred=(1,)), minutes=2)), weight=3, due=5, arrival=1, current=[(0, KEPT, 7)])
WHOLE = instance(8, [resource("a", "########"), resource("b", "########")], ASKED)


def test_request_cost_adds_the_terms() -> None:
    # Complete at 6: one minute late at weight 3, five minutes of flow, one unpreferred resource, nothing moved.
    assert request_cost(WHOLE, ASKED, (KEPT,)) == 20 * 3 + 5 + 3
    assert request_tiers(WHOLE, ASKED, (KEPT,)) == (20 * 3 + 5 + 3,)


def test_request_cost_counts_a_move_for_start_or_resource() -> None:
    for start, who, flow, unpreferred in [(1, 0, 2, 1), (4, 1, 5, 0)]:
        late = 20 * 3 if start == 4 else 0
        assert request_cost(WHOLE, ASKED, (TickBooking(0, 0, start, ((who,),)),)) == late + flow + 3 * unpreferred + 7


def test_unserved_cost_drops_what_is_in_force() -> None:
    assert unserved_cost(WHOLE, ASKED) == 3 * 10_000 + 7
    assert plan_cost(WHOLE, {}) == 30_007
    assert plan_cost(WHOLE, {0: (KEPT,)}) == 68


def chain(**more: Any) -> TickRequest:
    """Two tasks at weight 3, due at 4 and 9, the request at 10; each takes one of the persons 0 and 1 and the instrument 2."""
    tasks = tuple(replace(task(mode(2, need((0, 1), 2), need((2,), 2, name="i"))), due_minute=due) for due in (4, 9))
    return replace(request(*tasks, weight=3, due=10, arrival=0), **more)


def inner(asked: TickRequest, *starts_and_people: tuple[int, int]) -> dict[str, int]:
    resources = [resource("p", "#" * 20, person=True), resource("q", "#" * 20, person=True), resource("i", "#" * 20), resource("z", "#" * 20, person=True)]
    whole = instance(20, resources, asked, scalars={"task_tardiness": 1_000, "late": 1_000_000, "span": 100_000_000, "people": 10_000_000_000})
    placement = tuple(TickBooking(number, 0, start, ((who,), (2,))) for number, (start, who) in enumerate(starts_and_people))
    amounts = request_amounts(whole, whole.requests[0], placement)
    cost = sum(whole.scalars[name] * amount for name, amount in amounts.items())
    assert cost == request_cost(whole, whole.requests[0], placement) == request_tiers(whole, whole.requests[0], placement)[0]
    return {name: amounts[name] for name in ("tardiness", "task_tardiness", "late", "span", "people")}


def test_inner_terms_of_a_request_on_time() -> None:
    assert inner(chain(), (2, 0), (7, 0)) == {"tardiness": 0, "task_tardiness": 0, "late": 0, "span": 7, "people": 1}


def test_task_tardiness_counts_each_task_from_its_own_due_date() -> None:
    assert inner(chain(), (3, 0), (8, 1)) == {"tardiness": 0, "task_tardiness": 3 * (1 + 1), "late": 1, "span": 7, "people": 2}
    assert inner(chain(), (2, 0), (10, 1)) == {"tardiness": 6, "task_tardiness": 9, "late": 1, "span": 10, "people": 2}


def test_late_by_the_request_alone() -> None:
    tasks = tuple(replace(each, due_minute=None) for each in chain().tasks)
    assert inner(chain(tasks=tasks), (2, 0), (8, 0))["late"] == 0
    assert inner(chain(tasks=tasks), (2, 0), (9, 0))["late"] == 1


def test_inner_terms_include_frozen_tasks() -> None:
    frozen: dict[str, Any] = {"fixed_start": -1, "fixed_completion": 8, "fixed_people": frozenset({3, 1}), "fixed_tardiness": 2}
    assert inner(chain(**frozen), (2, 0), (7, 0)) == {"tardiness": 0, "task_tardiness": 6, "late": 1, "span": 10, "people": 3}
    assert inner(chain(tasks=(), **frozen)) == {"tardiness": 0, "task_tardiness": 6, "late": 1, "span": 9, "people": 2}


@settings(deadline=None, max_examples=100)
@given(st.integers(-5, 30), st.one_of(st.none(), st.integers(-5, 30)), st.integers(0, 3), st.integers(0, 2), st.integers(0, 120))
def test_latest_completion_is_the_last_within_budget(arrival: int, due: int | None, flow: int, late: int, budget: int) -> None:
    asked = request(task(mode(1, need((0,), 1))), weight=2, due=due, arrival=arrival)
    whole = instance(4, [resource("a", "####")], asked, scalars={"flow_time": flow, "tardiness": late})
    last = latest_completion(whole, asked, budget)
    if last is None:
        assert time_cost(whole, asked, 10_000) <= budget
    elif last >= 0:
        assert time_cost(whole, asked, last) <= budget < time_cost(whole, asked, last + 1)
    else:
        assert time_cost(whole, asked, 0) > budget
