"""How a run is followed: a bar on a terminal, plain lines otherwise, and a clean stop on Ctrl-C."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from scheduler.cli.figures import percent
from scheduler.model.result import Progress as Step

PLAIN_EVERY_SECONDS = 1.0


def describe(step: Step) -> str:
    """One step as text: phase, objective, bound, gaps."""
    parts = [step.phase]
    if step.served is not None:
        parts.append(f"served {step.served:,}")
    if step.objective is not None:
        parts.append(f"objective {step.objective:,}")
    if step.bound is not None:
        parts.append(f"bound {step.bound:,}")
    if step.gap is not None:
        parts.append(f"gap {percent(step.gap)}")
    if step.regret_gap is not None:
        parts.append(f"regret gap {percent(step.regret_gap)}")
    return "  ".join(parts)


@contextmanager
def follow(time_limit_seconds: float, *, quiet: bool = False) -> Iterator[Callable[[Step], None]]:
    """A callback for the progress of a run that may take `time_limit_seconds`."""
    if quiet:
        yield lambda step: None
    elif sys.stderr.isatty():
        console = Console(stderr=True)
        with Progress(SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True) as bar:
            task = bar.add_task("starting", total=time_limit_seconds)
            yield lambda step: bar.update(task, completed=min(step.seconds, time_limit_seconds), description=describe(step))
    else:
        last: Step | None = None

        def line(step: Step) -> None:
            # At most one line a second, but every new phase is said.
            nonlocal last
            if last is None or step.phase != last.phase or step.seconds - last.seconds >= PLAIN_EVERY_SECONDS:
                last = step
                sys.stderr.write(f"{step.seconds:8.1f} s  {describe(step)}\n")
                sys.stderr.flush()

        yield line


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """A predicate that turns true on Ctrl-C or SIGTERM: what was found so far is kept. A second Ctrl-C ends at once, and says so."""
    stop = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        if stop.is_set():
            sys.stderr.write("\nEnded at once: nothing is kept. After the first Ctrl-C the best plan so far is finished and written.\n")
            raise KeyboardInterrupt
        stop.set()

    before = {each: signal.signal(each, on_signal) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop.is_set
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
