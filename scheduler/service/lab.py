"""The lab: read it, replace it."""

from datetime import datetime

from scheduler.model.lab import Lab
from scheduler.planning.lab_check import check_lab
from scheduler.service.database import Database
from scheduler.store import audit, labs, plans


def load_lab(database: Database) -> Lab:
    """The lab as it is now; an empty one before the first `replace_lab`."""
    with database.read() as tx:
        return labs.newest(tx).lab


def lab_version(database: Database) -> int:
    """The number of the lab's version, from 1; 0 before the first `replace_lab`."""
    with database.read() as tx:
        return labs.newest_number(tx)


def replace_lab(database: Database, lab: Lab, now: datetime, actor: str) -> int:
    """`lab` is the lab from now on; bookings stay as they are. Returns the new version number.

    New closures may lie over bookings in force (a breakdown): those stay until a run moves them.

    Raises: InputError if the lab refers to unknown or repeated ids; Conflict if a confirmed
    booking that has not ended would lose its resource or the units it takes.
    """
    check_lab(lab)
    with database.write() as tx:
        plans.take_turn(tx)
        number = labs.replace_lab(tx, lab, now, actor)
        audit.note(tx, now, actor, "lab.replaced", f"lab/{number}")
    return number
