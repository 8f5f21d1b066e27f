"""The peers themselves run only where they are installed; how they are told the problem is tested without them where that is possible."""

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

import benchmarks
from benchmarks.race import with_pyjobshop, with_timefold
from benchmarks.race.entrant import Entrant, NotInstalledError
from benchmarks.race.family import race_problem
from benchmarks.race.statement import Choice
from scheduler.model.limits import Limits
from scheduler.model.result import tier_costs
from scheduler.verify.verifier import Verifier
from tests.benchmarks.race.build import DAY, ask, race

HOW = "the race's peers are not installed: pip install -e '.[race]'"
has_pyjobshop = importlib.util.find_spec("pyjobshop") is not None
has_timefold = importlib.util.find_spec("timefold") is not None and shutil.which("javac") is not None


def _check(entrant: Entrant) -> None:
    problem = race_problem(12, 1)
    found = entrant(problem, Limits(time_limit_seconds=6, workers=1, seed=1))
    assert found.schedule is not None
    assert not Verifier().violations(problem, found.schedule)
    objective = tier_costs(Verifier().score(problem, found.schedule))[0]
    assert found.progress[-1].objective is not None
    assert objective <= found.progress[-1].objective
    assert found.bound is None or found.bound <= objective
    assert len(found.schedule.bookings) >= 10


@pytest.mark.skipif(not has_pyjobshop, reason=HOW)
@pytest.mark.parametrize("entrant", [with_pyjobshop.run, with_pyjobshop.run_hinted])
def test_pyjobshop_gives_a_plan_that_the_verifier_passes(entrant: Entrant) -> None:
    _check(entrant)


@pytest.mark.skipif(not has_timefold, reason=f"{HOW}, and a Java development kit")
def test_timefold_gives_a_plan_that_the_verifier_passes() -> None:
    _check(with_timefold.run)


@pytest.mark.skipif(has_pyjobshop, reason="PyJobShop is installed")
@pytest.mark.parametrize("entrant", [with_pyjobshop.run, with_pyjobshop.run_hinted])
def test_pyjobshop_that_is_missing_says_how_to_install_it(entrant: Entrant) -> None:
    with pytest.raises(NotInstalledError, match=r"pyjobshop is not installed; pip install -e '.\[race\]'"):
        entrant(race_problem(12, 1), Limits())


@pytest.mark.skipif(importlib.util.find_spec("timefold") is not None, reason="Timefold is installed")
def test_timefold_that_is_missing_says_how_to_install_it() -> None:
    with pytest.raises(NotInstalledError, match=r"timefold is not installed; pip install -e '.\[race\]'"):
        with_timefold.run(race_problem(12, 1), Limits())


def test_no_module_imports_a_peer_before_it_runs() -> None:
    root = Path(benchmarks.__file__).parents[1]
    paths = [path for folder in ("scheduler", "api", "benchmarks") for path in (root / folder).rglob("*.py")]
    assert len(paths) > 100
    imports = re.compile(r"^\s*(?:from|import)\s+(?:pyjobshop|timefold|jpype)\b", re.MULTILINE)
    assert not [path.name for path in paths if imports.search(path.read_text(encoding="utf-8"))]


def test_timefold_is_told_slots_machine_by_machine_and_person_by_person() -> None:
    given = race(ask("a", machines=(0, 1), people=(0,), duration=17), ask("b"), capacities=(1, 3), people=1)
    lines = with_timefold.statement_text(given).splitlines()
    assert lines[:3] == [f"{2 * DAY} 1 2", "1 3", "2"]
    assert lines[3] == "17 1 18 36 1000 2 1 4"
    assert lines[4:8] == ["0 0 18 20", f"0 0 {DAY + 18} {DAY + 20}", "1 0 18 20", f"1 0 {DAY + 18} {DAY + 20}"]
    assert lines[9:] == ["0 -1 18 33", f"0 -1 {DAY + 18} {DAY + 33}"]


def test_timefold_answers_with_slots_and_plans_that_only_get_better() -> None:
    given = race(ask("a", people=(0,)), ask("b"), people=1)
    choices, progress = with_timefold.read(given, "slot 1 0 -1 22\nslot 0 0 0 18\nplan 900 50\nplan 500 60\nplan 700 70\n")
    assert choices == {"a": Choice(18, 0, 0), "b": Choice(22, 0)}
    assert [(each.seconds, each.objective) for each in progress] == [(0.5, 1_800), (0.9, 1_500)]


def test_pyjobshop_tells_when_plans_came_in_the_log_of_its_solver() -> None:
    log = "#Bound   0.61s best:inf   next:[0,9]  x\n#1       0.62s best:22550.0 next:[1,2] fj_restart\n#12      1.02s best:-3 next:[0,1] default_lp\n"
    assert with_pyjobshop.FOUND.findall(log) == [("0.62", "22550.0"), ("1.02", "-3")]


def test_pyjobshop_is_told_prices_that_do_not_overflow() -> None:
    fits = race(*(ask(f"a{number}", left_out=4_000) for number in range(260)))
    assert with_pyjobshop.stand_in_ticks(fits) == 1
    more = race(*(ask(f"a{number}", left_out=4_000) for number in range(263)))
    assert with_pyjobshop.stand_in_ticks(more) == 2
    with pytest.raises(ValueError, match="too large for PyJobShop"):
        with_pyjobshop.stand_in_ticks(race(ask("a", left_out=2**20 + 7), ask("b", left_out=3)))
