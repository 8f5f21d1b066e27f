"""Offers: where a request would fit into the schedule in force without moving anybody."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.errors import ScheduleRejected
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Booking, Offer, Schedule, Unserved
from scheduler.placement.offers import list_offers
from scheduler.planning import check_request
from scheduler.planning.with_request import leaving_out, with_offer, with_request
from scheduler.service.database import Database
from scheduler.service.snapshot import default_horizon, snapshot
from scheduler.store import bookings, labs, plans, requests
from scheduler.verify.rules import check_schedule


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers against the schedule in force at `revision`, best first."""

    revision: int
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """What offers must not disturb: the lab, and the requests that hold bookings. Good for this revision and lab version."""

    revision: int
    lab_version: int
    lab: Lab
    requests: tuple[Request, ...]
    bookings: tuple[Booking, ...]


def load_booked(database: Database) -> Booked:
    """The schedule in force with all that it needs; worth keeping, a national year takes seconds to read."""
    with database.read() as tx:
        newest = labs.newest(tx)
        in_force = tuple(each.booking for each in bookings.confirmed(tx))
        holding = {each.request for each in in_force}
        held = tuple(each for each in requests.to_plan(tx) if each.id in holding)
        known = {each.id for each in held}
        return Booked(plans.revision(tx), newest.number, newest.lab, held, tuple(each for each in in_force if each.request in known))


def find_offers(booked: Booked, request: Request, now: datetime, count: int = 5) -> Offers:
    """At most `count` placements of `request` that disturb nobody, each verified; nothing is stored or held.

    A request that is booked already is looked at as if it were not.

    Raises: InputError (UnknownReference, TaskCannotFit) if it can never be served; ScheduleRejected
    if the verifier refuses an offer.
    """
    # Requests that are over by now can neither be disturbed nor disturb.
    going_on = {each.request for each in booked.bookings if each.window.end > now} - {request.id}
    others = tuple(each for each in booked.requests if each.id in going_on)
    in_force = tuple(each for each in booked.bookings if each.request in going_on)
    within = default_horizon(now, (*others, request))
    check_request(booked.lab, request, now, within)
    problem, _ = snapshot(booked.lab, others, in_force, Policy(), now, within)
    schedule = _in_force_schedule(problem)
    found = list_offers(problem, schedule, request, count)
    wider = with_request(problem, request)
    # Only what the new bookings break counts: the lab may have changed under bookings that stand.
    before = set(check_schedule(wider, leaving_out(schedule, request))) if found else set()
    for each in found:
        broken = [violation for violation in check_schedule(wider, with_offer(schedule, each)) if violation not in before]
        if broken:
            raise ScheduleRejected(f"an offer for {request.id} breaks a rule: {broken[0]}")
    return Offers(booked.revision, found)


def _in_force_schedule(problem: Problem) -> Schedule:
    booked = {each.booking.request for each in problem.in_force}
    return Schedule(
        bookings=tuple(each.booking for each in problem.in_force),
        unserved=tuple(Unserved(request=each.id) for each in problem.requests if each.id not in booked),
    )
