"""The timeline with a national year: 6,695 resources and 23,359 bookings, fed in place of the API's answers."""

import json
import random
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from api.columns import minute_of
from tests.api.labs import NOW
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

RESOURCES, BOOKINGS, SITES = 6_695, 23_359, 37
MOST_NODES = 1_500
MOST_CPU_SECONDS = 1.0
DAY = 1440


def synthetic_lab() -> str:
    sites = [{"id": f"s{index}", "name": f"시험원 {index}", "name_en": f"Site {index}"} for index in range(SITES)]
    kinds = ("instrument", "chamber", "person")
    resources = [
        {
            "id": f"r{index}",
            "name": f"자원 {index}",
            "name_en": f"Resource {index}",
            "kind": kinds[index % 3],
            "site": f"s{index % SITES}",
            "capacity": 1,
            "batch": False,
        }
        for index in range(RESOURCES)
    ]
    return json.dumps({"version": 1, "sites": sites, "resources": resources})


def synthetic_bookings() -> list[tuple[int, int, int]]:
    """(resource, start, end); popularity skewed, so that some rows have hundreds."""
    dice = random.Random(7)
    first = minute_of(NOW) - 30 * DAY
    found = []
    for _ in range(BOOKINGS):
        resource = min(RESOURCES - 1, int(dice.paretovariate(0.6)) - 1)
        start = first + dice.randrange(365 * DAY // 15) * 15
        found.append((resource, start, start + dice.choice((60, 120, 480, 1440, 4320))))
    return sorted(found, key=lambda each: each[1])


def answers(bookings: list[tuple[int, int, int]]) -> Callable[[Route], None]:
    def fulfil(route: Route) -> None:
        query = {name: int(value[0]) for name, value in parse_qs(urlsplit(route.request.url).query).items()}
        shown = [(index, each) for index, each in enumerate(bookings) if each[1] < query["end_minute"] and query["start_minute"] < each[2]]
        columns = {
            "id": [f"b{index}" for index, _ in shown],
            "request": [f"R{index}" for index, _ in shown],
            "task": ["t"] * len(shown),
            "title": ["염수분무"] * len(shown),
            "name": ["노출"] * len(shown),
            "name_en": ["Exposure"] * len(shown),
            "company": [f"c{index % 900}" for index, _ in shown],
            "company_name": [f"기업 {index % 900}" for index, _ in shown],
            "start_minute": [each[1] for _, each in shown],
            "end_minute": [each[2] for _, each in shown],
            "resources": [[each[0]] for _, each in shown],
        }
        bars = {
            "booking": list(range(len(shown))),
            "resource": [each[0] for _, each in shown],
            "start_minute": columns["start_minute"],
            "end_minute": columns["end_minute"],
            "units": [1] * len(shown),
        }
        closures: dict[str, list[int]] = {"resource": [], "start_minute": [], "end_minute": [], "reason": []}
        body = {"revision": 1, "lab": 1, **query, "bookings": columns, "bars": bars, "closures": closures}
        route.fulfill(body=json.dumps(body), content_type="application/json")

    return fulfil


def nodes(page: Page) -> int:
    count: int = page.evaluate("document.querySelectorAll('*').length")
    return count


def test_national_year_stays_light(site: Site, page: Page) -> None:
    lab = synthetic_lab()
    page.route("**/api/lab", lambda route: route.fulfill(body=lab, content_type="application/json"))
    page.route("**/api/schedule?*", answers(synthetic_bookings()))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto("/schedule")
    expect(page.locator("#timeline[data-ready=true]")).to_be_attached(timeout=20_000)
    expect(page.locator(".tl-bar[data-key]").first).to_be_visible()
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    assert metrics["TaskDuration"] < MOST_CPU_SECONDS * 4, metrics
    assert metrics["ScriptDuration"] < MOST_CPU_SECONDS, metrics
    assert nodes(page) < MOST_NODES
    for span in ("28", "365"):
        page.locator(f'[data-span="{span}"]').click()
        page.wait_for_timeout(400)
        assert 20 < nodes(page) < MOST_NODES
    expect(page.locator(".tl-bar.is-many").first).to_be_visible()
    page.get_by_label("예약된 것만").uncheck()
    page.wait_for_timeout(300)
    page.locator(".tl-scroll").evaluate("(element) => { element.scrollTop = element.scrollHeight / 2; }")
    page.wait_for_timeout(300)
    assert 20 < nodes(page) < MOST_NODES
    assert page.locator(".tl-row").count() < 80
    # Every row there is can be reached: the scroll height is that of all of them.
    assert page.locator(".tl-scroll").evaluate("(element) => element.scrollHeight") > RESOURCES * 20
