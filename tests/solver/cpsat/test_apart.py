"""What is special about a resource, or common to all requests, keeps requests together and units apart."""

from dataclasses import replace

import pytest

from scheduler.solver.components import components
from scheduler.solver.domains import Explorer
from scheduler.solver.ease import easy_parts
from scheduler.solver.pooling import pool
from scheduler.ticks.instance import Instance, TickQuota, TickResource, TickTerm
from tests.placement.builders import resource
from tests.solver.cpsat.special import changeover, instance, oven, part

PLAIN = resource("r", "######")
SPECIAL = replace(PLAIN, changeover=changeover(((0,),)))


def two(*resources: TickResource, **more: object) -> Instance:
    """Two requests that are never there at the same time."""
    able = list(range(len(resources)))
    return instance(6, resources, part(able, 1, 0, last=1), part(able, 1, 0, first=4), **more)


def groups(whole: Instance) -> int:
    explorer = Explorer(whole)
    return len(components(whole, [explorer.explore(each) for each in whole.requests]))


@pytest.mark.parametrize(("data", "count"), [(PLAIN, 2), (SPECIAL, 1), (oven("######"), 1)])
def test_components_share_special_resources_at_any_time(data: TickResource, count: int) -> None:
    assert groups(two(data)) == count


def test_components_are_one_where_something_is_common_to_all() -> None:
    whole = two(PLAIN)
    assert groups(replace(whole, quotas=(TickQuota(-1, frozenset({0}), (0, 6), 9, None),))) == 1
    assert groups(replace(whole, most_moves=5)) == 1
    assert groups(replace(whole, terms=(TickTerm("makespan", 1, 1, 1),))) == 1
    assert groups(replace(whole, terms=(TickTerm("makespan", 1, 0, 0),))) == 2


@pytest.mark.parametrize(("data", "count"), [(PLAIN, 2), (SPECIAL, 0)])
def test_ease_leaves_special_resources_to_the_model(data: TickResource, count: int) -> None:
    whole = two(data, data)
    explorer = Explorer(whole)
    assert len(easy_parts(whole, (0, 1), [explorer.explore(each) for each in whole.requests], frozenset())) == count


def test_ease_leaves_people_to_the_model_where_they_are_counted() -> None:
    person = replace(PLAIN, is_person=True)
    whole = replace(two(person, person), terms=(TickTerm("people", 1, 1, 1),))
    explorer = Explorer(whole)
    assert easy_parts(whole, (0, 1), [explorer.explore(each) for each in whole.requests], frozenset()) == []
    assert pool(whole).members == {}


@pytest.mark.parametrize(("data", "count"), [(PLAIN, 1), (SPECIAL, 0)])
def test_pools_are_of_plain_resources(data: TickResource, count: int) -> None:
    assert len(pool(two(data, data)).members) == count


def test_pools_are_none_where_plans_are_told_by_their_resources() -> None:
    assert pool(two(PLAIN, PLAIN, most_moves=1)).members == {}
    assert pool(two(PLAIN, PLAIN, quotas=(TickQuota(-1, frozenset({0}), (0, 6), 9, None),))).members == {}
