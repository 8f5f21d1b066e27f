"""A worker in a process of its own: improves its share of the requests of the common plan, turn by turn.

`python -m scheduler.solver.mate` reads the problem and then orders from standard input, one JSON line each, and answers on standard
output; the end of the input is the end of the process. Whoever started it may be killed in the middle of a long turn: then it ends by itself. See `team`.
"""

import json
import os
import sys
from threading import Thread
from time import monotonic, sleep, time
from typing import Any, BinaryIO

from scheduler.model.codec import parse
from scheduler.model.problem import Problem
from scheduler.solver.budget import Budget
from scheduler.solver.deltas import changed, difference, follow, from_plain, to_plain
from scheduler.solver.open_part import open_part
from scheduler.solver.refine import Refiner
from scheduler.solver.standing import Standing
from scheduler.solver.twins import search_alone
from scheduler.ticks.instance import Instance

ORPHAN_SECONDS = 1.0
"""So often a mate looks whether it has been left alone."""


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Serves one team until the input ends."""
    hello = _line(source)
    if hello is None:
        return
    instance = open_part(parse(Problem, source.read(hello["bytes"]), max_bytes=hello["bytes"])).instance
    _say(sink, {"ready": len(instance.requests)})
    refiner: Refiner | None = None
    while (order := _line(source)) is not None:
        if order["work"] != "improve":
            _say(sink, _alike(instance, order))
            continue
        if refiner is None:
            refiner = Refiner(Standing(instance, {}), order["least"], hello["seed"])
        follow(refiner.standing, from_plain(order["changes"]))
        _say(sink, _turn(refiner, order))


def _alike(instance: Instance, order: dict[str, Any]) -> dict[str, Any]:
    plan = changed({}, from_plain(order["plan"]))
    # Two processes share no monotonic clock; should the other one be set meanwhile, no more than all the time is lost or kept.
    late = min(max(0.0, time() - order["at"]), order["seconds"])
    budget = Budget(monotonic() + order["seconds"] - late, order["deterministic"], order["seed"], 1)
    found = search_alone(instance, order["work"], plan, order["goal"], budget)
    return {"changes": to_plain(difference(plan, found))}


def _turn(refiner: Refiner, order: dict[str, Any]) -> dict[str, Any]:
    began, before = monotonic(), dict(refiner.standing.plan)
    budget = Budget(began + order["seconds"], order["deterministic"], 0, 1)
    # On the repeatable clock nothing may depend on the other one.
    speed = 0.0 if budget.is_repeatable else order["speed"]
    spent = refiner.run(budget, lambda: order["done"] + speed * (monotonic() - began), frozenset(order["among"]))
    return {"changes": to_plain(difference(before, refiner.standing.plan)), "spent": spent}


def _line(source: BinaryIO) -> dict[str, Any] | None:
    line = source.readline()
    return json.loads(line) if line else None


def _say(sink: BinaryIO, message: dict[str, Any]) -> None:
    sink.write(json.dumps(message).encode() + b"\n")
    sink.flush()


def _end_as_orphan(parent: int) -> None:
    """Ends this process soon after whoever started it, `parent`, is gone."""
    while os.getppid() == parent:
        sleep(ORPHAN_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_as_orphan, args=(os.getppid(),), daemon=True).start()
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        # Whoever asked is gone; nobody wants the answer.
        sys.stderr.close()
