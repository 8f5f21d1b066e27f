"""Slotwright: one verified, near-optimal plan for scarce test equipment and advisors' time."""

__version__ = "0.1.0"
