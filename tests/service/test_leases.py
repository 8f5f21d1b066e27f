"""Runs: claimed by one worker at a time, fenced, taken up again, given up, cancelled."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from scheduler.errors import Conflict, InputError, NotFound
from scheduler.model.limits import Limits
from scheduler.model.result import Progress, Result
from scheduler.model.schedule import Reason, Schedule, Unserved
from scheduler.service import lab, publishing, requests, runs
from scheduler.service.database import Database
from tests.service.world import HOUR, LEASE, NOW, at, booked, draft, given, publish, request, resource, small_lab

SOON = NOW + LEASE / 2
LATER = NOW + LEASE


def ask(database: Database) -> str:
    return runs.request_run(database, NOW, "ops", Limits(seed=7)).id


def take(database: Database, owner: str = "w1", now: object = NOW) -> runs.Work:
    work = runs.claim(database, owner, now, LEASE)  # type: ignore[arg-type]
    assert work is not None
    return work


def plan(work: runs.Work) -> Schedule:
    return Schedule(bookings=(booked("r1", "c1", at(9)),), unserved=(Unserved(request="r2", reasons=(Reason(code="capacity"),)),))


def test_run_holds_a_snapshot(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    publish(database, {"r1": ("c1", at(9))})
    run_id = ask(database)
    requests.submit(database, request("r3"), NOW, "web")
    record, problem = runs.find_run(database, run_id), runs.load_problem(database, run_id)
    assert (record.state, record.base_revision, record.requests, record.limits.seed) == ("queued", 1, 2, 7)
    assert [each.id for each in problem.requests] == ["r1", "r2"]
    assert [each.booking for each in problem.in_force] == [booked("r1", "c1", at(9))]
    assert problem.horizon.start == NOW
    assert runs.load_result(database, run_id) is None


def test_claim_gives_a_run_to_one_worker(database: Database) -> None:
    given(database, request("r1"))
    run_id = ask(database)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda number: runs.claim(database, f"w{number}", NOW, LEASE), range(6)))
    assert [each.claim.run for each in found if each is not None] == [run_id]
    assert runs.find_run(database, run_id).state == "running"


def test_claim_goes_by_age(database: Database) -> None:
    given(database, request("r1"))
    ids = [ask(database) for _ in range(3)]
    assert [take(database).claim.run for _ in range(3)] == ids
    assert runs.claim(database, "w1", NOW, LEASE) is None


def test_heartbeat_keeps_the_lease(database: Database) -> None:
    given(database, request("r1"))
    ask(database)
    held = take(database).claim
    assert runs.heartbeat(database, held, SOON, LEASE) == "held"
    assert runs.claim(database, "w2", LATER, LEASE) is None
    assert runs.claim(database, "w2", SOON + LEASE, LEASE) is not None
    assert runs.heartbeat(database, held, SOON + LEASE, LEASE) == "lost"
    assert runs.lease_state(database, held) == "lost"


def test_run_of_a_dead_worker_is_taken_up_with_its_incumbent(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    run_id = ask(database)
    first = take(database)
    assert first.hint is None
    runs.store_incumbent(database, first.claim, plan(first), SOON)
    second = take(database, "w2", LATER)
    assert (second.claim.run, second.claim.attempt, second.hint) == (run_id, 2, plan(first))
    for write in (
        lambda: runs.record_progress(database, first.claim, [Progress(seconds=1, phase="x")], LATER),
        lambda: runs.store_incumbent(database, first.claim, plan(first), LATER),
        lambda: runs.finish(database, first.claim, Result(outcome="feasible", schedule=plan(first)), LATER),
        lambda: runs.fail(database, first.claim, "no", LATER),
    ):
        with pytest.raises(Conflict):
            write()
    runs.requeue(database, first.claim, LATER)
    assert runs.find_run(database, run_id).state == "running"
    assert runs.finish(database, second.claim, Result(outcome="feasible", schedule=plan(second)), LATER).state == "finished"


def test_run_is_given_up_after_three_attempts(database: Database) -> None:
    given(database, request("r1"))
    run_id = ask(database)
    for attempt in range(3):
        assert take(database, f"w{attempt}", NOW + attempt * LEASE).claim.attempt == attempt + 1
    assert runs.claim(database, "w4", NOW + 3 * LEASE, LEASE) is None
    record = runs.find_run(database, run_id)
    assert (record.state, record.draft) == ("failed", None)
    assert "3 times" in record.detail
    assert runs.load_problem(database, run_id).requests


def test_requeued_attempt_does_not_count(database: Database) -> None:
    given(database, request("r1"))
    run_id = ask(database)
    for number in range(5):
        work = take(database, f"w{number}")
        assert work.claim.attempt == 1
        runs.requeue(database, work.claim, NOW)
    assert runs.find_run(database, run_id).state == "queued"


def test_finish_makes_a_draft_and_notes_reasons(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    run_id = ask(database)
    work = take(database)
    record = runs.finish(database, work.claim, Result(outcome="feasible", schedule=plan(work), seconds=2.5), SOON)
    assert (record.state, record.outcome, record.served, record.seconds, record.finished_at) == ("finished", "feasible", 1, 2.5, SOON)
    assert record.draft is not None
    assert publishing.find_draft(database, record.draft).schedule == plan(work)
    assert requests.find(database, "r2").reasons == (Reason(code="capacity"),)
    assert requests.find(database, "r1").version == 1
    result = runs.load_result(database, run_id)
    assert result is not None
    assert result.outcome == "feasible"
    draft(database, {"r2": ("c1", at(9)), "r1": ("c2", at(9))})
    assert requests.find(database, "r2").reasons == ()


def test_result_without_a_schedule_makes_no_draft(database: Database) -> None:
    given(database, request("r1"))
    ask(database)
    record = runs.finish(database, take(database).claim, Result(outcome="infeasible", detail="frozen bookings clash"), NOW)
    assert (record.state, record.outcome, record.draft, record.detail) == ("finished", "infeasible", None, "frozen bookings clash")


def test_huge_objective_is_kept_exactly(database: Database) -> None:
    given(database, request("r1"))
    run_id = ask(database)
    held = take(database).claim
    runs.record_progress(database, held, [Progress(seconds=1, phase="x", objective=10**30 + 1, bound=-(10**20), gap=0.5, regret_gap=0.75, served=1)], NOW)
    record = runs.find_run(database, run_id)
    assert (record.objective, record.bound, record.gap, record.regret_gap, record.served) == (10**30 + 1, -(10**20), 0.5, 0.75, 1)


def test_events_are_numbered_without_holes_and_can_be_resumed(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    run_id = ask(database)
    work = take(database)
    runs.record_progress(database, work.claim, [Progress(seconds=1, phase="a"), Progress(seconds=2, phase="b")], NOW)
    runs.record_progress(database, work.claim, [], NOW)
    runs.finish(database, work.claim, Result(outcome="feasible", schedule=plan(work)), NOW)
    events = runs.events_after(database, run_id)
    assert [each.seq for each in events] == [1, 2, 3, 4, 5]
    assert [each.state or (each.progress and each.progress.phase) for each in events] == ["queued", "running", "a", "b", "finished"]
    assert runs.events_after(database, run_id, 3) == events[3:]
    assert runs.events_after(database, run_id, 1, limit=2) == events[1:3]
    assert runs.events_after(database, run_id, 5) == ()
    assert runs.find_run(database, run_id).last_seq == 5
    with pytest.raises(NotFound):
        runs.events_after(database, "nothing")


def test_queued_run_is_cancelled_at_once(database: Database) -> None:
    given(database, request("r1"))
    run_id = ask(database)
    assert runs.cancel_run(database, run_id, NOW, "ops").state == "cancelled"
    assert runs.claim(database, "w1", NOW, LEASE) is None
    assert runs.cancel_run(database, run_id, NOW, "ops").state == "cancelled"


def test_running_run_is_asked_to_stop_and_keeps_its_plan(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    run_id = ask(database)
    work = take(database)
    assert runs.cancel_run(database, run_id, NOW, "ops").state == "running"
    assert runs.lease_state(database, work.claim) == "stop"
    assert runs.heartbeat(database, work.claim, NOW, LEASE) == "stop"
    record = runs.finish(database, work.claim, Result(outcome="feasible", schedule=plan(work)), NOW)
    assert record.state == "cancelled"
    assert record.draft is not None
    assert runs.cancel_run(database, run_id, NOW, "ops") == record


def test_cancelled_run_of_a_dead_worker_keeps_its_incumbent_as_a_draft(database: Database) -> None:
    given(database, request("r1"), request("r2"))
    run_id = ask(database)
    work = take(database)
    runs.store_incumbent(database, work.claim, plan(work), NOW)
    runs.cancel_run(database, run_id, NOW, "ops")
    assert runs.claim(database, "w2", LATER, LEASE) is None
    record = runs.find_run(database, run_id)
    assert record.state == "cancelled"
    assert record.draft is not None
    assert publishing.find_draft(database, record.draft).schedule == plan(work)


def test_failed_run_keeps_its_problem(database: Database) -> None:
    given(database, request("r1"))
    run_id = ask(database)
    record = runs.fail(database, take(database).claim, "a rule was broken", NOW)
    assert (record.state, record.detail) == ("failed", "a rule was broken")
    assert [each.id for each in runs.load_problem(database, run_id).requests] == ["r1"]


def test_problem_of_another_version_fails_the_run(database: Database) -> None:
    given(database, request("r1"))
    first, second = ask(database), runs.request_run(database, SOON, "ops", Limits()).id
    digest = runs.find_run(database, first).problem_digest
    with database.write() as tx:
        from sqlalchemy import update

        from scheduler.store.schema import problem

        tx.execute(update(problem).where(problem.c.digest == digest).values(body=b'{"format": "slotwright/problem@9"}'))
    assert take(database).claim.run == second
    record = runs.find_run(database, first)
    assert record.state == "failed"
    assert "cannot be read" in record.detail


def test_equal_problems_are_stored_once(database: Database) -> None:
    given(database, request("r1"))
    ask(database), ask(database)
    with database.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM problem")).scalar() == 1


def test_unknown_run_is_not_found(database: Database) -> None:
    for call in (runs.find_run, runs.load_problem, runs.load_result):
        with pytest.raises(NotFound):
            call(database, "nothing")
    with pytest.raises(NotFound):
        runs.cancel_run(database, "nothing", NOW, "ops")


def test_wrong_horizon_is_refused_and_nothing_is_stored(database: Database) -> None:
    given(database, request("r1"))
    with pytest.raises(InputError, match="horizon"):
        runs.request_run(database, NOW + 3 * HOUR, "ops", Limits(), horizon=at(0, 1))
    assert runs.list_runs(database) == ()


def test_list_runs_is_newest_first(database: Database) -> None:
    given(database, request("r1"))
    ids = [ask(database) for _ in range(3)]
    take(database)
    assert [each.id for each in runs.list_runs(database)] == ids[::-1]
    assert [each.id for each in runs.list_runs(database, state="queued")] == ids[:0:-1]
    assert len(runs.list_runs(database, limit=1)) == 1


def test_request_that_lost_its_resource_does_not_spoil_the_run(database: Database) -> None:
    given(database, request("r1"), request("pinned", ids=("c2",)), request("either", ids=("c1", "c2")))
    lab.replace_lab(database, small_lab(resource("c1")), NOW, "ops")
    run_id = ask(database)
    problem = runs.load_problem(database, run_id)
    assert [each.id for each in problem.requests] == ["r1", "either"]
    work = take(database)
    schedule = Schedule(bookings=(booked("r1", "c1", at(9)), booked("either", "c1", at(10))))
    record = runs.finish(database, work.claim, Result(outcome="feasible", schedule=schedule), NOW)
    assert [each.code for each in requests.find(database, "pinned").reasons] == ["qualification"]
    assert "c2" in requests.find(database, "pinned").reasons[0].detail
    assert record.draft is not None
    assert publishing.find_draft(database, record.draft).record.unserved == 1


def test_claim_is_worth_nothing_even_if_the_same_worker_has_the_run_again(database: Database) -> None:
    given(database, request("r1"))
    ask(database)
    first = take(database, "w1").claim
    second = take(database, "w1", LATER).claim
    assert runs.lease_state(database, first) == "lost"
    assert runs.lease_state(database, second) == "held"
