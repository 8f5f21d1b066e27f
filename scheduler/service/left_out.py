"""The requests that a run could not take in, as the store keeps them."""

from scheduler.model.codec import adapter
from scheduler.service.snapshot import LeftOut
from scheduler.store import runs
from scheduler.store.database import Transaction

_LEFT_OUT = adapter(tuple[LeftOut, ...])


def left_out_text(left_out: tuple[LeftOut, ...]) -> str:
    """As JSON."""
    return _LEFT_OUT.dump_json(left_out, exclude_defaults=True).decode()


def left_out_of(tx: Transaction, run_id: str) -> tuple[LeftOut, ...]:
    """The requests that the run could not take in. Raises: NotFound."""
    found: tuple[LeftOut, ...] = _LEFT_OUT.validate_json(runs.bodies(tx, run_id).left_out)
    return found
