"""The built-in catalogue: standard test methods with the durations that the standards name.

Companies choose a test, not an instrument: no method names an id. Equipment and people serve a
step through what they are qualified for, so a lab joins by qualifying its resources:

| qualification | carried by | for |
|---|---|---|
| salt-spray-chamber, cass-chamber | chambers; capacity in specimens | ISO 9227 (CASS apart: copper stays in the chamber) |
| climate-chamber | chambers with `temperature_celsius`, damp heat also `humidity_percent` | IEC 60068-2-1, -2, -14, -30, -78; JESD22-A101, -A104 |
| hast-chamber | pressure chambers | JESD22-A110 |
| emc-room, shaker | rooms; equipment | EMC; vibration |
| sem-eds, xrf, ftir | instruments | material analysis |
| corrosion-testing, climatic-testing, reliability-testing, emc-testing, vibration-testing, material-analysis, advising | persons | the work by hand |

A run in a chamber takes the chamber for the whole task, and an operator only to load (head) and
to unload (tail); where the time would be up at night, the specimens may wait (`Step.holds`). Lags
follow the standards' recovery and measurement times.
"""

from datetime import timedelta

from scheduler.model.catalogue import Method, Step
from scheduler.model.request import FeatureBound, Link, Precedence, Requirement, Select

OPERATOR_PART = timedelta(hours=1)
"""How long an operator loads or unloads a chamber."""


def _hours(*numbers: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=each) for each in numbers)


def _person(skill: str) -> Requirement:
    return Requirement(id="operator", select=Select(kind="person", qualification=skill))


def _exposure(skill: str, kind: str, equipment: str, features: tuple[FeatureBound, ...]) -> tuple[Requirement, ...]:
    operator = Select(kind="person", qualification=skill)
    return (
        Requirement(id="chamber", select=Select(kind=kind, qualification=equipment, features=features)),  # type: ignore[arg-type]  # checked by pydantic
        Requirement(id="loading", select=operator, during="head", part=OPERATOR_PART),
        Requirement(id="unloading", select=operator, during="tail", part=OPERATOR_PART),
    )


def _chamber_method(
    id_: str,
    name: str,
    name_en: str,
    standard: str,
    field: str,
    skill: str,
    equipment: str,
    durations: tuple[timedelta, ...],
    *,
    celsius: tuple[float, float] | None = None,
    percent: tuple[float, float] | None = None,
    recovery: timedelta,
    evaluate_within: timedelta,
    evaluation: timedelta = timedelta(hours=1),
) -> Method:
    """Preparation, exposure in a chamber, evaluation no sooner than `recovery` and no later than `evaluate_within`, at one site."""
    bounds = (("temperature_celsius", celsius), ("humidity_percent", percent))
    features = tuple(FeatureBound(name=quantity, low=span[0], high=span[1]) for quantity, span in bounds if span is not None)
    return Method(
        id=id_,
        name=name,
        name_en=name_en,
        standard=standard,
        field=field,
        durations=durations,
        steps=(
            Step(id="preparation", name="시편 준비", name_en="Preparation", duration=timedelta(hours=1), requirements=(_person(skill),)),
            Step(
                id="exposure",
                name="노출 시험",
                name_en="Exposure",
                requirements=_exposure(skill, "chamber", equipment, features),
                demand_per="specimen",
                holds=True,
            ),
            Step(id="evaluation", name="평가", name_en="Evaluation", duration=evaluation, requirements=(_person(skill),)),
        ),
        precedences=(
            Precedence(before="preparation", after="exposure", max_lag=timedelta(hours=24)),
            Precedence(before="exposure", after="evaluation", min_lag=recovery, max_lag=evaluate_within),
        ),
        links=(Link(kind="same_site", tasks=("preparation", "exposure", "evaluation")),),
    )


def _corrosion(id_: str, name: str, name_en: str, equipment: str, celsius: float, durations: tuple[timedelta, ...]) -> Method:
    # ISO 9227: specimens dry for 0.5 h to 1 h before they are rinsed and judged; corrosion goes on, so within a day.
    return _chamber_method(
        id_,
        name,
        name_en,
        "ISO 9227",
        "corrosion",
        "corrosion-testing",
        equipment,
        durations,
        celsius=(celsius, celsius),
        recovery=timedelta(minutes=30),
        evaluate_within=timedelta(hours=24),
    )


def _climatic(
    id_: str, name: str, name_en: str, durations: tuple[timedelta, ...], celsius: tuple[float, float], percent: tuple[float, float] | None = None
) -> Method:
    # IEC 60068: recovery of 1 h to 2 h under standard conditions, then the final measurement.
    return _chamber_method(
        id_,
        name,
        name_en,
        id_.replace("IEC-", "IEC ", 1),
        "climate",
        "climatic-testing",
        "climate-chamber",
        durations,
        celsius=celsius,
        percent=percent,
        recovery=timedelta(hours=1),
        evaluate_within=timedelta(hours=24),
    )


def _reliability(
    id_: str,
    name: str,
    name_en: str,
    equipment: str,
    durations: tuple[timedelta, ...],
    celsius: tuple[float, float],
    percent: tuple[float, float] | None = None,
) -> Method:
    # JESD22: electrical test within 48 h of the end of the stress.
    return _chamber_method(
        id_,
        name,
        name_en,
        id_,
        "reliability",
        "reliability-testing",
        equipment,
        durations,
        celsius=celsius,
        percent=percent,
        recovery=timedelta(0),
        evaluate_within=timedelta(hours=48),
        evaluation=timedelta(hours=2),
    )


def _attended(id_: str, name: str, name_en: str, standard: str, field: str, kind: str, equipment: str, skill: str, durations: tuple[timedelta, ...]) -> Method:
    """Set-up, then a test that an operator attends from start to end on the same day or the next, at one site."""
    return Method(
        id=id_,
        name=name,
        name_en=name_en,
        standard=standard,
        field=field,
        durations=durations,
        steps=(
            Step(id="preparation", name="시험 준비", name_en="Set-up", duration=timedelta(hours=1), requirements=(_person(skill),)),
            Step(
                id="test",
                name="시험",
                name_en="Test",
                requirements=(
                    Requirement(id=equipment, select=Select(kind=kind, qualification=equipment)),  # type: ignore[arg-type]  # checked by pydantic
                    _person(skill),
                ),
            ),
        ),
        precedences=(Precedence(before="preparation", after="test", max_lag=timedelta(hours=24)),),
        links=(Link(kind="same_site", tasks=("preparation", "test")),),
    )


def _run_alone(id_: str, name: str, name_en: str, standard: str, equipment: str, skill: str, durations: tuple[timedelta, ...]) -> Method:
    """A shaker test: fixed and released by hand, watched by the machine in between."""
    return Method(
        id=id_,
        name=name,
        name_en=name_en,
        standard=standard,
        field="vibration",
        durations=durations,
        steps=(
            Step(id="preparation", name="지그 준비", name_en="Fixture", duration=timedelta(hours=1), requirements=(_person(skill),)),
            Step(id="exposure", name="진동 시험", name_en="Vibration", requirements=_exposure(skill, "equipment", equipment, ()), holds=True),
            Step(id="evaluation", name="평가", name_en="Evaluation", duration=timedelta(hours=1), requirements=(_person(skill),)),
        ),
        precedences=(
            Precedence(before="preparation", after="exposure", max_lag=timedelta(hours=24)),
            Precedence(before="exposure", after="evaluation", max_lag=timedelta(hours=24)),
        ),
        links=(Link(kind="same_site", tasks=("preparation", "exposure", "evaluation")),),
    )


def _analysis(id_: str, name: str, name_en: str, standard: str, instrument: str) -> Method:
    return Method(
        id=id_,
        name=name,
        name_en=name_en,
        standard=standard,
        field="material",
        durations=_hours(1, 2, 4),
        steps=(
            Step(
                id="analysis",
                name="분석",
                name_en="Analysis",
                requirements=(
                    Requirement(id="instrument", select=Select(kind="instrument", qualification=instrument)),
                    _person("material-analysis"),
                ),
            ),
        ),
    )


def _advisor_session() -> Method:
    return Method(
        id="advisor-session",
        name="전문가 자문",
        name_en="Advisor session",
        field="advising",
        durations=_hours(1, 2, 3, 4),
        steps=(
            Step(
                id="session",
                name="자문 회의",
                name_en="Session",
                requirements=(Requirement(id="advisor", select=Select(kind="person", qualification="advising")),),
            ),
        ),
    )


SALT_SPRAY_HOURS = _hours(24, 48, 96, 168, 240, 480, 720, 1000)
"""ISO 9227 clause "Duration of tests", from 24 h; 72 h is customary for plated parts."""

STANDARD_METHODS: tuple[Method, ...] = (
    _corrosion("ISO-9227-NSS", "중성 염수 분무 시험", "Neutral salt spray", "salt-spray-chamber", 35, tuple(sorted({*SALT_SPRAY_HOURS, *_hours(72)}))),
    _corrosion("ISO-9227-AASS", "초산 염수 분무 시험", "Acetic acid salt spray", "salt-spray-chamber", 35, SALT_SPRAY_HOURS),
    _corrosion("ISO-9227-CASS", "구리 촉진 초산 염수 분무 시험", "Copper-accelerated acetic acid salt spray", "cass-chamber", 50, SALT_SPRAY_HOURS),
    _climatic("IEC-60068-2-1", "저온 시험", "Cold", _hours(16, 72, 96), (-40, 25)),
    _climatic("IEC-60068-2-2", "고온 시험", "Dry heat", _hours(16, 72, 96), (25, 85)),
    # Five cycles of two dwells of 1 h, 3 h, 6 h with their ramps; 96 h for slow heavy specimens.
    _climatic("IEC-60068-2-14", "온도 변화 시험", "Change of temperature", _hours(16, 36, 64, 96), (-40, 85)),
    _climatic("IEC-60068-2-30", "고온 고습 시험 (사이클)", "Damp heat, cyclic", _hours(48, 144, 288, 504, 1344), (25, 55), (93, 95)),
    _climatic("IEC-60068-2-78", "고온 고습 시험 (정상)", "Damp heat, steady state", _hours(48, 96, 240, 504, 1344), (40, 40), (93, 93)),
    _reliability(
        "JESD22-A101", "고온 고습 바이어스 수명 시험", "Temperature humidity bias life", "climate-chamber", _hours(168, 500, 1000), (85, 85), (85, 85)
    ),
    # Two cycles an hour: 200, 500, 1,000 cycles.
    _reliability("JESD22-A104", "온도 사이클 시험", "Temperature cycling", "climate-chamber", _hours(100, 250, 500), (-40, 125)),
    _reliability("JESD22-A110", "초가속 스트레스 시험", "Highly accelerated stress (HAST)", "hast-chamber", _hours(96, 264), (110, 130), (85, 85)),
    _attended("EMC-emission", "전자파 방사 시험", "EMC emission", "CISPR 32", "emc", "room", "emc-room", "emc-testing", _hours(4, 6, 8)),
    _attended("EMC-immunity", "전자파 내성 시험", "EMC immunity", "IEC 61000-4-3", "emc", "room", "emc-room", "emc-testing", _hours(4, 6, 8)),
    _run_alone("IEC-60068-2-6", "정현파 진동 시험", "Vibration, sinusoidal", "IEC 60068-2-6", "shaker", "vibration-testing", _hours(4, 8, 12, 24)),
    _run_alone("IEC-60068-2-64", "광대역 랜덤 진동 시험", "Vibration, broadband random", "IEC 60068-2-64", "shaker", "vibration-testing", _hours(4, 8, 12, 24)),
    _analysis("SEM-EDS", "주사전자현미경 및 성분 분석", "SEM with EDS", "ISO 22309", "sem-eds"),
    _analysis("XRF-coating", "도금 두께 측정 (XRF)", "Coating thickness by XRF", "ISO 3497", "xrf"),
    _analysis("FTIR", "적외선 분광 분석", "Infrared spectroscopy", "", "ftir"),
    _advisor_session(),
)
"""Korean names first; every method has an English one too. A lab lists those that it offers."""


def standard_method(id_: str) -> Method:
    """The built-in method with this id. Raises: KeyError if there is none."""
    return {each.id: each for each in STANDARD_METHODS}[id_]
