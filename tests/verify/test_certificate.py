"""What prices prove, each case computed by hand on a grid of hours: all figures are minutes of waiting unless said."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scheduler.model.calendar import Calendar
from scheduler.model.certificate import Anchor, Prices, TierFactor
from scheduler.model.lab import Closure
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Link, Mode, Precedence, Request, Requirement, Select, Series, Task
from scheduler.verify.certificate import check_certificate
from scheduler.verify.certified.timeline import Kept, rooms
from tests.ticks.labs import ALWAYS, at, between, booked, chamber, hours, needs, operator, problem, request, task
from tests.verify.priced import OUT, asked, bound, certificate, one


def test_without_prices_each_is_alone() -> None:
    assert bound(asked(one("a"), one("b"))) == 60 + 60


def test_the_right_prices_prove_the_optimum() -> None:
    # The first hour is worth an hour's wait: whoever takes it pays what waiting costs the other.
    pair = asked(one("a"), one("b"))
    assert bound(pair, {"chamber": ((0, 60), (1, 0))}) == 60 + 120
    three = asked(one("a"), one("b"), one("c"))
    assert bound(three, {"chamber": ((0, 120), (1, 60), (2, 0))}) == 60 + 120 + 180


def test_prices_too_high_prove_less() -> None:
    # Both wait until the second hour, and the first, at 100, is paid by nobody.
    assert bound(asked(one("a"), one("b")), {"chamber": ((0, 100), (1, 0))}) == 120 + 120 - 100
    assert bound(asked(one("a")), {"chamber": 1_000}) == 0


def test_scale_divides_prices_and_rounds_up_to_whole_costs() -> None:
    pair = asked(one("a"), one("b"))
    assert bound(pair, {"chamber": ((0, 600), (1, 0))}, scale=10) == 180
    # 2 x 60.1 less 0.1 is 120.1: no plan of whole cost is below 121.
    assert bound(pair, {"chamber": ((0, 1), (1, 0))}, scale=10) == 121


def test_a_request_without_an_anchor_pays_nothing() -> None:
    pair = asked(one("a"), one("b"))
    assert bound(pair, {"chamber": ((0, 60), (1, 0))}, anchors=(Anchor(request="a", task="t"),)) == 120 + 60 - 60


def test_leaving_out_bounds_what_anybody_pays() -> None:
    # At a price of 10 million each is left out, at 100,000; the price is for hours 0 to 2 only.
    assert bound(asked(one("a", 3), one("b", 3), length=3), {"chamber": 10_000_000}) == 0
    assert bound(asked(one("a", 3, weight=2), length=2)) == 2 * OUT
    # For two of three hours there is room for one: 100,000 are paid for it, of which 180 are its wait.
    assert bound(asked(one("a", 3), one("b", 3), length=3), {"chamber": ((0, OUT - 180), (1, 0))}) == OUT + 180


def test_demand_counts_and_capacity_is_units() -> None:
    twin = (chamber(capacity=3),)
    two = asked(one("a", 1, needs("chamber", demand=2)), one("b", 1, needs("chamber", demand=2)), resources=twin)
    # Four units are wanted, three are there: who waits loses 60, so a unit is worth 30.
    assert bound(two, {"chamber": ((0, 30), (1, 0))}) == 2 * (60 + 2 * 30) - 3 * 30


def test_what_never_goes_together_can_be_said_by_counting_otherwise() -> None:
    four = (chamber(capacity=4),)
    asks = tuple(one(name, 1, needs("chamber", demand=3)) for name in ("a", "b", "c"))
    three = asked(*asks, resources=four)
    # By plain units a third of a run fits beside each: 3 x 180 less 4 x (40 + 20).
    assert bound(three, {"chamber": ((0, 40), (1, 20), (2, 0))}) == 300
    one_by_one = (Prices(resource="chamber", steps=((0, 120), (1, 60), (2, 0)), units=((3, 1),)),)
    assert bound(three, prices_too=one_by_one) == 60 + 120 + 180
    # What is not said counts none, and of what is said as much as goes together is there to be paid for.
    small = asked(*asks, one("d", 1, needs("chamber", demand=1)), resources=four)
    assert bound(small, prices_too=one_by_one) == 360 + 60
    # A part of three counts two: with one of one place that makes three, but four of one place make four.
    both = (Prices(resource="chamber", steps=((0, 30), (1, 0)), units=((1, 1), (3, 2))),)
    assert bound(small, prices_too=both) == 3 * (60 + 60) + 60 + 30 - 4 * 30
    added = (*one_by_one, Prices(resource="chamber", steps=((0, 10), (1, 0))))
    # Both prices are asked: 150, 60 and 0 beside waits of 60, 120 and 180; 120 + 60 and 4 x 10 are there.
    assert bound(three, prices_too=added) == 3 * 180 - 180 - 40


def test_as_many_units_go_together_as_fit() -> None:
    assert rooms(((2, 1), (3, 2)), 8) == (0, 0, 1, 2, 2, 3, 4, 4, 5)
    assert rooms(((5, 7),), 4) == (0, 0, 0, 0, 0)


def test_the_cheapest_candidates_count_and_several_are_several() -> None:
    three = (chamber("c1"), chamber("c2"), chamber("c3"))
    any_two = needs("chamber", "c1", "c2", "c3", count=2)
    given = asked(one("a", 1, any_two), resources=three, length=1)
    # 10 + 20 are paid, 60 are there to be taken.
    assert bound(given, {"c1": 10, "c2": 20, "c3": 30}) == 60 + 30 - 60
    assert bound(given, {"c3": 30}) == 60 - 30


def test_who_is_too_small_is_no_candidate() -> None:
    pair = (chamber("c1", capacity=2), chamber("c2"))
    given = asked(one("a", 1, needs("chamber", "c1", "c2", demand=2)), resources=pair, length=1)
    assert bound(given, {"c1": 5}) == 60 + 10 - 10


def test_preferred_ones_are_cheaper_by_the_price_of_a_miss() -> None:
    pair = (chamber("c1"), chamber("c2"))
    terms = (Term(name="preferences", weight=7),)
    given = asked(one("a", 1, needs("chamber", "c1", "c2", preferred=("c1",))), resources=pair, terms=terms, length=1)
    assert bound(given, {"c1": 5}) == 60 + 5 - 5
    assert bound(given, {"c1": 30}) == 60 + 7 - 30
    assert bound(asked(one("a", 1, needs("chamber", "c2", preferred=("c1",))), resources=pair, terms=terms), anchors=()) == 67
    assert bound(asked(one("a", 1, needs("chamber", "c2", preferred=("c1",))), resources=pair, terms=terms)) == 67


def test_closed_hours_are_waited_out_and_cost_nothing() -> None:
    shut = (chamber(closures=(Closure(window=between(1, 3)),)),)
    assert bound(asked(one("a", 2), resources=shut)) == 5 * 60
    # A price in closed hours buys nothing and is not to be had.
    assert bound(asked(one("a", 2), resources=shut), {"chamber": ((1, 60), (3, 0))}) == 5 * 60
    # An opening that begins within an hour is open from the next one on.
    late = (chamber(closures=(Closure(window=between(0, 0.5)),)),)
    assert bound(asked(one("a"), resources=late)) == 2 * 60
    early = (chamber(closures=(Closure(window=between(0.5, 1)),)),)
    assert bound(asked(one("a"), resources=early)) == 2 * 60


def test_a_pausing_task_pays_in_open_hours_only() -> None:
    work = Calendar(id="work", time_zone="UTC", openings=(between(0, 1), between(3, 8)))
    given = asked(request(task("t", 2, pauses_in="work"), id="a"), resources=(chamber(calendar="work"),), calendars=(ALWAYS, work))
    # It may take hours 0 to 4; at least two hours are counted, of which the second is closed.
    assert bound(given, {"chamber": ((0, 10), (4, 0))}) == 120 + 10 - 10 - 10


def test_frozen_bookings_leave_less() -> None:
    twin = (chamber(capacity=2),)
    held = InForce(booking=booked("t", 0, 1, "f"), frozen=True)
    given = asked(one("f"), one("a"), one("b"), resources=twin, in_force=(held,))
    # One of two units is left in the first hour, and two want it.
    assert bound(given, {"chamber": ((0, 60), (1, 0))}) == 60 + 60 + 120
    full = asked(one("f"), one("a"), in_force=(held,))
    assert bound(full) == 60 + 120


def test_two_frozen_bookings_in_one_hour_take_what_the_larger_takes() -> None:
    short = (InForce(booking=booked("t", 0, 0.5, "f"), frozen=True), InForce(booking=booked("t", 0.5, 1, "g"), frozen=True))
    given = asked(one("f", 0.5), one("g", 0.5), one("a"), resources=(chamber(capacity=2),), in_force=short)
    # Not both units: one is free all the time.
    assert bound(given, {"chamber": ((0, 10), (1, 0))}) == 30 + 60 + 60 + 10 - 10


def test_what_is_frozen_as_a_whole_costs_what_it_costs() -> None:
    held = InForce(booking=booked("t", 5, 6, "f"), frozen=True)
    given = asked(one("f", due=at(2)), terms=(Term(name="tardiness", weight=2), Term(name="late", weight=9)), in_force=(held,))
    assert bound(given) == 6 * 60 + 2 * 4 * 60 + 9


def test_dates_of_requests_and_tasks_are_kept() -> None:
    assert bound(asked(one("a", release=at(2), arrival=at(0)))) == 3 * 60
    assert bound(asked(request(task("t", 1, release=at(2.5)), id="a"))) == 4 * 60
    assert bound(asked(one("a", 2, deadline=at(2)))) == 120
    assert bound(asked(one("a", 2, deadline=at(1.9)))) == OUT


@pytest.mark.parametrize(
    ("term", "more"),
    [("tardiness", 3 * 90), ("late", 3), ("span", 3 * 60)],
)
def test_terms_count_from_the_completion(term: Any, more: int) -> None:
    given = asked(one("a", 1, due=at(0.5), release=at(1), arrival=at(0)), terms=(Term(name=term, weight=3),))
    assert bound(given) == 2 * 60 + more


def test_the_due_date_of_the_task_that_pays_counts() -> None:
    given = asked(request(task("t", 2, due=at(1)), id="a", weight=2), terms=(Term(name="task_tardiness", weight=3), Term(name="late", weight=5)))
    assert bound(given) == 120 + 3 * 2 * 60 + 5


def chain(least: float = 0, most: float | None = None, **more: Any) -> Request:
    order = Precedence(before="t", after="u", min_lag=hours(least), max_lag=None if most is None else hours(most))
    return request(task("t", 2), task("u", 1, needs("operator")), id="a", precedences=(order,), **more)


def test_what_follows_counts_as_early_as_it_can_be() -> None:
    assert bound(asked(chain())) == 3 * 60
    assert bound(asked(chain(1.5))) == 5 * 60
    away = (chamber(), operator(closures=(Closure(window=between(0, 4)),)))
    assert bound(asked(chain(), resources=away)) == 5 * 60
    # The anchor's start moves the others only where they wait for it.
    assert bound(asked(chain(), resources=away), {"chamber": ((0, 50), (1, 0))}) == 5 * 60 - 50
    assert bound(asked(chain(), resources=away), {"chamber": ((0, 50), (6, 0))}) == 5 * 60 + 100 - 300


def test_a_longest_lag_forbids_starts_that_nothing_can_follow() -> None:
    away = (chamber(), operator(closures=(Closure(window=between(0, 4)),)))
    # The test may not begin before 1: it would wait longer than an hour for the operator.
    given = asked(chain(0, 1), resources=away)
    assert bound(given, {"chamber": ((0, 30), (1, 10))}) == 5 * 60 + 20 - 30 - 7 * 10
    later = asked(chain(0, 2), resources=away)
    assert bound(later, {"chamber": ((0, 3), (1, 10))}) == 5 * 60 + 13 - 3 - 7 * 10


def test_what_goes_before_delays_who_pays() -> None:
    order = Precedence(before="u", after="t", min_lag=hours(1), max_lag=hours(2))
    given = asked(request(task("t", 2), task("u", 1, needs("operator")), id="a", precedences=(order,)), length=6)
    assert bound(given) == 4 * 60
    # Hours 2 to 4 or later; never at 0.
    assert bound(given, {"chamber": ((0, 0), (2, 10), (4, 0))}) == 4 * 60 + 20 - 20
    gone = (chamber(), operator(closures=(Closure(window=between(1, 8)),)))
    # Only from 0 to 1 somebody prepares it, so the test begins at 2 or 3.
    only = asked(request(task("t", 2), task("u", 1, needs("operator")), id="a", precedences=(order,)), resources=gone)
    assert bound(only, {"chamber": ((2, 150), (3, 5), (5, 0))}) == 5 * 60 + 10 - 150 - 10
    assert bound(only, {"chamber": ((2, 100), (5, 0))}) == 4 * 60 + 200 - 300


def test_a_series_counts_from_start_to_start() -> None:
    pair = request(task("t", 2), task("u", 1), id="a", series=(Series(tasks=("t", "u"), least_apart=hours(4), most_apart=hours(5)),))
    assert bound(asked(pair)) == 5 * 60


def test_dates_between_frozen_and_free_tasks_are_kept() -> None:
    held = InForce(booking=booked("t", 1, 3, "a"), frozen=True)
    assert bound(asked(chain(1, 2), in_force=(held,))) == 5 * 60
    gone = (chamber(), operator(closures=(Closure(window=between(4, 6)),)))
    assert bound(asked(chain(1, 3), in_force=(held,), resources=gone)) == 7 * 60
    assert bound(asked(chain(1, 2), in_force=(held,), resources=gone)) == OUT
    assert bound(asked(chain(1), in_force=(held,), terms=(Term(name="span", weight=1),))) == 5 * 60 + 4 * 60
    before = InForce(booking=booked("u", 3, 4, "a", operator="operator"), frozen=True)
    # The test must be over by 2; at 0 it is, which is paid, and the end is that of what is frozen.
    assert bound(asked(chain(1), in_force=(before,)), {"chamber": ((0, 5), (2, 0))}) == 4 * 60 + 10 - 10


def test_parts_count_when_they_are_taken() -> None:
    def asks(during: Any, **more: Any) -> Problem:
        return asked(one("a", 3, needs("chamber"), needs("operator", during=during, part=hours(1)), **more), length=5)

    # One hour of the operator is 1 at 0, 10 at 1, 100 at 2, 1,000 at 3.
    steps = {"operator": ((0, 1), (1, 10), (2, 100), (3, 1_000), (4, 0))}
    there = 1_111
    free = {name: check_certificate(asks(name), certificate(asks(name), steps)).bound for name in ("head", "tail", "before", "after")}
    # Prices of what is there are higher than any wait, so the bound is 0 unless leaving out and waiting are dear: scaled down by 100.
    assert free == {"head": 0, "tail": 0, "before": 0, "after": 0}
    small = {name: bound(asks(name), steps, scale=100) for name in ("head", "tail", "before", "after")}
    least = {"head": 180 * 100 + 1, "tail": 180 * 100 + 100, "before": 180 * 100, "after": 180 * 100 + 1_000}
    assert small == {name: -(-(each - there) // 100) for name, each in least.items()}


def test_odd_lengths_pay_for_whole_hours_only() -> None:
    # An hour and a half takes one whole hour; from 0 it is over at 90 minutes.
    assert bound(asked(one("a", 1.5)), {"chamber": ((0, 10), (2, 0))}) == 90 + 10 - 20
    tail = one("a", 1.5, needs("chamber"), needs("operator", during="tail", part=hours(1)))
    assert bound(asked(tail), {"operator": ((0, 10), (2, 0))}) == 90 - 20


def test_a_batch_run_may_last_longer_so_its_end_is_not_known() -> None:
    oven = (chamber(batch=True, capacity=2), operator())
    wanted = (needs("chamber", recipe="nss"), needs("operator", during="tail", part=hours(1)))
    mode = Mode(duration=hours(2), max_duration=hours(4), requirements=wanted)
    given = asked(request(Task(id="t", modes=(mode,)), id="a"), resources=oven)
    assert bound(given, {"operator": ((1, 10), (2, 0))}) == 120 - 10
    exact = asked(request(Task(id="t", modes=(replace(mode, max_duration=None),)), id="a"), resources=oven)
    assert bound(exact, {"operator": ((1, 10), (2, 0))}) == 120 + 10 - 10
    stored = replace(mode, requirements=(wanted[0], needs("operator", during="after", part=hours(1))))
    assert bound(asked(request(Task(id="t", modes=(stored,)), id="a"), resources=oven), {"operator": ((2, 10), (3, 0))}) == 120 - 10
    # At least two hours of the oven are taken.
    assert bound(given, {"chamber": ((0, 10), (4, 0))}) == 120 + 20 - 80


def test_one_site_is_one_site() -> None:
    far = (chamber("c1"), chamber("c2", site="busan"), operator("p1"), operator("p2", site="busan"), operator("p3", site=None))
    wanted = (needs("chamber", "c1", "c2"), needs("operator", "p1", "p2"))
    given = asked(one("a", 1, *wanted), resources=far, length=1)
    assert bound(given, {"c1": 10, "p2": 10}) == 60 + 10 - 20
    anywhere = asked(request(task("t", 1, *wanted, place="anywhere"), id="a"), resources=far, length=1)
    assert bound(anywhere, {"c1": 10, "p2": 10}) == 60 - 20
    helper = asked(one("a", 1, wanted[0], needs("operator", "p1", "p3")), resources=far, length=1)
    assert bound(helper, {"c1": 10, "p1": 10}) == 60 - 20
    named = asked(request(task("t", 1, wanted[0], site="seoul"), id="a"), resources=far, length=1)
    assert bound(named, {"c1": 10}) == 60


def test_linked_tasks_are_at_the_site_of_the_one_that_pays() -> None:
    far = (
        chamber("c1"),
        chamber("c2", site="busan"),
        operator("p1", closures=(Closure(window=between(0, 5)),)),
        operator("p2", site="busan"),
    )
    tasks = (task("t", 2, needs("chamber", "c1", "c2")), task("u", 1, needs("operator", "p1", "p2")))
    order = (Precedence(before="t", after="u"),)
    loose = asked(request(*tasks, id="a", precedences=order), resources=far)
    tied = asked(request(*tasks, id="a", precedences=order, links=(Link(kind="same_site", tasks=("t", "u")),)), resources=far)
    prices = {"c2": ((0, 20), (2, 0))}
    assert bound(loose, prices) == 3 * 60 - 40
    # At Seoul nobody is there before 5, at Busan two hours cost 40.
    assert bound(tied, prices) == 3 * 60 + 40 - 40
    # Others need not be there.
    third = task("v", 1, needs("operator", "p3"))
    more = asked(request(*tasks, third, id="a", precedences=order, links=(Link(kind="same_site", tasks=("t", "u")),)), resources=(*far, operator("p3")))
    assert bound(more, prices) == 3 * 60 + 40 - 40


def test_who_moves_pays_for_moving() -> None:
    stays = InForce(booking=booked("t", 2, 3, "a"), move_cost=30)
    terms = (Term(name="moves", weight=2),)
    given = asked(one("a"), terms=terms, in_force=(stays,))
    # To move it to the start saves 120 and costs 60.
    assert bound(given) == 60 + 60
    # To stay costs nothing but the wait.
    assert bound(given, {"chamber": ((0, 70), (2, 0))}) == 3 * 60 - 2 * 70
    dear = asked(one("a"), terms=terms, in_force=(replace(stays, move_cost=100),))
    assert bound(dear) == 180
    # Left out, it is moved too.
    assert bound(asked(one("a", deadline=at(0.5)), terms=terms, in_force=(stays,))) == OUT + 60


def test_what_nobody_may_move_stands_like_what_is_frozen() -> None:
    held = InForce(booking=booked("t", 0.5, 1.5, "f"), move_cost=1)
    given = asked(one("f"), one("a"), in_force=(held,))
    given = replace(given, policy=replace(given.policy, most_moves=0))
    # It is on no tick, and takes both hours that it touches.
    assert bound(given) == 90 + 3 * 60
    free = replace(given, in_force=(replace(held, booking=booked("t", 1, 2, "f"), move_cost=0),))
    assert bound(free) == 60 + 60


def test_tiers_are_added_up_with_their_factors() -> None:
    terms = (Term(name="unserved", weight=1, tier=1), Term(name="flow_time", weight=1, tier=2))
    given = problem(one("a"), one("b", 3), length=2, policy=Policy(resolution=hours(1), terms=terms))
    tiers = (TierFactor(tier=1, factor=1_000), TierFactor(tier=2, factor=1))
    assert bound(given, tiers=tiers) == 60 + 1_000
    assert bound(given, tiers=tiers[:1]) == 1_000
    # Where leaving out costs nothing, all are left out.
    assert bound(given, tiers=(TierFactor(tier=2, factor=1),)) == 0


def test_orders_that_go_round_in_circles_are_dropped() -> None:
    orders = (Precedence(before="t", after="u"), Precedence(before="u", after="t"))
    assert bound(asked(request(task("t", 2), task("u", 1, needs("operator")), id="a", precedences=orders))) == 120


def test_kept_arrays_are_the_ones_asked_for_last() -> None:
    kept: Kept[Any] = Kept(24)
    made: list[int] = []

    def make(number: int) -> Any:
        made.append(number)
        return np.zeros(1, np.int64)

    for number in (1, 2, 3, 1, 4, 1, 2):
        kept.get(number, lambda number=number: make(number))
    assert made == [1, 2, 3, 4, 2]
    assert (kept.bytes, len(kept.arrays)) == (24, 3)


def test_a_select_that_many_answer_counts_them_all() -> None:
    many = tuple(chamber(f"c{k}") for k in range(5))
    given = asked(one("a", 1, Requirement(id="x", select=Select(kind="chamber"), count=3)), resources=many, length=1)
    assert bound(given, {"c0": 1, "c1": 2, "c2": 3, "c3": 4, "c4": 5}) == 60 + 6 - 15
