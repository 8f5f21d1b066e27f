"""Requests: stored once, refused with a reason, withdrawn with their bookings kept as cancelled."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import Conflict, InputError, NotFound
from scheduler.model.request import Select
from scheduler.service import publishing, requests
from scheduler.service.database import Database
from scheduler.service.records import RequestRecord
from scheduler.store import audit
from tests.service.world import HOUR, NOW, at, given, publish, request


def test_submit_stores_the_request_open(database: Database) -> None:
    given(database)
    record = requests.submit(database, request("r1"), NOW, "web")
    assert requests.find(database, "r1") == record
    assert (record.state, record.version, record.created_at, record.reasons) == ("open", 1, NOW, ())
    assert record.request == request("r1")


def test_second_request_with_the_same_id_is_refused(database: Database) -> None:
    given(database, request("r1"))
    with pytest.raises(Conflict, match="r1"):
        requests.submit(database, request("r1", hours=2), NOW, "web")


def test_request_that_nobody_can_serve_is_refused_and_not_stored(database: Database) -> None:
    given(database)
    wrong = request("r1")
    mode = wrong.tasks[0].modes[0]
    mode = replace(mode, requirements=(replace(mode.requirements[0], select=Select(ids=("nothing",))),))
    with pytest.raises(InputError, match="nothing"):
        requests.submit(database, replace(wrong, tasks=(replace(wrong.tasks[0], modes=(mode,)),)), NOW, "web")
    with pytest.raises(NotFound):
        requests.find(database, "r1")


def test_same_key_stores_once(database: Database) -> None:
    given(database)
    first = requests.submit(database, request("r1"), NOW, "web", "key")
    assert requests.submit(database, request("r1"), NOW + HOUR, "web", "key") == first
    with database.read() as tx:
        assert len(audit.entries_of(tx, "request/r1")) == 1


def test_key_of_another_request_is_refused(database: Database) -> None:
    given(database)
    requests.submit(database, request("r1"), NOW, "web", "key")
    with pytest.raises(InputError, match="another request"):
        requests.submit(database, request("r2"), NOW, "web", "key")
    with pytest.raises(InputError, match="200"):
        requests.submit(database, request("r2"), NOW, "web", "k" * 201)


def test_key_belongs_to_one_actor_and_one_day(database: Database) -> None:
    given(database)
    requests.submit(database, request("r1"), NOW, "web", "key")
    requests.submit(database, request("r2"), NOW, "cli", "key")
    requests.submit(database, request("r3"), NOW + timedelta(hours=24), "web", "key")
    assert [each.id for each in requests.list_requests(database)] == ["r1", "r2", "r3"]


def test_same_key_at_the_same_moment_stores_once(database: Database) -> None:
    given(database)
    start, records = threading.Barrier(6), []

    def work() -> None:
        start.wait()
        records.append(requests.submit(database, request("r1"), NOW, "web", "key"))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert records == [requests.find(database, "r1")] * 6


def test_list_requests_filters_and_pages(database: Database) -> None:
    given(database, request("a"), request("b", company="other"), request("c"), request("d"))
    requests.withdraw(database, "c", NOW, "acme")

    def ids(found: tuple[RequestRecord, ...]) -> list[str]:
        return [each.id for each in found]

    assert ids(requests.list_requests(database)) == ["a", "b", "c", "d"]
    assert ids(requests.list_requests(database, company="acme")) == ["a", "c", "d"]
    assert ids(requests.list_requests(database, state="open")) == ["a", "b", "d"]
    assert ids(requests.list_requests(database, limit=2)) == ["a", "b"]
    assert ids(requests.list_requests(database, limit=2, after="b")) == ["c", "d"]
    with pytest.raises(NotFound):
        requests.list_requests(database, after="nothing")


def test_withdraw_cancels_bookings_and_keeps_them(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    publish(database, {"r1": ("c1", at(9)), "r2": ("c1", at(10))})
    later = NOW + HOUR
    record = requests.withdraw(database, "r1", later, "acme")
    assert (record.state, record.version) == ("withdrawn", 3)
    (gone,) = publishing.list_bookings(database, request="r1", include_cancelled=True)
    assert (gone.status, gone.sequence, gone.revision, gone.updated_at) == ("cancelled", 1, 2, later)
    assert publishing.current(database).revision == 2
    assert [each.request for each in publishing.current(database).bookings] == ["r2"]
    publication = publishing.find_publication(database, 2)
    assert (publication.draft, publication.cancelled) == (None, 1)
    publish(database, {"r2": ("c1", at(9))})  # the slot is free again


def test_withdrawing_an_unbooked_request_leaves_the_schedule_as_it_is(database: Database) -> None:
    given(database, request("r1"))
    first = requests.withdraw(database, "r1", NOW, "acme")
    assert requests.withdraw(database, "r1", NOW + HOUR, "acme") == first
    assert publishing.current(database).revision == 0
    with pytest.raises(NotFound):
        requests.withdraw(database, "nothing", NOW, "acme")


def test_withdrawing_a_closed_over_booking_blocks_its_lane(database: Database) -> None:
    from scheduler.service import lab
    from tests.service.world import resource, small_lab

    given(database, request("r1"), request("r2"))
    publish(database, {"r1": ("c1", at(9))})
    lab.replace_lab(database, small_lab(resource("c1", closures=[at(8, 4)]), resource("c2")), NOW, "ops")
    requests.withdraw(database, "r1", NOW, "acme")
    with pytest.raises(Conflict, match="shut"):
        publish(database, {"r2": ("c1", at(9))})


def test_request_whose_bookings_have_ended_is_done(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    publish(database, {"r1": ("c1", at(9)), "r2": ("c1", at(10))})
    assert requests.mark_done(database, at(9).end) == 1
    assert [requests.find(database, each).state for each in ("r1", "r2")] == ["done", "planned"]
    with pytest.raises(Conflict, match="done"):
        requests.withdraw(database, "r1", at(9).end, "acme")
    assert publishing.list_bookings(database, request="r1")[0].status == "confirmed"
