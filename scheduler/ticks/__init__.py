"""The two doors between wall-clock time and whole numbers: `compile` in, `extract` out."""
