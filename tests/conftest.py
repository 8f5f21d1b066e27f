"""Fixtures that every test may use."""

from tests.databases import database, database_url, postgres_server, postgres_template, postgres_url, sqlite_template, sqlite_url

__all__ = ["database", "database_url", "postgres_server", "postgres_template", "postgres_url", "sqlite_template", "sqlite_url"]
