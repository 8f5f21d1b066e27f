"""From published bookings to a calendar feed; pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from api.columns import home_zone
from scheduler.exchange.ical_export import CalendarEvent, CalendarFeed, write_feed
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.window import Window, window
from scheduler.service.records import BookingRecord, FeedRecord
from scheduler.service.served import Served

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
"""How far a feed reaches: real clients need minutes for tens of thousands of events."""

HEADINGS = {"resource": "장비·담당자", "site": "기관", "company": "기업", "request": "신청"}


def feed_window(now: datetime) -> Window:
    """The window of all feeds; it moves once a day, at midnight UTC, so that the entity tag lasts the day."""
    day = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return window(day - BACK, day + AHEAD)


def feed_body(lab: Lab, feed: FeedRecord, bookings: Sequence[BookingRecord], served: Sequence[Served]) -> bytes:
    """The .ics file of a feed; equal input, equal bytes."""
    resources = {each.id: each for each in lab.resources}
    sites = {each.id: each for each in lab.sites}
    zone = home_zone(lab)
    mine: dict[str, list[Window]] = {}
    if feed.scope == "resource":
        for each in served:
            if each.resource == feed.scope_id:
                mine.setdefault(each.booking, []).append(window(each.start, each.end))
    events = [event for each in bookings for event in _events_of(each, mine.get(each.id, []), resources, sites, zone)]
    return write_feed(CalendarFeed(name=feed_name(lab, feed), description="Slotwright", time_zone=zone, events=tuple(events)))


def feed_name(lab: Lab, feed: FeedRecord) -> str:
    """What a calendar program calls the feed."""
    things: Sequence[Resource] | Sequence[Site] = lab.resources if feed.scope == "resource" else lab.sites if feed.scope == "site" else ()
    name = next((each.name for each in things if each.id == feed.scope_id and each.name), feed.scope_id)
    return f"{name} ({HEADINGS[feed.scope]})"


def _events_of(booking: BookingRecord, parts: Sequence[Window], resources: Mapping[str, Resource], sites: Mapping[str, Site], zone: str) -> list[CalendarEvent]:
    # An operator who loads and unloads a run of days is busy twice, not for days. A cancelled booking keeps its window.
    windows = list(parts) if parts and booking.status == "confirmed" else [booking.window]
    ids = dict.fromkeys(resources[each].site for each in booking.resources if each in resources)
    at = [sites[each] for each in ids if each is not None and each in sites]
    names = [resources[each].name or each if each in resources else each for each in booking.resources]
    company = booking.company_name or booking.company
    task = booking.task_name or booking.request_name or booking.task
    lines = [f"신청: {booking.request_name or booking.request} [{booking.request}]", f"기업: {company}", f"작업: {task}", f"장비·담당: {', '.join(names)}"]
    return [
        CalendarEvent(
            uid=booking.uid if index == 0 else booking.uid.replace("@", f"-{index + 1}@"),
            sequence=booking.sequence,
            window=each,
            status=booking.status,
            summary=f"{task} · {company}",
            description="\n".join(lines),
            location=" / ".join(" ".join(filter(None, (site.name or site.id, site.address))) for site in at),
            latitude=at[0].latitude if at else None,
            longitude=at[0].longitude if at else None,
            last_modified=booking.updated_at,
            time_zone=at[0].time_zone if at else zone,
        )
        for index, each in enumerate(windows)
    ]
