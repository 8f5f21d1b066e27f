"""Double booking is impossible, whoever writes: conflicting writers in eight processes, overlaps counted afterwards."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from scheduler.errors import SlotTaken
from scheduler.model.window import window
from scheduler.service import lab
from scheduler.store import lanes
from scheduler.store.colouring import Piece
from scheduler.store.database import Database
from scheduler.store.schema import booking_lane
from tests.processes import context
from tests.service.world import HOUR, NOW, at, resource, small_lab
from tests.store.writers import TRIES, book_at_random, row

PROCESSES = 8


def _lane(database: Database, name: str = "c1") -> int:
    with database.read() as tx:
        return lanes.lanes_of(tx, name)[0]


def _insert(database: Database, *rows: dict[str, object]) -> None:
    with database.write() as tx:
        tx.execute(insert(booking_lane), list(rows))


@pytest.fixture
def c1(database: Database) -> int:
    """The only lane of the chamber c1."""
    lab.replace_lab(database, small_lab(), NOW, "ops")
    return _lane(database)


def test_conflicting_writers_never_overlap(database: Database, database_url: str) -> None:
    lab.replace_lab(database, small_lab(), NOW, "ops")
    ids = [_lane(database), _lane(database, "c2")]
    made = context()
    start, answers = made.Barrier(PROCESSES), made.Queue()
    processes = [made.Process(target=book_at_random, args=(database_url, ids, seed, start, answers)) for seed in range(PROCESSES)]
    for each in processes:
        each.start()
    counts = [answers.get(timeout=60) for _ in processes]
    for each in processes:
        each.join()
    assert sum(booked + refused for booked, refused in counts) == PROCESSES * TRIES
    assert sum(refused for _, refused in counts) > PROCESSES, "the tries were meant to conflict"
    overlaps = text(
        "SELECT count(*) FROM booking_lane a JOIN booking_lane b ON a.lane = b.lane AND a.id < b.id AND a.start_at < b.end_at AND b.start_at < a.end_at"
    )
    with database.read() as tx:
        assert tx.execute(overlaps).scalar() == 0
        assert tx.execute(text("SELECT count(*) FROM booking_lane")).scalar() == sum(booked for booked, _ in counts)


@pytest.mark.postgres
def test_writers_who_wait_for_each_other_get_one_slot_each_or_are_told_that_it_is_taken(postgres_url: str) -> None:
    """PostgreSQL finds a dead-lock of two who each want what the other has just taken, and ends one of them."""
    with Database.open(postgres_url) as database:
        lab.replace_lab(database, small_lab(), NOW, "ops")
        slots = [row(_lane(database), 9, 1), row(_lane(database, "c2"), 9, 1)]
        both_have_one = threading.Barrier(2)
        answers: list[str] = []

        def book(mine: dict[str, object], other: dict[str, object]) -> None:
            try:
                with database.write() as tx:
                    tx.execute(insert(booking_lane), [mine])
                    both_have_one.wait(timeout=30)
                    tx.execute(insert(booking_lane), [other])
                answers.append("booked")
            except SlotTaken:
                answers.append("taken")

        threads = [threading.Thread(target=book, args=pair) for pair in (slots, slots[::-1])]
        for each in threads:
            each.start()
        for each in threads:
            each.join(timeout=60)
        assert sorted(answers) == ["booked", "taken"]


@pytest.mark.parametrize(("start", "hours"), [(9, 1), (8, 1.1), (9.9, 2), (8, 4), (9.25, 0.5)])
@pytest.mark.parametrize("status", ["held", "confirmed", "blocked"])
def test_overlap_is_refused(database: Database, c1: int, start: float, hours: float, status: str) -> None:
    _insert(database, row(c1, 9, 1))
    with pytest.raises(SlotTaken):
        _insert(database, row(c1, start, hours, status))


def test_rows_that_touch_or_are_on_another_lane_are_accepted(database: Database, c1: int) -> None:
    _insert(database, row(c1, 9, 1), row(c1, 10, 1), row(c1, 8, 1), row(_lane(database, "c2"), 9, 1))


def test_overlap_by_a_microsecond_is_refused(database: Database, c1: int) -> None:
    _insert(database, row(c1, 9, 1))
    with pytest.raises(SlotTaken):
        _insert(database, {**row(c1, 10, 1), "start_at": at(10).start - timedelta(microseconds=1)})


def test_row_that_is_moved_onto_another_is_refused(database: Database, c1: int) -> None:
    _insert(database, row(c1, 9, 1), row(c1, 11, 1))
    with pytest.raises(SlotTaken), database.write() as tx:
        tx.execute(update(booking_lane).where(booking_lane.c.start_at == at(11).start).values(start_at=at(9.5).start))


def test_row_may_be_changed_in_place(database: Database, c1: int) -> None:
    _insert(database, row(c1, 9, 1))
    with database.write() as tx:
        tx.execute(update(booking_lane).values(end_at=at(9, 2).end, status="confirmed"))


def test_one_refused_row_undoes_all_of_its_transaction(database: Database, c1: int) -> None:
    with pytest.raises(SlotTaken):
        _insert(database, row(c1, 9, 1), row(c1, 12, 1), row(c1, 9.5, 1))
    with database.read() as tx:
        assert tx.execute(select(booking_lane)).all() == []


@pytest.mark.parametrize("column", [{"status": "moving"}, {"end_at": NOW}])
def test_row_that_would_slip_past_the_guard_is_refused(database: Database, c1: int, column: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        _insert(database, {**row(c1, 9, 1), **column})


def test_insert_or_replace_cannot_get_round_the_triggers(sqlite_url: str) -> None:
    with Database.open(sqlite_url) as database:
        lab.replace_lab(database, small_lab(), NOW, "ops")
        _insert(database, row(_lane(database), 9, 1))
        for word in ("REPLACE", "IGNORE", "FAIL", "ABORT", "ROLLBACK"):
            with pytest.raises(SlotTaken), database.write() as tx:
                tx.exec_driver_sql(
                    f"INSERT OR {word} INTO booking_lane (lane, start_at, end_at, status) SELECT lane, start_at, end_at, 'held' FROM booking_lane"
                )


def test_take_blocks_what_bookings_leave_of_a_closure(database: Database) -> None:
    lab.replace_lab(database, small_lab(resource("pool", 2)), NOW, "ops")
    with database.write() as tx:
        tx.execute(insert(booking_lane), [row(lanes.lanes_of(tx, "pool")[0], 9, 1)])
        lanes.take(tx, "pool", (), [at(8, 4)], NOW)
        rows = tx.execute(select(booking_lane.c.lane, booking_lane.c.start_at, booking_lane.c.end_at).where(booking_lane.c.status == "blocked")).all()
        first, second = lanes.lanes_of(tx, "pool")
    windows = {(row.lane, window(row.start_at, row.end_at)) for row in rows}
    assert windows == {(first, at(8, 1)), (first, at(10, 2)), (second, at(8, 4))}


def test_take_refuses_a_shut_resource_and_one_too_many(database: Database) -> None:
    lab.replace_lab(database, small_lab(resource("pool", 2)), NOW, "ops")
    wanted = [Piece(NOW, NOW + HOUR, None, status="held")] * 2
    with database.write() as tx:
        lanes.take(tx, "pool", wanted, (), NOW)
    with pytest.raises(SlotTaken, match="2 units"), database.write() as tx:
        lanes.take(tx, "pool", wanted[:1], (), NOW)
    with pytest.raises(SlotTaken, match="shut"), database.write() as tx:
        lanes.take(tx, "pool", [Piece(at(3).start, at(3).end, None)], [at(3.5)], NOW)
