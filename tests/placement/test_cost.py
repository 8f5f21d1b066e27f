"""What one request costs, term by term."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.placement.cost import latest_completion, plan_cost, request_cost, request_tiers, time_cost, unserved_cost
from scheduler.ticks.instance import TickBooking
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
