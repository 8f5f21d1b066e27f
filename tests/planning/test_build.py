from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from scheduler.model import codec
from scheduler.model.calendar import Calendar, DayException, Hours, open_windows
from scheduler.model.lab import Closure, Lab, Qualification
from scheduler.model.policy import Policy
from scheduler.model.problem import Company, InForce, Problem, Quota
from scheduler.model.request import Mode, Requirement, Select, Shipment
from scheduler.model.schedule import Booking
from scheduler.model.window import Window
from scheduler.planning import build_problem, check_problem, freeze_calendars
from tests.planning.small import HORIZON, HOUR, LAB, NOW, OFFICE, OPERATOR, TUESDAY, booking, by_hand, exposed, one_task, problem, request, task, with_resource


def build(*bookings: Booking | InForce, lab: Lab = LAB, policy: Policy | None = None, now: datetime = NOW) -> Problem:
    in_force = [each if isinstance(each, InForce) else InForce(booking=each) for each in bookings]
    return build_problem(lab, [request()], in_force, policy or Policy(), now, HORIZON, name="monday")


CHAMBERS = Select(kind="chamber")
DAY = timedelta(days=1)
TEN = TUESDAY + HOUR
"""Tuesday at ten in Seoul: 72 h later there is somebody to unload."""


def frozen(built: Problem) -> list[bool]:
    return [each.frozen for each in built.in_force]


def test_build_keeps_what_it_is_given_and_is_in_order() -> None:
    built = build(booking(TUESDAY), exposed(TUESDAY + HOUR))
    assert (built.name, built.now, built.horizon, built.requests, built.policy) == ("monday", NOW, HORIZON, (request(),), Policy())
    assert built.lab.resources == LAB.resources
    check_problem(built)


def test_build_freezes_what_starts_before_the_freeze_horizon() -> None:
    policy = Policy(freeze_horizon=24 * HOUR + HOUR)
    just_inside, just_outside = booking(TUESDAY + 0.75 * HOUR), booking(TUESDAY + HOUR, task="evaluation")
    assert frozen(build(just_inside, just_outside, policy=policy)) == [True, False]


def test_build_without_a_freeze_horizon_freezes_what_has_begun() -> None:
    begun, begins = booking(TUESDAY), booking(TUESDAY + HOUR, task="evaluation")
    assert frozen(build(begun, begins, now=TUESDAY + HOUR)) == [True, False]


def test_build_keeps_what_was_frozen_by_hand_and_its_price() -> None:
    pinned = InForce(booking=booking(TUESDAY + 48 * HOUR), frozen=True, move_cost=7)
    assert build(pinned).in_force == (pinned,)


def test_build_leaves_out_bookings_of_withdrawn_requests() -> None:
    assert build(booking(TUESDAY, request="withdrawn"), booking(TUESDAY)).in_force == (InForce(booking=booking(TUESDAY)),)


def test_build_leaves_out_bookings_that_their_request_no_longer_has() -> None:
    gone = (
        booking(TUESDAY, task="polishing"),
        replace(booking(TUESDAY), mode="fast"),
        booking(TUESDAY, task="exposure", chamber="salt-1"),
    )
    assert build(*gone).in_force == ()


def test_build_cannot_freeze_a_booking_of_a_removed_resource() -> None:
    lab = replace(LAB, resources=tuple(each for each in LAB.resources if each.id != "salt-1"))
    built = build(InForce(booking=exposed(TUESDAY), frozen=True), lab=lab)
    assert frozen(built) == [False]
    check_problem(built)


def test_build_cannot_freeze_a_booking_in_a_closure() -> None:
    def closed_from(hours: float) -> Lab:
        return with_resource("salt-1", closures=(Closure(window=Window(start=TEN + hours * HOUR, end=TEN + 99 * HOUR)),))

    pinned = InForce(booking=exposed(TEN), frozen=True)
    assert frozen(build(pinned, lab=closed_from(72))) == [True]
    assert frozen(build(pinned, lab=closed_from(71.75))) == [False]


def test_build_asks_an_operator_to_be_there_at_head_and_tail_only() -> None:
    def away(start: float, end: float) -> Lab:
        return with_resource("kim", closures=(Closure(window=Window(start=TEN + start * HOUR, end=TEN + end * HOUR)),))

    pinned = InForce(booking=exposed(TEN), frozen=True)
    assert frozen(build(pinned, lab=away(1, 99))) == [True]
    assert frozen(build(pinned, lab=away(0.75, 99))) == [False]


def test_build_keeps_what_was_done_before_a_closure() -> None:
    # The preparation is over; that the operator falls ill now cannot undo it.
    ill = with_resource("kim", closures=(Closure(window=Window(start=TUESDAY, end=HORIZON.end)),))
    assert frozen(build(booking(TUESDAY), lab=ill, now=TUESDAY + HOUR)) == [True]
    assert frozen(build(booking(TUESDAY), lab=ill, now=TUESDAY + 0.5 * HOUR)) == [False]


def test_build_cannot_freeze_a_booking_whose_operator_is_no_longer_qualified() -> None:
    def until(moment: datetime) -> Lab:
        return with_resource("kim", qualifications=(Qualification(name="corrosion-testing", valid_until=moment),))

    pinned = InForce(booking=booking(TUESDAY), frozen=True)
    assert frozen(build(pinned, lab=until(TUESDAY + HOUR))) == [True]
    assert frozen(build(pinned, lab=until(TUESDAY + 0.5 * HOUR))) == [False]
    assert frozen(build(pinned, lab=with_resource("kim", qualifications=()))) == [False]


def test_build_takes_a_right_renewed_without_a_gap_as_one() -> None:
    def renewed(gap: float) -> Lab:
        until = TUESDAY + 0.5 * HOUR
        return with_resource(
            "kim",
            qualifications=(Qualification(name="corrosion-testing", valid_until=until), Qualification(name="corrosion-testing", valid_from=until + gap * HOUR)),
        )

    pinned = InForce(booking=booking(TUESDAY), frozen=True)
    assert frozen(build(pinned, lab=renewed(0))) == [True]
    assert frozen(build(pinned, lab=renewed(0.25))) == [False]


def test_build_freezes_a_booking_longer_than_a_week() -> None:
    long = replace(
        request(), tasks=(task("exposure", replace(by_hand(), requirements=request().tasks[1].modes[0].requirements, duration=240 * HOUR)),), precedences=()
    )
    placed = replace(exposed(TEN), window=Window(start=TEN, end=TEN + 240 * HOUR))
    built = build_problem(LAB, [long], [InForce(booking=placed, frozen=True)], Policy(), NOW, HORIZON)
    assert frozen(built) == [True]


def test_build_freezes_by_the_longest_horizon_that_the_resources_name() -> None:
    policy = Policy(freeze_horizon=26 * HOUR)

    def at(hours: float, *own: float) -> bool:
        lab = LAB
        for name, horizon in zip(("kim", "lee"), own, strict=False):
            lab = replace(lab, resources=tuple(replace(each, freeze_horizon=horizon * HOUR) if each.id == name else each for each in lab.resources))
        booked = booking(NOW + hours * HOUR, task="work")
        booked = replace(booked, allocations=(replace(booked.allocations[0], resources=("kim", "lee")),))
        return frozen(build_problem(lab, [one_task(by_hand(count=2))], [InForce(booking=booked)], policy, NOW, HORIZON))[0]

    assert (at(25), at(26)) == (True, False)
    assert (at(48, 49), at(49, 49)) == (True, False)
    assert (at(48, 10, 49), at(49, 10, 49)) == (True, False)
    # The resource's replaces the policy's, also with a shorter one.
    assert (at(25, 25), at(25, 26)) == (False, True)


def test_build_lets_what_nobody_can_keep_move_for_nothing() -> None:
    shut = with_resource("salt-1", closures=(Closure(window=Window(start=TEN, end=TEN + HOUR)),))
    for booked in (InForce(booking=exposed(TEN), move_cost=7), InForce(booking=exposed(TEN), frozen=True)):
        assert build(booked, lab=shut).in_force == (replace(booked, frozen=False, move_cost=0),)
    assert build(InForce(booking=exposed(TEN), move_cost=7)).in_force == (InForce(booking=exposed(TEN), move_cost=7),)


def test_build_lets_move_whom_level_language_or_recipe_exclude() -> None:
    def stands(lab: Lab = LAB, **fields: object) -> bool:
        mode = Mode(duration=HOUR, requirements=(Requirement(id="operator", **{"select": OPERATOR, **fields}),))  # type: ignore[arg-type]
        (found,) = build_problem(lab, [one_task(mode)], [InForce(booking=booking(TUESDAY, task="work"))], Policy(), NOW, HORIZON).in_force
        return found.move_cost is None

    assert stands()
    assert not stands(select=replace(OPERATOR, level=2))
    assert stands(with_resource("kim", qualifications=(Qualification(name="corrosion-testing", level=2),)), select=replace(OPERATOR, level=2))
    assert not stands(select=replace(OPERATOR, languages=("en",)))
    assert stands(with_resource("kim", languages=("en",)), select=replace(OPERATOR, languages=("en",)))
    assert not stands(with_resource("kim", recipes=("cold",)), recipe="hot")
    assert stands(with_resource("kim", recipes=("hot",)), recipe="hot")


def test_build_asks_whoever_serves_a_pausing_task_to_be_there_only_while_it_is_worked_on() -> None:
    def stands(pauses_in: str | None, closed: tuple[float, float]) -> bool:
        lab = with_resource("kim", closures=(Closure(window=Window(start=TUESDAY + closed[0] * HOUR, end=TUESDAY + closed[1] * HOUR)),))
        asked = request(tasks=(task("work", by_hand(12), pauses_in=pauses_in),), precedences=())
        # Tuesday nine to six, Wednesday nine to twelve.
        booked = booking(TUESDAY, task="work", hours=27)
        (found,) = build_problem(lab, [asked], [InForce(booking=booked)], Policy(), NOW, HORIZON).in_force
        return found.move_cost is None

    assert stands("office", (9, 24))
    assert not stands("office", (8.75, 24))
    assert not stands("office", (9, 24.25))
    assert not stands(None, (9, 24))


def test_build_looks_at_what_is_taken_after_a_task() -> None:
    mode = Mode(duration=HOUR, requirements=(Requirement(id="operator", select=OPERATOR), Requirement(id="store", select=CHAMBERS, during="after", part=DAY)))

    def stands(opens: float) -> bool:
        lab = with_resource("salt-1", closures=(Closure(window=Window(start=TUESDAY + opens * HOUR, end=TUESDAY + 99 * HOUR)),))
        booked = booking(TUESDAY, task="work", operator="kim", store="salt-1")
        (found,) = build_problem(lab, [one_task(mode)], [InForce(booking=booked)], Policy(), NOW, HORIZON).in_force
        return found.move_cost is None

    assert stands(25)
    assert not stands(24.75)


def test_build_says_runs_where_resources_work_in_runs_today() -> None:
    def runs(*bookings: Booking, batch: bool) -> list[str | None]:
        built = build_problem(with_resource("salt-1", batch=batch), asked, [InForce(booking=each) for each in bookings], Policy(), NOW, HORIZON)
        assert all(each.run_id is None for kept in built.in_force for each in kept.booking.allocations[1:])
        return [each.booking.allocations[0].run_id for each in built.in_force]

    asked = (request("r1"), request("r2"), request("r3"))
    first, second, third = exposed(TEN), exposed(TEN, request="r2"), exposed(TEN + HOUR, request="r3")
    named = replace(first, allocations=(replace(first.allocations[0], run_id="run-1"), *first.allocations[1:]))
    one, two, other = runs(first, second, third, batch=True)
    assert one == two is not None
    assert other not in (None, one)
    assert runs(named, batch=True) == ["run-1"]
    assert runs(named, batch=False) == [None]


def test_build_passes_companies_and_quotas_through() -> None:
    companies, quotas = (Company(id="acme", is_small=True),), (Quota(id="q", select=CHAMBERS, most=99 * HOUR),)
    built = build_problem(LAB, [request()], [], Policy(), NOW, HORIZON, companies=companies, quotas=quotas)
    assert (built.companies, built.quotas) == (companies, quotas)
    check_problem(built)


def test_freeze_calendars_covers_the_day_on_which_specimens_are_sent() -> None:
    sent = datetime(2026, 2, 16, tzinfo=UTC)  # before the lunar new year
    shipment = Shipment(sent=sent, latitude=37, longitude=127)
    office = freeze_calendars(problem(replace(request(), shipment=shipment))).lab.calendars[1]
    assert date(2026, 2, 17) in {each.date for each in office.exceptions}
    assert date(2026, 2, 17) not in {each.date for each in freeze_calendars(problem(request())).lab.calendars[1].exceptions}


def test_freeze_calendars_does_not_look_beyond_the_horizon_for_what_is_sent_long_after() -> None:
    given = problem(replace(request(), shipment=Shipment(sent=datetime(9000, 1, 1, tzinfo=UTC), latitude=37, longitude=127)))
    assert freeze_calendars(given).lab.calendars == freeze_calendars(problem(request())).lab.calendars


def test_freeze_calendars_opens_the_same_hours() -> None:
    given = problem()
    kept = freeze_calendars(given)
    for before, after in zip(given.lab.calendars, kept.lab.calendars, strict=True):
        assert after.holidays is None
        assert open_windows(after, HORIZON) == open_windows(before, HORIZON)
    holiday, substitute = kept.lab.calendars[1].exceptions
    assert (holiday.date, substitute.date) == (date(2026, 3, 1), date(2026, 3, 2))
    assert substitute.hours == ()
    assert substitute.name == "삼일절 대체 휴일"


def test_freeze_calendars_lets_own_exceptions_win() -> None:
    morning = DayException(date=date(2026, 3, 2), hours=(Hours(open=time(9), close=time(12)),))
    office = Calendar(id="office", time_zone="Asia/Seoul", weekly=OFFICE, holidays="KR", exceptions=(morning,))
    given = problem(lab=replace(LAB, calendars=(LAB.calendars[0], office)))
    kept = freeze_calendars(given).lab.calendars[1]
    assert [each for each in kept.exceptions if each.date == morning.date] == [morning]
    assert open_windows(kept, HORIZON) == open_windows(office, HORIZON)


def test_freeze_calendars_covers_new_year_and_what_reaches_over_midnight() -> None:
    nights = Calendar(
        id="office",
        time_zone="Asia/Seoul",
        holidays="KR",
        weekly=(replace(OFFICE[0], days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours=Hours(open=time(22), close=time(6))),),
    )
    # From New Year's morning in Seoul: the shift that began on the eve is worked, that of the holiday is not.
    start = datetime(2025, 12, 31, 15, tzinfo=UTC)
    for days in (1, 90, 400):
        horizon = Window(start=start, end=start + timedelta(days=days))
        given = problem(now=start, horizon=horizon, lab=replace(LAB, calendars=(LAB.calendars[0], nights)))
        assert open_windows(freeze_calendars(given).lab.calendars[1], horizon) == open_windows(nights, horizon)


def test_freeze_calendars_twice_changes_nothing_more() -> None:
    once = freeze_calendars(problem(request()))
    assert freeze_calendars(once) is once
    assert codec.digest(once) == codec.digest(freeze_calendars(problem(request())))


def test_build_freezes_calendars() -> None:
    assert all(each.holidays is None for each in build().lab.calendars)
