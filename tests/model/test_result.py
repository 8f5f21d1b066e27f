import pytest

from scheduler.model.result import Result, ScoredTerm, TierValue, tier_costs


def tier(number: int, objective: int, bound: int) -> TierValue:
    return TierValue(tier=number, objective=objective, bound=bound)


@pytest.mark.parametrize(("objective", "bound", "gap"), [(100, 75, 0.25), (100, 100, 0), (0, 0, 0), (100, 0, 1)])
def test_gap_is_the_share_of_the_objective_above_the_bound(objective: int, bound: int, gap: float) -> None:
    assert tier(1, objective, bound).gap == gap


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
