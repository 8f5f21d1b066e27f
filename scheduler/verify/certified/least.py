"""The least that one request can cost, prices included."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.errors import InputError
from scheduler.model.certificate import Certificate, stands
from scheduler.model.policy import TERM_NAMES, TermName
from scheduler.model.problem import Problem, weight_of
from scheduler.model.request import Request, Task
from scheduler.model.schedule import Booking
from scheduler.verify.certified.chain import Chain, Starts, Way, chain_of
from scheduler.verify.certified.needs import FAR, Need, Needs
from scheduler.verify.certified.timeline import LARGEST, Mask, Numbers, Timeline


@dataclass(frozen=True, slots=True)
class Weights:
    """What a unit of each term counts, in parts of a unit of cost."""

    of: Mapping[TermName, int]

    def __getitem__(self, name: TermName) -> int:
        return self.of[name]


def weights_of(problem: Problem, certificate: Certificate) -> Weights:
    """Scale times factor times weight of each term. Raises: InputError if the tiers are not the policy's."""
    factors = {each.tier: each.factor for each in certificate.tiers}
    tiers = {term.tier for term in problem.policy.terms}
    for number, each in enumerate(certificate.tiers):
        if each.tier not in tiers:
            raise InputError(f"the policy has no tier {each.tier}", f"tiers[{number}].tier")
    if len(tiers) == 1 and set(factors.values()) != {1}:
        raise InputError("the only tier counts once; its factor is 1", "tiers[0].factor")
    weights: dict[TermName, int] = dict.fromkeys(TERM_NAMES, 0)
    for term in problem.policy.terms:
        weights[term.name] += certificate.scale * factors.get(term.tier, 0) * term.weight
    return Weights(weights)


class Least:
    """Answers for the requests of one problem at the prices of one certificate."""

    def __init__(self, problem: Problem, certificate: Certificate) -> None:
        self.problem = problem
        self.timeline = Timeline(problem, certificate)
        self.weights = weights_of(problem, certificate)
        self.needs = Needs(self.timeline, self.weights["preferences"])
        self.companies = {each.id: each for each in problem.companies}
        self.frozen: dict[str, dict[str, Booking]] = {}
        self.moves: dict[str, dict[str, tuple[Booking, int]]] = {}
        for each in problem.in_force:
            booking = each.booking
            if stands(problem, each):
                self.frozen.setdefault(booking.request, {})[booking.task] = booking
            else:
                cost = problem.policy.move_cost if each.move_cost is None else each.move_cost
                self.moves.setdefault(booking.request, {})[booking.task] = (booking, cost)

    def of(self, request: Request, anchor: str | None) -> int:
        """No plan has the request for less, in parts of a unit, if its task `anchor` pays for what it takes (None: nobody pays)."""
        weight = weight_of(self.problem, request, self.companies)
        frozen = self.frozen.get(request.id, {})
        self._refuse_huge(request, weight, frozen)
        served = _Served(self, request, weight, frozen)
        if all(each.id in frozen for each in request.tasks):
            # What stands as a whole can neither be moved nor dropped.
            return served.cost_at(served.frozen_end)
        left_out = self.weights["unserved"] * weight + self.weights["moves"] * sum(cost for _, cost in self.moves.get(request.id, {}).values())
        return min([left_out, *served.costs(anchor)])

    def _refuse_huge(self, request: Request, weight: int, frozen: Mapping[str, Booking]) -> None:
        grid, weights = self.timeline.grid, self.weights
        moments = [self.problem.horizon.end, *(each.window.end for each in frozen.values())]
        starts = [
            request.due,
            request.arrival,
            request.release,
            self.problem.now,
            *(each.due for each in request.tasks),
            *(b.window.start for b in frozen.values()),
        ]
        far = max(abs(grid.minute_up(each)) for each in (*moments, *starts) if each is not None) + len(request.tasks)
        per_minute = weights["flow_time"] + weights["span"] + weight * (weights["tardiness"] + weights["task_tardiness"])
        moved = weights["moves"] * sum(cost for _, cost in self.moves.get(request.id, {}).values())
        if 2 * far * per_minute + weights["late"] + moved + 100 * len(request.tasks) * weights["preferences"] >= LARGEST:
            raise InputError(f"what request {request.id!r} may cost is too large to be checked; the weights, or the scale, are too large", "scale")


class _Served:
    """What one request costs when it is served."""

    def __init__(self, least: Least, request: Request, weight: int, frozen: dict[str, Booking]) -> None:
        self.least, self.request, self.weight, self.frozen = least, request, weight, frozen
        self.grid, self.weights = least.timeline.grid, least.weights
        self.frozen_end = max((self.grid.minute_up(each.window.end) for each in frozen.values()), default=0)
        self.frozen_start = min((self.grid.minute_down(each.window.start) for each in frozen.values()), default=None)
        self.arrival = self.grid.minute_down(request.arrival or request.release or least.problem.now)
        self.due = None if request.due is None else self.grid.minute_down(request.due)

    def costs(self, anchor: str | None) -> Iterator[int]:
        """The least cost at each site, and in each mode, that is possible at all."""
        chain = chain_of(self.least.problem, self.request, self.frozen, self.least.needs)
        if not all(chain.ways):
            return
        payer = next((t for t, task in enumerate(chain.tasks) if task.id == anchor), 0)
        together = self._together(chain, payer)
        others = {t: self._masks(chain, t, self._sites(chain, (t,))) for t in range(len(chain.tasks)) if t not in together}
        for site in self._sites(chain, together):
            masks = [others[t] if t in others else self._masks(chain, t, (site,)) for t in range(len(chain.tasks))]
            starts = Starts(chain, [[each.copy() for each in one] for one in masks], self.grid)
            if starts.is_possible:
                yield from self._of_modes(chain, starts, payer, site, is_paying=anchor is not None)

    def _together(self, chain: Chain, payer: int) -> tuple[int, ...]:
        """The tasks that are at the site of the one that pays, and this one."""
        names = {chain.tasks[payer].id}
        for link in self.request.links:
            if link.kind == "same_site" and chain.tasks[payer].id in link.tasks:
                names.update(link.tasks)
        return tuple(t for t, task in enumerate(chain.tasks) if task.id in names)

    def _sites(self, chain: Chain, tasks: Sequence[int]) -> list[str | None]:
        """Where these tasks, together, may be; None: they need not be at one site, or nobody who serves them has one."""
        if len(tasks) == 1 and chain.tasks[tasks[0]].place != "one_site":
            return [_ANYWHERE]
        places = self.least.needs.places
        found = {places[r] for t in tasks for way in chain.ways[t] for need in way.needs for r in need.candidates} - {None}
        named = {chain.tasks[t].site for t in tasks if chain.tasks[t].place == "one_site"} - {None}
        if named:
            return sorted(found & named, key=str) or [None]
        return sorted(found, key=str) or [None]

    def _masks(self, chain: Chain, t: int, sites: Sequence[str | None]) -> list[Mask]:
        """For each mode of a task its starts at one of the sites, by dates, openings and frozen bookings."""
        found = []
        for way in chain.ways[t]:
            mask = np.zeros(chain.last - chain.first, bool)
            low, high = way.first - chain.first, way.last + 1 - chain.first
            for site in sites:
                at_site = np.ones(high - low, bool)
                for need in self._near(way, site):
                    at_site &= self.least.needs.mask(need)[way.first : way.last + 1]
                mask[low:high] |= at_site
            found.append(mask)
        return found

    def _near(self, way: Way, site: str | None) -> list[Need]:
        """The needs of a mode, served at a site or by those who have none."""
        if site is _ANYWHERE:
            return list(way.needs)
        places = self.least.needs.places
        return [_only(need, tuple(r for r in need.candidates if places[r] in (None, site))) for need in way.needs]

    def _of_modes(self, chain: Chain, starts: Starts, payer: int, site: str | None, *, is_paying: bool) -> Iterator[int]:
        earliest = max(starts.earliest, self.frozen_end)
        constant = sum(self._missed(chain, t) for t in range(len(chain.tasks)) if t != payer or not is_paying)
        for way, mask, complete in zip(chain.ways[payer], starts.masks[payer], starts.complete[payer], strict=True):
            if not mask.any():
                continue
            at = np.arange(chain.first, chain.last, dtype=np.int64)[mask]
            cost = self._cost(chain.tasks[payer], way, at, np.maximum(complete[mask], earliest)) + constant
            limit = LARGEST
            for need in self._near(way, site) if is_paying else ():
                limit -= self.least.needs.worst(need)
                if limit < 0:
                    raise InputError(f"prices of what request {self.request.id!r} takes are too large to be added up", "prices")
                price = self.least.needs.price(need)
                if price is not None:
                    cost = cost + price[at]
            best = int(cost.min())
            if best < FAR:
                yield best

    def _missed(self, chain: Chain, t: int) -> int:
        """What the task costs at least for resources that nobody prefers."""
        ways = chain.ways[t]
        return self.weights["preferences"] * min(
            sum(max(0, need.count - len(need.preferred.intersection(need.candidates))) for need in way.needs if need.preferred) for way in ways
        )

    def _cost(self, task: Task, way: Way, at: Numbers, complete: Numbers) -> Numbers:
        """The least cost if `task` starts at these ticks and the request is complete at these minutes."""
        weights = self.weights
        start = at * self.grid.minutes
        cost: Numbers = weights["flow_time"] * np.maximum(complete - self.arrival, 0)
        first = start if self.frozen_start is None else np.minimum(start, self.frozen_start)
        cost = cost + weights["span"] * np.maximum(complete - first, 0)
        is_late = np.zeros(len(at), bool)
        if self.due is not None:
            late = np.maximum(complete - self.due, 0)
            cost, is_late = cost + weights["tardiness"] * self.weight * late, late > 0
        if task.due is not None:
            late = np.maximum(start + way.minutes - self.grid.minute_down(task.due), 0)
            cost, is_late = cost + weights["task_tardiness"] * self.weight * late, is_late | (late > 0)
        cost = cost + weights["late"] * is_late
        if task.id in self.least.moves.get(self.request.id, {}):
            booking, price = self.least.moves[self.request.id][task.id]
            since = booking.window.start - self.grid.origin
            stays = (at == self.grid.down(since)) if booking.mode == way.mode.id and not since % self.grid.resolution else np.zeros(len(at), bool)
            cost = cost + weights["moves"] * price * ~stays
        return cost

    def cost_at(self, complete: int) -> int:
        """The least cost of a request that is complete at that minute, all of it frozen."""
        late = 0 if self.due is None else max(0, complete - self.due)
        cost = self.weights["flow_time"] * max(0, complete - self.arrival) + self.weights["tardiness"] * self.weight * late
        return cost + self.weights["late"] * (late > 0)


_ANYWHERE = ""
"""No site has an empty id."""


def _only(need: Need, candidates: tuple[int, ...]) -> Need:
    if len(candidates) == len(need.candidates):
        return need
    return Need(candidates, need.count, need.demand, need.begin, need.end, need.is_known, need.is_worked, need.preferred)
