"""Rules that count: sessions of a day, hours of a company, bookings moved."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.model.lab import Resource
from scheduler.model.problem import InForce, Problem, Quota
from scheduler.model.schedule import Booking, is_same
from scheduler.model.text import duration_text
from scheduler.verify.admission import refusal
from scheduler.verify.facts import Facts, Key, Placed
from scheduler.verify.uses import minutes_of, uses_where
from scheduler.verify.violation import Violation, about


def week_of(day: date) -> tuple[int, int]:
    """Year and number of the ISO week, which begins on Monday."""
    return day.isocalendar()[:2]


def check_sessions(facts: Facts) -> Iterator[Violation]:
    """No more bookings than its limits allow begin on one local day, or in one week, of a resource; one violation for each, told of the first beyond the limit.

    Days and weeks with frozen bookings only were decided earlier.
    """
    calendars = {each.id: each for each in facts.problem.lab.calendars}
    for resource, uses in uses_where(facts, _is_limited):
        if resource.calendar not in calendars:
            continue  # `calendar` tells
        zone = ZoneInfo(calendars[resource.calendar].time_zone)
        bookings = sorted({each.placed.booking.key: each.placed for each in uses}.values(), key=_by_start)
        days: dict[date, list[Placed]] = {}
        weeks: dict[tuple[int, int], list[Placed]] = {}
        for placed in bookings:
            day = placed.booking.window.start.astimezone(zone).date()
            days.setdefault(day, []).append(placed)
            weeks.setdefault(week_of(day), []).append(placed)
        yield from _too_many(resource, resource.most_a_day, days.values(), "day")
        yield from _too_many(resource, resource.most_a_week, weeks.values(), "week")


def _is_limited(resource: Resource) -> bool:
    return resource.most_a_day is not None or resource.most_a_week is not None


def _too_many(resource: Resource, most: int | None, groups: Iterable[list[Placed]], period: str) -> Iterator[Violation]:
    if most is None:
        return
    for group in groups:
        if len(group) > most and not all(each.is_frozen for each in group):
            says = f"is one of {len(group)} that {resource.id!r} begins in one {period}, more than {most}."
            yield about(group[most], "sessions", says, (resource.id,))


def _by_start(placed: Placed) -> tuple[datetime, str, str]:
    return (placed.booking.window.start, placed.booking.request, placed.booking.task)


@dataclass
class Account:
    """What one company takes of one quota in one period: exact time and whole minutes; `last` is the last booking in it that is not frozen."""

    company: str
    taken: timedelta = timedelta(0)
    minutes: int = 0
    last: Placed | None = None


def accounts_of(facts: Facts, quota: Quota) -> list[Account]:
    """By company and period what is taken of the resources of the quota, each part of each booking rounded up to minutes."""
    admitted = frozenset(each.id for each in facts.problem.lab.resources if not refusal(quota.select, each))
    zone = ZoneInfo(quota.time_zone)
    accounts: dict[Hashable, Account] = {}
    for placed in facts.placed:
        company = placed.request.company
        if quota.company not in (None, company):
            continue
        for part in placed.parts:
            count = sum(each.id in admitted for each in part.resources)
            if not count:
                continue
            account = accounts.setdefault((company, _period(quota, placed.booking, zone)), Account(company))
            account.taken += count * (part.end - part.start)
            account.minutes += count * minutes_of(part.end - part.start)
            if not placed.is_frozen and (account.last is None or _by_start(placed) > _by_start(account.last)):
                account.last = placed
    return list(accounts.values())


def _period(quota: Quota, booking: Booking, zone: ZoneInfo) -> Hashable:
    if quota.period == "horizon":
        return None
    day = booking.window.start.astimezone(zone).date()
    return week_of(day) if quota.period == "week" else (day.year, day.month)


def check_quota(facts: Facts) -> Iterator[Violation]:
    """No company takes more than a quota without a price allows in one period; told of the last movable booking of the period.

    Where frozen bookings alone are too many, nothing may be added.
    """
    for quota in facts.problem.quotas:
        if quota.price is not None:
            continue
        for account in accounts_of(facts, quota):
            if account.taken > quota.most and account.last is not None:
                taken, most = duration_text(account.taken), duration_text(quota.most)
                says = f"is of company {account.company!r}, which takes {taken} of quota {quota.id!r} in one {quota.period}, more than {most}."
                yield about(account.last, "quota", says)


def moved_in(problem: Problem, booked: dict[Key, Booking]) -> Iterator[tuple[InForce, int]]:
    """The movable bookings in force that are booked differently or not at all, with what each costs."""
    for each in problem.in_force:
        if each.frozen:
            continue
        ours = booked.get(each.booking.key)
        if ours is None or not is_same(ours, each.booking):
            yield each, problem.policy.move_cost if each.move_cost is None else each.move_cost


def check_most_moves(facts: Facts) -> Iterator[Violation]:
    """No more movable bookings in force that cost something to move are moved or dropped than the policy allows; told of the first beyond."""
    most = facts.problem.policy.most_moves
    if most is None:
        return
    booked = {each.key: each for each in facts.schedule.bookings}
    moved = [each.booking for each, cost in moved_in(facts.problem, booked) if cost > 0]
    if len(moved) > most:
        request, task = moved[most].key
        detail = f"Task {task!r} of request {request!r} is one of {len(moved)} bookings moved or dropped, more than {most}."
        yield Violation(rule="most_moves", request=request, task=task, detail=detail)
