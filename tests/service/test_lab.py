"""The lab: versions, and bookings that must not lose their place."""

import pytest

from scheduler.errors import Conflict, InputError
from scheduler.model.lab import Lab
from scheduler.service import lab, publishing
from scheduler.service.database import Database
from scheduler.store import lanes
from tests.service.world import HOUR, NOW, at, given, publish, request, resource, small_lab


def test_lab_is_empty_before_the_first_one(database: Database) -> None:
    assert lab.load_lab(database) == Lab()
    assert lab.lab_version(database) == 0


def test_replaced_lab_is_loaded_again(database: Database) -> None:
    assert lab.replace_lab(database, small_lab(), NOW, "ops") == 1
    other = small_lab(resource("c1", 2, closures=[at(3, 4)]))
    assert lab.replace_lab(database, other, NOW, "ops") == 2
    assert lab.load_lab(database) == other
    assert lab.lab_version(database) == 2


def test_inconsistent_lab_is_refused(database: Database) -> None:
    with pytest.raises(InputError, match="c1"):
        lab.replace_lab(database, small_lab(resource("c1"), resource("c1")), NOW, "ops")
    assert lab.lab_version(database) == 0


def test_booked_resource_cannot_be_removed_until_its_bookings_ended(database: Database) -> None:
    given(database, request("r1"))
    publish(database, {"r1": ("c1", at(9))})
    without = small_lab(resource("c2"))
    with pytest.raises(Conflict, match="c1"):
        lab.replace_lab(database, without, NOW, "ops")
    assert lab.load_lab(database) == small_lab()
    lab.replace_lab(database, without, at(9).end, "ops")
    assert publishing.list_bookings(database, resource="c1")[0].window == at(9)
    lab.replace_lab(database, small_lab(), at(9).end, "ops")  # and it may come back


def test_capacity_shrinks_only_to_what_is_booked(database: Database) -> None:
    given(database, request("a", 4), request("b", 2), request("c", 2), lab=small_lab(resource("pool", 3)))
    publish(database, {"a": ("pool", at(0, 4)), "b": ("pool", at(0, 2)), "c": ("pool", at(2, 2))})
    with pytest.raises(Conflict, match="pool"):
        lab.replace_lab(database, small_lab(resource("pool", 1)), NOW, "ops")
    lab.replace_lab(database, small_lab(resource("pool", 2)), NOW, "ops")
    with database.read() as tx:
        assert {each.lane for each in lanes.pieces_of(tx, "pool")} == set(lanes.lanes_of(tx, "pool"))


def test_shrinking_brings_pieces_back_from_lanes_that_vanish(database: Database) -> None:
    given(database, *(request(f"r{number}", 2) for number in range(4)), lab=small_lab(resource("pool", 3)))
    publish(database, {"r0": ("pool", at(0, 2)), "r1": ("pool", at(1, 2)), "r2": ("pool", at(1.5, 2))})
    later = NOW + 3 * HOUR
    publish(database, {"r0": ("pool", at(0, 2)), "r1": ("pool", at(1, 2)), "r2": ("pool", at(1.5, 2)), "r3": ("pool", at(3, 2))}, later)
    with database.read() as tx:
        assert len(lanes.lanes_of(tx, "pool")) == 3
    lab.replace_lab(database, small_lab(resource("pool", 2)), at(3.5).start, "ops")
    with database.read() as tx:
        usable = lanes.lanes_of(tx, "pool")
        assert all(each.lane in usable for each in lanes.pieces_of(tx, "pool", at(3.5).start))


def test_changes_of_the_lab_are_in_the_audit(database: Database) -> None:
    from scheduler.store import audit

    lab.replace_lab(database, small_lab(), NOW, "ops")
    with database.read() as tx:
        assert [(each.action, each.actor, each.subject) for each in audit.entries_of(tx)] == [("lab.replaced", "ops", "lab/1")]


def test_booking_on_a_lane_that_vanishes_gets_another(database: Database) -> None:
    given(database, request("a", 1), request("b", 2), request("c", 3), lab=small_lab(resource("pool", 3)))
    publish(database, {"a": ("pool", at(9, 1)), "b": ("pool", at(9, 2)), "c": ("pool", at(9, 3))})
    publish(database, {"c": ("pool", at(9, 3))})
    with database.read() as tx:
        assert [each.lane for each in lanes.pieces_of(tx, "pool")] == lanes.lanes_of(tx, "pool")[2:]
    lab.replace_lab(database, small_lab(resource("pool", 1)), NOW, "ops")
    with database.read() as tx:
        assert [each.lane for each in lanes.pieces_of(tx, "pool")] == lanes.lanes_of(tx, "pool")
    assert publishing.list_bookings(database)[0].sequence == 0  # which unit it is shows nowhere
