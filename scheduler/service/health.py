"""Whether the service can work."""

from scheduler.service.database import Database


def check(database: Database) -> list[str]:
    """One sentence per problem, none when all is well: reachable, migrated, guarded against double booking, a safe SQLite."""
