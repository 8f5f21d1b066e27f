from dataclasses import replace

import pytest

from scheduler.errors import InputError, UnknownReference
from scheduler.model.problem import Company, InForce, Quota
from scheduler.model.request import Select
from scheduler.planning import check_problem
from tests.planning.small import HOUR, OPERATOR, TUESDAY, by_hand, exposed, exposure, one_task, problem, request

CHAMBERS = Select(kind="chamber")


def quota(hours: float, select: Select = CHAMBERS, **fields: object) -> Quota:
    return Quota(**{"id": "q", "select": select, "most": hours * HOUR, **fields})  # type: ignore[arg-type]


def test_a_quota_of_one_task_passes_and_one_below_is_refused() -> None:
    check_problem(problem(request(), quotas=(quota(72),)))
    with pytest.raises(InputError) as caught:
        check_problem(problem(request(), quotas=(quota(100), quota(71.75, id="p"))))
    assert str(caught.value) == (
        "quotas[1].most: task 'exposure' of request 'r1' alone takes 72 h of these resources, more than 71 h 45 min; "
        "raise it, give it a price, or leave the request out"
    )


def test_parts_and_counts_are_what_is_counted() -> None:
    # Loading and unloading take an operator for an hour each.
    check_problem(problem(one_task(exposure()), quotas=(quota(2, OPERATOR),)))
    with pytest.raises(InputError, match=r"^quotas\[0\]\.most: .* takes 2 h "):
        check_problem(problem(one_task(exposure()), quotas=(quota(1.75, OPERATOR),)))
    with pytest.raises(InputError, match=r"takes 4 h "):
        check_problem(problem(one_task(by_hand(2, count=2)), quotas=(quota(3, OPERATOR),)))


def test_a_priced_quota_and_that_of_another_company_may_be_low() -> None:
    check_problem(problem(request(), quotas=(quota(1, price=5),)))
    check_problem(problem(request(), quotas=(quota(1, company="other"),), companies=(Company(id="other"),)))
    with pytest.raises(InputError, match=r"^quotas\[0\]\.most: "):
        check_problem(problem(request(), quotas=(quota(1, company="acme"),)))


def test_what_others_can_serve_need_not_fit_the_quota() -> None:
    check_problem(problem(request(), quotas=(quota(1, Select(ids=("salt-1",))),)))
    check_problem(problem(one_task(by_hand(2, count=2)), quotas=(quota(2, Select(ids=("kim",))),)))
    with pytest.raises(InputError, match=r"takes 2 h "):
        check_problem(problem(one_task(by_hand(2, count=2)), quotas=(quota(1, Select(ids=("kim",))),)))


def test_the_shortest_mode_counts() -> None:
    check_problem(problem(one_task(exposure(), replace(exposure(48), id="short")), quotas=(quota(48),)))


def test_what_is_frozen_is_exempt() -> None:
    frozen = InForce(booking=exposed(TUESDAY), frozen=True)
    check_problem(problem(request(), quotas=(quota(1),), in_force=(frozen,)))
    with pytest.raises(InputError, match=r"^quotas\[0\]\.most: "):
        check_problem(problem(request(), quotas=(quota(1),), in_force=(replace(frozen, frozen=False),)))


@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        (quota(99, Select(ids=("salt-9",))), UnknownReference, "quotas[1].select.ids[0]: no resource has the id 'salt-9'; did you mean 'salt-"),
        (quota(99, Select(kind="room", sites=("x",))), UnknownReference, "quotas[1].select.sites[0]: no site has the id 'x'"),
        (quota(99, company="acmee"), UnknownReference, "quotas[1].company: no company has the id 'acmee'; did you mean 'acme'?"),
        (quota(99, id="first"), InputError, "quotas[1].id: the id 'first' is already used by quotas[0]"),
    ],
)
def test_what_is_unknown_or_twice_is_refused(wrong: Quota, kind: type[InputError], text: str) -> None:
    with pytest.raises(kind) as caught:
        check_problem(problem(request(), quotas=(quota(99, id="first"), wrong)))
    assert str(caught.value).startswith(text)


def test_a_company_listed_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r"^companies\[1\]\.id: the id 'acme' is already used"):
        check_problem(problem(companies=(Company(id="acme"), Company(id="acme", is_small=True))))
