"""Real processes for tests, without paying the imports for each of them."""

import multiprocessing
from multiprocessing.context import ForkServerContext

PRELOADED = ["scheduler.service.publishing", "scheduler.store.lanes", "tests.service.world", "tests.store.writers", "tests.service.publisher"]


def context() -> ForkServerContext:
    """Processes forked from one clean server, which has imported what they need and has no database open."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOADED)
    return made
