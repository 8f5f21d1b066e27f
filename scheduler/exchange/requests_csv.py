"""Requests from a table that somebody filled in: all of them, or none and each fault with row and column.

| column | holds | |
|---|---|---|
| id | a stable name of the request; letters, digits, `_ . : @ + -` | must |
| company | id of the company | must |
| method | id of a method of the lab | must |
| duration | `72h`, `90min`, `3d`, `PT72H`, or hours as a number | where the method asks for one |
| specimens | whole number | |
| arrival, release, due, deadline | `2026-03-02`, `2026-03-02 09:00` in the lab's zone, or with an offset | |
| weight | 1 to 1000 | |
| company_name, name | what people call them | |
| sites | ids of the sites allowed, joined by `;` | |

A date without a time is the begin of that day for arrival and release, its end for due and deadline.
Nothing is planned before the arrival unless another release is given. Headings may be in Korean. The
table may be UTF-8, UTF-16 or CP949 (as Korean Excel saves it), with commas, semicolons or tabs.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from scheduler.errors import InputError
from scheduler.exchange.ical_text import one_line
from scheduler.exchange.tables import FORMULA_STARTS
from scheduler.model.catalogue import Method, request_of
from scheduler.model.lab import Lab
from scheduler.model.request import Request

T = TypeVar("T")

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 100_000
MAX_FAULTS = 100
"""Reading stops after so many faults: a wrong file has one in every cell."""

COLUMNS = ("id", "company", "company_name", "name", "method", "duration", "specimens", "arrival", "release", "due", "deadline", "weight", "sites")
_DATES = ("arrival", "release", "due", "deadline")
_UNITS = {
    **dict.fromkeys("h시", timedelta(hours=1)),
    **dict.fromkeys("m분", timedelta(minutes=1)),
    **dict.fromkeys("d일", timedelta(days=1)),
}
_MUST = ("id", "company", "method")
_KOREAN_NAMES = {
    "id": ("의뢰번호", "번호"),
    "company": ("회사", "업체"),
    "company_name": ("회사명", "업체명"),
    "name": ("의뢰명",),
    "method": ("시험법", "시험방법"),
    "duration": ("시험시간",),
    "specimens": ("시편수", "시료수"),
    "arrival": ("입고일",),
    "release": ("시작가능일",),
    "due": ("납기", "납기일"),
    "deadline": ("마감", "마감일"),
    "weight": ("가중치",),
    "sites": ("시험소",),
}
_KOREAN = {korean: column for column, names in _KOREAN_NAMES.items() for korean in names}
_ISO_LENGTH = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", re.ASCII)
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,4})?) *(h|hours?|시간|min|minutes?|분|d|days?|일)?", re.ASCII)
_MOMENT = re.compile(r"(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})\.?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?\s?(Z|[+\-]\d{2}:?\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell; `row` counts from 1 with the heading, as spreadsheets do."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.message}" if self.column else f"row {self.row}: {self.message}"


def requests_from_csv(data: bytes, lab: Lab, methods: Sequence[Method] | None = None) -> tuple[Request, ...]:
    """All requests of the table.

    Raises: InputError with the first fault and the number of the others; `read_requests` gives them all.
    """
    requests, faults = read_requests(data, lab, methods)
    if faults:
        first, more = faults[0], len(faults) - 1
        path, _, message = str(first).partition(": ")
        raise InputError(message + (f" (and {more} more fault{'s' if more > 1 else ''})" if more else ""), path)
    return requests


def read_requests(data: bytes, lab: Lab, methods: Sequence[Method] | None = None) -> tuple[tuple[Request, ...], tuple[Fault, ...]]:
    """The requests of a table, or, if anything is wrong, no requests and the faults in order. `methods` default to those of the lab."""
    reader = _Reader(lab, lab.methods if methods is None else methods)
    requests = reader.table(data)
    return (() if reader.faults else tuple(requests)), tuple(reader.faults)


class _Reader:
    def __init__(self, lab: Lab, methods: Sequence[Method]) -> None:
        self.methods = {each.id: each for each in methods}
        self.sites = {each.id for each in lab.sites}
        self.zone = ZoneInfo(lab.home_zone)
        self.faults: list[Fault] = []

    def table(self, data: bytes) -> list[Request]:
        if len(data) > MAX_BYTES:
            return self._refuse(1, "", f"the file has {len(data):,} bytes, more than the {MAX_BYTES:,} allowed; split it")
        words = _decoded(data)
        if words is None:
            return self._refuse(1, "", "the text is neither UTF-8 nor CP949; save the table as 'CSV UTF-8'")
        first = words.partition("\n")[0]
        rows = csv.reader(io.StringIO(words, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
        requests: dict[str, Request] = {}
        row = 1
        try:
            columns = self._columns(next(rows, []))
            for row, cells in enumerate(rows if columns else (), start=2):
                if len(self.faults) >= MAX_FAULTS:
                    break
                request = self._request(row, columns, cells) if any(cell.strip() for cell in cells) else None
                if request is not None and request.id in requests:
                    self._refuse(row, "id", f"{request.id!r} is used twice; give each request its own id")
                elif request is not None:
                    requests[request.id] = request
                if len(requests) > MAX_ROWS:
                    return self._refuse(row, "", f"more than {MAX_ROWS:,} requests; split the table")
        except csv.Error as error:
            return self._refuse(row + 1, "", f"this is not a CSV row ({error}); check for a quote that is not closed")
        if not requests and not self.faults:
            return self._refuse(2, "", "there is no request; fill in at least one row under the heading")
        return list(requests.values())

    def _refuse(self, row: int, column: str, message: str) -> list[Request]:
        self.faults.append(Fault(row, column, message))
        return []

    def _columns(self, heading: list[str]) -> list[str]:
        plain = [cell.strip().lower() for cell in heading]
        columns = [_KOREAN.get(cell.replace(" ", ""), cell) for cell in plain]
        for index, column in enumerate(columns):
            if column and column not in COLUMNS:
                self._refuse(1, column, f"is not a known column; use {', '.join(COLUMNS)}")
            elif column and column in columns[:index]:
                self._refuse(1, column, "is there twice; keep one")
        for column in _MUST:
            if column not in columns:
                self._refuse(1, column, "is missing; add this column")
        return [] if self.faults else columns

    def _request(self, row: int, columns: list[str], cells: list[str]) -> Request | None:
        """The request of one row; None, and at least one fault more, if a cell is wrong."""
        before = len(self.faults)
        if any(cell.strip() for cell in cells[len(columns) :]):
            self._refuse(row, "", f"has {len(cells)} cells, the heading {len(columns)}; quote cells that hold the separator")
            return None
        given = {column: _unguarded(cell) for column, cell in zip(columns, cells, strict=False) if column}

        def cell(column: str, read: Callable[[str], T]) -> T | None:
            words = given.get(column, "")
            try:
                if not words and column in _MUST:
                    raise ValueError("is empty; fill it in")
                return read(words) if words else None
            except ValueError as error:
                self._refuse(row, column, str(error))
                return None

        request_id, company = cell("id", _id), cell("company", _id)
        method, duration = cell("method", self._method), cell("duration", _length)
        specimens, weight = (cell(name, partial(_count, most=most)) for name, most in (("specimens", 100_000), ("weight", 1_000)))
        arrival, release, due, deadline = (cell(name, partial(self._moment, is_end=name in ("due", "deadline"))) for name in _DATES)
        company_name, name = cell("company_name", _name), cell("name", _name)
        sites = cell("sites", self._sites)
        if len(self.faults) > before or request_id is None or company is None or method is None:
            return None
        try:
            return request_of(
                method,
                _chosen(method, duration),
                id=request_id,
                company=company,
                company_name=company_name or "",
                name=name or "",
                sites=sites or (),
                specimens=specimens,
                weight=weight or 1,
                arrival=arrival,
                release=release if release is not None else arrival,
                due=due,
                deadline=deadline,
            )
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            if first["loc"][-1:] == ("demand",):
                self._refuse(row, "specimens", f"{specimens} specimens are more than one run of {method.id!r} can take; split the request")
            else:
                self._refuse(row, *_column_and_message(first["msg"].removeprefix("Value error, ")))
        except ValueError as error:
            self._refuse(row, *_column_and_message(str(error)))
        return None

    def _method(self, words: str) -> Method:
        if words not in self.methods:
            raise ValueError(f"the lab has no method {words!r}; choose from {', '.join(sorted(self.methods)[:20])}")
        return self.methods[words]

    def _sites(self, words: str) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys(filter(None, (each.strip() for each in words.split(";")))))
        for each in wanted:
            if each not in self.sites:
                raise ValueError(f"the lab has no site {each!r}; choose from {', '.join(sorted(self.sites)[:20])}")
        return wanted

    def _moment(self, words: str, *, is_end: bool) -> datetime:
        wrong = f"{_short(words)} is not a date; write for example 2026-03-02, 2026-03-02 09:00 or 2026-03-02T09:00+09:00"
        found = _MOMENT.fullmatch(words)
        if found is None or not 2000 <= int(found[1]) < 2200:
            raise ValueError(wrong)
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
            if found[4] is None:
                return datetime.combine(day + timedelta(days=int(is_end)), time(0), tzinfo=self.zone)
            local = datetime.combine(day, time(int(found[4]), int(found[5]), int(found[6] or 0)))
            if found[7] is None:
                return local.replace(tzinfo=self.zone)
            return datetime.fromisoformat(local.isoformat() + found[7])
        except ValueError:
            raise ValueError(wrong) from None


def _decoded(data: bytes) -> str | None:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp949")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _unguarded(cell: str) -> str:
    """The cell without white space around it and without the apostrophe that our tables put before formulas."""
    plain = cell.strip()
    return plain[1:] if plain.startswith("'") and plain[1:].lstrip().startswith(FORMULA_STARTS) else plain


def _id(words: str) -> str:
    if re.fullmatch(r"[\w.:@+\-]{1,120}", words) is None:
        raise ValueError(f"{_short(words)} is not an id; use at most 120 letters, digits and _ . : @ + -")
    return words


def _name(words: str) -> str:
    plain = one_line(words)
    if len(plain) > 300:
        raise ValueError(f"has {len(plain)} characters; use at most 300")
    return plain


def _count(words: str, *, most: int) -> int:
    if re.fullmatch(r"[0-9]{1,9}", words) is None or not 1 <= int(words) <= most:
        raise ValueError(f"{_short(words)} is not a whole number from 1 to {most:,}; correct it")
    return int(words)


def _length(words: str) -> timedelta:
    wrong = f"{_short(words)} is not a duration; write for example 72h, 90min, 3d, PT72H, or hours as a number"
    iso = _ISO_LENGTH.fullmatch(words.upper())
    plain = _LENGTH.fullmatch(words.lower())
    if iso is not None:
        days, hours, minutes = (int(each or 0) for each in iso.groups())
        length = timedelta(days=days, hours=hours, minutes=minutes)
    elif plain is not None:
        length = float(plain[1]) * _UNITS[(plain[2] or "h")[0]]
    else:
        raise ValueError(wrong)
    if not timedelta(0) < length <= timedelta(days=3660):
        raise ValueError(wrong)
    return length


def _chosen(method: Method, duration: timedelta | None) -> timedelta | None:
    """The duration, if the method asks for one and offers this one."""
    asks = any(step.duration is None for step in method.steps)
    offered = ", ".join(f"{each / timedelta(hours=1):g}h" for each in method.durations)
    if asks and duration is None:
        raise ValueError(f"duration: the method {method.id!r} needs one" + (f"; choose from {offered}" if offered else "; write for example 72h"))
    if not asks and duration is not None:
        raise ValueError(f"duration: the method {method.id!r} has its own; leave the cell empty")
    if duration is not None and method.durations and duration not in method.durations:
        raise ValueError(f"duration: the method {method.id!r} is not offered for {duration / timedelta(hours=1):g}h; choose from {offered}")
    return duration


def _column_and_message(message: str) -> tuple[str, str]:
    column, colon, rest = message.partition(": ")
    return (column, rest) if colon and column in COLUMNS else ("", message)


def _short(words: str) -> str:
    return repr(words if len(words) <= 40 else words[:37] + "...")
