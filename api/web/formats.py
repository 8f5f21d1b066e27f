"""Dates, times and lengths as people of each language write them, in one time zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.model.window import Window

WEEKDAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
DAY_IDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Formats:
    """Writes moments for one language and zone; days of another year than that of `now` say their year."""

    def __init__(self, language: str, zone: str, now: datetime) -> None:
        self.language = language
        self.zone = ZoneInfo(zone)
        self.this_year = self.local(now).year

    def local(self, moment: datetime) -> datetime:
        """The moment on the clock of the zone."""
        return moment.astimezone(self.zone)

    def day(self, moment: datetime | date) -> str:
        """`3월 2일 (월)`, `Mon 2 Mar`; with the year if it is not this one."""
        at = self._date(moment)
        return self._short_day(at) if at.year == self.this_year else self.long_day(at)

    def long_day(self, moment: datetime | date) -> str:
        """The same with the year, whichever it is."""
        at = self._date(moment)
        return f"{at.year}년 {self._short_day(at)}" if self.language == "ko" else f"{self._short_day(at)} {at.year}"

    def _date(self, moment: datetime | date) -> date:
        return self.local(moment).date() if isinstance(moment, datetime) else moment

    def _short_day(self, at: date) -> str:
        weekday = WEEKDAYS[self.language][at.weekday()]
        return f"{at.month}월 {at.day}일 ({weekday})" if self.language == "ko" else f"{weekday} {at.day} {MONTHS[at.month - 1]}"

    def weekday(self, name: str) -> str:
        """The day of the week called `mon` to `sun`."""
        return WEEKDAYS[self.language][DAY_IDS.index(name)] + ("요일" if self.language == "ko" else "")

    def time(self, moment: datetime) -> str:
        """`09:00`."""
        return f"{self.local(moment):%H:%M}"

    def moment(self, moment: datetime) -> str:
        """Day and time."""
        return f"{self.day(self.local(moment).date())} {self.time(moment)}"

    def last_day(self, moment: datetime) -> str:
        """The day that ends at `moment`: a date by which something is wanted is stored as the midnight after it."""
        return self.long_day(self.local(moment - timedelta(microseconds=1)).date())

    def span(self, window: Window) -> str:
        """From start to end, the day said once if it is the same."""
        start, end = self.local(window.start), self.local(window.end)
        return f"{self.moment(window.start)} – {self.time(window.end) if start.date() == end.date() else self.moment(window.end)}"

    def parts(self, window: Window) -> tuple[str, str]:
        """The span in two lines; the second is empty if all is on one day."""
        start, end = self.local(window.start), self.local(window.end)
        if start.date() == end.date():
            return f"{self.moment(window.start)} – {self.time(window.end)}", ""
        return self.moment(window.start), self.moment(window.end)

    def iso(self, moment: datetime) -> str:
        """What `<time datetime>` wants."""
        return self.local(moment).isoformat(timespec="minutes")

    def length(self, length: timedelta) -> str:
        """Hours as standards count them (`72시간`, `1 h 30 min`), not folded into days."""
        hours, minutes = divmod(round(length / timedelta(minutes=1)), 60)
        hour, minute = ("시간", "분") if self.language == "ko" else (" h", " min")
        return " ".join(f"{amount}{unit}" for amount, unit in ((hours, hour), (minutes, minute)) if amount) or f"0{minute}"

    def number(self, value: int | float) -> str:
        """Thousands apart."""
        return f"{value:,}"

    def percent(self, value: float) -> str:
        """A share, to a tenth of a percent; what is open is never written as nothing."""
        return "<0.1 %" if 0 < value < 0.0005 else f"{value * 100:.1f} %"
