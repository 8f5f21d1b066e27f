"""Publishing: one transaction, refused whole, and honest numbers for calendars."""

import signal
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from scheduler.errors import NotFound, SlotTaken, StaleSchedule
from scheduler.model.limits import Limits
from scheduler.model.result import Result
from scheduler.model.schedule import Schedule
from scheduler.service import lab, publishing, requests, runs
from scheduler.service.database import Database
from scheduler.service.records import BookingRecord
from scheduler.store import audit
from scheduler.store.schema import booking_lane
from tests.processes import context
from tests.service.publisher import publish_and_die
from tests.service.world import HOUR, NOW, at, booked, draft, given, publish, request, resource, small_lab


def of(database: Database, request_id: str) -> BookingRecord:
    found = publishing.list_bookings(database, request=request_id, include_cancelled=True)
    assert len(found) == 1
    return found[0]


def test_publish_puts_the_draft_in_force(database: Database) -> None:
    given(database, request("r1"), request("r2"), request("r3"))
    publication = publish(database, {"r1": ("c1", at(9)), "r2": ("c1", at(10))})
    assert (publication.revision, publication.added, publication.moved, publication.cancelled) == (1, 2, 0, 0)
    now_in_force = publishing.current(database)
    assert now_in_force.revision == 1
    assert [(each.request, each.resources, each.window, each.sequence) for each in now_in_force.bookings] == [
        ("r1", ("c1",), at(9), 0),
        ("r2", ("c1",), at(10), 0),
    ]
    assert [requests.find(database, each).state for each in ("r1", "r2", "r3")] == ["planned", "planned", "open"]
    assert of(database, "r1").uid == f"booking-{of(database, 'r1').id}@slotwright"
    assert (of(database, "r1").task_name, of(database, "r1").company) == ("염수 분무", "acme")


def test_sequence_rises_only_for_bookings_that_change(database: Database) -> None:
    given(database, request("still"), request("moves"), request("swaps"))
    publish(database, {"still": ("c1", at(9)), "moves": ("c1", at(10)), "swaps": ("c2", at(9))})
    before = {each: of(database, each) for each in ("still", "moves", "swaps")}
    later = NOW + HOUR
    publication = publish(database, {"still": ("c1", at(9)), "moves": ("c1", at(12)), "swaps": ("b1", at(9))}, later)
    assert (publication.added, publication.moved, publication.cancelled) == (0, 2, 0)
    assert of(database, "still") == before["still"]
    for name in ("moves", "swaps"):
        after = of(database, name)
        assert after.uid == before[name].uid
        assert (after.sequence, after.revision, after.updated_at) == (1, 2, later)


def test_publishing_an_equal_plan_changes_no_booking(database: Database) -> None:
    given(database, request("r1"))
    publish(database, {"r1": ("c1", at(9))})
    before = of(database, "r1")
    publication = publish(database, {"r1": ("c1", at(9))}, NOW + HOUR)
    assert (publication.revision, publication.added, publication.moved, publication.cancelled) == (2, 0, 0, 0)
    assert of(database, "r1") == before


def test_dropped_booking_is_kept_as_cancelled_and_comes_back_with_its_uid(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    publish(database, {"r1": ("c1", at(9)), "r2": ("c1", at(10))})
    uid = of(database, "r1").uid
    publish(database, {"r2": ("c1", at(9))})  # takes the slot that r1 had
    gone = of(database, "r1")
    assert (gone.status, gone.sequence, gone.window, gone.revision) == ("cancelled", 1, at(9), 2)
    assert requests.find(database, "r1").state == "open"
    assert [each.request for each in publishing.list_bookings(database)] == ["r2"]
    publish(database, {"r1": ("c1", at(11)), "r2": ("c1", at(9))})
    back = of(database, "r1")
    assert (back.uid, back.status, back.sequence, back.window) == (uid, "confirmed", 2, at(11))


def test_moves_may_rotate(database: Database) -> None:
    names = [f"r{number}" for number in range(6)]
    given(database, *(request(each) for each in names))
    publish(database, {each: ("c1", at(9 + hour)) for hour, each in enumerate(names)})
    publish(database, {each: ("c1", at(9 + (hour + 1) % 6)) for hour, each in enumerate(names)})
    assert [each.request for each in publishing.current(database).bookings] == ["r5", "r0", "r1", "r2", "r3", "r4"]


def test_draft_of_an_older_revision_is_refused_whole(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    first, second = draft(database, {"r1": ("c1", at(9))}), draft(database, {"r2": ("c2", at(9))})
    publishing.publish(database, first, 0, NOW, "ops")
    for expected in (0, 1):
        with pytest.raises(StaleSchedule):
            publishing.publish(database, second, expected, NOW, "ops")
    assert publishing.current(database).revision == 1
    assert [each.request for each in publishing.list_bookings(database, include_cancelled=True)] == ["r1"]


def test_published_draft_is_not_published_again(database: Database) -> None:
    given(database, request("r1"))
    first = draft(database, {"r1": ("c1", at(9))})
    publishing.publish(database, first, 0, NOW, "ops")
    with pytest.raises(StaleSchedule):
        publishing.publish(database, first, 1, NOW, "ops")
    assert publishing.find_draft(database, first).record.published_revision == 1


def test_unknown_draft_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        publishing.publish(database, "nothing", 0, NOW, "ops")


def test_changed_lab_makes_a_draft_stale_but_a_new_method_does_not(database: Database) -> None:
    given(database, request("r1"))
    made = draft(database, {"r1": ("c1", at(9))})
    lab.replace_lab(database, small_lab(resource("c1")), NOW, "ops")
    with pytest.raises(StaleSchedule, match="resources"):
        publishing.publish(database, made, 0, NOW, "ops")
    lab.replace_lab(database, small_lab(), NOW, "ops")
    publishing.publish(database, made, 0, NOW, "ops")


def test_withdrawn_request_makes_a_draft_stale(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    made = draft(database, {"r1": ("c1", at(9)), "r2": ("c2", at(9))})
    requests.withdraw(database, "r1", NOW, "acme")
    with pytest.raises(StaleSchedule, match="r1"):
        publishing.publish(database, made, 0, NOW, "ops")
    assert publishing.list_bookings(database, include_cancelled=True) == ()


def test_withdrawn_request_that_the_draft_left_out_does_not_matter(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    made = draft(database, {"r1": ("c1", at(9))})
    requests.withdraw(database, "r2", NOW, "acme")
    publishing.publish(database, made, 0, NOW, "ops")
    assert [each.request for each in publishing.list_bookings(database)] == ["r1"]
    assert requests.find(database, "r2").state == "withdrawn"


def test_draft_that_would_begin_in_the_past_is_stale(database: Database) -> None:
    given(database, request("r1"))
    made = draft(database, {"r1": ("c1", at(9))})
    with pytest.raises(StaleSchedule, match="passed"):
        publishing.publish(database, made, 0, at(10).start + timedelta(minutes=1), "ops")
    publishing.publish(database, made, 0, at(10).start, "ops")


def test_publish_that_collides_leaves_nothing(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    made = draft(database, {"r1": ("c1", at(9)), "r2": ("c2", at(9))})
    with database.write() as tx:  # somebody holds c2 meanwhile, which no plan knows of
        lane = tx.execute(text("SELECT id FROM lane WHERE resource = 'c2'")).scalar_one()
        tx.execute(booking_lane.insert().values(lane=lane, start_at=at(9.5).start, end_at=at(9.5).end, status="held"))
    with pytest.raises(SlotTaken, match="c2"):
        publishing.publish(database, made, 0, NOW, "ops")
    assert publishing.current(database).revision == 0
    assert publishing.list_bookings(database, include_cancelled=True) == ()
    assert requests.find(database, "r1").state == "open"


def test_overfull_plan_is_refused_whole(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    made = draft(database, {"r1": ("c1", at(9)), "r2": ("c1", at(9.5))})  # a wrong plan, past every check
    with pytest.raises(SlotTaken, match="c1"):
        publishing.publish(database, made, 0, NOW, "ops")
    assert publishing.current(database).revision == 0
    assert publishing.list_bookings(database, include_cancelled=True) == ()
    with database.read() as tx:
        assert tx.execute(select(booking_lane)).all() == []
        assert [each.action for each in audit.entries_of(tx) if each.action.startswith(("booking", "schedule"))] == []


def test_concurrent_publishes_have_one_winner(database: Database) -> None:
    given(database, *(request(f"r{number}") for number in range(5)))
    drafts = [draft(database, {f"r{number}": ("c1", at(9))}) for number in range(5)]
    results: list[str] = []
    start = threading.Barrier(5)

    def work(draft_id: str) -> None:
        start.wait()
        try:
            publishing.publish(database, draft_id, 0, NOW, "ops")
            results.append("won")
        except StaleSchedule:
            results.append("stale")

    threads = [threading.Thread(target=work, args=(each,)) for each in drafts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(results) == ["stale"] * 4 + ["won"]
    assert len(publishing.list_bookings(database, include_cancelled=True)) == 1
    assert publishing.current(database).revision == 1


def test_pool_is_filled_to_its_capacity_and_coloured_anew_where_needed(database: Database) -> None:
    lab_of_a_pool = small_lab(resource("pool", 3))
    given(database, *(request(f"r{number}", hours=hours) for number, hours in enumerate([4, 2, 3, 6])), request("two", 2, demand=2), lab=lab_of_a_pool)
    publish(database, {"r0": ("pool", at(0, 4)), "r1": ("pool", at(0, 2)), "r2": ("pool", at(1, 3))})
    # From 2 on one unit is free until r0 and r2 end at 4, then all three are; r3 and two units fill them.
    publish(database, {"r0": ("pool", at(0, 4)), "r1": ("pool", at(0, 2)), "r2": ("pool", at(1, 3)), "r3": ("pool", at(2, 6)), "two": ("pool", at(4, 2))})
    with pytest.raises(SlotTaken):
        publish(
            database,
            {"r0": ("pool", at(0, 4)), "r1": ("pool", at(0, 2)), "r2": ("pool", at(1, 3)), "r3": ("pool", at(3, 6)), "two": ("pool", at(2.5, 2))},
        )


def test_find_draft_shows_what_it_would_change(database: Database) -> None:
    given(database, request("a"), request("b"), request("c"))
    publish(database, {"a": ("c1", at(9)), "b": ("c1", at(10))})
    found = publishing.find_draft(database, draft(database, {"a": ("c1", at(11)), "c": ("c2", at(9))}))
    assert [(each.kind, each.request) for each in found.changes] == [("moved", "a"), ("added", "c"), ("cancelled", "b")]
    assert (found.record.added, found.record.moved, found.record.cancelled, found.record.served, found.record.unserved) == (1, 1, 1, 2, 1)
    assert publishing.list_drafts(database)[0] == found.record


def test_publication_is_found_again(database: Database) -> None:
    given(database, request("r1"))
    made = publish(database, {"r1": ("c1", at(9))})
    assert publishing.find_publication(database, 1) == made
    assert publishing.list_publications(database) == (made,)
    with pytest.raises(NotFound):
        publishing.find_publication(database, 2)


def test_list_bookings_filters_and_pages(database: Database) -> None:
    given(database, request("a"), request("b", company="other"), request("c"), request("d"))
    publish(database, {"a": ("c1", at(9)), "b": ("c2", at(9)), "c": ("b1", at(10)), "d": ("c1", at(12))})

    def names(**filters: object) -> list[str]:
        return [each.request for each in publishing.list_bookings(database, **filters)]  # type: ignore[arg-type]

    assert sorted(names()) == ["a", "b", "c", "d"]
    assert names(resource="c1") == ["a", "d"]
    assert names(site="busan") == ["c"]
    assert names(company="other") == ["b"]
    assert names(request="c") == ["c"]
    assert sorted(names(window=at(9.5, 1))) == ["a", "b", "c"]
    assert names(window=at(10)) == ["c"]  # half-open: what ends at ten is not in it
    first = publishing.list_bookings(database, limit=2)
    rest = publishing.list_bookings(database, limit=5, after=first[-1].id)
    assert [each.id for each in (*first, *rest)] == [each.id for each in publishing.list_bookings(database)]
    assert publishing.find_booking(database, first[0].id) == first[0]
    with pytest.raises(NotFound):
        publishing.list_bookings(database, after="nothing")
    with pytest.raises(NotFound):
        publishing.find_booking(database, "nothing")


def test_closure_over_a_booking_waits_until_it_has_moved(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    publish(database, {"r1": ("c1", at(9))})
    broken = small_lab(resource("c1", closures=[at(8, 4)]), resource("c2"))
    lab.replace_lab(database, broken, NOW, "ops")
    with pytest.raises(SlotTaken, match="shut"):
        publish(database, {"r1": ("c1", at(9)), "r2": ("c1", at(10))})
    publish(database, {"r1": ("c2", at(9)), "r2": ("c2", at(10))})
    with database.read() as tx:
        blocked = tx.execute(select(booking_lane.c.start_at, booking_lane.c.end_at).where(booking_lane.c.status == "blocked")).all()
    assert [tuple(row) for row in blocked] == [(at(8, 4).start, at(8, 4).end)]


def test_audit_tells_every_change(database: Database) -> None:
    given(database, request("r1"))
    publish(database, {"r1": ("c1", at(9))})
    publish(database, {"r1": ("c1", at(10))})
    booking = of(database, "r1")
    with database.read() as tx:
        rows = audit.entries_of(tx, f"booking/{booking.id}")
    assert [(each.action, each.actor) for each in rows] == [("booking.moved", "ops"), ("booking.added", "ops")]
    assert rows[0].before is not None
    assert rows[0].before == rows[1].after


def test_request_left_out_of_a_run_is_told_why(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    lab.replace_lab(database, small_lab(resource("c1")), NOW, "ops")
    made = draft(database, {"r1": ("c1", at(9))})
    assert publishing.find_draft(database, made).record.unserved == 1
    assert runs.list_runs(database)[0].served == 1


@pytest.mark.parametrize("table", ["plan", "booking", "booking_lane", "publication", "audit"])
def test_process_killed_inside_publish_leaves_nothing(database: Database, database_url: str, table: str) -> None:
    given(database, request("r1"), request("r2"))
    made = draft(database, {"r1": ("c1", at(9)), "r2": ("c2", at(9))})
    process = context().Process(target=publish_and_die, args=(database_url, made, table))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert publishing.current(database).revision == 0
    assert publishing.list_bookings(database, include_cancelled=True) == ()
    with database.read() as tx:
        assert tx.execute(select(booking_lane)).all() == []
    assert publishing.publish(database, made, 0, NOW, "ops").added == 2


def test_scattered_free_units_are_brought_together(database: Database) -> None:
    given(database, request("a", 2), request("q", 2), request("b", 2), request("c", 4), lab=small_lab(resource("pool", 2)))
    publish(database, {"a": ("pool", at(0, 2)), "q": ("pool", at(2, 2))})
    publish(database, {"a": ("pool", at(0, 2)), "q": ("pool", at(2, 2)), "b": ("pool", at(2, 2))})
    # Without q, a is on one unit and b on the other: no single unit is free for c, though one always is.
    publish(database, {"a": ("pool", at(0, 2)), "b": ("pool", at(2, 2)), "c": ("pool", at(0, 4))})
    assert {each.request: each.sequence for each in publishing.current(database).bookings} == {"a": 0, "b": 0, "c": 0}


def test_change_that_calendars_do_not_show_raises_the_revision_only(database: Database) -> None:
    one = request("r1")
    (mode,) = one.tasks[0].modes
    either = replace(one, tasks=(replace(one.tasks[0], modes=(mode, replace(mode, id="careful"))),))
    given(database, either)
    publish(database, {"r1": ("c1", at(9))})
    run = runs.request_run(database, NOW, "ops", Limits())
    work = runs.claim(database, "w", NOW, HOUR)
    assert work is not None
    schedule = Schedule(problem=run.problem_digest, bookings=(replace(booked("r1", "c1", at(9)), mode="careful"),))
    made = runs.finish(database, work.claim, Result(outcome="feasible", schedule=schedule), NOW).draft
    assert made is not None
    publishing.publish(database, made, 1, NOW, "ops")
    after = of(database, "r1")
    assert (after.mode, after.sequence, after.revision) == ("careful", 0, 2)
