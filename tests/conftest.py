"""Fixtures that every test may use."""

from tests.databases import (
    database,
    database_url,
    own_database,
    own_postgres_url,
    postgres_server,
    postgres_template,
    postgres_url,
    shared_postgres_url,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "database",
    "database_url",
    "own_database",
    "own_postgres_url",
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "shared_postgres_url",
    "sqlite_template",
    "sqlite_url",
]
