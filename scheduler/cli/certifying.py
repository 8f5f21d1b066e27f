"""Certificates on the command line: written only with what the checker reproduces, judged in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from scheduler.cli.figures import percent
from scheduler.cli.files import read, write
from scheduler.errors import InputError
from scheduler.model import codec
from scheduler.model.certificate import Certificate
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule
from scheduler.verify.certificate import check_certificate, off_grid, scalar_cost
from scheduler.verify.score import score_schedule


def certify(problem: Problem, offered: Sequence[Certificate], path: Path, *, was_stopped: bool) -> int | None:
    """The last certificate offered is in the file `path`, and claims what the checker reproduces, which is returned; None, and a sentence, if there is none."""
    if not offered:
        why = "there was no plan, there was no time to find out what all requests cost at least, or costs are too large to be added up"
        typer.echo(f"no certificate, and nothing written to {path}: {'the run was stopped' if was_stopped else why}", err=True)
        return None
    try:
        proved = check_certificate(problem, offered[-1]).bound
    except InputError as error:
        # The plan is there all the same.
        typer.echo(f"no certificate: {error.message}", err=True)
        return None
    write(path, codec.dump_file(replace(offered[-1], bound=proved)))
    typer.echo(f"certificate: its prices prove that no plan costs less than {proved:,}{_weighed(problem, offered[-1])}", err=True)
    return proved


@dataclass(frozen=True, slots=True)
class Judged:
    """What there is to say about a certificate, for people and for machines."""

    holds: bool
    text: str
    plain: dict[str, Any]


def judge_certificate(problem: Problem, schedule: Schedule | None, path: Path, max_mb: int) -> Judged:
    """What the certificate in the file `path` proves, and how far `schedule` is above it. Raises: InputError that names the file."""
    certificate = read(Certificate, path, max_mb)
    try:
        proved = check_certificate(problem, certificate)
    except InputError as error:
        raise InputError(error.message, f"{path}: {error.path}" if error.path else str(path)) from None
    plain: dict[str, Any] = {"claimed": proved.claimed, "bound": proved.bound, "holds": proved.holds}
    text = f"certificate: claims that no plan costs less than {proved.claimed:,}{_weighed(problem, certificate)}, "
    text += "which holds" if proved.holds else f"but its prices prove only {proved.bound:,}: the claim does not hold"
    if proved.bound > proved.claimed:
        text += f"; its prices prove even {proved.bound:,}"
    if schedule is not None:
        cost, between = scalar_cost(certificate, score_schedule(problem, schedule)), off_grid(problem, certificate, schedule)
        gap = 0.0 if cost <= proved.bound else (cost - proved.bound) / cost
        plain |= {"cost": cost, "gap": gap, "off_grid": between}
        text += f"\nthis schedule costs {cost:,}, gap {percent(gap)}"
        if between:
            text += f"; {between} of its bookings start between the certificate's ticks, of which it says nothing"
    return Judged(proved.holds, text, plain)


def _weighed(problem: Problem, certificate: Certificate) -> str:
    """What is added up, where that is not simply the objective."""
    if len({term.tier for term in problem.policy.terms}) == 1:
        return ""
    counted = " + ".join(f"{each.factor:,} x tier {each.tier}" for each in certificate.tiers if each.factor)
    return f" ({counted or 'nothing'})"
