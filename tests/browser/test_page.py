"""The page in a real browser: both languages, the form, a live run, hostile names."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from scheduler.model.limits import Limits
from scheduler.model.result import Progress
from scheduler.service import publishing, requests, runs
from scheduler.service.lab import replace_lab
from tests.api.labs import HOSTILE, NOW, choice, small_lab
from tests.api.planning import work_once
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


def submit(site: Site, page: Page, count: int = 1) -> None:
    for number in range(count):
        body = choice(f"c{number}", company_name=f"한빛도금 {HOSTILE}", name=f"시험 {HOSTILE}")
        answer = page.request.post("/api/requests/from-method", data=body)
        assert answer.status == 201, answer.text()


def publish(site: Site) -> None:
    run = runs.request_run(site.database, NOW, "test", Limits())
    work_once(site.database, NOW)
    draft = runs.find_run(site.database, run.id).draft
    assert draft is not None
    publishing.publish(site.database, draft, publishing.current_revision(site.database), NOW, "test")


def test_pages_render_in_both_languages(site: Site, page: Page) -> None:
    submit(site, page, 2)
    publish(site)
    for language, path, words in (
        ("ko", "/", "오늘의 예약"),
        ("ko", "/schedule/table", "일정표"),
        ("en", "/", "Bookings today"),
        ("en", "/requests", "Requests"),
    ):
        page.goto(f"{path}?lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("main")).to_contain_text(words)
    page.goto("/requests/new")
    page.get_by_role("link", name="한국어로 보기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("시험 신청")


def test_request_is_filled_in_and_sent(site: Site, page: Page) -> None:
    page.goto("/requests/new?lang=en")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("alert")).to_contain_text("not sent")
    expect(page.get_by_label("Company")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Company").fill(f"Hanbit {HOSTILE}")
    page.get_by_label("Test method").select_option("nss")
    expect(page.get_by_label("Duration").locator("option")).to_have_count(3)
    page.get_by_label("Duration").select_option(label="72 h")
    page.get_by_role("button", name="Show free slots").click()
    expect(page.locator(".offer").first).to_contain_text("Mar")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("status")).to_contain_text("We have your request")
    stored = requests.list_requests(site.database)
    assert [each.request.company_name for each in stored] == [f"Hanbit {HOSTILE}"]


def test_run_is_followed_live_to_its_draft(site: Site, page: Page) -> None:
    submit(site, page, 2)
    page.goto("/?lang=en")
    page.get_by_role("button", name="Make a plan").click()
    expect(page.locator("[data-run-state]")).to_have_text("Waiting")
    work = runs.claim(site.database, "w", NOW, timedelta(minutes=1))
    assert work is not None
    runs.record_progress(site.database, work.claim, [Progress(seconds=0.5, phase="construct", objective=4321, bound=4000, gap=0.074, served=1)], NOW)
    expect(page.locator("[data-field=objective]")).to_have_text("4,321")
    expect(page.locator("[data-field=gap]")).to_have_text("7.4 %")
    expect(page.locator("[data-run-state]")).to_have_text("Planning")
    runs.record_progress(site.database, work.claim, [Progress(seconds=1.5, phase="exact", objective=4100, bound=4050, gap=0.012, served=2)], NOW)
    expect(page.locator("[data-field=served]")).to_have_text("2 of 2")
    expect(page.locator("#chart path")).to_have_count(2)
    runs.requeue(site.database, work.claim, NOW)
    work_once(site.database, NOW)
    page.get_by_role("button", name="Publish this draft").click()
    expect(page.locator("#draft")).to_contain_text("Published as revision 1")
    assert publishing.current_revision(site.database) == 1


def test_run_is_stopped_from_its_page(site: Site, page: Page) -> None:
    page.goto("/runs?lang=en")
    page.get_by_role("button", name="Make a plan").click()
    page.get_by_role("button", name="Stop and keep the best").click()
    expect(page.locator("[data-run-state]")).to_have_text("Stopped")


def test_timeline_shows_bookings_with_keyboard_and_tooltip(site: Site, page: Page) -> None:
    submit(site, page, 3)
    publish(site)
    page.goto("/schedule?lang=en")
    expect(page.locator("#timeline[data-ready=true]")).to_be_attached()
    bars = page.locator(".tl-bar[data-key]")
    expect(bars.first).to_be_visible()
    assert bars.count() >= 6
    saturdays, days_off = (page.locator(each).all_inner_texts() for each in (".tl-saturday", ".tl-off"))
    assert {"7Sat", "14Sat"} <= set(saturdays)
    assert all(each.endswith("Sat") for each in saturdays)
    assert {"8Sun", "15Sun"} <= set(days_off)
    assert not any(each.endswith("Sat") for each in days_off)
    label = bars.first.get_attribute("aria-label") or ""
    assert HOSTILE in label
    assert re.search(r"\d\d:\d\d", label)
    # The clock of the lab counts, not that of the browser in New York: loading is in office hours.
    assert "Chamber 1" in " ".join(page.locator(".tl-name").all_inner_texts())
    page.locator('.tl-bar[tabindex="0"]').focus()
    tooltip = page.get_by_role("tooltip")
    expect(tooltip).to_be_visible()
    expect(tooltip).to_contain_text("<img src=x")
    before = page.evaluate("document.activeElement.dataset.key")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") not in (before, None)
    page.keyboard.press("Escape")
    expect(tooltip).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_contain_text("<img src=x")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Day", exact=True).click()
    expect(page.locator(".tl-major").first).to_contain_text("Mar")
    page.get_by_label("Search").fill("no such company")
    expect(page.locator("#empty")).to_be_visible()


def test_bookings_of_one_run_are_one_bar_with_its_load(site: Site, page: Page) -> None:
    given = small_lab()
    oven = replace(given.resources[0], id="oven", name="건조기", name_en="Oven", capacity=6, batch=True)
    replace_lab(site.database, replace(given, resources=(*given.resources, oven)), NOW, "test")
    for number, demand in enumerate((2, 3, 4)):
        need = {"id": "place", "select": {"ids": ["oven"]}, "demand": demand, "recipe": "85C"}
        task = {"id": "heat", "modes": [{"duration": "PT30H", "requirements": [need]}]}
        body = {"id": f"R{number}", "company": f"c{number}", "company_name": f"Firm {number} {HOSTILE}", "name": f"Heat {number}", "tasks": [task]}
        assert page.request.post("/api/requests", data=body).status == 201
    publish(site)
    page.goto("/schedule?lang=en")
    expect(page.locator("#timeline[data-ready=true]")).to_be_attached()
    # Two and three places share a run, four need another.
    expect(page.locator(".tl-bar[data-key]")).to_have_count(2)
    run = page.locator(".tl-bar.is-run")
    expect(run).to_have_count(1)
    expect(run).to_contain_text("5/6")
    assert "Run: 5 of 6 places taken, 2 bookings" in (run.get_attribute("aria-label") or "")
    run.hover()
    tooltip = page.get_by_role("tooltip")
    expect(tooltip).to_contain_text("Run: 5 of 6 places taken")
    expect(tooltip).to_contain_text("Heat 1")
    run.click()
    expect(page.locator("dialog[open]")).to_contain_text("Heat 0 (R0)")
    expect(page.locator("dialog[open]")).to_contain_text("Heat 1 (R1)")
    expect(page.locator("#details-link")).to_be_hidden()
    page.get_by_role("button", name="Close").click()
    page.locator(".tl-bar[data-key]:not(.is-run)").click()
    expect(page.locator("dialog[open]")).to_contain_text("4 / 6")
    expect(page.locator("#details-link")).to_be_visible()


def test_phone_width_has_no_sideways_scroll(site: Site, page: Page) -> None:
    submit(site, page, 2)
    publish(site)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/schedule", "/schedule/table", "/requests", "/requests/new", "/runs", "/feeds"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_policy_stops_what_is_injected(site: Site, browser: Browser) -> None:
    page = browser.new_page()  # without the guard: Chromium says on the console what it refused
    page.goto(f"{site.url}/")
    refused = page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener('securitypolicyviolation', (event) => done(event.violatedDirective), { once: true });
            const holder = document.createElement('div');
            holder.innerHTML = '<button onclick="document.title = 1">x</button>';
            document.body.append(holder);
            holder.firstChild.click();
            setTimeout(() => done('nothing'), 2000);
        })"""
    )
    assert refused.startswith("script-src")
    assert page.title() != "1"
    page.close()
