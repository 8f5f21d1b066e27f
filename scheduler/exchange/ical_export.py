"""The iCal writer: bookings as events, events as a feed; equal input gives equal bytes.

It writes the text itself, 25,000 events in well under a second; the tests prove it equal to what
the library `icalendar` reads. Nothing here knows the time of day: a revision carries its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from scheduler.exchange.ical_text import escape, fold, one_line, parameter
from scheduler.exchange.vtimezone import zone_block
from scheduler.model.window import Window

EventStatus = Literal["tentative", "confirmed", "cancelled"]

PRODUCT = "-//Slotwright//Slotwright//KO"
CANCELLED_PREFIX = "[취소] "
"""Put before the summary of a cancelled event, for readers that do not show the status."""

UNNAMED = "예약"
"""The summary of an event without one; some readers drop an empty line."""

_UID = re.compile(r"[A-Za-z0-9@.\-]{1,250}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]+@[A-Za-z0-9.\-]+")
_URL = re.compile(r"https?://[\x21\x23-\x5b\x5d\x5f\x61-\x7a\x7e]+")
_BUSY = {"tentative": "TENTATIVE", "confirmed": "BUSY", "cancelled": "FREE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organizer:
    """Whose mailbox answers for an event; RFC 5546 wants one on every published event."""

    name: str
    mail: str

    def __post_init__(self) -> None:
        if _MAIL.fullmatch(self.mail) is None:
            raise ValueError(f"mail: {self.mail!r} is not a plain mail address")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One event as a calendar shows it.

    `uid` stays the same for the life of a booking; `sequence` grows when its window or status
    changes; `last_modified` is the time of that revision. Names and texts may hold anything.

    Raises: ValueError if the uid, url or position could not be written safely.
    """

    uid: str
    sequence: int
    window: Window
    status: EventStatus
    summary: str
    last_modified: datetime
    time_zone: str = "Asia/Seoul"
    description: str = ""
    location: str = ""
    categories: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    url: str = ""
    organizer: Organizer | None = None
    request_uid: str = ""
    """The uid that all events of one request name as their parent."""

    def __post_init__(self) -> None:
        if _UID.fullmatch(self.uid) is None or (self.request_uid and _UID.fullmatch(self.request_uid) is None):
            raise ValueError(f"uid: {self.uid!r}, {self.request_uid!r}: only letters A-Z a-z, digits and @ . - are safe in every client")
        if self.url and _URL.fullmatch(self.url) is None:
            raise ValueError(f"url: {self.url!r} is not a plain http(s) address; percent-encode what is special")
        if self.status not in get_args(EventStatus):
            raise ValueError(f"status: {self.status!r} is none of {', '.join(get_args(EventStatus))}")
        if self.sequence < 0:
            raise ValueError(f"sequence: {self.sequence} is below zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHeader:
    """What stands before the events: names, the zone of the calendar and all zones that its events may use."""

    name: str
    description: str = ""
    time_zone: str = "Asia/Seoul"
    time_zones: frozenset[str] = frozenset()
    last_modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFeed:
    """A calendar: its name and its events, in the order in which they are written."""

    name: str
    description: str = ""
    time_zone: str = "Asia/Seoul"
    events: tuple[CalendarEvent, ...] = ()

    @property
    def header(self) -> FeedHeader:
        """The header that fits the events."""
        return FeedHeader(
            name=self.name,
            description=self.description,
            time_zone=self.time_zone,
            time_zones=frozenset(event.time_zone for event in self.events),
            last_modified=max((event.last_modified for event in self.events), default=None),
        )


def write_feed(feed: CalendarFeed) -> bytes:
    """The feed as an .ics file.

    Raises: ValueError if two events carry the same uid.
    """
    seen: set[str] = set()
    for event in feed.events:
        if event.uid in seen:
            raise ValueError(f"events: the uid {event.uid!r} is used twice; readers would keep one of the two")
        seen.add(event.uid)
    return join_feed(feed.header, map(event_fragment, feed.events))


def join_feed(header: FeedHeader, fragments: Iterable[bytes]) -> bytes:
    """An .ics file of ready fragments, in their order. `header.time_zones` must hold the zones of all events."""
    return b"".join([_head(header), *fragments, b"END:VCALENDAR\r\n"])


def event_fragment(event: CalendarEvent) -> bytes:
    """The VEVENT of one event; depends on nothing else, so it can be kept with the booking's revision."""
    stamp = _utc(event.last_modified)
    is_cancelled = event.status == "cancelled"
    start, end = _times(event)
    plain = [
        "BEGIN:VEVENT",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{event.sequence}",
        start,
        end,
        f"STATUS:{event.status.upper()}",
        f"TRANSP:{'TRANSPARENT' if is_cancelled else 'OPAQUE'}",
        f"X-MICROSOFT-CDO-BUSYSTATUS:{_BUSY[event.status]}",
    ]
    folded = [f"UID:{event.uid}", "SUMMARY:" + escape((CANCELLED_PREFIX if is_cancelled else "") + (one_line(event.summary) or UNNAMED))]
    if event.description:
        folded.append("DESCRIPTION:" + escape(event.description))
    if event.location:
        folded.append("LOCATION:" + escape(one_line(event.location)))
    if event.latitude is not None and event.longitude is not None:
        plain.append(f"GEO:{event.latitude:.6f};{event.longitude:.6f}")
    categories = [escape(one_line(each)) for each in event.categories]
    if any(categories):
        folded.append("CATEGORIES:" + ",".join(filter(None, categories)))
    if event.url:
        folded.append("URL;VALUE=URI:" + event.url)
    if event.organizer is not None:
        folded.append(f"ORGANIZER;CN={parameter(event.organizer.name)}:mailto:{event.organizer.mail}")
    if event.request_uid:
        folded.append("RELATED-TO;RELTYPE=PARENT:" + event.request_uid)
    return ("\r\n".join(plain) + "\r\n").encode() + b"".join(map(fold, folded)) + b"END:VEVENT\r\n"


def _head(header: FeedHeader) -> bytes:
    name = escape(one_line(header.name))
    description = escape(header.description)
    # No UID for the calendar: one synchroniser then takes the whole feed for a single event.
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    if description:
        lines += [f"DESCRIPTION:{description}", f"X-WR-CALDESC:{description}"]
    own_block = zone_block(header.time_zone)  # an unknown zone ends here, before it is written
    lines += [f"X-WR-TIMEZONE:{header.time_zone}", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"]
    lines += ["COLOR:teal", "X-APPLE-CALENDAR-COLOR:#0F766E"]
    if header.last_modified is not None:
        lines.append(f"LAST-MODIFIED:{_utc(header.last_modified)}")
    blocks = [block.text for block in map(zone_block, sorted(header.time_zones)) if block is not None]
    if not blocks:
        # A calendar must have a component, even one without events.
        block = own_block or zone_block("Etc/UTC")
        assert block is not None
        blocks = [block.text]
    return b"".join([*map(fold, lines), *blocks])


def _times(event: CalendarEvent) -> tuple[str, str]:
    """DTSTART and DTEND in the event's zone, or both in UTC where the zone's clock does not say which instant is meant."""
    start, end = event.window.start, event.window.end
    block = zone_block(event.time_zone)
    if block is not None and block.valid_from <= start and end < block.valid_until:
        zone = ZoneInfo(event.time_zone)
        local_start, local_end = start.astimezone(zone), end.astimezone(zone)
        if not block.has_changes or not (_is_twofold(local_start) or _is_twofold(local_end)):
            return f"DTSTART;TZID={event.time_zone}:{_digits(local_start)}", f"DTEND;TZID={event.time_zone}:{_digits(local_end)}"
    return f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}"


def _is_twofold(local: datetime) -> bool:
    """Whether the clock shows this time twice that day."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _utc(moment: datetime) -> str:
    return _digits(moment.astimezone(UTC)) + "Z"


def _digits(t: datetime) -> str:
    return f"{t.year:04}{t.month:02}{t.day:02}T{t.hour:02}{t.minute:02}{t.second:02}"
