"""When specimens that are sent can be worked on."""

from datetime import datetime, timedelta

from scheduler.model.base import LATEST
from scheduler.model.calendar import Calendar, open_windows
from scheduler.model.lab import Lab, Site
from scheduler.model.request import Shipment
from scheduler.model.travel import courier_time
from scheduler.model.window import window

LONGEST_WAIT = timedelta(days=60)
"""A site that takes nothing in for so long is taken never to."""


def ready_at(lab: Lab, shipment: Shipment, site: Site) -> datetime | None:
    """From when on the specimens can be worked on at `site`: sent, carried, taken in, conditioned; None if they are never taken in.

    Without a courier in the lab they are there when they are sent. Raises: KeyError if the lab has no calendar of that id.
    """
    position = None if site.latitude is None or site.longitude is None else (site.latitude, site.longitude)
    carried = timedelta(0) if lab.courier is None else courier_time(lab.courier, (shipment.latitude, shipment.longitude), position)
    if carried >= LATEST - shipment.sent:
        return None
    received: datetime | None = shipment.sent + carried
    if site.receiving is not None:
        received = _first_open({each.id: each for each in lab.calendars}[site.receiving], shipment.sent + carried)
    # Two hundred years on a slow way and a long rest may be more than datetimes can say.
    return None if received is None or shipment.conditioning >= LATEST - received else received + shipment.conditioning


def _first_open(calendar: Calendar, moment: datetime) -> datetime | None:
    """The first moment at or after `moment` at which the calendar is open."""
    # From midnight, so that one answer of the calendar serves many shipments.
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for each in open_windows(calendar, window(midnight, min(midnight + LONGEST_WAIT, LATEST))):
        if each.end > moment:
            return max(each.start, moment)
    return None
