"""Commands that plan and judge: solve, verify, offers, explain, whatif."""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from scheduler.cli.certifying import certify, judge_certificate
from scheduler.cli.figures import percent
from scheduler.cli.files import DEFAULT_MAX_MB, MaxMegabytes, check_answers, check_writable, is_standard_output, limits, read, read_problem, refuse_mixed, write
from scheduler.cli.progress import follow, stoppable
from scheduler.cli.report import print_json, print_result, print_score, reason_line, result_plain, score_plain
from scheduler.errors import InputError, ScheduleRejected
from scheduler.exchange.parts import Plan
from scheduler.model import codec
from scheduler.model.certificate import Certificate
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.result import Progress
from scheduler.model.scenario import Scenarios
from scheduler.model.schedule import Offer, Schedule
from scheduler.model.text import did_you_mean
from scheduler.placement.offers import list_offers
from scheduler.planning import check_request
from scheduler.planning.with_request import leaving_out, with_offer, with_request
from scheduler.solver.explain import explain as explain_request
from scheduler.solver.solve import solve as solve_problem
from scheduler.solver.whatif import compare
from scheduler.ticks.runs import in_runs
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule
from scheduler.verify.verifier import Verifier

ProblemPath = Annotated[Path, typer.Argument(metavar="PROBLEM.json", help="A problem file (- reads standard input).")]
SchedulePath = Annotated[Path, typer.Argument(metavar="SCHEDULE.json", help="A schedule of that problem.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write the schedule (- for standard output).")]
TimeLimit = Annotated[float, typer.Option("--time-limit", min=0.1, help="Seconds that the run may take.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the search.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Parallel searches; more than there are cores hurts.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Deterministic = Annotated[
    float | None,
    typer.Option(
        "--deterministic",
        min=0.001,
        help="A repeatable budget in the solver's own seconds: equal input, seed and workers, equal plan, if --time-limit leaves room for it.",
    ),
]


def solve(
    problem_path: ProblemPath,
    output: Output = None,
    time_limit: TimeLimit = 60.0,
    seed: Seed = 0,
    workers: Workers = 2,
    deterministic: Deterministic = None,
    hint: Annotated[Path | None, typer.Option("--hint", help="A schedule to start from.")] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="Where to write why no plan costs less than a bound.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Plan a problem. Ctrl-C stops and keeps the best plan, once there is a first one. Exit 0: a verified schedule; 3: none."""
    spend = limits(time_limit_seconds=time_limit, deterministic_seconds=deterministic, seed=seed, workers=workers)
    check_writable(output)
    check_writable(certificate)
    refuse_mixed(problem_path, output, certificate, as_json=as_json)
    problem = read_problem(problem_path, max_mb)
    start = read(Schedule, hint, max_mb) if hint else None
    offered: list[Certificate] = []
    has_plan = start is not None
    # What is found is written whole, whoever wants to stop meanwhile.
    with stoppable() as should_stop:
        with follow(time_limit, quiet=quiet) as on_progress:

            def hear(step: Progress) -> None:
                nonlocal has_plan
                has_plan = has_plan or (step.objective is not None and not should_stop())
                on_progress(step)

            result = solve_problem(
                problem,
                limits=spend,
                judge=Verifier(),
                hint=start,
                on_progress=hear,
                should_stop=should_stop,
                # Time is kept free for one only if it is wanted.
                on_certificate=None if certificate is None else offered.append,
            )
        was_stopped = should_stop()
        if was_stopped and not has_plan:
            # Half of a first plan is worth less than what the file may hold.
            typer.echo("slotwright: stopped before the first plan was complete; nothing was written", err=True)
            raise typer.Exit(3)
        if result.schedule is not None and output is not None:
            write(output, codec.dump_file(result.schedule))
        certified = None if certificate is None else certify(problem, offered, certificate, was_stopped=was_stopped)
        if as_json:
            print_json(result_plain(problem, result, was_stopped=was_stopped) | ({} if certificate is None else {"certified_bound": certified}))
        elif not (is_standard_output(output) or is_standard_output(certificate)):
            print_result(problem, result, was_stopped=was_stopped)
            if output is None and result.schedule is not None:
                typer.echo("(no -o given: the schedule was not written)", err=True)
    if result.schedule is None:
        raise typer.Exit(3)


def verify(
    problem_path: ProblemPath,
    schedule_path: Annotated[Path | None, typer.Argument(metavar="SCHEDULE.json", help="A schedule of that problem.")] = None,
    certificate_path: Annotated[Path | None, typer.Option("--certificate", help="A certificate of that problem: recompute its bound.")] = None,
    as_json: Json = False,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Check a schedule against every rule and recompute its score; recompute what a certificate proves.

    Exit 0: clean, and the certificate holds; 4: violations, or it does not.
    """
    if certificate_path is None and schedule_path is None:
        raise InputError("give a schedule, a certificate (--certificate FILE), or both", "SCHEDULE.json")
    problem = read_problem(problem_path, max_mb)
    schedule = None
    if schedule_path is not None:
        schedule = read(Schedule, schedule_path, max_mb)
        check_answers(problem, schedule, schedule_path)
    judged = None if certificate_path is None else judge_certificate(problem, schedule, certificate_path, max_mb)
    violations = () if schedule is None else check_schedule(problem, schedule)
    score = () if schedule is None else score_schedule(problem, schedule)
    if as_json:
        told: dict[str, Any] = {} if schedule is None else {"violations": [codec.to_plain(each) for each in violations], "score": score_plain(score)}
        print_json(told | ({} if judged is None else {"certificate": judged.plain}))
    elif schedule is not None:
        for each in violations:
            typer.echo(f"violation of {each.rule}: {each.detail}")
        typer.echo("clean: every rule holds" if not violations else f"{len(violations)} violation(s)")
        print_score(score)
    if judged is not None and not as_json:
        typer.echo(judged.text)
    if violations or (judged is not None and not judged.holds):
        raise typer.Exit(4)


def offers(
    problem_path: ProblemPath,
    schedule_path: SchedulePath,
    request_path: Annotated[Path, typer.Argument(metavar="REQUEST.json", help="One new request.")],
    most: Annotated[int, typer.Option("-n", "--most", min=1, max=50, help="How many offers at most.")] = 5,
    as_json: Json = False,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """List the best slots for one more request that disturb nobody. Exit 0: offers; 3: none, with the reasons."""
    problem, schedule = _read_pair(problem_path, schedule_path, max_mb)
    _refuse_violations(problem, schedule)
    request = read(Request, request_path, max_mb)
    check_request(problem.lab, request, problem.now, problem.horizon)
    if any(each.id == request.id for each in problem.requests):
        raise InputError(f"the problem already has a request {request.id!r}; give the new one another id", f"{request_path}: id")
    found = list_offers(problem, schedule, request, most)
    _verify_offers(problem, schedule, request, found)
    reasons = explain_request(with_request(problem, request), leaving_out(schedule, request), request.id).reasons if not found else ()
    if as_json:
        print_json({"offers": [codec.to_plain(each) for each in found], "reasons": [codec.to_plain(each) for each in reasons]})
    else:
        zones = Plan(problem, schedule)
        for number, each in enumerate(found, 1):
            resources = ", ".join(dict.fromkeys(name for booking in each.bookings for name in booking.resources))
            late = f"  late by {each.tardiness_minutes} min" if each.tardiness_minutes else ""
            zone = ZoneInfo(zones.time_zone(each.bookings[0]))
            start, end = (moment.astimezone(zone).isoformat(timespec="minutes") for moment in (each.window.start, each.window.end))
            typer.echo(f"{number}. {start} to {end}  {resources}{late}")
        for reason in reasons:
            typer.echo(f"no offer: {reason_line(reason)}")
    if not found:
        raise typer.Exit(3)


def explain(
    problem_path: ProblemPath,
    schedule_path: SchedulePath,
    request_id: Annotated[str, typer.Argument(metavar="REQUEST_ID", help="The id of a request of the problem, as in its requests[].id.")],
    as_json: Json = False,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Say why a request does not fit a schedule, and which single change would let it in."""
    problem, schedule = _read_pair(problem_path, schedule_path, max_mb)
    _refuse_violations(problem, schedule)
    if all(each.id != request_id for each in problem.requests):
        near = did_you_mean(request_id, [each.id for each in problem.requests]) or "; choose one of its ids"
        raise InputError(f"no request {request_id!r} in the problem{near}", "REQUEST_ID")
    if all(each.request != request_id for each in schedule.unserved):
        if as_json:
            print_json({"request": request_id, "served": True, "reasons": [], "cures": []})
        else:
            typer.echo(f"{request_id} is served in this schedule: there is nothing to explain")
        return
    found = explain_request(problem, schedule, request_id)
    if as_json:
        print_json({"request": request_id, "served": False, **codec.to_plain(found)})
        return
    for reason in found.reasons:
        typer.echo(f"{request_id}: {reason_line(reason)}")
    for cure in found.cures:
        typer.echo(f"would fit: {cure.detail}" if cure.helps else f"does not help: {cure.detail}")


def whatif(
    problem_path: ProblemPath,
    scenarios_path: Annotated[Path, typer.Argument(metavar="SCENARIOS.json", help="What-if questions: see docs/file-formats.md.")],
    time_limit: Annotated[float, typer.Option("--time-limit", min=0.1, help="Seconds per plan.")] = 20.0,
    seed: Seed = 0,
    workers: Workers = 2,
    as_json: Json = False,
    quiet: Quiet = False,
    max_mb: MaxMegabytes = DEFAULT_MAX_MB,
) -> None:
    """Plan the problem as it is and under each scenario, side by side, with value intervals from the bounds. Ctrl-C keeps the plans that are there."""
    spend = limits(time_limit_seconds=time_limit, seed=seed, workers=workers)
    problem = read_problem(problem_path, max_mb)
    scenarios = read(Scenarios, scenarios_path, max_mb)
    with stoppable() as should_stop, follow(time_limit * (1 + len(scenarios.scenarios)), quiet=quiet) as on_progress:
        rows = compare(problem, scenarios, limits=spend, judge=Verifier(), on_progress=on_progress, should_stop=should_stop)
    if as_json:
        print_json({"stopped": should_stop(), "plans": [codec.to_plain(each) for each in rows]})
        return
    typer.echo(f"{'scenario':<24}{'served':>8}{'left out':>9}{'late':>6}{'flow days':>10}{'objective':>16}{'bound':>16}{'gap':>8}   saves between")
    for row in rows:
        saves = "" if row.saves_least is None or row.saves_most is None else f"{row.saves_least:,} and {row.saves_most:,}"
        typer.echo(
            f"{row.scenario[:23]:<24}{row.served:>8}{row.unserved:>9}{row.tardy:>6}{row.mean_flow_days:>10.2f}"
            f"{row.objective:>16,}{row.bound:>16,}{percent(row.gap):>8}   {saves}"
        )
    missing = sorted({each.id for each in scenarios.scenarios} - {row.scenario for row in rows})
    if missing:
        typer.echo(f"{'stopped: ' if should_stop() else ''}no plan of {', '.join(missing)}")


def _read_pair(problem_path: Path, schedule_path: Path, max_mb: int) -> tuple[Problem, Schedule]:
    problem = read_problem(problem_path, max_mb)
    schedule = read(Schedule, schedule_path, max_mb)
    check_answers(problem, schedule, schedule_path)
    return problem, schedule


def _refuse_violations(problem: Problem, schedule: Schedule) -> None:
    violations = check_schedule(problem, schedule)
    if violations:
        raise InputError(f"the schedule breaks rules ({violations[0].detail}); mend it or plan anew, `slotwright verify` lists them all", "schedule")


def _verify_offers(problem: Problem, schedule: Schedule, request: Request, found: tuple[Offer, ...]) -> None:
    wider = with_request(problem, request)
    for each in found:
        violations = check_schedule(wider, in_runs(wider, with_offer(schedule, each)))
        if violations:
            raise ScheduleRejected(f"an offer breaks a rule: {violations[0].detail}")
