"""Bytes to model and back: the one place where JSON becomes records.

Faults of the input become one sentence with the path: `requests[3].tasks[0].modes[1].duration: ...`.
"""

import hashlib
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from scheduler.errors import InputError, UnsupportedFormat
from scheduler.model.problem import Problem

T = TypeVar("T")

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused before it is parsed; a national year is about 30 MB."""

RESERVED = {
    "batch": "batch runs",
    "recipe": "batch runs and changeover",
    "changeover": "changeover",
    "travel": "travel",
    "may_pause": "pausing tasks",
    "series": "series",
    "quotas": "quotas",
    "divisible": "divisible requests",
    "maintenance": "movable maintenance",
}
"""Fields of coming versions: refused by name today, so that no file can use them for something else."""


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """The (cached) pydantic adapter of a record class."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def parse(kind: type[T], data: bytes, *, max_bytes: int = MAX_BYTES) -> T:
    """The record of class `kind` that the JSON `data` says.

    Raises: UnsupportedFormat for another `format`; InputError, with the path, for anything else.
    """
    if len(data) > max_bytes:
        raise InputError(f"the file has {len(data):,} bytes, more than the {max_bytes:,} allowed; split it into smaller problems")
    try:
        return adapter(kind).validate_json(data)
    except ValidationError as error:
        raise _input_error(error, kind) from None


def from_plain(kind: type[T], data: Any) -> T:
    """The record of class `kind` that parsed JSON says. Raises: as `parse`."""
    try:
        return adapter(kind).validate_json(json.dumps(data))
    except ValidationError as error:
        raise _input_error(error, kind) from None


def dump(record: Any, *, indent: int | None = None) -> bytes:
    """Canonical JSON of a record: fields in order, defaults left out, times in UTC; equal records, equal bytes."""
    return adapter(type(record)).dump_json(record, exclude_defaults=True, indent=indent)


def dump_file(record: Any) -> bytes:
    """A file for people and programs: `format` first, indented, a newline at the end."""
    plain = adapter(type(record)).dump_python(record, mode="json", exclude_defaults=True)
    head = {"format": record.format} if hasattr(record, "format") else {}
    return (json.dumps({**head, **plain}, ensure_ascii=False, indent=1) + "\n").encode()


def to_plain(record: Any, *, exclude_defaults: bool = False) -> Any:
    """A record as JSON-ready dicts and lists."""
    return adapter(type(record)).dump_python(record, mode="json", exclude_defaults=exclude_defaults)


def digest(problem: Problem) -> str:
    """SHA-256 of the canonical JSON of a problem, in hex; equal problems, equal digests."""
    return hashlib.sha256(dump(problem)).hexdigest()


def path_text(location: tuple[int | str, ...]) -> str:
    """`("requests", 3, "tasks")` as `requests[3].tasks`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _input_error(error: ValidationError, kind: type[Any]) -> InputError:
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != "json_invalid")
    path, message, given = path_text(first["loc"]), first["msg"], first.get("input")
    match first["type"]:
        case "json_invalid":
            return InputError(f"this is not JSON ({message}); check the file for a missing quote, comma or bracket")
        case "literal_error" if first["loc"][-1:] == ("format",):
            return UnsupportedFormat(f"{given!r} cannot be read here; expected {first['ctx']['expected']}", path)
        case "unexpected_keyword_argument" | "extra_forbidden":
            field = str(first["loc"][-1])
            if field in RESERVED:
                return InputError(f"reserved for {RESERVED[field]}, which this version does not plan; remove it", path)
            return InputError("unknown field; correct the spelling or remove it (fields are listed in docs/file-formats.md)", path)
        case "missing" | "missing_argument" | "missing_keyword_only_argument":
            return InputError("is missing; add it", path)
        case "timezone_aware":
            return InputError(f"{_short(given)} has no UTC offset; write for example 2026-03-02T09:00:00+09:00", path)
        case "value_error":
            # Our own validators write "field: what" when they know the field better than pydantic does.
            message = message.removeprefix("Value error, ")
            field, colon, rest = message.partition(": ")
            if colon and field.replace("[", "").replace("]", "").replace("_", "").replace(".", "").isalnum() and " " not in field:
                return InputError(rest, f"{path}.{field}" if path else field)
            return InputError(message, path)
        case _:
            return InputError(f"{message[0].lower()}{message[1:]} (given: {_short(given)}); correct it", path)


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."
