from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import TaskCannotFit
from scheduler.model import codec
from scheduler.model.limits import Limits
from scheduler.model.request import Request
from scheduler.service import lab, publishing, requests, runs
from scheduler.service.database import Database
from scheduler.service.offers import find_offers, load_booked
from scheduler.service.served import list_served
from tests.api.labs import NOW, plain_request, small_lab
from tests.api.planning import work_once


@pytest.fixture
def booked(database: Database) -> Database:
    """A lab in which R1 takes an operator for two hours."""
    lab.replace_lab(database, small_lab(), NOW, "test")
    requests.submit(database, codec.from_plain(Request, plain_request("R1")), NOW, "test")
    run = runs.request_run(database, NOW, "test", Limits())
    work_once(database, NOW)
    draft = runs.find_run(database, run.id).draft
    assert draft is not None
    publishing.publish(database, draft, 0, NOW, "test")
    return database


def test_offers_stay_clear_of_what_is_booked(booked: Database) -> None:
    taken = publishing.list_bookings(booked)[0]
    found = find_offers(load_booked(booked), codec.from_plain(Request, plain_request("R2")), NOW, 4)
    assert found.revision == 1
    assert found.offers
    for offer in found.offers:
        for each in offer.bookings:
            assert not (set(each.resources) & set(taken.resources) and each.window.overlaps(taken.window))


def test_offers_come_with_reasons_when_nothing_is_free(booked: Database) -> None:
    taken = publishing.list_bookings(booked)[0]
    body = plain_request("R2", deadline=taken.window.end.isoformat())
    body["tasks"][0]["modes"][0]["requirements"][0]["select"] = {"ids": list(taken.resources)}
    found = find_offers(load_booked(booked), codec.from_plain(Request, body), NOW)
    assert found.offers == ()
    assert {"people", "deadline"} <= {each.code for each in found.reasons}


def test_own_booking_does_not_stand_in_the_way(booked: Database) -> None:
    own = publishing.list_bookings(booked)[0]
    found = find_offers(load_booked(booked), codec.from_plain(Request, plain_request("R1")), NOW, 1)
    assert found.offers[0].window == own.window


def test_request_that_fits_nowhere_is_refused(booked: Database) -> None:
    request = codec.from_plain(Request, plain_request("R2"))
    late = replace(request, release=NOW, deadline=NOW + timedelta(minutes=30))
    with pytest.raises(TaskCannotFit):
        find_offers(load_booked(booked), late, NOW)


def test_served_windows_are_those_of_the_bookings(booked: Database) -> None:
    taken = publishing.list_bookings(booked)[0]
    served = list_served(booked, taken.window)
    assert [(each.booking, each.resource, each.start, each.end) for each in served] == [(taken.id, taken.resources[0], taken.window.start, taken.window.end)]
