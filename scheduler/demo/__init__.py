"""A believable Korean lab to try everything on: invented institutes and firms in real cities."""

from datetime import datetime, timedelta

from scheduler.demo.lab import demo_lab, midnight
from scheduler.demo.requests import demo_requests
from scheduler.model.problem import Problem
from scheduler.model.window import window

HORIZON = timedelta(weeks=9)


def demo_problem(now: datetime, seed: int = 0) -> Problem:
    """Three institutes with six sites and about sixty open requests, as of `now`; equal arguments, equal problem.

    One request is urgent, and one cannot be served in time although it would fit an empty lab:
    the only HAST chamber is needed by a weightier one.
    """
    start = midnight(now)
    lab = demo_lab(now)
    return Problem(name="데모 시험소", now=now, horizon=window(start, start + HORIZON), lab=lab, requests=demo_requests(now, lab, seed))
