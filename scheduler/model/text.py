"""Small words for error messages: durations, lists and near misses as people write them."""

from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches


def duration_text(length: timedelta) -> str:
    """`72 h`, `1 h 30 min`, `45 s`: hours are not folded into days, as test standards count."""
    seconds = length.total_seconds()
    if seconds < 0:
        return f"minus {duration_text(-length)}"
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{amount:g} {unit}" for amount, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if amount]
    return " ".join(parts) or "0 min"


def list_text(names: Iterable[str], most: int = 5) -> str:
    """`a, b, c and 4 more`."""
    all_names = list(names)
    shown = ", ".join(all_names[:most])
    return shown if len(all_names) <= most else f"{shown} and {len(all_names) - most} more"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` was most likely meant to be, None if none is near."""
    by_folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing if no known name is near."""
    near = nearest(word, known)
    return "" if near is None else f"; did you mean {near!r}?"
