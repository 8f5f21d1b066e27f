"""The database handle: one writer, many readers, one transaction per use case."""


class Database:
    """An open database. `Database.open(url)`, then `write()` and `read()` transactions, at last `close()`."""

    @classmethod
    def open(cls, url: str) -> "Database":
        """The database at `url`: `sqlite:///path`, `sqlite://` (in memory) or `postgresql+psycopg://...`."""

    def close(self) -> None:
        """All connections are closed."""
