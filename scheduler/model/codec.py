"""Bytes to model and back: the one place where JSON becomes records.

Faults of the input become one sentence with the path: `requests[3].tasks[0].modes[1].duration: ...`.
"""

import hashlib
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from scheduler.errors import InputError
from scheduler.model.collector import resting
from scheduler.model.faults import RESERVED, input_error, path_text
from scheduler.model.problem import Problem

__all__ = ["MAX_BYTES", "RESERVED", "adapter", "digest", "dump", "dump_file", "from_plain", "parse", "path_text", "to_plain"]

T = TypeVar("T")

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused before it is parsed; a national year is about 30 MB."""

_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """The (cached) pydantic adapter of a record class."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


@resting
def parse(kind: type[T], data: bytes, *, max_bytes: int = MAX_BYTES) -> T:
    """The record of class `kind` that the JSON `data` says.

    Raises: UnsupportedFormat for another `format`; InputError, with the path, for anything else.
    """
    if len(data) > max_bytes:
        raise InputError(f"the file has {len(data):,} bytes, more than the {max_bytes:,} allowed; split it into smaller problems")
    try:
        # Editors on some machines put a byte order mark before UTF-8.
        return adapter(kind).validate_json(data.removeprefix(BYTE_ORDER_MARK))
    except ValidationError as error:
        raise input_error(error, kind) from None


def from_plain(kind: type[T], data: Any) -> T:
    """The record of class `kind` that parsed JSON says. Raises: as `parse`."""
    try:
        text = json.dumps(data)
    except (RecursionError, ValueError):
        raise InputError("this is nested too deeply or holds a number of thousands of digits; no record of ours does") from None
    try:
        return adapter(kind).validate_json(text)
    except ValidationError as error:
        raise input_error(error, kind) from None


def dump(record: Any, *, indent: int | None = None) -> bytes:
    """Canonical JSON of a record: fields in order, defaults left out, times in UTC; equal records, equal bytes."""
    return adapter(type(record)).dump_json(record, exclude_defaults=True, indent=indent)


def dump_file(record: Any) -> bytes:
    """A file for people and programs: `format` first, indented, a newline at the end."""
    body = dump(record, indent=1)
    if not hasattr(record, "format"):
        return body + b"\n"
    # Being a default, `format` is not in the dump; written by hand because a year as dicts takes 150 MB.
    rest = body[1:] if body == b"{}" else b"," + body[1:]
    return b'{\n "format": ' + json.dumps(record.format).encode() + rest + b"\n"


def to_plain(record: Any, *, exclude_defaults: bool = False) -> Any:
    """A record as JSON-ready dicts and lists."""
    return adapter(type(record)).dump_python(record, mode="json", exclude_defaults=exclude_defaults)


def digest(problem: Problem) -> str:
    """SHA-256 of the canonical JSON of a problem, in hex; equal problems, equal digests."""
    return hashlib.sha256(dump(problem)).hexdigest()
