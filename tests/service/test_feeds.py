"""Feeds: a secret token, a cheap version, and honest tombstones."""

import hashlib

import pytest
from sqlalchemy import text

from scheduler.errors import NotFound, UnknownReference
from scheduler.service import feeds, lab
from scheduler.service.database import Database
from scheduler.service.records import FeedRecord, FeedScope, FeedVersion
from tests.service.world import HOUR, NOW, at, given, publish, request, resource, small_lab


def feed(database: Database, scope: FeedScope, scope_id: str) -> FeedRecord:
    return feeds.create_feed(database, scope, scope_id, NOW)[0]


def seen(database: Database, of: FeedRecord, **more: object) -> list[tuple[str, str]]:
    return [(each.request, each.status) for each in feeds.feed_bookings(database, of, **more)]  # type: ignore[arg-type]


def test_token_opens_the_feed_and_is_not_stored(database: Database) -> None:
    given(database)
    record, token = feeds.create_feed(database, "resource", "c1", NOW)
    assert len(token) == 43
    assert feeds.open_feed(database, token) == record
    with database.read() as tx:
        stored = str(tx.execute(text("SELECT * FROM feed")).all()) + str(tx.execute(text("SELECT * FROM audit")).all())
    assert token not in stored
    assert hashlib.sha256(token.encode()).hexdigest() in stored
    assert feeds.create_feed(database, "resource", "c1", NOW)[1] != token


@pytest.mark.parametrize("token", ["", "nothing", "x" * 5000, "\ud800", "' OR 1=1 --"])
def test_unknown_token_is_not_found(database: Database, token: str) -> None:
    with pytest.raises(NotFound):
        feeds.open_feed(database, token)


def test_revoked_token_looks_like_an_unknown_one(database: Database) -> None:
    given(database)
    record, token = feeds.create_feed(database, "resource", "c1", NOW)
    gone = feeds.revoke(database, record.id, NOW + HOUR)
    assert gone.revoked_at == NOW + HOUR
    assert feeds.revoke(database, record.id, NOW + 2 * HOUR) == gone
    with pytest.raises(NotFound) as revoked:
        feeds.open_feed(database, token)
    with pytest.raises(NotFound) as unknown:
        feeds.open_feed(database, "nothing")
    assert str(revoked.value) == str(unknown.value)
    assert feeds.list_feeds(database) == (gone,)
    with pytest.raises(NotFound):
        feeds.revoke(database, "nothing", NOW)


@pytest.mark.parametrize("scope", ["resource", "site", "company", "request"])
def test_feed_of_nothing_is_refused(database: Database, scope: FeedScope) -> None:
    given(database)
    with pytest.raises(UnknownReference, match=scope):
        feeds.create_feed(database, scope, "nothing", NOW)


def test_each_scope_sees_its_bookings(database: Database) -> None:
    given(database, request("a"), request("b", company="other"), request("c"))
    publish(database, {"a": ("c1", at(9)), "b": ("c2", at(9)), "c": ("b1", at(10))})
    assert seen(database, feed(database, "resource", "c1")) == [("a", "confirmed")]
    assert sorted(seen(database, feed(database, "site", "seoul"))) == [("a", "confirmed"), ("b", "confirmed")]
    assert seen(database, feed(database, "company", "acme")) == [("a", "confirmed"), ("c", "confirmed")]
    assert seen(database, feed(database, "request", "c")) == [("c", "confirmed")]
    assert seen(database, feed(database, "site", "seoul"), window=at(10)) == []
    assert seen(database, feed(database, "company", "acme"), window=at(9.5, 0.5)) == [("a", "confirmed")]


def test_booking_that_swaps_resources_is_cancelled_in_the_feed_it_leaves(database: Database) -> None:
    given(database, request("a"))
    old, new = feed(database, "resource", "c1"), feed(database, "resource", "c2")
    site, far = feed(database, "site", "seoul"), feed(database, "site", "busan")
    publish(database, {"a": ("c1", at(9))})
    (before,) = feeds.feed_bookings(database, old)
    publish(database, {"a": ("c2", at(11))})
    (left,), (came,) = feeds.feed_bookings(database, old), feeds.feed_bookings(database, new)
    assert (left.status, left.window, left.sequence, left.uid) == ("cancelled", at(9), 1, before.uid)
    assert (came.status, came.window, came.sequence, came.uid) == ("confirmed", at(11), 1, before.uid)
    assert feeds.feed_bookings(database, site) == (came,)  # still in the house
    publish(database, {"a": ("b1", at(12))})
    assert feeds.feed_bookings(database, old) == (left,)  # moves elsewhere are none of its business
    assert seen(database, site) == [("a", "cancelled")]
    assert seen(database, far) == [("a", "confirmed")]
    publish(database, {"a": ("c1", at(9))})
    (back,) = feeds.feed_bookings(database, old)
    assert (back.status, back.sequence, back.uid) == ("confirmed", 3, before.uid)


def test_cancelled_booking_stays_in_every_feed(database: Database) -> None:
    given(database, request("a"), request("b"))
    publish(database, {"a": ("c1", at(9))})
    publish(database, {"b": ("c1", at(9))})
    for scope, scope_id in (("resource", "c1"), ("site", "seoul"), ("company", "acme")):
        found = seen(database, feed(database, scope, scope_id))  # type: ignore[arg-type]
        assert sorted(found) == [("a", "cancelled"), ("b", "confirmed")]


@pytest.mark.parametrize(("scope", "scope_id"), [("resource", "c1"), ("site", "seoul"), ("company", "acme"), ("request", "a")])
def test_version_changes_with_the_content_only(database: Database, scope: FeedScope, scope_id: str) -> None:
    given(database, request("a"), request("far", company="other"))
    of = feed(database, scope, scope_id)
    versions: list[FeedVersion] = []

    def look() -> FeedVersion:
        versions.append(feeds.feed_version(database, of))
        return versions[-1]

    assert look() == FeedVersion(0, 0, 1)
    publish(database, {"a": ("c1", at(9))})
    assert look() == FeedVersion(1, 1, 1)
    publish(database, {"a": ("c1", at(9)), "far": ("b1", at(9))})
    assert look() == versions[-2]  # what changed is none of its business
    publish(database, {"a": ("c1", at(10)), "far": ("b1", at(9))})
    assert look() == FeedVersion(3, 1, 1)
    lab.replace_lab(database, small_lab(resource("c1"), resource("c2"), resource("b1", site="busan"), resource("pool", 9)), NOW, "ops")
    assert look() == FeedVersion(3, 1, 2)  # names and places may be other ones
    assert feeds.feed_version(database, of, at(9)).count == 0
