"""Which wish of a form makes a request impossible: the one without which it would fit. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from api.choices import MethodChoice, request_of
from scheduler.errors import InputError
from scheduler.model.lab import Lab
from scheduler.planning import Eligibility, check_request
from scheduler.service.snapshot import default_horizon


def culprit_of(lab: Lab, choice: MethodChoice, now: datetime) -> str:
    """The field to mark when `choice` can never be served: specimens, deadline or region; empty if no single one is to blame."""
    eligibility = Eligibility(lab)
    return next((field for field, milder in _milder(choice) if _fits(lab, milder, now, eligibility)), "")


def _milder(choice: MethodChoice) -> Iterator[tuple[str, MethodChoice]]:
    if choice.specimens > 1:
        yield "specimens", replace(choice, specimens=1)
    if choice.deadline is not None:
        yield "deadline", replace(choice, deadline=None)
    if choice.region:
        yield "region", replace(choice, region="")


def _fits(lab: Lab, choice: MethodChoice, now: datetime, eligibility: Eligibility) -> bool:
    try:
        wanted = request_of(lab, choice, "R")
        check_request(lab, wanted, now, default_horizon(now, (wanted,)), eligibility=eligibility)
    except InputError:
        return False
    return True
