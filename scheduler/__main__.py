"""`slotwright`, or `python -m scheduler`: where the command line begins.

Reading all modules takes a second or two, and somebody who interrupts that needs no traceback: nothing has begun.
"""

import sys

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def main() -> None:
    """Runs the command line."""
    try:
        from scheduler.cli import main as run  # noqa: PLC0415 - what takes long is read where an interrupt is expected
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
