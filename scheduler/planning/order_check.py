"""Whether the precedences, series and links among tasks make sense."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from scheduler.errors import InputError, UnknownReference
from scheduler.model.request import Link, Precedence, Requirement, Series
from scheduler.model.text import did_you_mean, duration_text


def check_order(tasks: Sequence[str], precedences: Sequence[Precedence], path: str, series: Sequence[Series] = ()) -> None:
    """The precedences and series name tasks, run in no circle and do not contradict each other.

    Raises: UnknownReference, InputError, with the path below `path` (empty: at the top).
    """
    if precedences or series:
        order_of(tasks, precedences, path, series)


def order_of(tasks: Sequence[str], precedences: Sequence[Precedence], path: str, series: Sequence[Series] = ()) -> list[str]:
    """The tasks in an order in which each starts no sooner than all that must precede it. Raises: as `check_order`."""
    where = _below(path, "precedences")
    pairs: list[tuple[str, str]] = []
    known = set(tasks)
    lags: dict[tuple[str, str], tuple[timedelta, timedelta | None]] = {}
    for index, each in enumerate(precedences):
        for end, name in (("before", each.before), ("after", each.after)):
            if name not in known:
                raise UnknownReference(_no_task(name, tasks), f"{where}[{index}].{end}")
        _refuse_contradiction(lags, each, f"{where}[{index}]")
        pairs.append((each.before, each.after))
    found = _in_order(tasks, pairs, where, "remove one of these precedences")
    if not series:
        return found
    where = _below(path, "series")
    for index, one in enumerate(series):
        for number, name in enumerate(one.tasks):
            if name not in known:
                raise UnknownReference(_no_task(name, tasks), f"{where}[{index}].tasks[{number}]")
        # Each starts after the one before has started, and precedences are orders of starts all the more.
        pairs += zip(one.tasks, one.tasks[1:], strict=False)
    return _in_order(tasks, pairs, where, "change the order of a series, or remove one of these precedences")


def _in_order(tasks: Sequence[str], pairs: Iterable[tuple[str, str]], path: str, cure: str) -> list[str]:
    after: dict[str, list[str]] = {each: [] for each in tasks}
    waits = dict.fromkeys(tasks, 0)
    for before, follower in pairs:
        after[before].append(follower)
        waits[follower] += 1
    free = [task for task in tasks if not waits[task]]
    for task in free:  # grows while it is walked
        for follower in after[task]:
            waits[follower] -= 1
            if not waits[follower]:
                free.append(follower)
    if len(free) < len(waits):
        raise InputError(f"the tasks wait for each other in a circle: {' -> '.join(_circle(after, waits))}; {cure}", path)
    return free


def check_links(modes: Mapping[str, Sequence[Sequence[Requirement]]], links: Sequence[Link], path: str) -> None:
    """The links name tasks, and a same_resource link names a requirement that every mode of its tasks has.

    `modes` has, for each task, the requirements of each of its modes.
    Raises: UnknownReference, with the path below `path` (empty: at the top).
    """
    where = _below(path, "links")
    for index, link in enumerate(links):
        for number, name in enumerate(link.tasks):
            if name not in modes:
                raise UnknownReference(_no_task(name, modes), f"{where}[{index}].tasks[{number}]")
        if link.requirement is not None:
            for name in link.tasks:
                for requirements in modes[name]:
                    _check_has(name, requirements, link.requirement, f"{where}[{index}].requirement")


def _check_has(task: str, requirements: Sequence[Requirement], wanted: str, path: str) -> None:
    names = [each.id for each in requirements]
    if wanted not in names:
        hint = did_you_mean(wanted, names) or "; name one that every mode of the linked tasks has"
        raise UnknownReference(f"task {task!r} has a mode without a requirement {wanted!r}{hint}", path)


def _no_task(name: str, tasks: Iterable[str]) -> str:
    return f"no task of this request has the id {name!r}{did_you_mean(name, tasks) or '; correct the id'}"


def _refuse_contradiction(lags: dict[tuple[str, str], tuple[timedelta, timedelta | None]], each: Precedence, path: str) -> None:
    key = (each.before, each.after)
    if key in lags:
        least, most = lags[key]
        least = max(least, each.min_lag)
        limits = [limit for limit in (most, each.max_lag) if limit is not None]
        if limits and min(limits) < least:
            raise InputError(
                f"contradicts an earlier precedence from {each.before!r} to {each.after!r}: at least {duration_text(least)}, "
                f"at most {duration_text(min(limits))}; keep one of them",
                path,
            )
        lags[key] = (least, min(limits) if limits else None)
    else:
        lags[key] = (each.min_lag, each.max_lag)


def _circle(after: Mapping[str, Sequence[str]], waits: Mapping[str, int]) -> list[str]:
    """One circle among the tasks that still wait, its first task again at the end."""
    # A task that waits has a predecessor that waits: going back through these must meet itself.
    before = {follower: task for task, followers in after.items() if waits[task] for follower in followers if waits[follower]}
    trail = [next(each for each, count in waits.items() if count)]
    while trail[-1] not in trail[:-1]:
        trail.append(before[trail[-1]])
    return trail[trail.index(trail[-1]) :][::-1]


def _below(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
