"""Commands of the service: demo, serve, worker, migrate."""

import errno
import os
import shlex
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.called import called_as
from scheduler.cli.exchange import ical_of
from scheduler.cli.files import limits, write
from scheduler.cli.importing import DatabaseUrl
from scheduler.cli.progress import follow, stoppable
from scheduler.cli.report import print_result
from scheduler.config import read_settings
from scheduler.demo import demo_problem
from scheduler.errors import Defect, InputError
from scheduler.exchange.svg import timeline_svg
from scheduler.exchange.tables import schedule_csv
from scheduler.model import codec
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Result
from scheduler.service import lab, publishing, requests, runs
from scheduler.service.database import Database
from scheduler.service.database import migrate as migrate_database
from scheduler.solver.solve import solve
from scheduler.verify.verifier import Verifier
from scheduler.worker import run_worker

ACTOR = "demo"
LEASE = timedelta(minutes=5)

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on (0: any free one).")]


def demo(
    directory: Annotated[Path, typer.Option("--directory", help="Where to build the demo; a number is added if it is taken.")] = Path("slotwright-demo"),
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before the page is served.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another demo.")] = 0,
    time_limit: Annotated[float, typer.Option("--time-limit", min=0.5, help="Seconds for the plan.")] = 8.0,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    quiet: Annotated[bool, typer.Option("--quiet", "-q")] = False,
) -> None:
    """Build a believable Korean lab, plan it, verify, write .ics, .csv and .svg, and serve the page."""
    spend = limits(time_limit_seconds=time_limit)
    if not no_serve:
        # Before minutes of work, not after them.
        _check_host(host, expose=False)
        _check_port(host, port)
    folder = _fresh(directory)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    url = f"sqlite:///{(folder / 'slotwright.db').resolve()}"
    typer.echo(f"building the demo in {folder}")
    with Database.open(url) as database:
        problem, result = _plan_and_publish(database, demo_problem(now, seed), now, spend, quiet)
    if result.schedule is None:
        raise Defect("the demo problem has no plan")
    for name, data in (
        ("problem.json", codec.dump_file(problem)),
        ("schedule.json", codec.dump_file(result.schedule)),
        ("schedule.ics", ical_of(problem, result.schedule)),
        ("schedule.csv", schedule_csv(problem, result.schedule)),
        ("timeline.svg", timeline_svg(problem, result.schedule).encode()),
    ):
        write(folder / name, data)
        typer.echo(f"wrote {folder / name}")
    print_result(problem, result)
    typer.echo("every rule was checked again in wall-clock time: verified, published as revision 1")
    typer.echo(f"to open this demo again: {called_as()} serve --database {shlex.quote(url)}")
    if not no_serve:
        _serve(url, host, port, expose=False)


def _plan_and_publish(database: Database, source: Problem, now: datetime, limits: Limits, quiet: bool) -> tuple[Problem, Result]:
    """The way of every real plan: submit, run, verify, draft, publish."""
    migrate_database(database)
    lab.replace_lab(database, source.lab, now, ACTOR)
    for each in source.requests:
        requests.submit(database, each, now, ACTOR)
    run = runs.request_run(database, now, ACTOR, limits, policy=source.policy, horizon=source.horizon)
    work = runs.claim(database, ACTOR, now, LEASE)
    if work is None:
        raise Defect("the run of the demo was not handed out")
    with stoppable() as should_stop, follow(limits.time_limit_seconds, quiet=quiet) as on_progress:
        result = solve(work.problem, limits=limits, judge=Verifier(), on_progress=on_progress, should_stop=should_stop)
    finished = runs.finish(database, work.claim, result, datetime.now(UTC))
    if finished.draft is not None:
        publishing.publish(database, finished.draft, publishing.current_revision(database), datetime.now(UTC), ACTOR)
    return runs.load_problem(database, run.id), result


def _fresh(directory: Path) -> Path:
    """`directory`, or the first of `directory-2`, `-3` ... that does not exist; made."""
    folder, number = directory, 1
    while folder.exists():
        number += 1
        folder = directory.with_name(f"{directory.name}-{number}")
    folder.mkdir(parents=True)
    return folder


def serve(
    database: DatabaseUrl = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    expose: Annotated[bool, typer.Option("--expose", help="Allow an address that other machines reach; there is no sign-in yet.")] = False,
) -> None:
    """Serve the page and the API, with one worker beside it; brings the database to the current schema first."""
    _serve(_database_url(database), host, port, expose=expose)


def _check_host(host: str, *, expose: bool) -> None:
    """Refuse an address that others reach. Raises: InputError."""
    if host not in ("127.0.0.1", "localhost", "::1") and not expose:
        raise InputError(
            f"{host} can be reached by others and there is no sign-in yet; serve on 127.0.0.1, or add --expose behind a proxy that signs people in", "--host"
        )


def _check_port(host: str, port: int) -> None:
    """Refuse a port that is taken (0 is any free one). Raises: InputError."""
    if port == 0:
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server does: a port whose last connections are still winding down is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise InputError(f"port {port} is taken; choose another with --port (make run PORT=8123)") from None
            raise InputError(f"cannot listen on port {port} ({error.strerror}); choose another with --port") from None


def _serve(url: str, host: str, port: int, *, expose: bool) -> None:
    _check_host(host, expose=expose)
    _check_port(host, port)
    environment = {**os.environ, "SLOTWRIGHT_DATABASE_URL": url, "SLOTWRIGHT_HOST": host, "SLOTWRIGHT_PORT": str(port), "SLOTWRIGHT_EXPOSE": str(int(expose))}
    sys.stdout.flush()
    # A new program image: the process that answers the API never has the solver in memory.
    os.execve(sys.executable, [sys.executable, "-m", "api.server"], environment)  # noqa: S606 - our own interpreter and module


def worker(
    database: DatabaseUrl = None,
    once: Annotated[bool, typer.Option("--once", help="Work off what waits, then end.")] = False,
) -> None:
    """Work on planning runs until told to stop."""
    run_worker(_database_url(database), once=once)


def migrate(database: DatabaseUrl = None) -> None:
    """Bring the database to the schema of this version; does nothing if it is there."""
    url = _database_url(database)
    with Database.open(url) as handle:
        migrate_database(handle)
    typer.echo("the database is at the current schema")


def _database_url(given: str | None) -> str:
    return given or read_settings().database_url
