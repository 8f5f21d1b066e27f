"""Offers: where a request would fit into the schedule in force without moving anybody."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from scheduler.errors import ScheduleRejected
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Booking, Offer, Reason, Schedule, Unserved
from scheduler.placement.offers import list_offers, reasons_against
from scheduler.planning import Eligibility, check_request
from scheduler.planning.with_request import leaving_out, with_offer, with_request
from scheduler.service.database import Database
from scheduler.service.snapshot import default_horizon, snapshot
from scheduler.store import bookings, labs, plans, requests
from scheduler.ticks.runs import in_runs
from scheduler.verify.rules import check_schedule


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers against the schedule in force at `revision`, best first; without any, the reasons why."""

    revision: int
    offers: tuple[Offer, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Booked:
    """What offers must not disturb: the lab, and the requests that hold bookings. Good for this revision and lab version."""

    revision: int
    lab_version: int
    lab: Lab
    requests: tuple[Request, ...]
    bookings: tuple[Booking, ...]

    @cached_property
    def eligibility(self) -> Eligibility:
        """Which resources a select admits."""
        return Eligibility(self.lab)

    @cached_property
    def of_request(self) -> dict[str, tuple[Booking, ...]]:
        """The bookings of each request."""
        found: dict[str, list[Booking]] = defaultdict(list)
        for each in self.bookings:
            found[each.request].append(each)
        return {request: tuple(mine) for request, mine in found.items()}

    @cached_property
    def holders(self) -> dict[str, set[str]]:
        """The requests that hold each resource."""
        found: dict[str, set[str]] = defaultdict(set)
        for each in self.bookings:
            for resource in each.resources:
                found[resource].add(each.request)
        return dict(found)

    def rivals(self, request: Request, now: datetime) -> frozenset[str]:
        """The requests that hold what `request` might take and are not over: only these can stand in its way."""
        requirements = [each for task in request.tasks for mode in task.modes for each in mode.requirements]
        positions = {position for each in requirements for position in self.eligibility.candidates(each.select)}
        names = (self.lab.resources[position].id for position in positions)
        near = {holder for name in names for holder in self.holders.get(name, ())} - {request.id}
        return frozenset(each for each in near if any(booking.window.end > now for booking in self.of_request[each]))


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
    check_request(booked.lab, request, now, default_horizon(now, (request,)), eligibility=booked.eligibility)
    # A whole national plan is verified in seconds, its part around one request in milliseconds, and nothing else can be broken.
    rivals = booked.rivals(request, now)
    others = tuple(each for each in booked.requests if each.id in rivals)
    in_force = tuple(booking for each in others for booking in booked.of_request[each.id])
    within = default_horizon(now, (*others, request))
    problem, _ = snapshot(booked.lab, others, in_force, Policy(), now, within)
    schedule = _in_force_schedule(problem)
    found = list_offers(problem, schedule, request, count)
    if not found:
        return Offers(booked.revision, (), reasons_against(problem, schedule, request))
    wider = with_request(problem, request)
    # Only what the new bookings break counts: the lab may have changed under bookings that stand.
    before = set(check_schedule(wider, leaving_out(schedule, request)))
    for each in found:
        broken = [violation for violation in check_schedule(wider, in_runs(wider, with_offer(schedule, each))) if violation not in before]
        if broken:
            raise ScheduleRejected(f"an offer for {request.id} breaks a rule: {broken[0]}")
    return Offers(booked.revision, found)


def _in_force_schedule(problem: Problem) -> Schedule:
    booked = {each.booking.request for each in problem.in_force}
    schedule = Schedule(
        bookings=tuple(each.booking for each in problem.in_force),
        unserved=tuple(Unserved(request=each.id) for each in problem.requests if each.id not in booked),
    )
    return in_runs(problem, schedule)
