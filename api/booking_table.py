"""Published bookings as CSV that opens in a spreadsheet; pure."""

import csv
import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from api.columns import home_zone
from scheduler.model.lab import Lab
from scheduler.service.records import BookingRecord

COLUMNS = ("start", "end", "task", "company", "request", "resources", "sites", "status", "booking")


def bookings_csv(lab: Lab, bookings: Sequence[BookingRecord]) -> bytes:
    """UTF-8 with a byte order mark (Excel asks for it), local times of the lab's zone with their offset."""
    zone = ZoneInfo(home_zone(lab))
    resources = {each.id: each for each in lab.resources}
    sites = {each.id: each.name or each.id for each in lab.sites}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in bookings:
        known = [resources[name] for name in each.resources if name in resources]
        at = dict.fromkeys(sites[resource.site] for resource in known if resource.site in sites)
        row = (
            each.window.start.astimezone(zone).isoformat(timespec="minutes"),
            each.window.end.astimezone(zone).isoformat(timespec="minutes"),
            each.task_name or each.request_name or each.task,
            each.company_name or each.company,
            each.request,
            ", ".join(resource.name or resource.id for resource in known),
            ", ".join(at),
            each.status,
            each.id,
        )
        writer.writerow([harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
