"""How fast a feed is written: `python -m benchmarks.ical [EVENTS]` prints seconds of CPU time, best of five."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from scheduler.exchange.ical_export import CalendarEvent, CalendarFeed, event_fragment, join_feed, write_feed
from scheduler.model.window import window


def feed(count: int) -> CalendarFeed:
    """A feed of `count` Korean events of about 700 bytes, one each quarter of an hour, 72 hours long."""
    start, quarter = datetime(2026, 3, 2, tzinfo=UTC), timedelta(minutes=15)
    events = tuple(
        CalendarEvent(
            uid=f"booking-{number:08}-6f1c-4b6e-9a7e-0f5d3c2b1a00@lab.example",
            sequence=number % 4,
            window=window(start + quarter * number, start + quarter * (number + 288)),
            status="confirmed",
            summary=f"중성 염수분무 72시간 · 한빛도금 {number}",
            description=f"의뢰: 도금 부품 시험 [R-{number}]\n회사: 한빛도금\n시험법: 중성 염수분무 (ISO 9227)\n시편: 10개\n장소: 창원 신뢰성센터\n담당: 김시험",
            location="창원 신뢰성센터 경남 창원시 의창구",
            categories=("nss", "경남"),
            latitude=35.2281,
            longitude=128.6811,
            request_uid=f"request-{number}@lab.example",
            last_modified=start,
        )
        for number in range(count)
    )
    return CalendarFeed(name="모든 예약", events=events)


def best_of_five(run: Callable[[], bytes]) -> float:
    """CPU seconds of the fastest of five runs."""
    seconds = []
    for _ in range(5):
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def main() -> None:
    """Prints the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000
    whole = feed(count)
    fragments = [event_fragment(event) for event in whole.events]
    size = len(write_feed(whole))
    print(f"{count:,} events, {size / 1e6:.1f} MB, {size // max(count, 1)} bytes each")
    print(f"write from events    {best_of_five(lambda: write_feed(whole)):.3f} s")
    print(f"join kept fragments  {best_of_five(lambda: join_feed(whole.header, fragments)):.3f} s")


if __name__ == "__main__":
    main()
