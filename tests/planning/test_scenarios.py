from dataclasses import replace

import pytest

from scheduler.errors import InputError, UnknownReference
from scheduler.model import codec
from scheduler.model.changeover import Changeover
from scheduler.model.methods import STANDARD_METHODS
from scheduler.model.problem import InForce, Problem, Quota
from scheduler.model.request import Select, Series, Shipment
from scheduler.model.scenario import AddResource, Change, CloseSite, RemoveResource, ScaleDemand, Scenario, Scenarios
from scheduler.model.travel import Courier
from scheduler.model.window import Window
from scheduler.planning import Eligibility, apply_scenario, apply_scenarios, check_problem
from scheduler.planning.scenarios import copy_id
from scheduler.planning.serving import resource_windows
from tests.planning.small import HORIZON, HOUR, LAB, NOW, TUESDAY, booking, by_hand, chamber, exposed, in_chamber, lab_with, one_task, person, problem, request


def after(given: Problem, *changes: Change) -> Problem:
    changed = apply_scenario(given, Scenario(id="s", changes=changes), "scenarios[0]")
    check_problem(changed)  # a scenario's problem is a problem like any other
    return changed


def refusal(given: Problem, *changes: Change) -> InputError:
    with pytest.raises(InputError) as caught:
        apply_scenarios(
            given, Scenarios(scenarios=(Scenario(id="fine", changes=(ScaleDemand(change="scale_demand", factor=1),)), Scenario(id="s", changes=changes)))
        )
    return caught.value


def add(**fields: object) -> AddResource:
    return AddResource(change="add_resource", **fields)  # type: ignore[arg-type]


def remove(name: str) -> RemoveResource:
    return RemoveResource(change="remove_resource", resource=name)


def close(site: str, start: float, end: float) -> CloseSite:
    return CloseSite(change="close_site", site=site, window=Window(start=TUESDAY + start * HOUR, end=TUESDAY + end * HOUR))


def scale(factor: float, seed: int = 0) -> ScaleDemand:
    return ScaleDemand(change="scale_demand", factor=factor, seed=seed)


def test_add_copies_a_resource() -> None:
    changed = after(problem(), add(like="salt-1", count=2))
    assert [each.id for each in changed.lab.resources[5:]] == ["salt-1~2", "salt-1~3"]
    assert changed.lab.resources[6] == replace(LAB.resources[0], id="salt-1~3")


def test_add_copies_serve_where_the_original_is_named() -> None:
    named, other = (
        one_task(by_hand(select=Select(ids=("kim", "lee")))),
        request("r2", tasks=one_task(by_hand(select=Select(ids=("lee",)))).tasks, precedences=()),
    )
    changed = after(problem(named, other), add(like="kim"))
    select = changed.requests[0].tasks[0].modes[0].requirements[0].select
    assert [changed.lab.resources[each].id for each in Eligibility(changed.lab).candidates(select)] == ["kim", "lee", "kim~2"]
    assert changed.requests[1] == other


def test_add_copies_serve_where_a_method_names_the_original() -> None:
    nss = STANDARD_METHODS[0]
    step = nss.steps[0]
    named = replace(nss, steps=(replace(step, requirements=(replace(step.requirements[0], select=Select(ids=("kim",))),)), *nss.steps[1:]))
    changed = after(problem(lab=replace(LAB, methods=(named,))), add(like="kim"))
    assert changed.lab.methods[0].steps[0].requirements[0].select.ids == ("kim", "kim~2")
    assert changed.lab.methods[0].steps[1:] == nss.steps[1:]


def test_add_copies_keep_what_the_original_can_do() -> None:
    oven = chamber("oven", "ansan", batch=True, recipes=("hot",), changeover="heat", initial_recipe="hot", most_a_day=2, freeze_horizon=HOUR)
    lab = lab_with(oven, changeovers=(Changeover(id="heat"),))
    changed = after(problem(one_task(in_chamber("oven", "hot")), lab=lab), add(like="oven"))
    assert changed.lab.resources[-1] == replace(oven, id="oven~2")
    requirement = changed.requests[0].tasks[0].modes[0].requirements[0]
    assert (requirement.select.ids, requirement.recipe) == (("oven", "oven~2"), "hot")
    check_problem(changed)


def test_add_copies_count_for_the_quotas_of_the_original() -> None:
    quotas = (Quota(id="q", select=Select(ids=("salt-1",)), most=99 * HOUR), Quota(id="all", select=Select(kind="chamber"), most=99 * HOUR))
    changed = after(problem(request(), quotas=quotas), add(like="salt-1"))
    assert [each.select.ids for each in changed.quotas] == [("salt-1", "salt-1~2"), ()]


def test_scale_copies_series_and_shipments() -> None:
    series = (Series(tasks=("prep", "evaluation"), least_apart=HOUR),)
    sent = request(series=series, shipment=Shipment(sent=NOW, latitude=37, longitude=127))
    copied = after(problem(sent, lab=lab_with(courier=Courier(speed_kmh=60))), scale(2)).requests[1]
    assert copied == replace(sent, id="r1~2")


def test_scale_down_drops_the_quotas_of_companies_that_are_gone() -> None:
    many = tuple(request(f"r{number}", company=f"c{number}") for number in range(4))
    quotas = tuple(Quota(id=f"q{number}", company=f"c{number}", select=Select(kind="chamber"), most=99 * HOUR) for number in range(4))
    changed = after(problem(*many, quotas=quotas), scale(0.5))
    assert [each.company for each in changed.quotas] == [each.company for each in changed.requests]
    assert len(changed.quotas) == 2


def test_add_a_whole_new_resource_counts_it() -> None:
    changed = after(problem(), add(resource=chamber("salt-3", "ansan", 99), count=2))
    assert [(each.id, each.capacity) for each in changed.lab.resources[5:]] == [("salt-3", 99), ("salt-3~2", 99)]


def test_add_twice_gives_each_its_own_id() -> None:
    changed = after(problem(), add(like="salt-1"), add(like="salt-1"), add(like="salt-1~2"))
    assert [each.id for each in changed.lab.resources[5:]] == ["salt-1~2", "salt-1~3", "salt-1~2~2"]


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        (add(like="salt-9"), UnknownReference, "scenarios[1].changes[0].like: no resource has the id 'salt-9'; did you mean"),
        (add(), InputError, "scenarios[1].changes[0]: give either `like`"),
        (add(like="kim", resource=person("x", None)), InputError, "scenarios[1].changes[0]: give either `like`"),
        (add(resource=person("kim", None)), InputError, "scenarios[1].changes[0].resource.id: the id 'kim' is already a resource of the lab"),
        (
            add(resource=replace(person("x", None), calendar="offic")),
            UnknownReference,
            "scenarios[1].changes[0].resource.calendar: no calendar has the id 'offic'; did",
        ),
        (add(resource=person("x", "busan")), UnknownReference, "scenarios[1].changes[0].resource.site: no site has the id 'busan'"),
        (
            add(resource=replace(person("x", None), changeover="heat")),
            UnknownReference,
            "scenarios[1].changes[0].resource.changeover: no changeover has the id 'heat'",
        ),
        (remove("x"), UnknownReference, "scenarios[1].changes[0].resource: no resource has the id 'x'"),
        (close("busan", 0, 1), UnknownReference, "scenarios[1].changes[0].site: no site has the id 'busan'"),
    ],
)
def test_change_is_refused_with_its_path(change: Change, kind: type[InputError], text: str) -> None:
    error = refusal(problem(), change)
    assert type(error) is kind
    assert str(error).startswith(text)


def test_scenarios_with_the_same_id_are_refused() -> None:
    twice = Scenarios(scenarios=(Scenario(id="a", changes=(scale(1),)),) * 2)
    with pytest.raises(InputError, match=r"^scenarios\[1\].id: the id 'a' is already used by scenarios\[0\]"):
        apply_scenarios(problem(), twice)


def test_scenarios_apply_each_to_the_original() -> None:
    first, second = apply_scenarios(
        problem(), Scenarios(scenarios=(Scenario(id="a", changes=(add(like="kim"),)), Scenario(id="b", changes=(add(like="lee"),))))
    )
    assert first.lab.resources[5].id == "kim~2"
    assert [each.id for each in second.lab.resources[5:]] == ["lee~2"]


def test_remove_shuts_a_resource_for_good_and_drops_its_bookings() -> None:
    by_kim, by_lee = InForce(booking=booking(TUESDAY), frozen=True), InForce(booking=booking(TUESDAY + 99 * HOUR, task="evaluation", operator="lee"))
    changed = after(problem(request(), in_force=(by_kim, by_lee)), remove("kim"))
    assert changed.in_force == (by_lee,)
    kim = next(each for each in changed.lab.resources if each.id == "kim")
    assert resource_windows(kim, LAB.calendars[1], HORIZON) == ()
    assert [each for each in changed.lab.resources if each.id != "kim"] == [each for each in LAB.resources if each.id != "kim"]


def test_remove_of_the_only_one_leaves_a_problem_in_order() -> None:
    # `after` checks it: what nobody can do any more comes out of planning as unserved.
    changed = after(problem(one_task(by_hand(select=Select(ids=("park",))))), remove("park"))
    assert len(changed.requests) == 1


def test_close_site_shuts_its_resources_and_frees_what_is_frozen_there() -> None:
    here = InForce(booking=exposed(TUESDAY), frozen=True)
    changed = after(problem(request(), in_force=(here,)), close("ansan", 71.75, 80))
    assert changed.in_force == (replace(here, frozen=False),)
    shut = {each.id for each in changed.lab.resources if each.closures}
    assert shut == {"salt-1", "kim", "lee"}


def test_close_site_keeps_frozen_what_is_elsewhere_or_at_another_time() -> None:
    here = InForce(booking=exposed(TUESDAY), frozen=True)
    assert after(problem(request(), in_force=(here,)), close("ansan", 72, 80)).in_force == (here,)
    assert after(problem(request(), in_force=(here,)), close("siheung", 0, 80)).in_force == (here,)


MANY = tuple(request(f"r{number}") for number in range(10))


@pytest.mark.parametrize(("factor", "count"), [(1, 10), (1.2, 12), (2, 20), (2.5, 25), (0.8, 8), (0.01, 0), (1.04, 10)])
def test_scale_changes_the_number_of_requests(factor: float, count: int) -> None:
    assert len(after(problem(*MANY), scale(factor)).requests) == count


def test_scale_up_keeps_all_and_copies_evenly() -> None:
    changed = after(problem(*MANY), scale(2.5))
    assert changed.requests[:10] == MANY
    ids = [each.id for each in changed.requests]
    assert {f"r{number}~2" for number in range(10)} < set(ids)
    assert sum(name.endswith("~3") for name in ids) == 5
    assert changed.requests[10] == replace(MANY[0], id="r0~2")


def test_scale_is_repeatable_and_depends_on_the_seed() -> None:
    same = [codec.digest(after(problem(*MANY), scale(0.5, seed=4))) for _ in range(2)]
    assert same[0] == same[1]
    assert len({codec.digest(after(problem(*MANY), scale(0.5, seed=seed))) for seed in range(5)}) > 1


def test_scale_down_drops_bookings_and_frozen_requests_last() -> None:
    in_force = tuple(InForce(booking=booking(TUESDAY, request=f"r{number}"), frozen=number < 3) for number in range(10))
    for seed in range(5):
        changed = after(problem(*MANY, in_force=in_force), scale(0.5, seed))
        kept = [each.id for each in changed.requests]
        assert {"r0", "r1", "r2"} <= set(kept)
        assert [each.booking.request for each in changed.in_force] == kept


def test_scale_of_nothing_is_nothing() -> None:
    assert after(problem(), scale(3)) == problem()


def test_changes_apply_in_order() -> None:
    changed = after(problem(request()), add(like="kim"), remove("kim"), scale(2))
    assert [each.id for each in changed.requests] == ["r1", "r1~2"]
    assert not next(each for each in changed.lab.resources if each.id == "kim~2").closures


def test_copy_id_is_free_and_never_too_long() -> None:
    taken = {"a", "a~2"}
    assert copy_id("a", taken) == "a~3"
    assert copy_id("a", taken) == "a~4"
    long = "x" * 120
    assert copy_id(long, {long}) == "x" * 118 + "~2"
