from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from scheduler.model.schedule import Allocation, Booking, Offer
from scheduler.model.window import Window

START = datetime(2026, 3, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def booking(task: str, start: int, *served: tuple[str, ...], request: str = "r") -> Booking:
    allocations = tuple(Allocation(requirement=f"q{number}", resources=each) for number, each in enumerate(served or (("kim",),)))
    return Booking(request=request, task=task, window=Window(start=START + start * HOUR, end=START + (start + 1) * HOUR), allocations=allocations)


def test_booking_names_each_resource_once_in_order() -> None:
    assert booking("a", 0, ("salt-1",), ("kim", "lee"), ("kim",)).resources == ("salt-1", "kim", "lee")


def test_booking_key_is_request_and_task() -> None:
    assert booking("a", 0).key == ("r", "a")


def test_offer_window_spans_all_bookings() -> None:
    offer = Offer(request="r", bookings=(booking("b", 5), booking("a", 1)))
    assert offer.window == Window(start=START + HOUR, end=START + 6 * HOUR)


def test_offer_of_two_requests_is_refused() -> None:
    with pytest.raises(ValidationError, match="all must be of the offer's request"):
        Offer(request="r", bookings=(booking("a", 1), booking("a", 2, request="other")))
