from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest

from scheduler.errors import InputError, TaskCannotFit, UnknownReference
from scheduler.model.catalogue import Method, Step
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import FeatureBound, Link, Precedence, Requirement, Select, Shipment
from scheduler.model.schedule import Allocation
from scheduler.model.travel import Courier
from scheduler.model.window import Window
from scheduler.planning import check_problem
from tests.planning.small import (
    HOUR,
    LAB,
    NOW,
    OPERATOR,
    TUESDAY,
    booking,
    by_hand,
    exposed,
    exposure,
    lab_with,
    one_task,
    problem,
    request,
    task,
)


def refusal(wrong: Problem) -> InputError:
    with pytest.raises(InputError) as caught:
        check_problem(wrong)
    return caught.value


def test_check_passes_a_problem_in_order() -> None:
    check_problem(problem(request("r1"), request("r2"), in_force=(InForce(booking=booking(TUESDAY), frozen=True), InForce(booking=exposed(TUESDAY + HOUR)))))


def test_check_passes_what_is_in_order_but_fits_nowhere() -> None:
    # That comes out of planning as unserved: one impossible wish must not spoil the plan of the others.
    check_problem(problem(request(release=NOW, deadline=NOW + HOUR)))


def method(*steps: Step, **fields: object) -> Method:
    return Method(id="nss", name="nss", steps=steps, **fields)  # type: ignore[arg-type]


STEP = Step(id="a", name="a", duration=HOUR, requirements=(Requirement(id="operator", select=OPERATOR),))


@pytest.mark.parametrize(
    ("methods", "text"),
    [
        ((method(STEP), method(STEP)), "lab.methods[1].id: the id 'nss' is already used by lab.methods[0]"),
        ((method(STEP, STEP),), "lab.methods[0].steps[1].id: the id 'a' is already used"),
        (
            (method(replace(STEP, requirements=(*STEP.requirements, Requirement(id="x", select=Select(ids=("salt-9",)))))),),
            "lab.methods[0].steps[0].requirements[1].select.ids[0]: no resource has the id 'salt-9'; did you mean 'salt-",
        ),
        ((method(STEP, precedences=(Precedence(before="a", after="b"),)),), "lab.methods[0].precedences[0].after: no task of this request has the id 'b'"),
        ((method(STEP, links=(Link(kind="same_site", tasks=("a", "b")),)),), "lab.methods[0].links[0].tasks[1]: no task of this request has the id 'b'"),
    ],
)
def test_check_refuses_methods_that(methods: tuple[Method, ...], text: str) -> None:
    assert str(refusal(problem(lab=replace(LAB, methods=methods)))).startswith(text)


def test_check_refuses_a_request_id_used_twice() -> None:
    assert str(refusal(problem(request("a"), request("b"), request("a")))) == "requests[2].id: the id 'a' is already used by requests[0]; give each its own id"


def chained(*pairs: tuple[str, str]) -> dict[str, object]:
    return {"precedences": tuple(Precedence(before=before, after=after) for before, after in pairs)}


REQUEST_FAULTS: dict[str, tuple[object, type[InputError], str]] = {
    "unknown resource": (
        one_task(by_hand(), replace(by_hand(select=Select(ids=("kim", "lee", "parc"))), id="other")),
        UnknownReference,
        "requests[1].tasks[0].modes[1].requirements[0].select.ids[2]: no resource has the id 'parc'; did you mean 'park'?",
    ),
    "unknown site": (
        one_task(by_hand(select=Select(kind="person", sites=("ansan", "x")))),
        UnknownReference,
        "requests[1].tasks[0].modes[0].requirements[0].select.sites[1]: no site has the id 'x'; add the site or correct the id",
    ),
    "unknown preferred": (
        one_task(replace(by_hand(), requirements=(Requirement(id="operator", select=OPERATOR, preferred=("x",)),))),
        UnknownReference,
        "requests[1].tasks[0].modes[0].requirements[0].preferred[0]: no resource has the id 'x'",
    ),
    "unknown task before": (
        request(**chained(("perp", "exposure"))),
        UnknownReference,
        "requests[1].precedences[0].before: no task of this request has the id 'perp'; did you mean 'prep'?",
    ),
    "unknown task after": (
        request(**chained(("prep", "exposure"), ("prep", "x"))),
        UnknownReference,
        "requests[1].precedences[1].after: no task of this request has the id 'x'",
    ),
    "circle": (
        request(**chained(("prep", "exposure"), ("exposure", "evaluation"), ("evaluation", "prep"))),
        InputError,
        "requests[1].precedences: the tasks wait for each other in a circle: ",
    ),
    "task after itself": (
        request(**chained(("prep", "prep"))),
        InputError,
        "requests[1].precedences: the tasks wait for each other in a circle: prep -> prep; remove one of these precedences",
    ),
    "contradiction": (
        request(precedences=(Precedence(before="prep", after="exposure", min_lag=3 * HOUR), Precedence(before="prep", after="exposure", max_lag=2.5 * HOUR))),
        InputError,
        "requests[1].precedences[1]: contradicts an earlier precedence from 'prep' to 'exposure': at least 3 h, at most 2 h 30 min; keep one of them",
    ),
    "unknown task linked": (
        request(links=(Link(kind="same_site", tasks=("prep", "x")),)),
        UnknownReference,
        "requests[1].links[0].tasks[1]: no task of this request has the id 'x'",
    ),
    "unknown requirement linked": (
        request(links=(Link(kind="same_resource", tasks=("prep", "exposure"), requirement="operator"),)),
        UnknownReference,
        "requests[1].links[0].requirement: task 'exposure' has a mode without a requirement 'operator'; name one that every mode of the linked tasks has",
    ),
    "unknown skill": (
        one_task(by_hand(select=Select(kind="person", qualification="corosion-testing"))),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: nobody is qualified for 'corosion-testing'; did you mean 'corrosion-testing'?",
    ),
    "skill nobody has": (
        one_task(by_hand(select=Select(qualification="welding"))),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: nobody is qualified for 'welding'; qualify a resource for it or ask for another skill",
    ),
    "skill elsewhere": (
        one_task(by_hand(select=Select(kind="person", qualification="corrosion-testing", sites=("siheung",)))),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: nobody is qualified for 'corrosion-testing' at siheung; widen the choice or add such a resource",
    ),
    "skill of another kind": (
        one_task(by_hand(select=Select(kind="room", qualification="advising"))),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: no room is qualified for 'advising'; widen",
    ),
    "features of none": (
        one_task(exposure(select=Select(kind="chamber", features=(FeatureBound(name="temperature_celsius", low=-40, high=20),)))),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: there is no chamber with temperature_celsius from -40 to 20; widen the choice",
    ),
    "demand above all": (
        one_task(exposure(demand=51)),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: 51 units are asked of one resource, but the largest that may serve has 50; lower the demand or split",
    ),
    "count above all": (
        one_task(by_hand(count=3)),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: 3 resources are asked, but only 2 may serve (kim, lee); lower the count or allow more resources",
    ),
    "level above all": (
        one_task(by_hand(select=Select(kind="person", qualification="corrosion-testing", level=2))),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: nobody is qualified for 'corrosion-testing' at level 2 or above; widen the choice",
    ),
    "language nobody speaks": (
        one_task(by_hand(select=Select(kind="person", languages=("fr",)))),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0]: there is no person who speaks fr; widen the choice",
    ),
    "institutes too few": (
        one_task(by_hand(select=OPERATOR, count=2, different_institutes=True)),
        TaskCannotFit,
        "requests[1].tasks[0].modes[0].requirements[0].different_institutes: 2 resources of different institutes are asked, but those that may serve are of 1",
    ),
    "unknown task site": (
        request(tasks=(task("work", by_hand(), site="ansam"),), precedences=()),
        UnknownReference,
        "requests[1].tasks[0].site: no site has the id 'ansam'; did you mean 'ansan'?",
    ),
    "task site without operators": (
        request(tasks=(task("work", by_hand(), site="siheung"),), precedences=()),
        TaskCannotFit,
        "requests[1].tasks[0].site: location: not all that it takes is at 'siheung'; name another site",
    ),
    "unknown calendar to pause in": (
        request(tasks=(task("work", by_hand(), pauses_in="offices"),), precedences=()),
        UnknownReference,
        "requests[1].tasks[0].pauses_in: no calendar has the id 'offices'; did you mean 'office'?",
    ),
    "unknown calendar to stay within": (
        request(tasks=(task("work", by_hand(), within="x"),), precedences=()),
        UnknownReference,
        "requests[1].tasks[0].within: no calendar has the id 'x'; add the calendar",
    ),
    "task deadline before release": (
        request(release=TUESDAY, tasks=(task("work", by_hand(), deadline=TUESDAY),), precedences=()),
        InputError,
        "requests[1].tasks[0].deadline: not after the release date of the request, 2026-03-03T00:00:00+00:00; give a later deadline",
    ),
    "task release after deadline": (
        request(deadline=TUESDAY, tasks=(task("work", by_hand(), release=TUESDAY),), precedences=()),
        InputError,
        "requests[1].tasks[0].release: not before the deadline of the request, 2026-03-03T00:00:00+00:00; give an earlier release date",
    ),
    "shipment without courier": (
        request(shipment=Shipment(sent=NOW, latitude=37, longitude=127)),
        InputError,
        "requests[1].shipment: the lab does not say how specimens are sent; give lab.courier",
    ),
}


@pytest.mark.parametrize("fault", REQUEST_FAULTS)
def test_check_refuses_a_request_with(fault: str) -> None:
    wrong, kind, text = REQUEST_FAULTS[fault]
    error = refusal(problem(request("fine"), wrong))  # type: ignore[arg-type]
    assert type(error) is kind
    assert str(error).startswith(text)


def test_check_names_the_circle_and_not_what_hangs_on_it() -> None:
    tasks = tuple(task(name, by_hand()) for name in "abcde")
    circle = request(tasks=tasks, **chained(("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"), ("d", "e")))
    assert "circle: b -> c -> d -> b;" in str(refusal(problem(circle))) or "circle: c -> d -> b -> c;" in str(refusal(problem(circle)))


def test_check_counts_only_resources_that_are_large_enough() -> None:
    two = Requirement(id="chamber", select=Select(kind="chamber"), count=2, demand=21)
    assert "only 1 may serve (salt-2)" in str(refusal(problem(one_task(replace(by_hand(), requirements=(two,))))))
    check_problem(problem(one_task(replace(by_hand(), requirements=(replace(two, demand=20),)))))


def test_check_passes_a_mode_that_cannot_be_served_beside_one_that_can() -> None:
    check_problem(problem(one_task(exposure(demand=51), replace(exposure(demand=50), id="smaller"))))


def test_check_passes_two_precedences_that_agree() -> None:
    check_problem(
        problem(request(precedences=(Precedence(before="prep", after="exposure", min_lag=HOUR), Precedence(before="prep", after="exposure", max_lag=HOUR))))
    )


def change_allocation(**fields: object) -> InForce:
    good = booking(TUESDAY)
    return InForce(booking=replace(good, allocations=(replace(good.allocations[0], **fields),)), frozen=True)  # type: ignore[arg-type]


BOOKING_FAULTS: dict[str, tuple[Callable[[], InForce], type[InputError], str]] = {
    "request": (lambda: InForce(booking=booking(TUESDAY, request="r9")), UnknownReference, "in_force[1].booking.request: no request has the id 'r9'"),
    "task": (
        lambda: InForce(booking=booking(TUESDAY, task="perp")),
        UnknownReference,
        "in_force[1].booking.task: no task has the id 'perp'; did you mean 'prep'?",
    ),
    "mode": (lambda: InForce(booking=replace(booking(TUESDAY), mode="fast")), UnknownReference, "in_force[1].booking.mode: no mode has the id 'fast'"),
    "requirement": (
        lambda: change_allocation(requirement="operater"),
        UnknownReference,
        "in_force[1].booking.allocations[0].requirement: the mode 'standard' has no requirement 'operater'; did you mean 'operator'?",
    ),
    "resource": (
        lambda: change_allocation(resources=("kimm",)),
        UnknownReference,
        "in_force[1].booking.allocations[0].resources[0]: no resource has the id 'kimm'; did you mean 'kim'?",
    ),
    "missing": (
        lambda: InForce(booking=booking(TUESDAY, task="exposure", chamber="salt-1", loading="kim")),
        InputError,
        "in_force[1].booking.allocations: nothing serves the requirement 'unloading'; add its allocation",
    ),
    "twice": (
        lambda: InForce(booking=booking(TUESDAY, task="evaluation")),
        InputError,
        "in_force[1].booking: task 'evaluation' of request 'r1' is already booked by in_force[0]; keep one of them",
    ),
    "served twice": (
        lambda: InForce(booking=replace(booking(TUESDAY), allocations=(Allocation(requirement="operator", resources=("kim",)),) * 2)),
        InputError,
        "in_force[1].booking.allocations[1].requirement: the requirement 'operator' is served twice; put all its resources into one allocation",
    ),
}


@pytest.mark.parametrize("fault", BOOKING_FAULTS)
def test_check_refuses_a_booking_in_force_with_wrong(fault: str) -> None:
    make, kind, text = BOOKING_FAULTS[fault]
    error = refusal(problem(request(), in_force=(InForce(booking=booking(TUESDAY + 99 * HOUR, task="evaluation")), make())))
    assert type(error) is kind
    assert str(error).startswith(text)


def test_check_passes_a_movable_booking_of_a_resource_that_is_gone() -> None:
    # The lab lost a resource: its bookings have to move, which is what planning is for.
    check_problem(problem(request(), in_force=(InForce(booking=booking(TUESDAY, operator="retired")),)))


def test_check_refuses_now_after_the_horizon() -> None:
    early = Window(start=NOW - 2 * HOUR, end=NOW)
    assert str(refusal(problem(horizon=early))).startswith("now: 2026-03-02T00:00:00+00:00 is not before the end of the horizon")
    check_problem(problem(horizon=replace(early, end=NOW + HOUR)))


def test_check_refuses_a_horizon_of_too_many_ticks() -> None:
    policy = Policy(resolution=timedelta(minutes=1))
    longest = Window(start=NOW, end=NOW + 400_000 * timedelta(minutes=1))
    check_problem(problem(horizon=longest, policy=policy))
    error = refusal(problem(horizon=replace(longest, end=longest.end + timedelta(minutes=1)), policy=policy))
    assert str(error) == "horizon: 400,001 steps of policy.resolution are more than 400,000; shorten the horizon or lengthen the resolution"


def test_check_of_a_year_of_requests_is_quick() -> None:
    # 23,359 a year in under a second; here a tenth of it within a second, as test machines may be busy.
    requests = tuple(
        request(f"r{number}", tasks=(task("work", exposure(demand=1 + number % 20, hours=24 + number % 48)),), precedences=()) for number in range(2_336)
    )
    big = problem(*requests)
    begun = process_time()
    check_problem(big)
    assert process_time() - begun < 1


def test_check_passes_different_institutes_where_they_are() -> None:
    two = Select(kind="chamber")
    check_problem(problem(one_task(by_hand(select=two, count=2, different_institutes=True))))


def test_check_passes_a_shipment_where_there_is_a_courier() -> None:
    check_problem(problem(request(shipment=Shipment(sent=NOW, latitude=37, longitude=127)), lab=lab_with(courier=Courier(speed_kmh=60))))


@pytest.mark.parametrize("year", [1901, 9899])
def test_horizons_at_the_ends_of_time_are_refused(year: int) -> None:
    start = NOW.replace(year=year)
    wrong = problem(request(), now=start, horizon=Window(start=start, end=start + 48 * HOUR))
    assert str(refusal(wrong)).startswith(f"horizon: from {year}-")


@pytest.mark.parametrize(("years", "fine"), [(99, True), (101, False), (-99, True), (-101, False)])
def test_bookings_in_force_lie_within_a_hundred_years(years: int, fine: bool) -> None:
    # Calendars are looked up from the first booking to the last.
    given = problem(request(), in_force=(InForce(booking=booking(TUESDAY.replace(year=TUESDAY.year + years)), frozen=True),))
    if fine:
        check_problem(given)
    else:
        assert str(refusal(given)).startswith("in_force[0].booking.window: a booking more than a hundred years")
