"""The history of the tables. A new step: `python -m scheduler.store.migrations "what it does"`, then read what it wrote."""
