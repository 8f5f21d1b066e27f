"""The history of the tables: one file per step in `versions`, never changed once released.

A new step is a new file there whose `down_revision` is the last one and whose `upgrade` ends with
`create_guards`; a test compares what the steps make with `scheduler.store.schema`.
"""
