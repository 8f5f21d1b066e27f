"""One file per step, run in the order of their `down_revision`. Each ends with `create_guards` (see scheduler.store.guards)."""
