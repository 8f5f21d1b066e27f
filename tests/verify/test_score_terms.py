"""The terms that came with the whole vocabulary, by hand-computed numbers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition, WarmUp
from scheduler.model.policy import Policy, Term, TermName
from scheduler.model.problem import Company, InForce, Problem, Quota
from scheduler.model.request import Request, Select
from scheduler.model.schedule import Run, Schedule, Unserved
from scheduler.model.travel import Travel
from scheduler.model.window import Window
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import TERMS, score_schedule
from tests.verify.small import Placement, and_needs, resource, stated, use
from tests.verify.world import HOUR, MINUTE, booking, need, seoul, task

NINE, TEN = seoul(3, 9), seoul(3, 10)
SECOND = timedelta(seconds=1)
X = resource("x", capacity=9)


def amount(name: TermName, *given: Any, left_out: tuple[str, ...] = (), policy: Any = None, **fields: Any) -> int:
    """The amount of one term of what is stated, which breaks no rule; bookings of requests in `left_out` are dropped unless they are frozen."""
    problem, schedule = stated(*given, policy=Policy(**{"terms": (Term(name=name, weight=1),)} | (policy or {})), **fields)
    frozen = {each.booking.key for each in problem.in_force}
    kept = tuple(each for each in schedule.bookings if each.request not in left_out or each.key in frozen)
    return amount_of(name, problem, replace(schedule, bookings=kept, unserved=tuple(Unserved(request=each) for each in left_out)))


def amount_of(name: TermName, problem: Problem, schedule: Schedule) -> int:
    policy = replace(problem.policy, terms=(Term(name=name, weight=1),))
    assert check_schedule(problem, schedule) == ()
    (scored,) = score_schedule(replace(problem, policy=policy), schedule)
    return scored.amount


def late(name: str, by: timedelta, length: timedelta = HOUR, **fields: Any) -> Placement:
    """Booked from 9:00 on, due `by` before its end."""
    request = {"due": NINE + length - by} | fields.pop("request", {})
    return use(name, NINE, length, "x", request=request, **fields)


def test_every_term_has_its_function() -> None:
    assert list(TERMS) == list(get_args(TermName))


WEIGHTS: dict[str, Any] = {
    "policy": {"urgent_factor": 3, "small_firm_factor": 5, "first_time_factor": 7},
    "companies": (Company(id="acme", is_small=True), Company(id="new", is_first_time=True, is_small=True), Company(id="big")),
}


@pytest.mark.parametrize(("company", "urgency", "factor"), [("acme", "normal", 5), ("new", "urgent", 105), ("big", "urgent", 3), ("nobody", "normal", 1)])
def test_weights_are_those_of_the_policy(company: str, urgency: str, factor: int) -> None:
    one = late("a", 10 * MINUTE, company=company, request={"weight": 2, "urgency": urgency}, task={"due": NINE + 40 * MINUTE})
    assert amount("tardiness", [X], one, **WEIGHTS) == 2 * factor * 10
    assert amount("task_tardiness", [X], one, **WEIGHTS) == 2 * factor * 20
    assert amount("unserved", [X], one, left_out=("a",), **WEIGHTS) == 2 * factor
    assert amount("late", [X], one, **WEIGHTS) == 1


def test_task_tardiness_rounds_each_task_up_and_counts_served_requests() -> None:
    first = use("a", NINE, HOUR, "x", task={"due": NINE + HOUR - SECOND})
    second = use("b", NINE, HOUR, "x", task={"due": NINE}, request={"weight": 2})
    assert amount("task_tardiness", [X], first, second, use("c", NINE, HOUR, "x", task={"due": NINE + HOUR})) == 1 + 2 * 60
    assert amount("task_tardiness", [X], first, second, left_out=("b",)) == 1


def test_late_counts_requests_late_as_a_whole_or_in_a_task() -> None:
    assert amount("late", [X], late("a", MINUTE), late("b", timedelta(0)), late("c", -MINUTE, task={"due": NINE + 59 * MINUTE})) == 2
    assert amount("late", [X], late("a", MINUTE, task={"due": NINE}), left_out=()) == 1
    assert amount("late", [X], late("a", MINUTE), left_out=("a",)) == 0


def test_makespan_is_from_the_start_of_the_horizon() -> None:
    horizon = Window(start=NINE - HOUR, end=NINE + 99 * HOUR)
    later = use("b", NINE + HOUR, HOUR + SECOND, "x")
    assert amount("makespan", [X], use("a", NINE, HOUR, "x"), later, horizon=horizon) == 181
    assert amount("makespan", [X], use("a", NINE, HOUR, "x"), later, horizon=horizon, left_out=("b",)) == 120
    assert amount("makespan", [X], later, horizon=horizon, left_out=("b",)) == 0


def several(*starts: Any, **fields: Any) -> tuple[Problem, Schedule]:
    """One request with an hour on `x` from each of these moments on."""
    problem, _ = stated([X, resource("p", kind="person", capacity=9), resource("q", kind="person")])
    names = [f"t{number}" for number in range(len(starts))]
    request = Request(id="r", company="acme", tasks=tuple(task(name, HOUR, need("use", "x"), need("who", "p", "q")) for name in names), **fields)
    bookings = tuple(booking("r", name, start, HOUR, use="x", who="p") for name, start in zip(names, starts, strict=True))
    return replace(problem, requests=(request,)), Schedule(bookings=bookings)


def test_span_is_from_first_start_to_last_end() -> None:
    assert amount_of("span", *several(NINE + 5 * HOUR, NINE, NINE + HOUR)) == 360
    assert amount_of("span", *several(NINE)) == 60
    assert amount("span", [X], use("a", NINE, HOUR, "x"), use("b", NINE, 2 * HOUR, "x")) == 180
    assert amount("span", [X], use("a", NINE, HOUR, "x"), use("b", NINE, 2 * HOUR, "x"), left_out=("b",)) == 60


def test_people_counts_each_person_once_a_request() -> None:
    problem, schedule = several(NINE, NINE + HOUR, NINE + 2 * HOUR)
    assert amount_of("people", problem, schedule) == 1
    other = booking("r", "t2", NINE + 2 * HOUR, HOUR, use="x", who="q")
    assert amount_of("people", problem, replace(schedule, bookings=(*schedule.bookings[:2], other))) == 2
    pair = [resource("p", kind="person", capacity=2), X]
    assert amount("people", pair, use("a", NINE, HOUR, ("p", "x")), use("b", NINE, HOUR, ("p", "x"))) == 2


def visit(name: str, site: str, start: Any) -> Placement:
    return use(name, start, HOUR, "adv", task={"site": site})


def test_travel_counts_ways_to_sessions_and_home() -> None:
    adv = resource("adv", "office", kind="person", site="guro", travel=Travel(ways="road"))
    tour = (visit("a", "ansan", TEN), visit("b", "busan", seoul(3, 13)))
    assert amount("travel", [adv], *tour) == (1 + 2 + 3) * 60
    assert amount("travel", [adv], *tour, visit("c", "ansan", seoul(4, 10))) == (1 + 2 + 3 + 1 + 1) * 60
    assert amount("travel", [adv], *tour, frozen=("a", "b")) == 360
    assert amount("travel", [replace(adv, site=None)], *tour) == 120
    assert amount("travel", [replace(adv, travel=None, site=None)], *tour) == 0


MATRIX = Changeover(
    id="matrix",
    transitions=(Transition(before="salt", after="heat", time=30 * SECOND, cost=4),),
    otherwise=Otherwise(time=HOUR, cost=10),
    cleaning=(Cleaning(recipe="heat", time=MINUTE, cost=100),),
    warm_up=WarmUp(time=10 * MINUTE, after_idle=5 * HOUR, cost=1000),
)


def test_changeover_terms_count_transition_cleaning_and_warm_up() -> None:
    chamber = resource("x", changeover="matrix", initial_recipe="cold")
    lab = {"changeovers": (MATRIX,)}
    uses = (
        use("a", NINE, HOUR, "x", recipe="salt"),  # from cold: 60 + 10 minutes, 10 + 1000
        use("b", NINE + 2 * HOUR, HOUR, "x", recipe="heat"),  # half a minute, rounded up; 4
        use("c", NINE + 5 * HOUR, HOUR, "x", recipe="heat"),  # cleaning: 1 minute, 100
        use("d", NINE + 20 * HOUR, HOUR, "x", recipe="salt"),  # 60 + 1 + 10 minutes, 10 + 100 + 1000
    )
    assert amount("changeover_time", [chamber], *uses, lab=lab) == 70 + 1 + 1 + 71
    assert amount("changeover_cost", [chamber], *uses, lab=lab) == 1010 + 4 + 100 + 1110
    assert amount("changeover_time", [chamber], *uses, lab=lab, frozen=("a", "b")) == 143
    assert amount("changeover_time", [replace(chamber, initial_recipe=None)], uses[0], lab=lab) == 10
    assert amount("changeover_cost", [chamber], lab=lab) == 0


def test_run_time_counts_each_run_once() -> None:
    oven = resource("x", batch=True, capacity=2)
    length = HOUR + SECOND
    later = NINE + 2 * HOUR
    uses = (
        use("a", NINE, length, "x", run="r1"),
        use("b", NINE, length, "x", run="r1"),
        use("c", later, HOUR, "x", run="r2"),
        use("d", later, 5 * HOUR, "y"),
    )
    runs = (
        Run(id="r1", resource="x", window=Window(start=NINE, end=NINE + length), load=2, capacity=2),
        Run(id="r2", resource="x", window=Window(start=later, end=later + HOUR), load=1, capacity=2),
    )
    assert amount("run_time", [oven, resource("y")], *uses, runs=runs) == 61 + 60


def test_quota_excess_is_what_is_above_at_its_price() -> None:
    def quota(**fields: Any) -> Quota:
        return Quota(**{"id": "q", "select": Select(kind="chamber"), "most": 10 * HOUR, "price": 3} | fields)

    one = (use("a", NINE, 6 * HOUR, "x"), use("b", NINE, 4 * HOUR + 90 * SECOND, "x"), use("c", NINE, 11 * HOUR, "x", company="other"))
    assert amount("quota_excess", [X], *one, quotas=(quota(),)) == 3 * (2 + 60)
    assert amount("quota_excess", [X], *one, quotas=(quota(company="acme"), quota(id="p", most=20 * HOUR, price=5))) == 3 * 2
    assert amount("quota_excess", [X], *one, quotas=(quota(price=None, most=11 * HOUR),)) == 0
    both = and_needs(one[2], need("again", "y"), "y")
    assert amount("quota_excess", [X, resource("y")], both, quotas=(quota(most=21 * HOUR),), frozen=("c",)) == 3 * 60


def test_worst_off_is_the_mean_of_the_company_with_the_largest() -> None:
    # acme: 10 and 0 minutes and one without a due date, on average 3 1/3; other: 3, whatever it weighs.
    mine = (late("a", 10 * MINUTE), late("b", -HOUR), use("c", NINE, 9 * HOUR, "x"))
    other = late("d", 3 * MINUTE, company="other", request={"weight": 99})
    assert amount("worst_off", [X], *mine, other) == 4
    assert amount("worst_off", [X], mine[0], mine[1], late("e", 11 * MINUTE - SECOND, company="other")) == 11
    horizon = Window(start=NINE, end=NINE + 10 * HOUR + SECOND)
    assert amount("worst_off", [X], *mine, other, left_out=("c",), horizon=horizon, now=NINE) == -(-611 // 3)
    assert amount("worst_off", [X], other, left_out=("d",), horizon=horizon, now=NINE) == 601
    assert amount("worst_off", [X]) == 0


def test_moves_counts_the_same_bookings_as_most_moves() -> None:
    problem, schedule = stated([X], use("a", NINE, HOUR, "x"), use("b", NINE, HOUR, "x"))
    inforce = tuple(InForce(booking=each, move_cost=cost) for each, cost in zip(schedule.bookings, (7, 0), strict=True))
    problem = replace(problem, in_force=inforce, policy=Policy(most_moves=0))
    moved = replace(schedule.bookings[1], window=Window(start=TEN, end=TEN + HOUR))
    assert amount_of("moves", problem, replace(schedule, bookings=(schedule.bookings[0], moved))) == 0
