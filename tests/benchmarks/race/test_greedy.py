from benchmarks.race.family import race_problem
from benchmarks.race.greedy import first_fit, run
from benchmarks.race.statement import Choice
from scheduler.model.limits import Limits
from scheduler.model.result import tier_costs
from scheduler.verify.verifier import Verifier
from tests.benchmarks.race.build import DAY, ask, race


def test_first_fit_takes_the_earliest_start_on_any_machine() -> None:
    assert first_fit(race(ask("a", machines=(0, 1)), ask("b", machines=(0,)), capacities=(1, 1))) == {"a": Choice(18, 0), "b": Choice(22, 0)}


def test_first_fit_fills_a_capacity_and_no_more() -> None:
    found = first_fit(race(*(ask(name) for name in "abc"), capacities=(2,)))
    assert sorted(each.start for each in found.values()) == [18, 18, 22]


def test_first_fit_gives_a_person_one_first_hour_at_a_time() -> None:
    found = first_fit(race(ask("a", people=(0,)), ask("b", machines=(1,), people=(0,)), capacities=(1, 1), people=1))
    assert sorted(each.start for each in found.values()) == [18, 20]


def test_first_fit_leaves_out_who_does_not_fit_or_costs_more_served() -> None:
    long = ask("a", duration=2 * DAY)
    dear = ask("b", left_out=3)
    assert first_fit(race(long, dear)) == {}


def test_run_gives_a_plan_that_the_verifier_passes_and_its_cost() -> None:
    problem = race_problem(100, 1)
    found = run(problem, Limits())
    assert found.schedule is not None
    assert not Verifier().violations(problem, found.schedule)
    assert len(found.schedule.bookings) > 80
    assert tier_costs(Verifier().score(problem, found.schedule))[0] == found.progress[0].objective
    assert found.first_plan_s is not None
