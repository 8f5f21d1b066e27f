"""Settings from the environment, read by entry points only; everything below takes them as arguments.

Each is an environment variable with the prefix SLOTWRIGHT_, such as SLOTWRIGHT_DATABASE_URL.
"""

import gc
from datetime import timedelta
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from scheduler.errors import InputError


class Settings(BaseSettings):
    """What an operator may set.

    `database_url`: `sqlite:///file.db` or `postgresql+psycopg://user@host/name`.
    `lease_seconds`: how long a run stays with a worker that has fallen silent; the worker reports
    six times as often. `expose` says that an address which other machines reach is meant.
    `poll_seconds`: how often an idle worker looks for work.
    """

    model_config = SettingsConfigDict(env_prefix="SLOTWRIGHT_", extra="ignore", frozen=True)

    database_url: str = "sqlite:///slotwright.db"
    host: str = "127.0.0.1"
    expose: bool = False
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    lease_seconds: Annotated[float, Field(ge=1, le=3_600)] = 30.0
    poll_seconds: Annotated[float, Field(ge=0.05, le=60)] = 0.5

    @property
    def lease(self) -> timedelta:
        """`lease_seconds` as a length of time."""
        return timedelta(seconds=self.lease_seconds)


def read_settings() -> Settings:
    """The settings of the environment. Raises: InputError that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = f"{first['msg'][0].lower()}{first['msg'][1:]} (given: {str(first['input'])[:60]!r}); correct it or leave it unset"
        raise InputError(message, f"SLOTWRIGHT_{first['loc'][0]}".upper()) from None


def collect_garbage_rarely() -> None:
    """Entry points that read large problems call this first.

    A year is some millions of small objects that live to the end: looking for cycles among them
    again and again took a third of the time to read one.
    """
    gc.set_threshold(200_000, 50, 100)
