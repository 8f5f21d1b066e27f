"""A problem and its schedule with one request more: what offers and their verification look at."""

from dataclasses import replace

from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Offer, Schedule, Unserved


def with_request(problem: Problem, request: Request) -> Problem:
    """`problem` with `request` as its last request."""
    return replace(problem, requests=(*problem.requests, request))


def leaving_out(schedule: Schedule, request: Request) -> Schedule:
    """`schedule` as an answer to the wider problem in which `request` is not served."""
    return replace(schedule, problem="", unserved=(*schedule.unserved, Unserved(request=request.id)))


def with_offer(schedule: Schedule, offer: Offer) -> Schedule:
    """`schedule` as an answer to the wider problem in which `offer` is accepted."""
    return replace(schedule, problem="", bookings=(*schedule.bookings, *offer.bookings))
