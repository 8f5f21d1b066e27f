"""The race: one problem under our solver and under what a user would pick instead, on the same cores, in turn, judged by our verifier."""
