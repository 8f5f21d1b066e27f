from dataclasses import replace

import pytest

from benchmarks.race.family import race_problem
from benchmarks.race.statement import Choice, attended, cost, join, meet, schedule_of, starts, state, total
from scheduler.errors import InputError
from scheduler.model.codec import digest
from scheduler.model.problem import Problem
from scheduler.model.result import tier_costs
from scheduler.verify.verifier import Verifier
from tests.benchmarks.race.build import DAY, ask, race

PROBLEM = race_problem(50, 1)
RACE = state(PROBLEM)


def _rules(problem: Problem, choices: dict[str, Choice]) -> set[str]:
    return {each.split(":")[0] for each in Verifier().violations(problem, schedule_of(problem, RACE, choices))}


def test_state_has_every_request_machine_and_person() -> None:
    assert [each.id for each in RACE.asks] == [each.id for each in PROBLEM.requests]
    assert len(RACE.machines) == sum(each.kind == "instrument" for each in PROBLEM.lab.resources)
    assert len(RACE.people) == 2
    assert RACE.end == 28 * DAY
    assert RACE.hours[0] == (18, 36)
    assert len(RACE.hours) == 20


def test_state_refuses_another_problem() -> None:
    with pytest.raises(InputError, match="not of the race"):
        state(replace(PROBLEM, policy=replace(PROBLEM.policy, terms=PROBLEM.policy.terms[:1])))


def test_starts_begin_and_end_in_working_hours() -> None:
    short = ask("a")
    assert starts(race(short), short, 0) == ((18, 33), (DAY + 18, DAY + 33))
    overnight = ask("b", duration=DAY - 2)
    # From the start on: twenty-three hours later it is an hour earlier in the day.
    assert starts(race(overnight), overnight, 0) == ((21, 36),)


def test_starts_leave_out_what_is_before_the_release_or_closed() -> None:
    given = ask("a", release=30)
    assert starts(race(given), given, 0)[0] == (30, 33)
    closed = race(given)
    closed = replace(closed, machines=(replace(closed.machines[0], open=((0, 31), (DAY + 20, 2 * DAY))),))
    assert starts(closed, given, 0) == ((DAY + 20, DAY + 33),)


def test_every_start_that_is_stated_passes_the_verifier_and_those_beside_do_not() -> None:
    for given in RACE.asks[:12]:
        machine = given.machines[0]
        person = given.people[0] if given.people else None
        found = starts(RACE, given, machine)
        able = found if person is None else meet(found, attended(RACE, person))
        for first, last in (able[0], able[-1]):
            for start in {first, last - 1}:
                assert not _rules(PROBLEM, {given.id: Choice(start, machine, person)})
            assert _rules(PROBLEM, {given.id: Choice(first - 1, machine, person)})
            assert _rules(PROBLEM, {given.id: Choice(last, machine, person)})


def test_attended_has_room_for_the_whole_first_hour() -> None:
    assert attended(race(ask("a"), people=1), 0)[0] == (18, 35)


def test_meet_and_join_are_those_of_sets() -> None:
    left, right = ((0, 5), (8, 12), (20, 21)), ((3, 9), (11, 30))
    ticks = {tick for first, last in left for tick in range(first, last)}, {tick for first, last in right for tick in range(first, last)}
    assert [tick for first, last in meet(left, right) for tick in range(first, last)] == sorted(ticks[0] & ticks[1])
    assert [tick for first, last in join((left, right)) for tick in range(first, last)] == sorted(ticks[0] | ticks[1])


def test_cost_counts_lateness_from_the_tick_after_the_due_date() -> None:
    assert cost(ask("a"), 32) == 36 - 18
    assert cost(ask("a"), 33) == 37 - 18 + 2


def test_total_is_what_the_verifier_counts() -> None:
    choices = {each.id: Choice(starts(RACE, each, each.machines[0])[-1][1] - 1, each.machines[0]) for each in RACE.asks[:3] if not each.people}
    assert choices
    schedule = schedule_of(PROBLEM, RACE, choices)
    assert tier_costs(Verifier().score(PROBLEM, schedule))[0] == total(RACE, choices)


def test_schedule_of_leaves_out_who_has_no_choice_and_mends_nothing() -> None:
    empty = schedule_of(PROBLEM, RACE, {})
    assert empty.problem == digest(PROBLEM)
    assert len(empty.unserved) == 50
    assert not Verifier().violations(PROBLEM, empty)
    alone = [each for each in RACE.asks if not each.people]
    left, right = next((a, b) for a in alone for b in alone if a is not b and set(a.machines) & set(b.machines))
    machine = next(iter(set(left.machines) & set(right.machines)))
    start = max(left.release, right.release)
    assert "capacity" in _rules(PROBLEM, {left.id: Choice(start, machine), right.id: Choice(start, machine)})
