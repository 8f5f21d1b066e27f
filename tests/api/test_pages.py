import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from fastapi.testclient import TestClient

import api.web
from api.web.texts import LANGUAGES, texts
from scheduler.model.methods import STANDARD_METHODS
from scheduler.model.schedule import ReasonCode
from scheduler.service import lab, runs
from tests.api.conftest import App
from tests.api.labs import HOSTILE, NOW, choice, small_lab

TEMPLATES = Path(api.web.__file__).parent / "templates"
PATHS = ("/", "/schedule", "/schedule/table", "/requests", "/requests?state=open", "/requests/new", "/runs", "/feeds")
FORM = {
    "company_name": "한빛도금",
    "method": "nss",
    "duration": "1440",
    "specimens": "2",
    "arrival": "2026-03-03",
    "due": "2026-03-10",
    "deadline": "",
    "region": "",
}


class Reader(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_renders_in_each_language(app: App, language: str) -> None:
    app.client.cookies.set("language", language)
    for path in PATHS:
        answer = app.client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-language"] == language
        page = Reader(answer.text)
        assert next(page.named("html"))["lang"] == language
        assert texts(language)["nav.requests"] in answer.text
        assert_harmless(page)
        assert_labelled(page)


def assert_harmless(page: Reader) -> None:
    """Nothing that the policy would refuse: no inline style, script or handler, nothing from elsewhere."""
    for tag, attributes in page.tags:
        assert tag not in ("style", "iframe", "object", "base")
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "action"):
            assert (attributes.get(name) or "/").startswith("/")
        if tag == "script":
            assert attributes.get("src") or attributes.get("type") == "application/json"
        if tag == "link":
            assert (attributes["href"] or "").startswith("/static/")


def assert_labelled(page: Reader) -> None:
    labelled = {each["for"] for each in page.named("label") if "for" in each}
    for tag, attributes in page.tags:
        if tag in ("input", "select") and attributes.get("type") != "hidden" and attributes.get("id"):
            is_wrapped = attributes["id"] in ("search", "site-filter", "colours", "only-booked")
            assert attributes["id"] in labelled or attributes.get("aria-label") or is_wrapped, attributes


def test_language_is_chosen_by_one_click_and_kept(client: TestClient) -> None:
    link = re.search(r'<a class="language" href="([^"]+)"', client.get("/requests?state=open").text)
    assert link is not None
    assert link[1] == "/requests?state=open&amp;lang=en"
    answer = client.get("/requests?state=open&lang=en")
    assert "Waiting" in answer.text
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert client.get("/").headers["content-language"] == "en"
    assert client.get("/?lang=xx").headers["content-language"] == "en"


def test_languages_have_the_same_texts_and_places() -> None:
    korean, english = texts("ko"), texts("en")
    assert korean.keys() == english.keys()
    for key in korean:
        assert set(re.findall(r"\{\w+\}", korean[key])) == set(re.findall(r"\{\w+\}", english[key])), key
        assert korean[key].strip()


def test_every_text_that_templates_and_scripts_name_exists() -> None:
    known = texts("ko")
    for path in TEMPLATES.glob("*.html"):
        for key in re.findall(r"""\bt\(["']([\w.]+)["'][,)]""", path.read_text(encoding="utf-8")):
            assert key in known, (path.name, key)
    for path in (TEMPLATES.parent / "static" / "js").glob("*.js"):
        for key in re.findall(r'words\["([\w.]+)"\]', path.read_text(encoding="utf-8")):
            assert key in known, (path.name, key)


def test_form_stores_the_request_and_shows_it(app: App) -> None:
    answer = app.client.post("/requests/new", data=FORM)
    assert answer.status_code == 303
    page = app.client.get(answer.headers["location"])
    assert texts("ko")["request.submitted"] in page.text
    request = app.client.get("/api/requests").json()["requests"][0]
    assert request["company"] == "한빛도금"
    assert request["request"]["arrival"] == "2026-03-02T15:00:00Z"  # midnight in Seoul
    assert request["request"]["due"] == "2026-03-10T15:00:00Z"  # the end of that day
    assert request["request"]["specimens"] == 2


def test_form_shows_free_slots_and_stores_nothing(app: App) -> None:
    answer = app.client.post("/requests/new", data=FORM | {"action": "offers"})
    assert answer.status_code == 200
    assert 'class="offer"' in answer.text
    assert 'value="한빛도금"' in answer.text
    assert app.client.get("/api/requests").json()["requests"] == []


FAULTS: list[tuple[dict[str, str], set[str]]] = [
    ({"company_name": ""}, {"company_name"}),
    ({"company_name": "!!!"}, {"company_name"}),
    ({"method": "none"}, {"method"}),
    ({"duration": "60"}, {"duration"}),
    ({"specimens": "0"}, {"specimens"}),
    ({"specimens": "²"}, {"specimens"}),
    ({"arrival": "03/03/2026"}, {"arrival"}),
    ({"arrival": "2026-W10-1"}, {"arrival"}),
    ({"due": "2026-03-01"}, {"due"}),
    ({"deadline": "2026-03-01"}, {"deadline"}),
    ({"arrival": "", "deadline": "2026-02-01"}, {"deadline"}),
    ({"company_name": "", "specimens": "x", "due": "x"}, {"company_name", "specimens", "due"}),
    ({"arrival": "2025-02-27"}, {"arrival"}),
    ({"deadline": "2026-03-03"}, {"deadline"}),
    ({"arrival": "", "deadline": "2026-03-02"}, {"deadline"}),
    ({"region": "달"}, {"region"}),
    ({"region": "영남"}, {"region"}),
    ({"region": "영남", "deadline": "2026-03-03"}, set()),
]


def test_form_faults_are_shown_in_place_and_nothing_is_stored(app: App) -> None:
    for change, fields in FAULTS:
        answer = app.client.post("/requests/new", data=FORM | change)
        assert answer.status_code == 422, change
        page = Reader(answer.text)
        marked = {attributes["name"] for tag, attributes in page.tags if attributes.get("aria-invalid") == "true"}
        assert marked == fields, change
        shown = {attributes["id"] for attributes in page.named("span") if attributes.get("class") == "fault"}
        assert shown == {f"{each}-fault" for each in fields}
        assert 'role="alert"' in answer.text
    assert app.client.get("/api/requests").json()["requests"] == []


@pytest.mark.parametrize(("form", "most_moves"), [({}, 0), ({"may_move": "1"}, None)])
def test_plan_moves_confirmed_bookings_only_if_the_form_says_so(app: App, form: dict[str, str], most_moves: int | None) -> None:
    run = app.client.post("/runs", data=form).headers["location"].rsplit("/", 1)[1]
    assert runs.load_problem(app.database, run).policy.most_moves == most_moves


def test_run_and_publish_work_without_scripts(app: App) -> None:
    app.client.post("/requests/new", data=FORM)
    run = app.client.post("/runs").headers["location"]
    waiting = app.client.get(run).text
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert app.client.post(f"{run}/stop").status_code == 303
    done = app.plan()
    page = app.client.get(f"/runs/{done['id']}").text
    found = re.search(r'action="(/drafts/[^"]+/publish)"><input type="hidden" name="expected_revision" value="(\d+)"', page)
    assert found is not None
    assert texts("ko")["today.draft_waits"] in app.client.get("/").text
    assert app.client.post(found[1], data={"expected_revision": found[2]}).status_code == 303
    refused = app.client.post(found[1], data={"expected_revision": found[2]})
    assert refused.status_code == 409
    assert texts("ko")["error.plan_again"] in refused.text
    assert "/runs" in {each["action"] for each in Reader(refused.text).named("form")}
    assert texts("ko")["error.plan_again"] not in app.client.get("/runs/none").text
    assert app.client.post(found[1]).status_code == 422
    assert texts("ko")["draft.published"].format(revision=1) in app.client.get(f"/runs/{done['id']}").text
    assert "한빛도금" in app.client.get("/schedule/table").text


def test_reason_is_said_in_both_languages(app: App) -> None:
    for number in range(30):  # more than the chamber can take before the deadline
        app.client.post("/api/requests/from-method", json=choice(f"c{number}", deadline="2026-03-06T00:00:00Z"))
    app.publish()
    assert texts("ko")["reason.capacity"] in app.client.get("/requests?state=open").text
    request = app.client.get("/api/requests?state=open").json()["requests"][0]
    assert request["reasons"][0]["code"] == "capacity"
    assert texts("en")["reason.capacity"] in app.client.get(f"/requests/{request['id']}?lang=en").text


def test_every_reason_field_and_stage_has_words() -> None:
    for language in LANGUAGES:
        known = texts(language)
        assert {f"reason.{each}" for each in get_args(ReasonCode)} <= known.keys()
        assert {f"field.{each.field}" for each in STANDARD_METHODS} <= known.keys()
        stages = ("compile", "construct", "gather", "improve", "price", "polish", "exact", "bound", "verify", "done")
        assert {f"js.phase.{each}" for each in stages} <= known.keys()


def test_korean_page_says_nothing_in_english(app: App) -> None:
    for number in range(30):
        app.client.post("/api/requests/from-method", json=choice(f"c{number}", deadline="2026-03-06T00:00:00Z"))
    run = app.plan()
    korean, english = (app.client.get(f"/runs/{run['id']}?lang={each}").text for each in LANGUAGES)
    assert "everything suitable is taken" in english
    assert "everything suitable is taken" not in korean
    assert '<span class="muted">Exposure</span>' in english
    assert '<span class="muted">노출</span>' in korean


def test_withdraw_by_form(app: App) -> None:
    url = app.client.post("/requests/new", data=FORM).headers["location"].partition("?")[0]
    page = app.client.get(url).text
    # The button that withdraws is folded away: it takes a second look, also without scripts.
    assert page.index('<details class="confirm">') < page.index(texts("ko")["request.withdraw_sure"]) < page.index("</details>", page.index("confirm"))
    assert app.client.post(f"{url}/withdraw").headers["location"] == url
    assert texts("ko")["state.withdrawn"] in app.client.get(url).text


def test_feed_by_form_shows_its_address_once(app: App) -> None:
    made = app.client.post("/feeds", data={"scope": "resource", "scope_id": "염수분무기 1호"})
    assert made.status_code == 303
    answer = app.client.get(made.headers["location"])
    url = re.search(r'value="(http://127\.0\.0\.1:8000/feeds/[\w-]+\.ics)"', answer.text)
    assert url is not None
    assert app.client.get(url[1]).status_code == 200
    page = app.client.get("/feeds").text
    assert url[1] not in page
    revoke = re.search(r'action="(/feeds/[\w-]+/revoke)"', page)
    assert revoke is not None
    assert app.client.post(revoke[1]).status_code == 303
    assert app.client.get(url[1]).status_code == 404


def test_feed_of_a_company_is_listed_by_its_name(app: App) -> None:
    app.client.post("/api/requests/from-method", json=choice("hanbit", company_name="한빛도금"))
    page = app.client.post("/feeds", data={"scope": "company", "scope_id": "hanbit"}, follow_redirects=True).text
    assert f'<td data-label="{texts("ko")["feeds.id"]}">한빛도금</td>' in page
    assert texts("ko")["feeds.made_at"] in page
    assert texts("ko")["common.received"] not in page


def test_refused_request_does_not_count_as_waiting(app: App) -> None:
    for number in range(30):
        app.client.post("/api/requests/from-method", json=choice(f"c{number}", deadline="2026-03-06T00:00:00Z"))
    app.publish()
    opened = app.client.get("/api/requests?state=open").json()["requests"]
    assert opened
    app.client.post("/api/requests/from-method", json=choice("late"))
    counts = re.findall(r'href="/requests\?state=open"><span class="tile-value[^>]*>([^<]+)<', app.client.get("/").text)
    assert counts == ["1", str(len(opened))]


def test_feed_for_nothing_is_refused(client: TestClient) -> None:
    wrong: list[dict[str, str]] = [{"scope": "site", "scope_id": "moon"}, {"scope": "planet", "scope_id": "seoul"}, {"scope": "site", "scope_id": ""}, {}]
    for fields in wrong:
        answer = client.post("/feeds", data=fields)
        assert answer.status_code == 422
        assert texts("ko")["feeds.unknown"] in answer.text


def test_hostile_names_are_text_on_every_page(app: App) -> None:
    lab.replace_lab(app.database, small_lab(HOSTILE), NOW, "test")
    app.client.post("/api/requests/from-method", json=choice(company_name=HOSTILE, name=HOSTILE))
    run = app.publish()
    request = app.client.get("/api/requests").json()["requests"][0]["id"]
    feed = app.client.post("/feeds", data={"scope": "site", "scope_id": "seoul"}, follow_redirects=True)
    form = app.client.post("/requests/new", data=FORM | {"company_name": HOSTILE, "region": HOSTILE, "action": "offers"})
    pages = [app.client.get(path) for path in (*PATHS, f"/requests/{request}", f"/runs/{run['id']}", "/schedule/table?days=28", f"/requests/{HOSTILE}")]
    for answer in (*pages, feed, form):
        assert "<img src=x" not in answer.text
        assert_harmless(Reader(answer.text))


def test_static_files_may_be_kept_for_ever(client: TestClient) -> None:
    page = Reader(client.get("/schedule").text)
    addresses = [each["href"] for each in page.named("link")] + [each["src"] for each in page.named("script") if each.get("src")]
    assert len(addresses) >= 4
    for address in addresses:
        answer = client.get(str(address))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/other/css/base.css").status_code == 404
