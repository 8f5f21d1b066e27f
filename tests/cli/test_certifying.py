import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli.certifying import certify
from scheduler.model import codec
from scheduler.model.certificate import Anchor, Certificate, Prices, TierFactor, origin_of
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce
from tests.cli.commands import Shell
from tests.ticks.labs import booked, hours, problem, request, task

PAIR = problem(
    request(task("t", 1), id="a"),
    request(task("t", 1), id="b"),
    length=8,
    policy=Policy(resolution=hours(1), terms=(Term(name="unserved", weight=10_000), Term(name="flow_time", weight=1))),
)
TOLD = Certificate(
    problem=codec.digest(PAIR),
    origin=origin_of(PAIR),
    resolution=hours(1),
    scale=1,
    bound=180,
    tiers=(TierFactor(tier=1, factor=1),),
    prices=(Prices(resource="chamber", steps=((0, 60), (1, 0))),),
    anchors=(Anchor(request="a", task="t"), Anchor(request="b", task="t")),
)


@pytest.fixture
def pair(shell: Shell) -> Shell:
    shell.put("problem.json", PAIR)
    shell.put("certificate.json", TOLD)  # type: ignore[arg-type]
    return shell


def schedule(first: float, second: float) -> dict[str, Any]:
    bookings = (booked("t", first, first + 1, "a"), booked("t", second, second + 1, "b"))
    return {"format": "slotwright/schedule@1", "bookings": [codec.to_plain(each) for each in bookings]}


def test_a_certificate_alone_is_recomputed(pair: Shell) -> None:
    ran = pair("verify", "problem.json", "--certificate", "certificate.json")
    assert (ran.code, ran.out) == (0, "certificate: claims that no plan costs less than 180, which holds\n")


def test_a_schedule_is_compared_with_what_is_proved(pair: Shell) -> None:
    pair.put("best.json", schedule(0, 1))
    pair.put("lazy.json", schedule(0, 2))
    best = pair("verify", "problem.json", "best.json", "--certificate", "certificate.json", "--json").json
    assert best["certificate"] == {"claimed": 180, "bound": 180, "holds": True, "cost": 180, "gap": 0.0, "off_grid": 0}
    lazy = pair("verify", "problem.json", "lazy.json", "--certificate", "certificate.json")
    assert lazy.code == 0
    assert lazy.out.endswith("this schedule costs 240, gap 25.00%\n")


def test_a_schedule_between_the_ticks_is_told(pair: Shell) -> None:
    pair.put("schedule.json", schedule(0, 1.5))
    ran = pair("verify", "problem.json", "schedule.json", "--certificate", "certificate.json")
    assert "1 of its bookings start between the certificate's ticks, of which it says nothing" in ran.out


def test_a_claim_too_high_does_not_hold(pair: Shell) -> None:
    pair.put("certificate.json", replace(TOLD, bound=181))  # type: ignore[arg-type]
    pair.put("schedule.json", schedule(0, 1))
    ran = pair("verify", "problem.json", "schedule.json", "--certificate", "certificate.json")
    assert ran.code == 4
    assert "claims that no plan costs less than 181, but its prices prove only 180: the claim does not hold" in ran.out


def test_a_modest_claim_is_told_what_more_is_proved(pair: Shell) -> None:
    pair.put("certificate.json", replace(TOLD, bound=100))  # type: ignore[arg-type]
    ran = pair("verify", "problem.json", "--certificate", "certificate.json")
    assert (ran.code, "which holds; its prices prove even 180" in ran.out) == (0, True)


def test_violations_end_with_4_though_the_certificate_holds(pair: Shell) -> None:
    pair.put("schedule.json", schedule(0, 0))
    ran = pair("verify", "problem.json", "schedule.json", "--certificate", "certificate.json")
    assert (ran.code, "violation of capacity" in ran.out, "which holds" in ran.out) == (4, True, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"problem": "0" * 64}, "certificate.json: problem: this certificate is of another problem"),
        ({"prices": [{"resource": "chamber", "steps": [[0, -60]]}]}, "certificate.json: prices[0].steps[0][1]"),
        ({"prices": [{"resource": "chambre", "steps": [[0, 60]]}]}, "certificate.json: prices[0].resource: there is no resource 'chambre'"),
        ({"prices": [{"resource": "chamber", "steps": [[0, 10**15]]}]}, "certificate.json: "),
        ({"anchors": [{"request": "z", "task": "t"}]}, "certificate.json: anchors[0].request: there is no request 'z'"),
        ({"origin": "2026-03-01T00:00:00Z"}, "certificate.json: origin: must be 2026-03-02T00:00:00"),
        ({"scale": 10**9, "prices": [{"resource": "chamber", "steps": [[0, 10**15]]}]}, "certificate.json: "),
        ({"tiers": [{"tier": 1, "factor": 10**15}]}, "certificate.json: tiers[0].factor: the only tier counts once"),
    ],
    ids=str,
)
def test_tampered_files_get_one_sentence(pair: Shell, change: dict[str, Any], said: str) -> None:
    plain = json.loads(codec.dump_file(TOLD)) | change
    pair.put("certificate.json", plain)
    ran = pair("verify", "problem.json", "--certificate", "certificate.json")
    if ran.code == 4:
        # Prices that are merely absurd prove nothing, which is less than is claimed.
        assert "its prices prove only 0: the claim does not hold" in ran.out
        return
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_several_tiers_are_told_with_their_factors(shell: Shell) -> None:
    terms = (Term(name="unserved", weight=1), Term(name="flow_time", weight=1, tier=2))
    tiered = replace(PAIR, policy=replace(PAIR.policy, terms=terms))
    tiers = (TierFactor(tier=1, factor=5_000), TierFactor(tier=2, factor=1))
    shell.put("problem.json", tiered)
    shell.put("certificate.json", replace(TOLD, problem=codec.digest(tiered), tiers=tiers))  # type: ignore[arg-type]
    ran = shell("verify", "problem.json", "--certificate", "certificate.json")
    assert ran.out == "certificate: claims that no plan costs less than 180 (5,000 x tier 1 + 1 x tier 2), which holds\n"


def test_nothing_to_verify_is_refused(pair: Shell) -> None:
    ran = pair("verify", "problem.json")
    assert (ran.code, "give a schedule, a certificate" in ran.err) == (2, True)


def test_solve_writes_what_verify_reproduces(shell: Shell) -> None:
    many = replace(PAIR, requests=tuple(request(task("t", 1), id=f"r{k}") for k in range(5)))
    shell.put("problem.json", many)
    ran = shell("solve", "problem.json", "-o", "schedule.json", "--certificate", "certificate.json", "--time-limit", "5", "-q", "--json")
    assert ran.json["objective"] == ran.json["certified_bound"] == 60 * (1 + 2 + 3 + 4 + 5)
    assert ran.err == "certificate: its prices prove that no plan costs less than 900\n"
    told = shell("verify", "problem.json", "schedule.json", "--certificate", "certificate.json")
    assert (told.code, "no plan costs less than 900, which holds\nthis schedule costs 900, gap 0.00%" in told.out) == (0, True)


@pytest.mark.parametrize(
    "more",
    [
        ("-o", "./same.json", "--certificate", "same.json"),
        ("-o", "-", "--certificate", "-"),
        ("-o", "/dev/stdout", "--certificate", "-"),
        ("--json", "--certificate", "-"),
        ("--json", "-o", "-"),
        ("-o", "problem.json"),
        ("--certificate", "./problem.json"),
    ],
    ids=str,
)
def test_two_documents_do_not_go_to_one_place(shell: Shell, more: tuple[str, ...]) -> None:
    shell.put("problem.json", PAIR)
    before = Path("problem.json").read_bytes()
    ran = shell("solve", "problem.json", *more, "--time-limit", "5", "-q")
    assert (ran.code, ran.out) == (2, "")
    assert "of its own" in ran.err or "give another file" in ran.err
    assert not Path("same.json").exists()
    assert Path("problem.json").read_bytes() == before


def test_what_nobody_wants_may_all_go_nowhere(shell: Shell) -> None:
    shell.put("problem.json", PAIR)
    assert shell("solve", "problem.json", "-o", "/dev/null", "--certificate", "/dev/null", "--time-limit", "5", "-q").code == 0


def test_solve_without_a_plan_writes_no_certificate(shell: Shell) -> None:
    clash = tuple(InForce(booking=booked("t", 0, 1, name), frozen=True) for name in ("a", "b"))
    shell.put("problem.json", replace(PAIR, in_force=clash))
    ran = shell("solve", "problem.json", "--certificate", "certificate.json", "--time-limit", "5", "-q")
    assert (ran.code, (shell.folder / "certificate.json").exists()) == (3, False)
    assert "no certificate, and nothing written to " in ran.err


def test_a_place_that_cannot_be_written_to_is_refused_before_the_run(pair: Shell) -> None:
    ran = pair("solve", "problem.json", "--certificate", "no/such/folder.json", "-q")
    assert (ran.code, ran.out, "no/such/folder.json" in ran.err) == (2, "", True)


@pytest.mark.parametrize(("was_stopped", "why"), [(True, "the run was stopped\n"), (False, "there was no plan, ")])
def test_why_there_is_no_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str], was_stopped: bool, why: str) -> None:
    path = tmp_path / "c.json"
    assert certify(PAIR, [], path, was_stopped=was_stopped) is None
    assert capsys.readouterr().err.startswith(f"no certificate, and nothing written to {path}: {why}")
    assert not path.exists()
