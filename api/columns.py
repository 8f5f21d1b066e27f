"""The schedule in columns, as the timeline wants it: pure, from records to an answer."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.schemas import BarColumns, BookingColumns, ClosureColumns, DayColumns, ScheduleView
from scheduler.model.calendar import holiday_names
from scheduler.model.lab import Lab
from scheduler.model.window import Window, window
from scheduler.service.records import BookingRecord
from scheduler.service.served import Served

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DEFAULT_ZONE = "Asia/Seoul"


def minute_of(moment: datetime) -> int:
    """Whole minutes since 1970-01-01T00:00Z, rounded down."""
    return (moment - EPOCH) // MINUTE


def window_of(start_minute: int, end_minute: int) -> Window:
    """The window between two minutes. Raises: ValueError if it is empty."""
    return window(EPOCH + start_minute * MINUTE, EPOCH + end_minute * MINUTE)


def home_zone(lab: Lab) -> str:
    """The zone in which the page shows times: that of the lab; before there is one, that of most who look."""
    return lab.home_zone if lab.sites or lab.calendars else DEFAULT_ZONE


def home_country(lab: Lab) -> str | None:
    """The country whose public holidays the page marks: that of the first calendar that knows one."""
    return next((each.holidays for each in lab.calendars if each.holidays is not None), None)


def schedule_view(lab: Lab, lab_version: int, revision: int, within: Window, bookings: Sequence[BookingRecord], served: Sequence[Served]) -> ScheduleView:
    """Everything that the timeline draws inside `within`; what names resources that the lab has no more is left out."""
    position = {each.id: index for index, each in enumerate(lab.resources)}
    row = {each.id: index for index, each in enumerate(bookings)}
    bars = [each for each in served if each.booking in row and each.resource in position]
    closures = [(index, closure) for index, resource in enumerate(lab.resources) for closure in resource.closures if closure.window.overlaps(within)]
    return ScheduleView(
        revision=revision,
        lab=lab_version,
        start_minute=minute_of(within.start),
        end_minute=minute_of(within.end),
        bookings=BookingColumns(
            id=[each.id for each in bookings],
            request=[each.request for each in bookings],
            task=[each.task for each in bookings],
            title=[each.request_name for each in bookings],
            name=[each.task_name or each.request_name or each.task for each in bookings],
            name_en=[each.task_name_en for each in bookings],
            company=[each.company for each in bookings],
            company_name=[each.company_name or each.company for each in bookings],
            start_minute=[minute_of(each.window.start) for each in bookings],
            end_minute=[minute_of(each.window.end) for each in bookings],
            resources=[[position[each] for each in booking.resources if each in position] for booking in bookings],
        ),
        bars=BarColumns(
            booking=[row[each.booking] for each in bars],
            resource=[position[each.resource] for each in bars],
            start_minute=[minute_of(each.start) for each in bars],
            end_minute=[minute_of(each.end) for each in bars],
            units=[each.units for each in bars],
        ),
        closures=ClosureColumns(
            resource=[index for index, _ in closures],
            start_minute=[minute_of(each.window.start) for _, each in closures],
            end_minute=[minute_of(each.window.end) for _, each in closures],
            reason=[each.reason for _, each in closures],
        ),
    )


def days_between(zone_name: str, country: str | None, first: date, last: date) -> DayColumns:
    """The days `first` to `last`, both included, with their true beginnings, also where clocks change."""
    zone = ZoneInfo(zone_name)
    days = [first + timedelta(days=number) for number in range((last - first).days + 2)]
    holidays = {}
    if country is not None:
        for year in range(first.year, last.year + 1):
            holidays.update(holiday_names(country, year))
    named = {index: holidays[day] for index, day in enumerate(days[:-1]) if day in holidays}
    return DayColumns(
        first=first,
        start_minute=[minute_of(datetime.combine(day, time(), tzinfo=zone)) for day in days],
        kind="".join("2" if index in named else "1" if day.weekday() >= 5 else "0" for index, day in enumerate(days[:-1])),
        name=named,
    )
