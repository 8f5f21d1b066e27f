from datetime import timedelta

import pytest

from scheduler.model.catalogue import Method, tasks_of
from scheduler.model.methods import STANDARD_METHODS, standard_method

HOURS = {
    "ISO-9227-NSS": (24, 1000),
    "ISO-9227-AASS": (24, 1000),
    "ISO-9227-CASS": (24, 1000),
    "IEC-60068-2-1": (16, 96),
    "IEC-60068-2-2": (16, 96),
    "IEC-60068-2-14": (16, 96),
    "IEC-60068-2-30": (48, 1344),
    "IEC-60068-2-78": (48, 1344),
    "JESD22-A101": (168, 1000),
    "JESD22-A104": (100, 500),
    "JESD22-A110": (96, 264),
    "EMC-emission": (4, 8),
    "EMC-immunity": (4, 8),
    "IEC-60068-2-6": (4, 24),
    "IEC-60068-2-64": (4, 24),
    "SEM-EDS": (1, 4),
    "XRF-coating": (1, 4),
    "FTIR": (1, 4),
    "advisor-session": (1, 4),
}

each_method = pytest.mark.parametrize("method", STANDARD_METHODS, ids=lambda method: method.id)


def hours(length: timedelta) -> float:
    return length / timedelta(hours=1)


@each_method
def test_method_offers_the_durations_of_its_standard(method: Method) -> None:
    assert (hours(min(method.durations)), hours(max(method.durations))) == HOURS[method.id]
    assert list(method.durations) == sorted(set(method.durations))


def test_methods_are_those_promised_once_each() -> None:
    assert [each.id for each in STANDARD_METHODS] == list(HOURS)


@each_method
def test_method_has_korean_and_english_names(method: Method) -> None:
    for name in (method.name, *(step.name for step in method.steps)):
        assert any("가" <= letter <= "힣" for letter in name)
    for name_en in (method.name_en, *(step.name_en for step in method.steps)):
        assert name_en
        assert name_en.isascii()


@each_method
def test_tasks_of_method_at_sites_with_specimens(method: Method) -> None:
    for duration in method.durations:
        tasks = tasks_of(method, duration, specimens=10, sites=("ansan", "siheung"))
        assert [task.id for task in tasks] == [step.id for step in method.steps]
        for task, step in zip(tasks, method.steps, strict=True):
            mode = task.modes[0]
            assert task.method == method.id
            assert mode.duration == (step.duration or duration)
            for requirement in mode.requirements:
                assert requirement.select.sites == ("ansan", "siheung")
                assert requirement.demand == (10 if step.demand_per == "specimen" and requirement.during == "whole" else 1)


@each_method
def test_method_names_no_instrument(method: Method) -> None:
    # Companies choose a test, not an instrument.
    for step in method.steps:
        assert all(not each.select.ids and not each.preferred for each in step.requirements)


@each_method
def test_method_refers_to_its_own_steps_only(method: Method) -> None:
    steps = {step.id for step in method.steps}
    assert {each for p in method.precedences for each in (p.before, p.after)} <= steps
    assert {each for link in method.links for each in link.tasks} <= steps


def test_exposure_takes_the_chamber_whole_and_the_operator_at_both_ends() -> None:
    exposure = tasks_of(standard_method("ISO-9227-NSS"), timedelta(hours=72), specimens=10)[1]
    chamber, loading, unloading = exposure.modes[0].requirements
    assert (chamber.during, chamber.demand, chamber.select.kind) == ("whole", 10, "chamber")
    assert (loading.during, loading.demand, loading.select.kind) == ("head", 1, "person")
    assert (unloading.during, unloading.demand, unloading.select.qualification) == ("tail", 1, "corrosion-testing")


@pytest.mark.parametrize(("length", "modes"), [(72, {"standard": 72}), (1000, {"standard": 1000, "held": 1008}), (16, {"standard": 16, "held": 24})])
def test_run_that_would_end_at_night_may_be_held_to_whole_days(length: int, modes: dict[str, int]) -> None:
    exposure = tasks_of(standard_method("IEC-60068-2-1"), timedelta(hours=length))[1]
    assert {mode.id: hours(mode.duration) for mode in exposure.modes} == modes
    assert exposure.modes[0].requirements == exposure.modes[-1].requirements


def test_work_by_hand_is_never_held() -> None:
    session = tasks_of(standard_method("advisor-session"), timedelta(hours=2))[0]
    assert len(session.modes) == 1


@pytest.mark.parametrize(("method", "most"), [("ISO-9227-NSS", 24), ("IEC-60068-2-78", 24), ("JESD22-A110", 48)])
def test_evaluation_follows_the_exposure_within_its_time(method: str, most: int) -> None:
    last = standard_method(method).precedences[-1]
    assert (last.before, last.after) == ("exposure", "evaluation")
    assert last.max_lag == timedelta(hours=most)
    assert last.min_lag < last.max_lag


def test_tasks_without_a_duration_are_refused() -> None:
    with pytest.raises(ValueError, match="duration: the method 'ISO-9227-NSS' needs one; choose from 24 h, 48 h, 72 h"):
        tasks_of(standard_method("ISO-9227-NSS"), None)


def test_standard_method_of_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        standard_method("ISO-0000")
