"""Explanations: true reasons, and cures only where something must change."""

from dataclasses import replace
from datetime import timedelta

from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.lab import Lab
from scheduler.model.problem import Quota
from scheduler.model.request import Select
from scheduler.model.schedule import Schedule, Unserved
from scheduler.solver.explain import explain
from tests.ticks.labs import at, booked, hours, problem, request, task


def test_explain_of_a_request_that_only_the_policy_leaves_out_offers_no_cure() -> None:
    # Years late: it would fit, but being so late costs more than leaving it out.
    overdue = request(task("t", 2), due=at(0) - timedelta(days=3 * 365))
    given = problem(overdue)
    left_out = Schedule(unserved=(Unserved(request="r"),))
    found = explain(given, left_out, "r")
    assert ([each.code for each in found.reasons], found.cures) == (["cost"], ())


def test_explain_of_a_request_that_was_merely_not_placed_offers_no_cure() -> None:
    found = explain(problem(request(task("t", 2))), Schedule(unserved=(Unserved(request="r"),)), "r")
    assert ([each.code for each in found.reasons], found.cures) == (["not_found"], ())


def test_explain_counts_what_the_company_has_taken_of_its_quota() -> None:
    # With six hours of ten taken, one more chamber lets nothing in that needs five: only more of the quota would.
    quota = Quota(id="q", select=Select(kind="chamber"), most=hours(10))
    given = replace(problem(request(task("t", 6), id="other"), request(task("t", 5))), quotas=(quota,))
    found = explain(given, Schedule(bookings=(booked("t", 0, 6, "other"),), unserved=(Unserved(request="r"),)), "r")
    assert "quota" in found.reasons[0].detail
    assert not any(each.helps for each in found.cures if each.change == "one_more")


def test_reasons_and_cures_tell_moments_as_the_clocks_of_the_lab_show_them() -> None:
    # Ten hours are taken of twelve: it ends two hours after its deadline, at 12:00 in UTC and at 21:00 in Seoul.
    given = problem(request(task("t", 10), id="other"), request(task("t", 2), deadline=at(10)))
    found = explain(given, Schedule(bookings=(booked("t", 0, 10, "other"),), unserved=(Unserved(request="r"),)), "r")
    told = [each.detail for each in (*found.reasons, *found.cures) if "complete at" in each.detail]
    assert len(told) == 5
    assert not any("+00:00" in each for each in told)
    assert "complete at 2026-03-02T21:00+09:00" in next(each.detail for each in found.cures if each.change == "later_deadline")


def test_the_zone_of_a_lab_is_its_first_sites_or_its_first_calendars_or_utc() -> None:
    tokyo = Calendar(id="c", time_zone="Asia/Tokyo", weekly=ALWAYS_OPEN)
    assert Lab(sites=problem().lab.sites, calendars=(tokyo,)).home_zone == "Asia/Seoul"
    assert Lab(calendars=(tokyo,)).home_zone == "Asia/Tokyo"
    assert Lab().home_zone == "Etc/UTC"
