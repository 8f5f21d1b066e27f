from datetime import timedelta

from api.remembered import Remembered
from scheduler.service import lab
from tests.api.conftest import App
from tests.api.labs import NOW, choice, small_lab


def test_lab_is_read_once_until_it_changes(app: App) -> None:
    memory = Remembered()
    first = memory.lab_now(app.database)
    assert memory.lab_now(app.database) is first
    lab.replace_lab(app.database, small_lab("다른 이름"), NOW, "test")
    second = memory.lab_now(app.database)
    assert second.version == first.version + 1
    assert second.lab.sites[0].name == "다른 이름"


def test_booked_is_read_once_until_the_plan_changes(app: App) -> None:
    memory = Remembered()
    app.client.post("/api/requests/from-method", json=choice())
    first = memory.booked(app.database)
    assert memory.booked(app.database) is first
    assert first.bookings == ()
    app.publish()
    second = memory.booked(app.database)
    assert (second.revision, len(second.bookings), len(second.requests)) == (1, 2, 1)


def test_offers_heed_what_was_published_meanwhile(app: App) -> None:
    before = app.client.post("/api/offers/from-method?count=1", json=choice()).json()["offers"][0]["window"]
    app.client.post("/api/requests/from-method", json=choice())
    app.publish()
    after = app.client.post("/api/offers/from-method?count=1", json=choice("other")).json()["offers"][0]["window"]
    assert after["start"] > before["start"]


def test_page_shows_a_changed_lab_at_once(app: App) -> None:
    assert "중앙시험원" in app.client.get("/schedule/table").text
    app.clock.advance(timedelta(hours=1))
    lab.replace_lab(app.database, small_lab("새 시험원"), NOW, "test")
    assert "새 시험원" in app.client.get("/schedule/table").text
