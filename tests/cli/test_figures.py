"""Figures for people."""

import pytest

from scheduler.cli.figures import percent


@pytest.mark.parametrize(("share", "text"), [(0.0, "0.00%"), (1e-9, "<0.01%"), (0.000049, "<0.01%"), (0.00005, "0.01%"), (0.0244, "2.44%"), (1.0, "100.00%")])
def test_what_is_open_is_never_written_as_nothing(share: float, text: str) -> None:
    assert percent(share) == text
