"""How this program was called, so that commands which we print can be typed as they stand."""

import shlex
import shutil
import sys
from pathlib import Path

NAME = "slotwright"


def called_as() -> str:
    """The name alone where a shell finds it, else the path by which it was called."""
    called = Path(sys.argv[0])
    found = shutil.which(NAME)
    if called.name != NAME or (found is not None and Path(found).resolve() == called.resolve()):
        return NAME
    return shlex.quote(sys.argv[0])
