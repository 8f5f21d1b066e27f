"""From a problem to a verified plan: compile, construct, prove or improve exactly, verify.

Always the best plan found so far, whatever ends the run. No plan leaves without the judge's leave.
"""

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from time import monotonic

from scheduler import __version__
from scheduler.errors import ScheduleRejected
from scheduler.model.certificate import Certificate
from scheduler.model.codec import digest as digest_of
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Outcome, Progress, Result, Score, TierValue, tier_costs
from scheduler.model.schedule import Schedule
from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers, tiers_of
from scheduler.solver.bounds.scale import bound_by_prices
from scheduler.solver.budget import Budget
from scheduler.solver.certificate import Proof, certificate_of, proof_of
from scheduler.solver.climb import FEW
from scheduler.solver.construct import construct, filled, moves_too_many
from scheduler.solver.exact import MOST_REQUESTS
from scheduler.solver.judge import Judge
from scheduler.solver.left_out import SHARE as REASONS_SHARE
from scheduler.solver.left_out import reasons_of
from scheduler.solver.open_part import held, open_part
from scheduler.solver.pooling import Pooling
from scheduler.solver.progress import History
from scheduler.solver.published import MANY, published_plan
from scheduler.solver.rungs import climb_all
from scheduler.solver.staying import Staying, stay
from scheduler.solver.team import Team
from scheduler.ticks.instance import Plan

DEFAULT_LIMITS = Limits()

CONSTRUCT_SHARE = 0.15
"""Of the time limit, what construction may take where exact work goes on from it."""

LEAST_SECONDS, LEAST_SHARE = 2.0, 0.5
"""So long construction may take at least, though no more than that share: where time is short, a whole plan is worth more than what comes after."""

JUDGED_AGAIN, FROZEN_SHARE = 1.4, 0.3
"""Judging and scoring a plan in the end takes so many times what judging the frozen bookings took, and gets at most that share of the time limit."""

STAY_SHARE = 0.5
"""Of the time left after construction, what may be spent on who stays, where more bookings in force would move than may."""

CERTIFICATE_SHARE = 0.2
"""Of the time limit, what the prices of a certificate may take that somebody wants."""

KEEP_SECONDS = 1.0
"""A better schedule is passed on at most this often: writing it out and storing it costs time."""

KEEP_RARELY = 20
"""And no sooner than after so many times what passing on took."""

TEAM_SECONDS = 6.0
"""A shorter time limit does not pay the start of other processes."""

CUT_OFF = "the time limit ended this run before its repeatable budget did: the next one may give another plan; allow more time, or a smaller budget"

NAMED_VIOLATIONS = 3
"""So many violations a rejection names; the rest is told by number."""


def solve(
    problem: Problem,
    *,
    limits: Limits = DEFAULT_LIMITS,
    judge: Judge,
    hint: Schedule | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_schedule: Callable[[Schedule], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_certificate: Callable[[Certificate], None] | None = None,
) -> Result:
    """The best plan for `problem` that the limits allow, passed and scored by `judge`.

    `hint` is a schedule to go on from; what of it breaks a rule today is not used. `should_stop`
    is asked several times a second; what was found until then is the result. Progress comes from
    the calling thread or from the solver's. `on_schedule` gets a better schedule, not yet judged,
    at most once a second: a hint for whoever has to take the run up again. `on_certificate` gets, at the
    end, the prices that a bound stands on, if there was time for some; it claims nothing yet.

    Expects what `planning.check_problem` accepts. Raises: InputError; ScheduleRejected if our own
    plan breaks a rule; ModelInvalid.
    """
    run = _Run(problem, limits, judge, on_progress, on_schedule, should_stop, wants_certificate=on_certificate is not None)
    result = run.result(hint)
    certificate = None if on_certificate is None else run.certificate()
    if on_certificate is not None and certificate is not None:
        on_certificate(certificate)
    return result


class _Run:
    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        judge: Judge,
        on_progress: Callable[[Progress], None] | None,
        on_schedule: Callable[[Schedule], None] | None,
        should_stop: Callable[[], bool] | None,
        *,
        wants_certificate: bool = False,
    ) -> None:
        self.started = monotonic()
        self.wants_certificate = wants_certificate
        self.on_schedule = on_schedule
        self.kept = -KEEP_SECONDS
        self.keeping = 0.0
        self.cpu_started = _cpu_seconds()
        self.problem = problem
        self.limits = limits
        self.judge = judge
        self.history = History(self.started, on_progress)
        # Cost per tier of all requests each alone on the lab, once that is known.
        self.ideal: tuple[int, ...] | None = None
        # What the best bound by prices stands on, once there is one.
        self.proof: Proof | None = None
        self.history.add("compile")
        # Where nothing may move it is as well frozen, and no rung has to look at it.
        self.part = open_part(held(problem))
        self.instance = self.part.instance
        # What compiling took, extracting and verifying will take about two or three times.
        spare = min(0.15 * limits.time_limit_seconds, 0.1 + 3 * (monotonic() - self.started))
        spare += CERTIFICATE_SHARE * limits.time_limit_seconds if wants_certificate else 0
        self.budget = Budget(self.started + limits.time_limit_seconds - spare, limits.deterministic_seconds, limits.seed, limits.workers, should_stop)

    @cached_property
    def digest(self) -> str:
        """That of the problem; of a year it takes half a second, for which the first plan need not wait."""
        return digest_of(self.problem)

    def result(self, hint: Schedule | None) -> Result:
        """All rungs, one after the other."""
        judging = monotonic()
        clash = self._clash()
        if clash:
            return self._made("infeasible", None, (), (), clash)
        # In the end all of it is judged once more, and scored.
        judged = min(FROZEN_SHARE * self.limits.time_limit_seconds, JUDGED_AGAIN * (monotonic() - judging))
        self.budget = replace(self.budget, ends_at=min(self.budget.ends_at, self.started + self.limits.time_limit_seconds - judged))
        with self._team() as team:
            plan = self._first_plan(hint)
            if moves_too_many(self.instance, plan):
                staying = self._stay(plan)
                if staying.plan is None:
                    return self._too_many_move(staying.least)
                plan = staying.plan
            self._keep(plan)
            self.history.add("plan", self._values(plan, (0,) * len(self.part.base)), self._served(plan))
            if len(self.instance.requests) > FEW and not self.instance.has_coupled_terms:
                # There is much to read and to do, but the first plan waits for nobody.
                team.start(self.budget)
            if len(self.instance.requests) > MOST_REQUESTS and len(plan) < len(self.instance.requests):
                # Of thousands some mostly stay out, and why they do is looked into at the end.
                self.budget = replace(self.budget, ends_at=self.budget.ends_at - REASONS_SHARE * self.limits.time_limit_seconds)
            found = climb_all(self.instance, plan, team, self.budget, self._on_better, self._learn)
        detail = CUT_OFF if self.budget.is_cut_off else ""
        plan, bounds = found.plan, found.bounds
        self.proof = None if found.proof is None else proof_of(found.proof)
        if self.wants_certificate and self.proof is None:
            bounds = self._priced(plan, bounds)
        self.history.add("verify", self._values(plan, bounds), self._served(plan))
        schedule = self.part.schedule(plan, reasons_of(self.instance, plan, self.limits), digest=self.digest)
        self._refuse_violations(schedule)
        score = self.judge.score(self.problem, schedule)
        tiers = self._judged(plan, bounds, score)
        outcome: Outcome = "optimal" if found.is_proved else "feasible"
        self.history.add("done", tiers, self._served(plan))
        return self._made(outcome, schedule, score, tiers, detail)

    def certificate(self) -> Certificate | None:
        """The best proof by prices for others to check, if there is one and it can be written down."""
        return None if self.proof is None else certificate_of(self.instance, self.proof, self.digest, _versions())

    def _clash(self) -> str:
        """A sentence if no plan can be clean, as more has to move than may, or the frozen bookings break a rule among themselves; else empty."""
        forced = sum(booking is None and cost > 0 for request in self.instance.requests for _, booking, cost in request.current)
        if self.instance.most_moves is not None and forced > self.instance.most_moves:
            return f"{forced} bookings in force can no longer stand where they are, but only {self.instance.most_moves} may move"
        violations = self._clashes()
        if violations and self.part.problem is not self.problem:
            # What is published breaks a rule today: who stays has to be found out.
            self.part = open_part(self.problem)
            self.instance = self.part.instance
            return self._clash()
        return f"the frozen bookings break rules among themselves: {_named(violations)}" if violations else ""

    def _clashes(self) -> Sequence[str]:
        frozen = {each.booking.key for each in self.part.problem.in_force if each.frozen}
        if not frozen:
            return ()
        # Who may still move is not there, and has not moved by that.
        alone = replace(self.problem, in_force=tuple(each for each in self.problem.in_force if each.booking.key in frozen))
        return self.judge.violations(alone, self.part.schedule({}, {}))

    def _first_plan(self, hint: Schedule | None) -> Plan:
        # Tangled requests take seconds each to place: what exact work can do better must have time left. A repeatable run must not look at the clock.
        share = CONSTRUCT_SHARE if len(self.instance.requests) <= MOST_REQUESTS and self.limits.deterministic_seconds is None else 1.0
        left = self.budget.left
        ends_at = monotonic() + max(share * left, min(LEAST_SHARE * left, LEAST_SECONDS))
        plan = self._published()
        if plan is None:
            plan = construct(self.instance, should_stop=lambda: self.budget.is_over() or monotonic() > ends_at, on_step=self._on_step)
        if hint is not None:
            kept = self.part.plan_of(hint)
            is_better = plan_cost(self.instance, kept) < plan_cost(self.instance, plan)
            # The hint may come from another day: it counts only if it is clean today.
            if is_better and not self.judge.violations(self.problem, self.part.schedule(kept, {})):
                plan = kept
        return plan

    def _published(self) -> Plan | None:
        """All that is published where it is, and others beside it; None if that is not much, or no plan today."""
        plan = published_plan(self.instance)
        if len(plan) <= MANY or self.judge.violations(self.problem, self.part.schedule(plan, {})):
            return None
        return filled(self.instance, plan, should_stop=self.budget.is_over, on_step=self._on_step)

    def _stay(self, plan: Plan) -> Staying:
        self.history.add("who stays")
        staying = stay(self.instance, plan, self.budget.share(STAY_SHARE))
        self.budget = self.budget.less(staying.deterministic_seconds)
        return staying

    def _too_many_move(self, least: int) -> Result:
        most = self.instance.most_moves or 0
        if least > most:
            detail = f"of the bookings in force, which cannot all stand beside each other, {least} must move, but only {most} may"
            return self._made("infeasible", None, (), (), detail)
        return self._made("unknown", None, (), (), f"no plan was found in which only {most} bookings in force move; allow more, or more time")

    def _on_step(self, rule: str, done: int, total: int) -> None:
        if done == 0 and total:
            self.history.add(f"construct by {rule}")

    def _team(self) -> Team:
        """As many workers as are allowed; the others start when a rung asks for them."""
        if self.limits.time_limit_seconds < TEAM_SECONDS:
            return Team(seed=self.budget.seed)
        # More processes than cores only wait for each other; a repeatable run has as many on any machine.
        cores = self.budget.workers if self.budget.is_repeatable else (os.cpu_count() or 1)
        return Team(self.part.problem, self.budget.seed, min(self.budget.workers, cores))

    def _learn(self, ideal: tuple[int, ...]) -> None:
        self.ideal = ideal

    def _priced(self, plan: Plan, bounds: tuple[int, ...]) -> tuple[int, ...]:
        """The bounds, those by prices among them, of which a certificate is made."""
        ends_at = monotonic() + CERTIFICATE_SHARE * self.limits.time_limit_seconds
        asked = self.budget.should_stop
        found = bound_by_prices(self.instance, plan, lambda: asked is not None and asked(), ends_at=ends_at)
        self.proof = proof_of(found)
        # Where the repeatable clock counts, what the other one allowed must not be seen.
        return bounds if self.budget.is_repeatable else (max(bounds[0], found.first), *bounds[1:])

    def _on_better(self, pooling: Pooling, rung: str, better: Plan, bounds: tuple[int, ...]) -> None:
        now = monotonic()
        self.history.add(rung, self._values(better, bounds), self._served(better))
        if self.on_schedule is not None and now - self.kept >= max(KEEP_SECONDS, KEEP_RARELY * self.keeping):
            self._keep(pooling.share_out(better))
            self.keeping = monotonic() - now

    def _keep(self, plan: Plan) -> None:
        if self.on_schedule is not None:
            self.kept = monotonic()
            self.on_schedule(self.part.schedule(plan, {}, digest=self.digest))

    def _served(self, plan: Plan) -> int:
        return len(plan) + len(self.part.frozen)

    def _values(self, plan: Plan, bounds: tuple[int, ...]) -> tuple[TierValue, ...]:
        costs = plan_tiers(self.instance, plan)
        ideals = self.ideal or (None,) * len(costs)
        return tuple(
            TierValue(tier=tier, objective=base + cost, bound=base + min(cost, bound), ideal=None if ideal is None else base + ideal)
            for tier, base, cost, bound, ideal in zip(tiers_of(self.instance), self.part.base, costs, bounds, ideals, strict=True)
        )

    def _judged(self, plan: Plan, bounds: tuple[int, ...], score: Score) -> tuple[TierValue, ...]:
        """The tiers with the judge's costs; what frozen bookings cost in any plan is added to bounds and ideals too."""
        return tuple(
            TierValue(
                tier=value.tier,
                objective=cost,
                bound=value.bound + cost - value.objective,
                ideal=None if value.ideal is None else value.ideal + cost - value.objective,
            )
            for value, cost in zip(self._values(plan, bounds), tier_costs(score), strict=True)
        )

    def _refuse_violations(self, schedule: Schedule) -> None:
        violations = self.judge.violations(self.problem, schedule)
        if violations:
            raise ScheduleRejected(f"the verifier rejects our schedule of problem {self.digest[:12]}: {_named(violations)}")

    def _made(self, outcome: Outcome, schedule: Schedule | None, score: Score, tiers: tuple[TierValue, ...], detail: str) -> Result:
        return Result(
            outcome=outcome,
            schedule=schedule,
            score=score,
            tiers=tiers,
            seconds=monotonic() - self.started,
            cpu_seconds=_cpu_seconds() - self.cpu_started,
            seed=self.limits.seed,
            workers=self.limits.workers,
            digest=self.digest,
            versions=_versions(),
            progress=self.history.points(),
            detail=detail,
        )


def _versions() -> dict[str, str]:
    return {"slotwright": __version__, "ortools": version("ortools"), "python": platform.python_version()}


def _cpu_seconds() -> float:
    """Of this process and of those that it has started and seen end."""
    taken = os.times()
    return taken.user + taken.system + taken.children_user + taken.children_system


def _named(violations: Sequence[str]) -> str:
    more = len(violations) - NAMED_VIOLATIONS
    return " ".join(violations[:NAMED_VIOLATIONS]) + (f" (and {more} more)" if more > 0 else "")
