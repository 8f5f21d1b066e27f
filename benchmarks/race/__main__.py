"""`python -m benchmarks.race`: the same as `python -m benchmarks race`."""

import sys

from benchmarks.race.command import main

if __name__ == "__main__":
    sys.exit(main())
