import pytest

from scheduler.model.codec import parse
from scheduler.model.result import Progress, Result, ScoredTerm, TierValue, tier_costs


def tier(number: int, objective: int, bound: int, ideal: int | None = None) -> TierValue:
    return TierValue(tier=number, objective=objective, bound=bound, ideal=ideal)


@pytest.mark.parametrize(("objective", "bound", "gap"), [(100, 75, 0.25), (100, 100, 0), (0, 0, 0), (100, 0, 1)])
def test_gap_is_the_share_of_the_objective_above_the_bound(objective: int, bound: int, gap: float) -> None:
    assert tier(1, objective, bound).gap == gap


@pytest.mark.parametrize(
    ("objective", "bound", "ideal", "gap"),
    [(100, 75, 50, 0.5), (100, 50, 50, 1), (100, 75, 0, 0.25), (100, 100, 100, 0), (0, 0, None, 0), (100, 75, None, None), (100, 50, 60, 1)],
)
def test_regret_gap_is_the_share_of_what_nobody_would_pay_alone(objective: int, bound: int, ideal: int | None, gap: float | None) -> None:
    assert tier(1, objective, bound, ideal).regret_gap == gap


def test_regret_gap_of_a_result_is_that_of_the_tier_with_the_open_gap() -> None:
    result = Result(outcome="feasible", tiers=(tier(1, 10, 10, 10), tier(2, 20, 15, 10), tier(3, 30, 3, 3)))
    assert result.regret_gap == 0.5
    assert Result(outcome="unknown").regret_gap is None


def test_results_and_progress_written_before_regret_gaps_are_read() -> None:
    result = parse(Result, b'{"outcome": "feasible", "tiers": [{"tier": 1, "objective": 10, "bound": 8}]}')
    assert (result.gap, result.regret_gap) == (0.2, None)
    assert parse(Progress, b'{"seconds": 1.0, "phase": "x", "gap": 0.5}').regret_gap is None


def test_result_speaks_of_the_first_tier_with_an_open_gap() -> None:
    result = Result(outcome="feasible", tiers=(tier(1, 10, 10), tier(2, 20, 15), tier(3, 30, 3)))
    assert (result.objective, result.bound, result.gap) == (20, 15, 0.25)


def test_result_without_an_open_gap_speaks_of_the_last_tier() -> None:
    result = Result(outcome="optimal", tiers=(tier(1, 10, 10), tier(2, 20, 20)))
    assert (result.objective, result.bound, result.gap) == (20, 20, 0)


def test_result_without_a_plan_has_no_gap() -> None:
    result = Result(outcome="unknown")
    assert (result.decisive, result.objective, result.bound, result.gap) == (None, None, None, None)


def test_tier_costs_sum_each_tier_highest_first() -> None:
    def term(name: str, number: int, cost: int) -> ScoredTerm:
        return ScoredTerm(name=name, tier=number, weight=1, amount=cost, cost=cost)  # type: ignore[arg-type]

    assert tier_costs((term("moves", 2, 5), term("unserved", 1, 7), term("tardiness", 1, 1))) == (8, 5)
