"""Public benchmarks, stated in our own model and solved by what users call; their data stays where it is."""
