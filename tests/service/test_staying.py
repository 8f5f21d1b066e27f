"""Confirmed bookings move only where the one who asks for the run allows it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.model.lab import Closure
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.model.result import Result
from scheduler.model.window import Window
from scheduler.service import lab as labs
from scheduler.service import publishing, runs
from scheduler.service.database import Database
from scheduler.solver.solve import solve
from scheduler.verify.verifier import Verifier
from tests.service.world import HOUR, LEASE, NOW, at, given, publish, request, resource, small_lab

WANTED = at(10, 2)


def planned(database: Database, policy: Policy | None = None) -> tuple[Result, Window]:
    """What a run comes to after it was published, and where request "old" then is."""
    runs.request_run(database, NOW, "ops", Limits(time_limit_seconds=5, workers=1), policy)
    work = runs.claim(database, "w", NOW, LEASE)
    assert work is not None
    result = solve(work.problem, limits=work.limits, judge=Verifier())
    finished = runs.finish(database, work.claim, result, NOW)
    assert finished.draft is not None
    publishing.publish(database, finished.draft, publishing.current_revision(database), NOW, "ops")
    return result, next(each.window for each in publishing.current(database).bookings if each.request == "old")


@pytest.fixture
def crowded(database: Database) -> Database:
    """Request "old" is confirmed on the one chamber at an hour that would suit the heavy request "new" far better."""
    new = replace(request("new", hours=20), weight=100, due=NOW + 21 * HOUR)
    given(database, request("old", hours=2), lab=small_lab(resource("c1")))
    publish(database, {"old": ("c1", WANTED)})
    given(database, new, lab=small_lab(resource("c1")))
    return database


def test_confirmed_booking_stays_in_a_run_without_a_policy(crowded: Database) -> None:
    result, where = planned(crowded)
    assert where == WANTED
    assert result.schedule is not None
    assert result.schedule.unserved == ()


def test_confirmed_booking_moves_where_the_policy_allows_it_and_it_pays(crowded: Database) -> None:
    assert planned(crowded, Policy(most_moves=1))[1] != WANTED


def test_confirmed_booking_that_the_lab_cannot_serve_any_more_moves_all_the_same(database: Database) -> None:
    given(database, request("old", hours=2), lab=small_lab(resource("c1")))
    publish(database, {"old": ("c1", WANTED)})
    shut = replace(resource("c1"), closures=(Closure(window=at(9, 2)),))
    labs.replace_lab(database, small_lab(shut), NOW + timedelta(minutes=1), "ops")
    _, where = planned(database)
    assert not where.overlaps(at(9, 2))
