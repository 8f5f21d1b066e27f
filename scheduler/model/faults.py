"""What is wrong with an input, in one sentence with the path: `requests[3].tasks[0].modes[1].duration: ...`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scheduler.errors import InputError, UnsupportedFormat
from scheduler.model.text import did_you_mean, duration_text, list_text

RESERVED = {
    "divisible": "divisible requests",
    "may_pause": "tasks that choose for themselves when to pause",
}
"""Fields of coming versions: refused by name today, so that no file can use them for something else."""

UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")


def path_text(location: tuple[int | str, ...]) -> str:
    """`("requests", 3, "tasks")` as `requests[3].tasks`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def input_error(error: ValidationError, kind: type[Any]) -> InputError:
    """The most telling fault of `error`, which came up while reading a record of class `kind`."""
    # A misspelt field is also a missing one: the spelling is what helps.
    first = min(error.errors(include_url=False), key=_rank)
    location, known = _locate(kind, first["loc"])
    path, message, given, context = path_text(location), first["msg"], first.get("input"), first.get("ctx", {})
    match first["type"]:
        case "json_invalid":
            return InputError(_not_json(message))
        case "literal_error" if location[-1:] == ("format",):
            return UnsupportedFormat(f"{_short(given)} cannot be read here; expected {context['expected']}", path)
        case unknown if unknown in UNKNOWN:
            return InputError(_unknown_field(str(location[-1]), known), path)
        case missing if missing in MISSING:
            return InputError("is missing; add it", path)
        case "union_tag_invalid" | "union_tag_not_found":
            tag = str(context["discriminator"]).strip("'")
            expected = [each.strip(" '") for each in str(context.get("expected_tags", "")).split(",") if each]
            where = f"{path}.{tag}" if path else tag
            if not expected:
                return InputError("is missing; add it", where)
            wrong = str(context["tag"])
            return InputError(f"{_short(wrong)} is not one of {list_text(expected, most=20)}{did_you_mean(wrong, expected) or '; use one of these'}", where)
        case "value_error":
            # Our own validators write "field: what" when they know the field better than pydantic does.
            message = message.removeprefix("Value error, ")
            field, colon, rest = message.partition(": ")
            if colon and field.replace("[", "").replace("]", "").replace("_", "").replace(".", "").isalnum():
                return InputError(rest, f"{path}.{field}" if path else field)
            return InputError(message, path)
        case other:
            return InputError(_sentence(other, context, given) or f"{message[0].lower()}{message[1:]} (given: {_short(given)}); correct it", path)


def _rank(error: ErrorDetails) -> int:
    if error["type"] == "json_invalid":
        return 0
    if error["loc"][-1:] == ("format",):
        return 1
    return 2 if error["type"] in UNKNOWN else 3


def _sentence(kind: str, context: Mapping[str, Any], given: Any) -> str | None:
    """What we say in our own words; None where pydantic's do."""
    shown = _short(given)
    match kind:
        case "string_pattern_mismatch":
            if given == "":
                return "an id may not be empty; give one"
            return f"{shown} is not an id; write 1 to 120 letters, digits or _ . : @ + - ~ without blanks"
        case "time_delta_parsing" | "time_delta_type":
            return f"{shown} is not a duration; write for example PT72H, PT1H30M or P3D"
        case "greater_than" | "greater_than_equal" if isinstance(given, timedelta):
            least = "longer than zero" if kind == "greater_than" else "zero or longer"
            return f"{duration_text(given)} is not {least}; give a longer duration"
        case "less_than_equal" if isinstance(given, timedelta):
            return f"{duration_text(given)} is longer than a hundred years; shorten it"
        case "timezone_aware":
            return f"{shown} has no UTC offset; write for example 2026-03-02T09:00:00+09:00"
        case "datetime_parsing" | "datetime_from_date_parsing" | "datetime_type" | "datetime_object_invalid":
            return f"{shown} is not a moment; write for example 2026-03-02T09:00:00+09:00"
        case "date_parsing" | "date_from_datetime_parsing" | "date_type":
            return f"{shown} is not a date; write for example 2026-03-02"
        case "time_parsing" | "time_type":
            return f"{shown} is not a time of day; write for example 09:00 (midnight is 00:00)"
        case "literal_error":
            expected = str(context["expected"])
            names = expected.replace("'", "").replace(" or ", ", ").split(", ")
            hint = did_you_mean(given, names) if isinstance(given, str) else ""
            return f"{shown} is not one of {expected}{hint or '; use one of these'}"
        case "too_short":
            return f"must have at least {context['min_length']}; add one"
        case "string_too_long":
            return f"has more than {context['max_length']} letters ({shown}); shorten it"
        case "finite_number":
            return f"{shown} is not a finite number; give one"
        case "tuple_type" | "list_type":
            return f"must be a list, written in [ ] (given: {shown})"
        case "dataclass_type" | "dataclass_exact_type":
            return f"must be an object, written in {{ }} (given: {shown})"
        case _:
            return None


def _unknown_field(field: str, known: list[str]) -> str:
    if field in RESERVED:
        return f"reserved for {RESERVED[field]}, which this version does not plan; remove it"
    hint = did_you_mean(field, known) or "; correct the spelling or remove it"
    return f"unknown field{hint} (fields are listed in docs/file-formats.md)"


def _not_json(message: str) -> str:
    detail = message.removeprefix("Invalid JSON: ")
    if "recursion" in detail:
        return f"this is nested too deeply ({detail}); no file of ours is"
    return f"this is not JSON ({detail}); check for a missing quote, comma or bracket, and that it is saved as UTF-8"


def _locate(kind: type[Any], location: tuple[int | str, ...]) -> tuple[tuple[int | str, ...], list[str]]:
    """`location` without the tags that pydantic puts into it for unions, and the fields of the record where it ends."""
    records, found = [kind], []
    known: list[str] = []
    for number, part in enumerate(location):
        if isinstance(part, str):
            fields = {name: info.annotation for record in records for name, info in record.__pydantic_fields__.items()}
            known = list(fields)
            if part in fields:
                records = _records_in(fields[part])
            elif number < len(location) - 1:
                records = [record for record in records if any(part in get_args(info.annotation) for info in record.__pydantic_fields__.values())]
                continue
        found.append(part)
    return tuple(found), known


def _records_in(annotation: Any) -> list[Any]:
    if hasattr(annotation, "__pydantic_fields__"):
        return [annotation]
    return [record for part in get_args(annotation) for record in _records_in(part)]


def _short(given: Any) -> str:
    try:
        text = repr(given)
    except (ValueError, RecursionError):  # a number of thousands of digits, or nesting without end
        return "something too long to show"
    return text if len(text) <= 60 else text[:57] + "..."
