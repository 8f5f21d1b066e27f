"""Stopping: the first Ctrl-C keeps the best plan, the second ends at once and says what that costs."""

import signal

import pytest

from scheduler.cli.progress import stoppable


def test_the_second_ctrl_c_says_that_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable() as is_stopped:
        signal.raise_signal(signal.SIGINT)
        assert is_stopped()
        assert capsys.readouterr().err == ""
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert "nothing is kept" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) == before
