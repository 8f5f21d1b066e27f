"""Which unit of a resource serves what: interval colouring, pure.

A resource of capacity k is k lanes. A piece takes one lane for one window; a booking of demand d
is d pieces. Windows are half-open, so pieces that only touch may share a lane.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heapify, heappop, heappush


@dataclass(frozen=True, slots=True)
class Piece:
    """One unit taken in `[start, end)` by `booking` (None: by a hold without one); `lane` is None until it has one."""

    start: datetime
    end: datetime
    booking: str | None
    lane: int | None = None
    status: str = "confirmed"


def _order(piece: Piece) -> tuple[datetime, datetime, str]:
    return (piece.start, piece.end, piece.booking or "")


def first_fit(taken: Iterable[Piece], wanted: Iterable[Piece], lanes: Sequence[int]) -> tuple[Piece, ...] | None:
    """Each wanted piece on the first lane where it meets no other, in order of start; None if one finds no lane.

    The taken pieces stay on their lanes.
    """
    busy: dict[int, list[tuple[datetime, datetime]]] = {lane: [] for lane in lanes}
    for each in taken:
        if each.lane in busy:
            busy[each.lane].append((each.start, each.end))
    for windows in busy.values():
        windows.sort()
    placed = []
    for piece in sorted(wanted, key=_order):
        lane = next((lane for lane in lanes if _is_free(busy[lane], piece)), None)
        if lane is None:
            return None
        insort(busy[lane], (piece.start, piece.end))
        placed.append(replace(piece, lane=lane))
    return tuple(placed)


def _is_free(windows: list[tuple[datetime, datetime]], piece: Piece) -> bool:
    # Disjoint windows: only the last one that starts before the piece ends can reach into it.
    position = bisect_left(windows, (piece.end, piece.end))
    return position == 0 or windows[position - 1][1] <= piece.start


def colour(pieces: Iterable[Piece], lanes: Sequence[int]) -> tuple[Piece, ...] | datetime:
    """All pieces on lanes anew, whenever that is possible at all; else the first moment at which too many are wanted.

    Going by start and taking any free lane is optimal for intervals: it fails only where more
    pieces than lanes overlap at one instant.
    """
    free = list(range(len(lanes)))  # positions, so that low lanes fill first
    heapify(free)
    running: list[tuple[datetime, int]] = []
    placed = []
    for piece in sorted(pieces, key=_order):
        while running and running[0][0] <= piece.start:
            heappush(free, heappop(running)[1])
        if not free:
            return piece.start
        position = heappop(free)
        heappush(running, (piece.end, position))
        placed.append(replace(piece, lane=lanes[position]))
    return tuple(placed)


def component_start(pieces: Iterable[Piece], moment: datetime) -> datetime:
    """The latest instant at or before `moment` that no piece spans: what starts from there on can be coloured by itself."""
    begin = reach = None
    for piece in sorted(pieces, key=lambda each: each.start):
        if piece.start >= moment:
            break
        if reach is None or piece.start >= reach:
            begin, reach = piece.start, piece.end
        else:
            reach = max(reach, piece.end)
    return begin if begin is not None and reach is not None and reach > moment else moment
