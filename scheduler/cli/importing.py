"""`slotwright import`: the lab and the requests of a problem file become those of the service."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.called import called_as
from scheduler.cli.files import DEFAULT_MAX_MB, MaxMegabytes, read_problem
from scheduler.config import read_settings
from scheduler.errors import InputError, NotFound
from scheduler.model.lab import Lab
from scheduler.model.request import Request
from scheduler.planning import Eligibility, check_request
from scheduler.service import lab, requests
from scheduler.service.database import Database, migrate
from scheduler.service.snapshot import default_horizon

ACTOR = "import"

DatabaseUrl = Annotated[
    str | None, typer.Option("--database", help="Database URL; default from SLOTWRIGHT_DATABASE_URL, or else sqlite:///slotwright.db in this folder.")
]


def import_problem(
    problem_path: Annotated[Path, typer.Argument(metavar="PROBLEM.json", help="The problem file that holds your lab (- reads standard input).")],
    database: DatabaseUrl = None,
    lab_only: Annotated[bool, typer.Option("--lab-only", help="Take over the lab and none of the requests.")] = False,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Put the lab and the requests of a problem file into the service; requests that it has already are left as they are."""
    problem = read_problem(problem_path, max_mb)
    url = database or read_settings().database_url
    now = datetime.now(UTC).replace(microsecond=0)
    with Database.open(url) as handle:
        migrate(handle)
        wanted = () if lab_only else problem.requests
        new = [(index, each) for index, each in enumerate(wanted) if not _is_stored(handle, each.id)]
        # All are looked at before the first is stored, so that a fault in one leaves the service as it was.
        _check(problem.lab, new, now, problem_path)
        is_same_lab = lab.load_lab(handle) == problem.lab
        if not is_same_lab:
            lab.replace_lab(handle, problem.lab, now, ACTOR)
        for _, each in new:
            requests.submit(handle, each, now, ACTOR)
    sites, resources, methods = len(problem.lab.sites), len(problem.lab.resources), len(problem.lab.methods)
    typer.echo(f"lab: sites {sites}, resources {resources}, methods {methods}" + (" (unchanged)" if is_same_lab else ""))
    typer.echo(f"requests: {len(new)} stored, {len(wanted) - len(new)} were there already")
    if not methods:
        typer.echo("the lab has no methods: the page can plan, but offers no test to ask for; add lab.methods and import again")
    if problem.in_force:
        typer.echo("the bookings in force of the file were not taken over: plan and publish in the service")
    if problem.companies or problem.quotas:
        typer.echo("companies and quotas of the file were not taken over: the service plans without them so far; `slotwright solve` keeps to them")
    typer.echo(f"next: {called_as()} serve --database {shlex.quote(url)}")


def _is_stored(database: Database, request_id: str) -> bool:
    try:
        requests.find(database, request_id)
    except NotFound:
        return False
    return True


def _check(wanted: Lab, new: Sequence[tuple[int, Request]], now: datetime, path: Path) -> None:
    """Refuse what cannot be served from now on. Raises: InputError that names the request."""
    eligibility = Eligibility(wanted)
    for index, each in new:
        try:
            check_request(wanted, each, now, default_horizon(now, (each,)), eligibility=eligibility)
        except InputError as error:
            place = f"{path}: requests[{index}]" + (f".{error.path}" if error.path else "")
            raise type(error)(f"{error.message} (nothing was stored; --lab-only takes the lab without requests)", place) from None
