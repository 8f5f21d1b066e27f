from dataclasses import replace

import pytest

from scheduler.errors import InputError
from scheduler.model.lab import Lab, Qualification, Resource, Site
from scheduler.model.request import Mode, Request, Requirement, Select
from scheduler.model.travel import Travel, Way, Ways
from scheduler.planning import check_problem, check_request
from tests.planning.small import HORIZON, HOUR, LAB, NOW, lab_with, problem, request, task

ADVICE = Select(kind="person", qualification="visiting")


def lab(*ways: str, home: str | None = "ansan", **fields: object) -> Lab:
    oh = Resource(
        id="oh", kind="person", name="oh", site=home, calendar="office", travel=Travel(ways="roads"), qualifications=(Qualification(name="visiting"),)
    )
    known = tuple(Way(start=start, end=end, time=HOUR) for start, end in (each.split(">") for each in ways))
    sites = (*LAB.sites, Site(id="hanbit", name="한빛", institute="hanbit", time_zone="Asia/Seoul"))
    return lab_with(oh, replace(oh, id="unneeded", qualifications=()), sites=sites, ways=(Ways(id="sea"), Ways(id="roads", ways=known, **fields)))  # type: ignore[arg-type]


def visit(*sites: str, place: str = "one_site") -> Request:
    mode = Mode(duration=HOUR, requirements=(Requirement(id="advisor", select=ADVICE),))
    return request(tasks=tuple(task(each, mode, site=each, place=place) for each in sites), precedences=())


def refusal(asked: Request, of: Lab) -> str:
    with pytest.raises(InputError) as caught:
        check_problem(problem(asked, lab=of))
    return str(caught.value)


def test_ways_from_home_and_between_sites_pass() -> None:
    check_problem(problem(visit("siheung", "hanbit"), lab=lab("ansan>siheung", "hanbit>siheung", "ansan>hanbit")))
    check_problem(problem(visit("ansan"), lab=lab()))
    check_problem(problem(visit("siheung"), lab=lab(home=None)))


@pytest.mark.parametrize(
    ("sites", "ways", "gap"),
    [
        (("siheung",), (), ("ansan", "siheung")),
        (("siheung", "hanbit"), ("ansan>siheung", "ansan>hanbit"), ("hanbit", "siheung")),
        (("siheung", "hanbit"), ("ansan>siheung", "siheung>hanbit"), ("ansan", "hanbit")),
    ],
)
def test_a_hole_is_refused(sites: tuple[str, ...], ways: tuple[str, ...], gap: tuple[str, str]) -> None:
    said = f"lab.ways[1].ways: nothing tells the way from {gap[0]!r} to {gap[1]!r}, which oh may have to travel; "
    assert refusal(visit(*sites), lab(*ways)).startswith(said)
    with pytest.raises(InputError, match=r"^lab\.ways\[1\]\.ways: "):
        check_request(lab(*ways), visit(*sites), NOW, HORIZON)


def test_positions_fill_the_holes_where_there_is_a_speed() -> None:
    def placed(speed: float | None, *names: str) -> Lab:
        known = lab(speed_kmh=speed)
        return replace(known, sites=tuple(replace(each, latitude=37.0, longitude=127.0) if each.id in names else each for each in known.sites))

    check_problem(problem(visit("siheung"), lab=placed(50, "ansan", "siheung")))
    assert "from 'ansan' to 'siheung'" in refusal(visit("siheung"), placed(None, "ansan", "siheung"))
    assert "from 'ansan' to 'siheung'" in refusal(visit("siheung"), placed(50, "ansan"))


def test_nobody_travels_to_a_task_anywhere() -> None:
    mode = Mode(duration=HOUR, requirements=(Requirement(id="advisor", select=ADVICE), Requirement(id="salt", select=Select(ids=("salt-2",)))))
    here = request(tasks=(task("joint", mode),), precedences=())
    assert "from 'ansan' to 'siheung'" in refusal(here, lab())
    check_problem(problem(replace(here, tasks=(replace(here.tasks[0], place="anywhere"),)), lab=lab()))


def test_only_sites_that_have_all_it_takes_count() -> None:
    # Two persons with corrosion-testing are at ansan only, so a task that also takes one never brings oh to siheung.
    mode = Mode(
        duration=HOUR,
        requirements=(
            Requirement(id="advisor", select=ADVICE),
            Requirement(id="chamber", select=Select(kind="chamber")),
            Requirement(id="operators", select=Select(qualification="corrosion-testing"), count=2),
        ),
    )
    check_problem(problem(request(tasks=(task("joint", mode),), precedences=()), lab=lab()))
