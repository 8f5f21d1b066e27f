"""A process that books at random, in conflict with others like it."""

import random
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import insert

from scheduler.errors import SlotTaken
from scheduler.store.database import Database
from scheduler.store.schema import booking_lane
from tests.service.world import at

TRIES = 50


def row(lane: int, start: float, hours: float, status: str = "held") -> dict[str, object]:
    """A row that takes `lane` for `hours` from `start` hours after NOW on."""
    return {"lane": lane, "start_at": at(start, hours).start, "end_at": at(start, hours).end, "status": status}


def book_at_random(url: str, lanes: list[int], seed: int, start: Barrier, answers: "Queue[tuple[int, int]]") -> None:
    """Tries `TRIES` times; answers (booked, refused)."""
    chance = random.Random(seed)
    booked = refused = 0
    with Database.open(url) as database:
        start.wait()
        for _ in range(TRIES):
            wanted = row(chance.choice(lanes), chance.randrange(48), chance.choice((0.5, 1, 1.5)))
            try:
                with database.write() as tx:
                    tx.execute(insert(booking_lane), [wanted])
                booked += 1
            except SlotTaken:
                refused += 1
    answers.put((booked, refused))
