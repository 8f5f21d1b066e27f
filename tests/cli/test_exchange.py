from dataclasses import replace

from icalendar import Calendar

from tests.cli.commands import Shell
from tests.ticks.labs import problem, request, task

ONE = problem(request(task("t", 2, name="염수분무"), company_name="=HYPERLINK(1)"))


def _planned(shell: Shell) -> None:
    shell.put("problem.json", ONE)
    assert shell("solve", "problem.json", "-o", "schedule.json", "-q", "--time-limit", "5").code == 0


def test_export_ical_writes_an_event_per_booking(shell: Shell) -> None:
    _planned(shell)
    assert shell("export", "ical", "problem.json", "schedule.json", "-o", "out.ics").code == 0
    events = Calendar.from_ical((shell.folder / "out.ics").read_bytes()).walk("VEVENT")
    assert len(events) == 1


def test_export_ical_is_in_the_zone_of_the_lab(shell: Shell) -> None:
    berlin = tuple(replace(each, time_zone="Europe/Berlin") for each in ONE.lab.sites)
    shell.put("problem.json", replace(ONE, lab=replace(ONE.lab, sites=berlin)))
    assert shell("solve", "problem.json", "-o", "schedule.json", "-q", "--time-limit", "5").code == 0
    assert "X-WR-TIMEZONE:Europe/Berlin" in shell("export", "ical", "problem.json", "schedule.json").out


def test_export_ical_refuses_an_unknown_resource(shell: Shell) -> None:
    _planned(shell)
    ran = shell("export", "ical", "problem.json", "schedule.json", "--resource", "gone")
    assert (ran.code, "gone" in ran.err) == (2, True)


def test_export_csv_disarms_formulas(shell: Shell) -> None:
    _planned(shell)
    assert shell("export", "csv", "problem.json", "schedule.json", "-o", "out.csv").code == 0
    assert "'=HYPERLINK(1)" in (shell.folder / "out.csv").read_text("utf-8-sig")


def test_export_svg_draws_the_timeline(shell: Shell) -> None:
    _planned(shell)
    ran = shell("export", "svg", "problem.json", "schedule.json")
    assert ran.out.startswith("<svg")
    assert "염수분무" in ran.out
