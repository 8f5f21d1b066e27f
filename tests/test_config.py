"""Settings come from the environment, and impossible ones are refused."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from scheduler.config import Settings


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOTWRIGHT_DATABASE_URL", "sqlite:///other.db")
    monkeypatch.setenv("SLOTWRIGHT_LEASE_SECONDS", "12")
    settings = Settings()
    assert (settings.database_url, settings.lease) == ("sqlite:///other.db", timedelta(seconds=12))


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("LEASE_SECONDS", "0"), ("POLL_SECONDS", "-1"), ("PORT", "http")])
def test_impossible_settings_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SLOTWRIGHT_{name}", value)
    with pytest.raises(ValidationError):
        Settings()
