"""`slotwright export`: schedules for calendars, spreadsheets and pictures."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from scheduler.cli.files import DEFAULT_MAX_MB, MaxMegabytes, check_answers, read, read_problem, write
from scheduler.exchange.bookings_ical import events_of
from scheduler.exchange.ical_export import CalendarFeed, write_feed
from scheduler.exchange.parts import Plan
from scheduler.exchange.svg import timeline_svg
from scheduler.exchange.tables import schedule_csv, unserved_csv
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule

app = typer.Typer(help="Write a schedule as iCal, CSV or SVG.", no_args_is_help=True)

ProblemPath = Annotated[Path, typer.Argument(metavar="PROBLEM.json", help="A problem file (- reads standard input).")]
SchedulePath = Annotated[Path, typer.Argument(metavar="SCHEDULE.json", help="A schedule of that problem.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write (- for standard output).")]
HOST = "slotwright.local"


@app.command()
def ical(
    problem_path: ProblemPath,
    schedule_path: SchedulePath,
    output: Output = Path("-"),
    resource: Annotated[str | None, typer.Option(help="Only bookings of this resource.")] = None,
    site: Annotated[str | None, typer.Option(help="Only bookings at this site.")] = None,
    company: Annotated[str | None, typer.Option(help="Only bookings of this company.")] = None,
    request: Annotated[str | None, typer.Option(help="Only bookings of this request.")] = None,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Write an .ics file."""
    problem, schedule = _read(problem_path, schedule_path, max_mb)
    write(output, ical_of(problem, schedule, resource=resource, site=site, company=company, request=request))


@app.command()
def csv(
    problem_path: ProblemPath,
    schedule_path: SchedulePath,
    output: Output = Path("-"),
    unserved: Annotated[bool, typer.Option("--unserved", help="The requests left out instead of the bookings.")] = False,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Write a CSV file that spreadsheets open."""
    problem, schedule = _read(problem_path, schedule_path, max_mb)
    write(output, unserved_csv(problem, schedule) if unserved else schedule_csv(problem, schedule))


@app.command()
def svg(
    problem_path: ProblemPath,
    schedule_path: SchedulePath,
    output: Output = Path("-"),
    max_rows: Annotated[int, typer.Option(min=1, max=2000, help="At most this many resources.")] = 60,
    language: Annotated[Literal["ko", "en"], typer.Option(help="Language of the words in it.")] = "ko",
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Draw the timeline as an SVG picture."""
    problem, schedule = _read(problem_path, schedule_path, max_mb)
    write(output, timeline_svg(problem, schedule, max_rows=max_rows, language=language).encode())


def ical_of(
    problem: Problem, schedule: Schedule, *, resource: str | None = None, site: str | None = None, company: str | None = None, request: str | None = None
) -> bytes:
    """The .ics file of a schedule, narrowed to one resource, site, company or request."""
    events = events_of(problem, schedule, host=HOST, resource=resource, site=site, company=company, request=request)
    return write_feed(CalendarFeed(name=problem.name or "Slotwright", time_zone=Plan(problem, schedule).home_zone, events=events))


def _read(problem_path: Path, schedule_path: Path, max_mb: int) -> tuple[Problem, Schedule]:
    problem = read_problem(problem_path, max_mb)
    schedule = read(Schedule, schedule_path, max_mb)
    check_answers(problem, schedule, schedule_path)
    return problem, schedule
