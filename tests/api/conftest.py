"""The real app over a real database, with a clock that stands still until a test moves it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from scheduler.service import lab
from scheduler.service.database import Database
from tests.api.labs import NOW, small_lab
from tests.api.planning import work_once


class StillClock:
    """Says the same time until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class App:
    """What tests hold: the client, the database behind it, the clock."""

    def __init__(self, client: TestClient, clock: StillClock, database: Database) -> None:
        self.client, self.clock, self.database = client, clock, database

    def plan(self) -> dict[str, object]:
        """A run from its request to its end; returns it as the API shows it."""
        run = self.client.post("/api/runs").json()
        assert work_once(self.database, self.clock()) == run["id"]
        answer: dict[str, object] = self.client.get(f"/api/runs/{run['id']}").json()
        return answer

    def publish(self) -> dict[str, object]:
        """A run, and its draft in force."""
        run = self.plan()
        answer = self.client.post(f"/api/drafts/{run['draft']}/publish", headers={"If-Match": str(run["base_revision"])})
        assert answer.status_code == 200, answer.text
        return run


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def app(sqlite_url: str, clock: StillClock) -> Iterator[App]:
    made = create_app(Settings(database_url=sqlite_url, with_worker=False, poll_seconds=0.01, max_body_bytes=200_000), clock)
    with TestClient(made, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        database: Database = made.state.database
        lab.replace_lab(database, small_lab(), NOW, "test")
        yield App(client, clock, database)


@pytest.fixture
def client(app: App) -> TestClient:
    return app.client
