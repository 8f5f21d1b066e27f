"""What-if questions: named lists of changes to a problem."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Id, Name
from scheduler.model.lab import Resource
from scheduler.model.window import Window

SCENARIOS_FORMAT = "slotwright/scenarios@1"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AddResource:
    """Add `count` copies of the resource `like`, or the whole new `resource`.

    Exactly one of the two is given; a whole new one counts among the `count`. Copies get the ids
    `<id>~2`, `<id>~3` ... and also serve every select that names the original by id.
    """

    change: Literal["add_resource"]
    like: Id | None = None
    resource: Resource | None = None
    count: Annotated[int, Field(ge=1, le=1_000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RemoveResource:
    """Take a resource away: shut for good; its bookings in force are dropped, frozen or not.

    It stays listed, so that whatever names it stays in order: requests that only it could serve
    come out of planning as unserved.
    """

    change: Literal["remove_resource"]
    resource: Id


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CloseSite:
    """Shut every resource of a site during `window`; frozen bookings there become movable."""

    change: Literal["close_site"]
    site: Id
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ScaleDemand:
    """Multiply the number of requests by `factor`: copies or leaves out requests at random (`seed`).

    Copies get the ids `<id>~2`, `<id>~3` ... and have nothing booked. Requests with frozen bookings
    are left out last; bookings in force of those left out are dropped.
    """

    change: Literal["scale_demand"]
    factor: Annotated[float, Field(gt=0, le=100)]
    seed: int = 0


Change = Annotated[AddResource | RemoveResource | CloseSite | ScaleDemand, Field(discriminator="change")]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Scenario:
    """A named list of changes, applied in order."""

    id: Id
    name: Name = ""
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Scenarios:
    """A file of scenarios."""

    format: Literal["slotwright/scenarios@1"] = "slotwright/scenarios@1"
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]
