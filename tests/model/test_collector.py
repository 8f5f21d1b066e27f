"""The collector is put back as it was found, also when work fails or blocks are nested."""

import gc

import pytest

from scheduler.model.collector import rested, resting


def test_collector_rests_in_nested_blocks_and_is_awake_after() -> None:
    with rested():
        with rested():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collector_is_awake_after_work_that_fails() -> None:
    @resting
    def fail() -> None:
        assert not gc.isenabled()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert gc.isenabled()


def test_collector_that_somebody_switched_off_stays_off() -> None:
    gc.disable()
    try:
        with rested():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
