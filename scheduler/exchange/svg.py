"""Pictures of a plan: the timeline of its resources, and how a run came closer to its bound."""

import zlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.exchange.days_off import holiday_texts
from scheduler.exchange.parts import BookingState, Plan
from scheduler.exchange.svg_paper import INK, LINE, MUTED, element, escape, fitted, picture, text, width
from scheduler.exchange.svg_progress import progress_svg
from scheduler.exchange.svg_words import WEEKDAYS, WORDS, Language
from scheduler.exchange.timeline_rows import Bar, Row, SiteRows, rows_of
from scheduler.model.lab import Resource
from scheduler.model.problem import Problem
from scheduler.model.schedule import Booking, Schedule
from scheduler.model.window import Window, window

__all__ = ["progress_svg", "timeline_svg"]

HUES = (
    ("#bfdbfe", "#1d4ed8"),
    ("#99f6e4", "#0f766e"),
    ("#fde68a", "#a16207"),
    ("#ddd6fe", "#6d28d9"),
    ("#bbf7d0", "#15803d"),
    ("#fecdd3", "#be123c"),
    ("#fed7aa", "#c2410c"),
    ("#bae6fd", "#0369a1"),
    ("#d9f99d", "#4d7c0f"),
    ("#f5d0fe", "#a21caf"),
)
"""Fill and strong colour of each hue; a company keeps its hue in every picture."""

_BORDERS: dict[BookingState, tuple[str, float, str]] = {
    "new": ("", 1.0, ""),
    "kept": ("#475569", 1.4, ""),
    "moved": ("#ea580c", 1.8, "4 2.5"),
    "frozen": ("#0f172a", 2.2, ""),
}
"""Border colour (empty: the company's strong one), width, dashes."""

_WIDE, _LEFT, _RIGHT = 1100.0, 190.0, 16.0
_TOP, _DAYS_HIGH, _SITE_HIGH, _LANE_HIGH, _ROW_PAD = 66.0, 36.0, 24.0, 20.0, 5.0
_DEFAULT_DAYS, _WHOLE_DAYS = 35, 21
_LONGEST_PAST = timedelta(days=366)
_LEGEND_COMPANIES = 14


def timeline_svg(
    problem: Problem, schedule: Schedule, *, start: datetime | None = None, end: datetime | None = None, language: Language = "ko", max_rows: int = 60
) -> str:
    """The plan as a picture: booked resources by site, one bar per part served, in `[start, end)`.

    Without times it begins with the day of the first booking and holds all of them, if that takes at most three weeks, or else nine
    tenths, at most five weeks. What begins later is counted in the heading.
    Equal input gives equal bytes.

    Raises: UnknownReference if the schedule is not of this problem; ValueError if `end` is not after `start`.
    """
    plan = Plan(problem, schedule)
    within = _default_window(plan, start, end)
    return _Timeline(plan, within, language, max_rows).draw()


def _default_window(plan: Plan, start: datetime | None, end: datetime | None) -> Window:
    zone = ZoneInfo(plan.home_zone)
    bookings = plan.schedule.bookings
    if start is None:
        # A frozen booking may have begun long before; one of another century would leave no day to begin with.
        first = max(min((each.window.start for each in bookings), default=plan.problem.now), plan.problem.now - _LONGEST_PAST)
        if timedelta(0) < first - plan.problem.now < timedelta(days=2):
            first = plan.problem.now
        start = _midnight(first.astimezone(zone).date(), zone)
    if end is None:
        ends = sorted(each.window.end for each in bookings if each.window.end > start)
        # Few late ones would press all others together; but what is short enough to be read is shown whole.
        last = ends[-1] if ends and ends[-1] <= start + timedelta(days=_WHOLE_DAYS) else ends[(len(ends) - 1) * 9 // 10] if ends else start
        last = max(start + timedelta(days=1), min(last, start + timedelta(days=_DEFAULT_DAYS)))
        day = (last - timedelta(seconds=1)).astimezone(zone).date() + timedelta(days=1)
        end = _midnight(day, zone)
    return window(start, end)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def company_hue(company: str) -> tuple[str, str]:
    """Fill and strong colour of a company, by a hash of its id that is the same in every process."""
    return HUES[zlib.crc32(company.encode()) % len(HUES)]


class _Timeline:
    def __init__(self, plan: Plan, within: Window, language: Language, max_rows: int) -> None:
        self.plan = plan
        self.within = within
        self.language = language
        self.words = WORDS[language]
        self.zone = ZoneInfo(plan.home_zone)
        self.groups, self.left_out = rows_of(plan, within, max_rows)
        self.pixels_per_second = (_WIDE - _LEFT - _RIGHT) / within.length.total_seconds()
        self.day_pixels = self.pixels_per_second * 86_400

    def x(self, moment: datetime) -> float:
        """Where a moment is, clipped to the plot."""
        inside = min(max(moment, self.within.start), self.within.end)
        return _LEFT + (inside - self.within.start).total_seconds() * self.pixels_per_second

    def draw(self) -> str:
        bottom, rows = self._rows(_TOP + _DAYS_HIGH)
        legend_bottom, legend = self._legend(bottom + 18)
        body = [self._defs(), *self._title(), *self._days(bottom), *self._now(bottom), *rows, *legend]
        return picture(_WIDE, legend_bottom + 14, self.plan.problem.name or self.words["plan"], body)

    def _defs(self) -> str:
        stripe = element("path", d="M0 6L6 0M-1 1L1 -1M5 7L7 5", stroke="#8b5cf6", stroke_width=1)
        pattern = element("pattern", element("rect", width=6, height=6, fill="#f5f3ff") + stripe, id="shut", width=6, height=6, patternUnits="userSpaceOnUse")
        return element("defs", pattern)

    def _title(self) -> list[str]:
        served = len({each.request for each in self.plan.schedule.bookings})
        last = (self.within.end - timedelta(seconds=1)).astimezone(self.zone)
        span = self.words["window"].format(start=f"{self.within.start.astimezone(self.zone):%Y-%m-%d}", end=f"{last:%Y-%m-%d}", zone=self.plan.home_zone)
        counts = self.words["served"].format(served=served, unserved=len(self.plan.schedule.unserved))
        later = sum(each.window.start >= self.within.end for each in self.plan.schedule.bookings)
        if later:
            counts = f"{counts} · {self.words['later'].format(count=later)}"
        return [
            text(16, 30, fitted(self.plan.problem.name or self.words["plan"], _WIDE - 32, 18), font_size=18, font_weight="700"),
            text(16, 51, f"{span} · {counts}", fill=MUTED),
        ]

    def _days(self, bottom: float) -> list[str]:
        """Shaded days off, a line at each midnight, and as many labels as there is room for."""
        shades, labels = [], []
        country = next((each.holidays for each in self.plan.problem.lab.calendars if each.holidays is not None), None)
        day = self.within.start.astimezone(self.zone).date()
        while _midnight(day, self.zone) < self.within.end:
            left, right = self.x(_midnight(day, self.zone)), self.x(_midnight(day + timedelta(days=1), self.zone))
            holiday = holiday_texts(country, day.year, self.language).get(day, "") if country is not None else ""
            if holiday or day.weekday() >= 5:
                tip = element("title", escape(f"{day.isoformat()} {holiday or self.words['weekend']}"))
                shades.append(element("rect", tip, x=left, y=_TOP, width=right - left, height=bottom - _TOP, fill="#fdecee" if holiday else "#f1f5f9"))
            if self.day_pixels >= 14 or day.weekday() == 0:
                shades.append(element("path", d=f"M{left:.1f} {_TOP:.1f}V{bottom:.1f}", stroke="#cbd5e1" if day.weekday() == 0 else LINE))
            labels += self._day_label(day, left, right, holiday)
            day += timedelta(days=1)
        return [*shades, *labels]

    def _day_label(self, day: date, left: float, right: float, holiday: str) -> list[str]:
        weekday = WEEKDAYS[self.language][day.weekday()]
        colour = "#dc2626" if holiday or day.weekday() == 6 else "#2563eb" if day.weekday() == 5 else INK
        middle = (left + right) / 2
        if self.day_pixels >= 34:
            second = fitted(f"{weekday} {holiday}" if holiday else weekday, right - left - 4, 11) or weekday
            return [
                text(middle, _TOP + 14, f"{day.month}/{day.day}", fill=colour, font_weight="600", text_anchor="middle"),
                text(middle, _TOP + 29, second, fill=colour, font_size=11, text_anchor="middle"),
            ]
        if self.day_pixels >= 14:
            month = text(left + 2, _TOP + 13, f"{day.month}/{day.day}", font_weight="600", font_size=11) if day.weekday() == 0 else ""
            return [month, text(middle, _TOP + 29, str(day.day), fill=colour, font_size=10, text_anchor="middle")]
        is_shown = day.weekday() == 0 if self.day_pixels >= 5 else day.day == 1
        return [text(left + 2, _TOP + 22, f"{day.month}/{day.day}", font_size=11, font_weight="600")] if is_shown else []

    def _rows(self, top: float) -> tuple[float, list[str]]:
        drawn: list[str] = []
        for group in self.groups:
            drawn += [
                element("rect", x=8, y=top, width=_WIDE - 8 - _RIGHT, height=_SITE_HIGH, fill="#e8eef6"),
                text(16, top + 16.5, fitted(self._site(group), _WIDE - 40, 12.5), font_weight="700", font_size=12.5),
            ]
            top += _SITE_HIGH
            for row in group.rows:
                high, marks = self._row(row, top)
                drawn += marks
                top += high
        if not self.groups:
            drawn.append(text((_WIDE + _LEFT) / 2, top + 34, self.words["nothing"], fill=MUTED, text_anchor="middle"))
            top += 60
        return top, drawn

    def _row(self, row: Row, top: float) -> tuple[float, list[str]]:
        lane_high = _LANE_HIGH if row.lanes <= 2 else 17.0 if row.lanes <= 8 else max(5.0, 136.0 / row.lanes)
        high = row.lanes * lane_high + 2 * _ROW_PAD
        name = self._resource(row.resource)
        label = text(16, top + high / 2 + 4, fitted(name, _LEFT - 26, 12))
        drawn = [element("g", element("title", escape(f"{name} ({row.resource.id})")) + label)]
        for shut in row.shut:
            left, right = self.x(shut.window.start), self.x(shut.window.end)
            tip = element("title", escape(f"{name}: {shut.reason or self.words['closure']} · {self._span(shut.window)}"))
            mark = element("rect", x=left, y=top + 1, width=max(right - left, 1.5), height=high - 2, fill="url(#shut)")
            reason = fitted(shut.reason, right - left - 6, 10.5)
            ground = element(
                "rect", x=(left + right - width(reason, 10.5)) / 2 - 3, y=top + high / 2 - 8, width=width(reason, 10.5) + 6, height=16, fill="#f5f3ff", rx=3
            )
            words = text((left + right) / 2, top + high / 2 + 4, reason, font_size=10.5, fill="#5b21b6", text_anchor="middle")
            drawn.append(element("g", tip + mark + (ground + words if reason else "")))
        drawn += [self._bar(bar, top + _ROW_PAD + bar.lane * lane_high, lane_high) for bar in row.bars]
        drawn.append(element("path", d=f"M8 {top + high:.1f}H{_WIDE - _RIGHT:.1f}", stroke=LINE))
        return high, drawn

    def _bar(self, bar: Bar, top: float, lane_high: float) -> str:
        part = bar.part
        request = self.plan.requests[part.booking.request]
        fill, strong = company_hue(request.company)
        border, thick, dashes = _BORDERS[bar.state]
        left, right = self.x(part.window.start), self.x(part.window.end)
        high = lane_high - (3 if lane_high >= _LANE_HIGH else 2 if lane_high > 10 else 1)
        y = top + (lane_high - high) / 2
        stroke: dict[str, str | float] = {"stroke": border or strong, "stroke_width": thick}
        if dashes:
            stroke["stroke_dasharray"] = dashes
        company = self.plan.company_name(request)
        marks = []
        if part.during == "whole":
            marks.append(element("rect", x=left + 0.5, y=y, width=max(right - left - 1, 2.0), height=high, rx=min(3.0, high / 3), fill=fill, **stroke))
            symbol = "■ " if bar.state == "frozen" else ""
            room = right - left - (18 if part.window.end > self.within.end else 10)
            words = fitted(f"{symbol}{company} · {self._task(part.booking)}", room, 11) if high >= 14 else ""
            marks.append(text(left + 6, y + high / 2 + 4, words, font_size=11))
            if part.window.end > self.within.end and right - left > 14:
                marks.append(text(right - 4, y + high / 2 + 4, "›", fill=strong, font_weight="700", text_anchor="end"))
        else:
            marks.append(self._flag(part.during in ("head", "before"), left, right, y, high, strong, {"stroke": border or strong, "stroke_width": 1.0}))
        if bar.is_late and part.during in ("whole", "tail"):
            marks.append(element("path", d=f"M{right - 9:.1f} {y - 1:.1f}H{right + 0.5:.1f}V{y + 8.5:.1f}Z", fill="#dc2626"))
        tip = [
            company,
            self._task(part.booking),
            f"{self._resource(part.resource)} · {self._span(part.window)}",
            f"{self.words[part.during]} · {self.words[bar.state]}",
        ]
        if part.run_id is not None:
            tip.append(f"{self.words['run']} {part.run_id}")
        if request.due is not None:
            tip.append(f"{self.words['due']} {request.due.astimezone(self.zone):%Y-%m-%d %H:%M}" + (f" · {self.words['late']}" if bar.is_late else ""))
        return element("g", element("title", escape("\n".join([*tip, request.id]))) + "".join(marks))

    def _flag(self, is_head: bool, left: float, right: float, y: float, high: float, colour: str, stroke: dict[str, str | float]) -> str:
        """A short bar that points right (head, before: the task goes on, or follows) or left (tail, after: it has been going on)."""
        wide = max(right - left, 7.0)
        if is_head:
            point = f"M{left:.1f} {y:.1f}h{wide - 5:.1f}l5 {high / 2:.1f}l-5 {high / 2:.1f}h{5 - wide:.1f}z"
        else:
            point = f"M{right:.1f} {y:.1f}h{5 - wide:.1f}l-5 {high / 2:.1f}l5 {high / 2:.1f}h{wide - 5:.1f}z"
        return element("path", d=point, fill=colour, **stroke)

    def _now(self, bottom: float) -> list[str]:
        now = self.plan.problem.now
        if not self.within.start <= now < self.within.end:
            return []
        x = self.x(now)
        word = self.words["now"]
        wide = width(word, 10) + 8
        tag = min(max(x - wide / 2, _LEFT), _WIDE - _RIGHT - wide)
        return [
            element("path", d=f"M{x:.1f} {_TOP:.1f}V{bottom:.1f}", stroke="#dc2626", stroke_width=2),
            element("rect", x=tag, y=_TOP - 12, width=wide, height=14, rx=3, fill="#dc2626"),
            text(tag + wide / 2, _TOP - 1.5, word, font_size=10, fill="#ffffff", text_anchor="middle"),
        ]

    def _legend(self, top: float) -> tuple[float, list[str]]:
        """Borders, shapes and shades, then the companies with most bars."""
        drawn, x = [], 16.0
        bars = [bar for group in self.groups for row in group.rows for bar in row.bars]

        def put(mark: str, words: str, mark_wide: float) -> None:
            nonlocal x, top
            wide = mark_wide + 6 + width(words, 11.5) + 18
            if x + wide > _WIDE - _RIGHT:
                x, top = 16.0, top + 22
            drawn.append(element("g", mark + text(mark_wide + 6, 4, words, font_size=11.5), transform=f"translate({x:.1f} {top:.1f})"))
            x += wide

        for state in [each for each in _BORDERS if any(bar.state == each for bar in bars)]:
            border, thick, dashes = _BORDERS[state]
            more: dict[str, str | float] = {"stroke_dasharray": dashes} if dashes else {}
            put(
                element("rect", x=0, y=-6.5, width=22, height=13, rx=3, fill="#f8fafc", stroke=border or "#0369a1", stroke_width=thick, **more),
                self.words[state] + (" ■" if state == "frozen" else ""),
                22,
            )
        plain: dict[str, str | float] = {}
        for points_right, kinds in ((True, ("head", "before")), (False, ("tail", "after"))):
            for during in kinds:
                if any(bar.part.during == during for bar in bars):
                    put(self._flag(points_right, 0, 12, -6.5, 13, MUTED, plain), self.words[during], 12)
        if any(bar.is_late for bar in bars):
            put(element("path", d="M0 -5H10V5Z", fill="#dc2626"), self.words["late"], 10)
        if any(row.shut for group in self.groups for row in group.rows):
            put(element("rect", x=0, y=-6.5, width=18, height=13, fill="url(#shut)", stroke="#8b5cf6"), self.words["closure"], 18)
        put(element("rect", x=0, y=-6.5, width=18, height=13, fill="#f1f5f9", stroke="#cbd5e1"), self.words["weekend"], 18)
        put(element("rect", x=0, y=-6.5, width=18, height=13, fill="#fdecee", stroke="#fda4af"), self.words["holiday"], 18)
        if self.left_out:
            put("", self.words["left_out"].format(count=self.left_out), 0)
        if bars:
            x, top = 16.0, top + 22
            names: dict[str, str] = {}
            count: dict[str, int] = {}
            for bar in bars:
                request = self.plan.requests[bar.part.booking.request]
                names.setdefault(request.company, self.plan.company_name(request))
                count[request.company] = count.get(request.company, 0) + 1
            most = sorted(count, key=lambda each: (-count[each], each))
            for company in most[:_LEGEND_COMPANIES]:
                fill, strong = company_hue(company)
                put(element("rect", x=0, y=-6.5, width=13, height=13, rx=3, fill=fill, stroke=strong), fitted(names[company], 130, 11.5), 13)
            if len(most) > _LEGEND_COMPANIES:
                put("", self.words["more"].format(count=len(most) - _LEGEND_COMPANIES), 0)
        return top + 8, drawn

    def _site(self, group: SiteRows) -> str:
        if group.site is None:
            return self.words["nowhere"]
        return (group.site.name_en if self.language == "en" else "") or group.site.name or group.site.id

    def _task(self, booking: Booking) -> str:
        task = self.plan.tasks[booking.key]
        method = self.plan.methods.get(task.method or "")
        english = task.name_en or (method.name_en if method is not None else "")
        return english if self.language == "en" and english else self.plan.task_name(booking)

    def _resource(self, resource: Resource) -> str:
        return (resource.name_en if self.language == "en" else "") or resource.name or resource.id

    def _span(self, span: Window) -> str:
        start, end = span.start.astimezone(self.zone), span.end.astimezone(self.zone)
        return f"{start:%Y-%m-%d %H:%M} – " + (f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}")
