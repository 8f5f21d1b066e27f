"""Offers over the API."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.choices import MethodChoice, request_of
from api.deps import Now, body, new_id, takes
from api.remembered import CurrentBooked
from api.schemas import OfferList, OfferView
from scheduler.model.request import Request
from scheduler.service.offers import Offers, find_offers

router = APIRouter(prefix="/api/offers", tags=["offers"])
Count = Annotated[int, Query(ge=1, le=20, description="At most so many offers.")]


@router.post("", openapi_extra=takes(Request))
def offer(booked: CurrentBooked, now: Now, request: Annotated[Request, Depends(body(Request))], count: Count = 5) -> OfferList:
    """The best slots of a request in the schedule in force that disturb nobody, each verified; nothing is stored."""
    return offer_list(find_offers(booked, request, now, count))


@router.post("/from-method", openapi_extra=takes(MethodChoice))
def offer_from_method(booked: CurrentBooked, now: Now, choice: Annotated[MethodChoice, Depends(body(MethodChoice))], count: Count = 5) -> OfferList:
    """The same for a test by its name."""
    request = request_of(booked.lab, choice, new_id("R"))
    return offer_list(find_offers(booked, request, now, count))


def offer_list(found: Offers) -> OfferList:
    """Offers as the API shows them."""
    views = [OfferView(window=each.window, tardiness_minutes=each.tardiness_minutes, bookings=each.bookings) for each in found.offers]
    return OfferList(revision=found.revision, offers=views, reasons=list(found.reasons))
