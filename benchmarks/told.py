"""Commands that end as people expect: bad input in one sentence, Ctrl-C without a traceback."""

import sys
from collections.abc import Callable

from scheduler.errors import InputError

BAD_INPUT, INTERRUPTED = 2, 130
"""Exit statuses: what was asked for cannot be done; Ctrl-C, as shells have it."""


def told(work: Callable[[], int]) -> int:
    """What `work` returns, or the exit status of what ended it, told on standard error."""
    try:
        return work()
    except InputError as error:
        print(error, file=sys.stderr)
    except IsADirectoryError as error:
        print(f"{error.filename}: is a directory; give a file", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'input/output'}: {error.strerror or error}; check the path and its permissions", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted; rows that were written are kept", file=sys.stderr)
        return INTERRUPTED
    return BAD_INPUT


def whole_numbers(text: str, option: str) -> list[int]:
    """The numbers of a list with commas between, as `option` was given. Raises: InputError."""
    try:
        numbers = [int(each) for each in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 1:
        raise InputError(f"{text!r} is no list of whole numbers from 1 on; write them with commas between, such as 1,2,3", option)
    return numbers
