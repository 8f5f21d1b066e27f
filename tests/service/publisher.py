"""A process that dies in the middle of publishing."""

import os
import signal

from sqlalchemy import event

from scheduler.service import publishing
from scheduler.store.database import Database
from tests.service.world import NOW


def publish_and_die(url: str, draft: str, table: str) -> None:
    """Publishes `draft` and is killed, as by the kernel, right after its first statement that writes `table`."""
    database = Database.open(url)

    def kill(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.replace('"', "").startswith((f"INSERT INTO {table} ", f"UPDATE {table} ")):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database._writer, "after_cursor_execute", kill)
    publishing.publish(database, draft, 0, NOW, "ops")
