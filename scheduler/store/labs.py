"""Versions of the lab, and its resources as the database guards them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select, update

from scheduler.errors import Conflict, SlotTaken
from scheduler.model.codec import dump, parse
from scheduler.model.lab import Lab
from scheduler.store.database import Transaction
from scheduler.store.lanes import chunks, pieces_of, take, unblock
from scheduler.store.schema import lab_version, lane, resource

INSERTED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class StoredLab:
    """One version of the lab. `serving_digest` names its sites, calendars and resources, whatever its methods."""

    number: int
    serving_digest: str
    lab: Lab


def newest(tx: Transaction) -> StoredLab:
    """The lab as it is now; number 0 and empty before the first `replace`."""
    row = tx.execute(select(lab_version).order_by(lab_version.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        return StoredLab(0, serving_digest(Lab()), Lab())
    return StoredLab(row.number, row.serving_digest, parse(Lab, row.body))


def newest_number(tx: Transaction) -> int:
    """The number of the newest version, 0 before the first."""
    return tx.execute(select(func.max(lab_version.c.number))).scalar() or 0


def newest_serving_digest(tx: Transaction) -> str:
    """The serving digest of the newest version."""
    found = tx.execute(select(lab_version.c.serving_digest).order_by(lab_version.c.number.desc()).limit(1)).scalar()
    return found or serving_digest(Lab())


def serving_digest(lab: Lab) -> str:
    """SHA-256 over what decides where a task fits: sites, calendars and resources."""
    return hashlib.sha256(dump(replace(lab, methods=()))).hexdigest()


def replace_lab(tx: Transaction, lab: Lab, now: datetime, actor: str) -> int:
    """`lab` is the newest version, and the lanes and closures are as it says; returns its number.

    Raises: Conflict if a booking that has not ended would lose its resource or its unit.
    """
    before = newest(tx)
    number = before.number + 1
    tx.execute(insert(lab_version).values(number=number, created_at=now, actor=actor, serving_digest=serving_digest(lab), body=dump(lab)))
    old = {each.id: each for each in before.lab.resources}
    new = {each.id for each in lab.resources}
    _store_resources(tx, lab)
    removed = [each for each in old if each not in new]
    for chunk in chunks(removed):
        tx.execute(update(resource).where(resource.c.id.in_(chunk)).values(is_active=False))
    for gone in removed:
        if pieces_of(tx, gone, now):
            raise Conflict(f"{gone} is booked after now, so it cannot be removed; close it, plan and publish first")
        unblock(tx, gone)
    for each in lab.resources:
        was = old.get(each.id)
        if not each.closures if was is None else (was.closures, was.capacity) == (each.closures, each.capacity):
            continue
        try:
            take(tx, each.id, (), [closure.window for closure in each.closures], now)
        except SlotTaken:
            says = f"bookings after now need more than {each.capacity} units of {each.id}; keep its capacity, or move or withdraw some of them first"
            raise Conflict(says) from None
    return number


def _store_resources(tx: Transaction, lab: Lab) -> None:
    known = {row.id: row for row in tx.execute(select(resource))}
    lanes = {row[0]: row[1] for row in tx.execute(select(lane.c.resource, func.count()).group_by(lane.c.resource))}
    fresh = [{"id": r.id, "site": r.site, "capacity": r.capacity, "is_active": True} for r in lab.resources if r.id not in known]
    if fresh:
        tx.execute(insert(resource), fresh)
    for each in lab.resources:
        row = known.get(each.id)
        if row is not None and (row.site, row.capacity, row.is_active) != (each.site, each.capacity, True):
            tx.execute(update(resource).where(resource.c.id == each.id).values(site=each.site, capacity=each.capacity, is_active=True))
    # A lane is never removed, since bookings of the past name it; those beyond the capacity are not handed out.
    rows = [{"resource": each.id, "position": position} for each in lab.resources for position in range(lanes.get(each.id, 0), each.capacity)]
    for first in range(0, len(rows), INSERTED_AT_ONCE):
        tx.execute(insert(lane), rows[first : first + INSERTED_AT_ONCE])


def is_known(tx: Transaction, *, resource_id: str | None = None, site: str | None = None) -> bool:
    """Whether the lab has, or had, a resource of that id or at that site."""
    query = select(resource.c.id).limit(1)
    if resource_id is not None:
        query = query.where(resource.c.id == resource_id)
    if site is not None:
        query = query.where(resource.c.site == site)
    return tx.execute(query).one_or_none() is not None
