"""What every page needs and hardly ever changes, read once: the lab, and the schedule that offers must not disturb."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.deps import Db
from scheduler.model.lab import Lab
from scheduler.service import lab, publishing
from scheduler.service.database import Database
from scheduler.service.offers import Booked, load_booked


@dataclass(frozen=True, slots=True)
class LabNow:
    """The lab and the number of its version."""

    version: int
    lab: Lab


class Remembered:
    """The newest of each, kept until its number changes. A race between threads only means that one reads it twice."""

    def __init__(self) -> None:
        self._lab: LabNow | None = None
        self._booked: Booked | None = None

    def lab_now(self, database: Database) -> LabNow:
        """The lab as it is now; costs one small query if it is known."""
        version = lab.lab_version(database)
        known = self._lab
        if known is None or known.version != version:
            known = self._lab = LabNow(version, lab.load_lab(database))
        return known

    def booked(self, database: Database) -> Booked:
        """The schedule in force as offers see it; costs two small queries if it is known."""
        numbers = (publishing.current_revision(database), lab.lab_version(database))
        known = self._booked
        if known is None or (known.revision, known.lab_version) != numbers:
            known = self._booked = load_booked(database)
        return known


def remembered_of(request: Request) -> Remembered:
    """The memory of the app."""
    remembered: Remembered = request.app.state.remembered
    return remembered


Memory = Annotated[Remembered, Depends(remembered_of)]


def lab_now_of(database: Db, memory: Memory) -> LabNow:
    """The lab for one request."""
    return memory.lab_now(database)


def booked_of(database: Db, memory: Memory) -> Booked:
    """The schedule in force for one request."""
    return memory.booked(database)


CurrentLab = Annotated[LabNow, Depends(lab_now_of)]
CurrentBooked = Annotated[Booked, Depends(booked_of)]
