"""Does a certificate prove its bound? Recomputed from the problem in whole numbers; nothing in the file is believed but that it makes a proposal."""

from dataclasses import dataclass

from scheduler.errors import InputError
from scheduler.model.certificate import Certificate, stands
from scheduler.model.codec import digest
from scheduler.model.problem import Problem
from scheduler.model.result import Score
from scheduler.model.schedule import Schedule
from scheduler.model.text import did_you_mean
from scheduler.verify.certified.least import Least


@dataclass(frozen=True, slots=True)
class Proved:
    """No plan that starts on the certificate's grid has a lower sum of factor times cost over its tiers than `bound`; `claimed` is what it says."""

    bound: int
    claimed: int

    @property
    def holds(self) -> bool:
        """Whether what it says is proved."""
        return self.claimed <= self.bound


def check_certificate(problem: Problem, certificate: Certificate) -> Proved:
    """What the prices of `certificate` prove for `problem`.

    For prices >= 0 every request takes the cheapest way, prices of what its anchor takes included; the sum of that less the
    price of all there is bounds every plan from below, as no plan takes more than there is. Only rules are dropped, see docs/file-formats.md.

    Expects what `planning.check_problem` accepts. Raises: InputError if the certificate is of another problem, names what does not exist, has
    another grid, or numbers that are too large to be added up.
    """
    if certificate.problem != digest(problem):
        raise InputError("this certificate is of another problem (digests differ); give the problem file it was made from", "problem")
    anchors = _anchors(problem, certificate)
    least = Least(problem, certificate)
    total = sum(least.of(each, anchors.get(each.id)) for each in problem.requests) - least.timeline.worth
    # Costs are whole and never negative.
    return Proved(max(0, -(-total // certificate.scale)), certificate.bound)


def scalar_cost(certificate: Certificate, score: Score) -> int:
    """The sum that the certificate bounds, for a schedule with that score."""
    factors = {each.tier: each.factor for each in certificate.tiers}
    return sum(factors.get(term.tier, 0) * term.cost for term in score)


def off_grid(problem: Problem, certificate: Certificate, schedule: Schedule) -> int:
    """How many bookings, without frozen ones, start where the certificate's grid has no tick: of plans with these it says nothing."""
    frozen = {each.booking.key for each in problem.in_force if stands(problem, each)}
    return sum(each.key not in frozen and bool((each.window.start - certificate.origin) % certificate.resolution) for each in schedule.bookings)


def _anchors(problem: Problem, certificate: Certificate) -> dict[str, str]:
    tasks = {each.id: {task.id for task in each.tasks} for each in problem.requests}
    for number, each in enumerate(certificate.anchors):
        if each.request not in tasks:
            raise InputError(f"there is no request {each.request!r} in the problem{did_you_mean(each.request, list(tasks))}", f"anchors[{number}].request")
        if each.task not in tasks[each.request]:
            raise InputError(f"request {each.request!r} has no task {each.task!r}", f"anchors[{number}].task")
    return {each.request: each.task for each in certificate.anchors}
