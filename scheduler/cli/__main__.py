"""`python -m scheduler.cli`, the same as `slotwright`."""

from scheduler.cli import main

main()
