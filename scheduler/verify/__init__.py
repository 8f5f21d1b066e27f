"""The second opinion: every rule and the score again, in wall-clock time, with no solver and no ticks."""
