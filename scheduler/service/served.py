"""When each resource serves the bookings in force."""

from scheduler.model.window import Window
from scheduler.service.database import Database
from scheduler.store import served
from scheduler.store.served import Served

__all__ = ["Served", "list_served"]


def list_served(database: Database, window: Window) -> tuple[Served, ...]:
    """Who serves which booking when, of all that overlaps `window`, by start."""
    with database.read() as transaction:
        return served.list_served(transaction, window.start, window.end)
