"""Certificate files: what is no proposal of prices at all is refused with its path."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduler.errors import InputError
from scheduler.model import codec
from scheduler.model.certificate import Anchor, Certificate, Prices, TierFactor, origin_of
from tests.ticks.labs import at, problem

WHOLE = Certificate(
    problem="a" * 64,
    origin=datetime(2026, 3, 2, tzinfo=UTC),
    resolution=timedelta(minutes=15),
    scale=1_000,
    bound=7,
    tiers=(TierFactor(tier=1, factor=1),),
    prices=(Prices(resource="chamber", steps=((0, 5), (4, 0))),),
    anchors=(Anchor(request="r", task="t"),),
    versions={"slotwright": "0"},
)


def test_a_certificate_is_read_as_it_was_written() -> None:
    assert codec.parse(Certificate, codec.dump_file(WHOLE)) == WHOLE
    assert b'"format": "slotwright/certificate@1"' in codec.dump_file(WHOLE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"problem": "abc"}, "problem"),
        ({"scale": 0}, "scale"),
        ({"bound": 1.5}, "bound"),
        ({"tiers": []}, "tiers"),
        ({"tiers": [{"tier": 1, "factor": -1}]}, r"tiers\[0\].factor"),
        ({"tiers": [{"tier": 1, "factor": 1}, {"tier": 1, "factor": 2}]}, r"tiers\[1\].*twice"),
        ({"prices": [{"resource": "chamber", "steps": [[0, -1]]}]}, r"prices\[0\].steps\[0\]\[1\]"),
        ({"prices": [{"resource": "chamber", "steps": [[-1, 1]]}]}, r"prices\[0\].steps\[0\]\[0\]"),
        ({"prices": [{"resource": "chamber", "steps": [[0, 10**16]]}]}, r"prices\[0\].steps\[0\]\[1\]"),
        ({"prices": [{"resource": "chamber", "steps": [[0, 10**400]]}]}, "prices"),
        ({"prices": [{"resource": "chamber", "steps": [[3, 1], [3, 2]]}]}, "does not come after"),
        ({"prices": [{"resource": "chamber", "steps": []}]}, "steps"),
        ({"prices": [{"resource": "chamber", "steps": [[0, 1]], "units": [[1, 1], [1, 2]]}]}, r"units\[1\]"),
        ({"prices": [{"resource": "chamber", "steps": [[0, 1]], "units": [[1, -1]]}]}, r"units\[0\]\[1\]"),
        ({"prices": [{"resource": "chamber", "steps": [[0, 1]]}] * 2}, r"prices\[1\].*twice"),
        ({"anchors": [{"request": "r", "task": "t"}] * 2}, r"anchors\[1\].*twice"),
        ({"origin": "2026-03-02T00:00:00"}, "origin"),
        ({"resolution": 15}, "resolution"),
        ({"format": "slotwright/certificate@2"}, "format"),
        ({"profit": 1}, "profit"),
    ],
    ids=str,
)
def test_what_no_certificate_can_say_is_refused(change: dict[str, Any], said: str) -> None:
    plain = {"format": "slotwright/certificate@1", **codec.to_plain(WHOLE)} | change
    with pytest.raises(InputError, match=said):
        codec.from_plain(Certificate, plain)


def test_ticks_count_from_the_full_hour() -> None:
    given = problem()
    given = replace(given, horizon=replace(given.horizon, start=at(0.75)))
    assert origin_of(given) == at(0)
