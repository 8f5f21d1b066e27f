"""Requests of the wide vocabulary over the API: stored, refused with the path of the fault, planned, shown."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.model import codec
from scheduler.model.changeover import Changeover, Transition
from scheduler.model.lab import Lab
from scheduler.model.problem import Problem
from scheduler.service import lab
from tests.api.conftest import App

WIDE = codec.parse(Problem, (Path(__file__).parents[1] / "instances" / "problem-2.json").read_bytes())


def with_hole() -> Lab:
    """From 105C nobody knows the way back."""
    matrix = Changeover(id="heat", transitions=(Transition(before="85C", after="105C"),))
    return replace(WIDE.lab, changeovers=(matrix,))


@pytest.fixture
def wide(app: App) -> App:
    app.clock.now = WIDE.now
    lab.replace_lab(app.database, WIDE.lab, WIDE.now, "test")
    return app


def plain(name: str) -> dict[str, Any]:
    found: dict[str, Any] = codec.to_plain(next(each for each in WIDE.requests if each.id == name))
    return found


def test_requests_of_the_wide_vocabulary_come_back_as_they_were(wide: App) -> None:
    for each in WIDE.requests:
        answer = wide.client.post("/api/requests", content=codec.dump(each), headers={"content-type": "application/json"})
        assert answer.status_code == 201, answer.text
        assert codec.parse(type(each), codec.dump(each)) == each
        assert wide.client.get(f"/api/requests/{each.id}").json()["request"]["tasks"][0]["id"] == each.tasks[0].id
    assert wide.client.get("/api/requests/visits").json()["request"]["series"][0]["weekday"] == "tue"
    assert wide.client.get("/api/requests/analysis").json()["request"]["shipment"]["conditioning"] == "PT2H"


def changed(name: str, **requirement: Any) -> dict[str, Any]:
    body = plain(name)
    body["tasks"][0]["modes"][0]["requirements"][0].update(requirement)
    return body


def series(**more: Any) -> dict[str, Any]:
    body = plain("visits")
    body["series"][0].update(more)
    return body


def task(name: str, **more: Any) -> dict[str, Any]:
    body = plain(name)
    body["tasks"][0].update(more)
    return body


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a recipe that no chamber holds": (changed("joins", recipe="86C"), "tasks[0].modes[0].requirements[0].recipe", "did you mean '85C'"),
    "more units than a run holds": (changed("joins", demand=7), "tasks[0].modes[0].requirements[0]", "7 units"),
    "no recipe where a changeover wants one": (changed("joins", recipe=None), "tasks[0].modes[0].requirements[0].recipe", "recipe"),
    "a language that nobody speaks": (
        changed("english", select={"qualification": "advice", "languages": ["fi"]}),
        "tasks[0].modes[0].requirements[0]",
        "who speaks fi",
    ),
    "a level that nobody has": (changed("english", select={"qualification": "advice", "level": 9}), "tasks[0].modes[0].requirements[0]", "level 9"),
    "a series that cannot fit": (series(least_apart="P500D", most_apart=None), "series[0]", "the series cannot fit"),
    "a series out of order": (series(least_apart="P9D"), "series[0].most_apart", "below least_apart"),
    "an unknown task in a series": (series(tasks=["visit-1", "visit-3"]), "series[0].tasks[1]", "visit-3"),
    "an unknown calendar": (task("analysis", within="dya"), "tasks[0].within", "did you mean 'day'"),
    "a task that never fits a day": (
        task("analysis", modes=[{"duration": "PT10H", "requirements": plain("analysis")["tasks"][0]["modes"][0]["requirements"]}]),
        "tasks[0]",
        "",
    ),
    "an unknown site": (task("visits", site="mars"), "tasks[0].site", "mars"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bad_request_is_refused_with_its_path(wide: App, name: str) -> None:
    body, path, words = FAULTS[name]
    answer = wide.client.post("/api/requests", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["path"].startswith(path), answer.json()
    assert words in answer.json()["detail"], answer.json()


def test_matrix_with_a_hole_refuses_the_request_that_falls_into_it(wide: App) -> None:
    lab.replace_lab(wide.database, replace(with_hole(), resources=tuple(replace(each, initial_recipe=None) for each in WIDE.lab.resources)), WIDE.now, "test")
    answer = wide.client.post("/api/requests", json=changed("joins", recipe="oil"))
    assert answer.status_code == 422, answer.text
    assert "oil" in answer.json()["detail"]


def test_runs_are_planned_and_told_with_their_load(wide: App) -> None:
    for name in ("joins", "running"):
        wide.client.post("/api/requests", json=plain(name) | {"release": "2026-09-02T09:00:00+09:00"})
    wide.publish()
    start = int(WIDE.now.timestamp()) // 60
    page = wide.client.get(f"/api/schedule?start_minute={start}&end_minute={start + 7 * 1440}").json()
    resources = wide.client.get("/api/lab").json()["resources"]
    oven = next(index for index, each in enumerate(resources) if each["batch"])
    assert [each["id"] for each in resources if each["batch"]] == ["oven"]
    bars = page["bars"]
    loads = [bars["units"][bar] for bar in range(len(bars["booking"])) if bars["resource"][bar] == oven]
    assert sorted(loads) == [2, 3]


SHOWN = {
    "en": ("2 times, Tue", "Urgent", "Specimens sent", "pauses out of hours", "within one day"),
    "ko": ("2회, 화요일", "긴급", "시편 발송", "근무 시간 외 중단", "하루 안에 완료"),
}


@pytest.mark.parametrize("language", SHOWN)
def test_request_page_shows_what_was_asked_for(wide: App, language: str) -> None:
    for name in ("visits", "analysis", "joins"):
        wide.client.post("/api/requests", json=plain(name))
    shown = "".join(wide.client.get(f"/requests/{name}?lang={language}").text for name in ("visits", "analysis", "joins"))
    for each in (*SHOWN[language], "85C"):
        assert each in shown, each
