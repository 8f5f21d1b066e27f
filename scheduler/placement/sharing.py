"""Sharing: whose recipes meet, and who must be left alone meanwhile."""

from collections.abc import Iterator, Sequence

from scheduler.placement.bits import span
from scheduler.placement.uses import Need, Owner, Use
from scheduler.ticks.instance import Bits, TickResource


def barred_starts(resource: TickResource, uses: Sequence[Use], need: Need) -> Bits:
    """The ticks at which `need` must not begin because of the recipes beside it, or because somebody would be disturbed."""
    length, barred = need.length, 0
    for each in uses:
        first = each.start - length + 1
        if unlike(resource, each.recipe, need.recipe):
            barred |= span(first, each.end)
            continue
        # Edges in one tick are told apart by what they truly are.
        if each.undisturbed:
            barred |= span(each.start + (need.late <= each.late), each.end) | span(first, each.end - length + (need.short > each.short))
        if need.undisturbed:
            barred |= span(first, each.start + (need.late < each.late)) | span(each.end - length + (each.short <= need.short), each.end)
    return barred


def unlike(resource: TickResource, one: int, other: int) -> bool:
    """Whether uses with these recipes must not meet."""
    return one >= 0 and other >= 0 and one != other and (one, other) not in resource.compatible


def clashes(resource: TickResource, uses: Sequence[Use]) -> Iterator[tuple[Use, Use]]:
    """Pairs of different bookings (not both fixed) that must not stand as they do; `uses` ascend."""
    for index, one in enumerate(uses):
        for other in uses[index + 1 :]:
            if other.start >= one.end:
                break
            if one.is_fixed and other.is_fixed:
                continue
            if unlike(resource, one.recipe, other.recipe) or (one.owner != other.owner and (_disturbs(one, other) or _disturbs(other, one))):
                yield one, other


def _disturbs(one: Use, other: Use) -> bool:
    if not other.undisturbed:
        return False
    begins = (other.start, other.late) < (one.start, one.late) and one.start < other.end
    return begins or (other.start < one.end and (one.end, -one.short) < (other.end, -other.short))


def culprits(*members: Use) -> frozenset[Owner]:
    """Of uses, the later first, that cannot stand together, whose booking has to go: the first that is not fixed."""
    found = next((each.owner for each in members if not each.is_fixed), None)
    return frozenset() if found is None else frozenset({found})
