"""The command `slotwright`. Bad input exits 2 with one line that says what, where and what to do."""

import os
import sys

import typer

from scheduler import __version__
from scheduler.cli import exchange, importing, plan, serving
from scheduler.config import collect_garbage_rarely
from scheduler.errors import InputError, SchedulerError

app = typer.Typer(
    name="slotwright",
    help="One verified, near-optimal plan for scarce test equipment and advisors' time.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (plan.solve, plan.verify, plan.offers, plan.explain, plan.whatif, serving.demo, serving.serve, serving.worker, serving.migrate):
    app.command()(command)
app.command("import")(importing.import_problem)
app.add_typer(exchange.app, name="export")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"slotwright {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version and exit.")) -> None:
    """One verified, near-optimal plan for scarce test equipment and advisors' time."""


def main() -> None:
    """Run the command line; every deliberate error becomes one line on stderr and an exit code."""
    collect_garbage_rarely()
    try:
        app()
    except InputError as error:
        _fail(str(error), 2)
    except SchedulerError as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except IsADirectoryError as error:
        _fail(f"{error.filename}: is a directory; give a file", 2)
    except OSError as error:
        _fail(f"{error.filename or 'input/output'}: {error.strerror or error}; check the path and its permissions", 2)
    except Exception as error:
        if os.environ.get("SLOTWRIGHT_DEBUG"):
            raise
        _fail(f"internal fault ({type(error).__name__}: {error}); set SLOTWRIGHT_DEBUG=1 to see where, and report it with the input file", 70)


def _fail(message: str, code: int) -> None:
    one_line = " ".join(message.split())
    typer.echo(f"slotwright: {one_line}", err=True)
    raise SystemExit(code)
