from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.lab import Feature, Lab, Qualification, Resource, Site
from scheduler.model.request import FeatureBound, Requirement, Select
from scheduler.model.travel import Travel
from scheduler.planning.eligible import Eligibility

SITES = tuple(Site(id=each, name=each, institute="inst", time_zone="Asia/Seoul") for each in ("ansan", "siheung"))
CALENDAR = Calendar(id="always", time_zone="Asia/Seoul", weekly=ALWAYS_OPEN)


def resource(name: str, **fields: object) -> Resource:
    return Resource(id=name, name=name, calendar="always", **{"kind": "chamber", "site": "ansan", **fields})  # type: ignore[arg-type]


LAB = Lab(
    sites=SITES,
    calendars=(CALENDAR,),
    resources=(
        resource("salt-1", features=(Feature(name="volume_litre", low=0, high=400),)),
        resource("salt-2", site="siheung", features=(Feature(name="volume_litre", low=0, high=1000), Feature(name="celsius", low=-70, high=180))),
        resource("kim", kind="person", qualifications=(Qualification(name="salt-spray", level=2), Qualification(name="emc")), languages=("ko", "en")),
        resource("lee", kind="person", site=None, qualifications=(Qualification(name="salt-spray"),)),
        resource("oh", kind="person", travel=Travel(ways="roads"), qualifications=(Qualification(name="travelling"),), languages=("ko",)),
    ),
)


def names(select: Select) -> list[str]:
    return [LAB.resources[each].id for each in Eligibility(LAB).candidates(select)]


def test_candidates_by_id_come_in_the_order_of_the_lab() -> None:
    assert names(Select(ids=("kim", "salt-1", "kim"))) == ["salt-1", "kim"]


def test_candidates_of_an_unknown_id_are_none() -> None:
    assert names(Select(ids=("nothing",))) == []


def test_candidates_by_kind_and_site_include_what_has_no_site() -> None:
    assert names(Select(kind="person", sites=("siheung",))) == ["lee", "oh"]
    assert names(Select(kind="person", sites=("ansan",))) == ["kim", "lee", "oh"]


def test_candidates_who_travel_are_at_every_site() -> None:
    assert names(Select(qualification="travelling", sites=("siheung",))) == ["oh"]
    assert names(Select(ids=("oh",), sites=("ansan",))) == ["oh"]


def test_candidates_hold_the_level_or_one_above() -> None:
    assert names(Select(qualification="salt-spray", level=2)) == ["kim"]
    assert names(Select(qualification="salt-spray", level=3)) == []
    assert names(Select(qualification="emc", level=2)) == []


def test_candidates_speak_every_language() -> None:
    assert names(Select(kind="person", languages=("ko",))) == ["kim", "oh"]
    assert names(Select(kind="person", languages=("en", "ko"))) == ["kim"]
    assert names(Select(kind="person", languages=("fr",))) == []


def test_candidates_for_a_recipe_list_it_or_list_none() -> None:
    lab = Lab(resources=(resource("any"), resource("hot", recipes=("85C", "105C")), resource("cold", recipes=("-40C",))))
    eligibility = Eligibility(lab)

    def holders(recipe: str | None) -> tuple[int, ...]:
        return eligibility.candidates_for(Requirement(id="chamber", select=Select(kind="chamber"), recipe=recipe))

    assert holders("85C") == (0, 1)
    assert holders("-40C") == (0, 2)
    assert holders("20C") == (0,)
    assert holders(None) == (0, 1, 2)
    assert holders("85C") == (0, 1), "asked again"


def test_candidates_by_qualification() -> None:
    assert names(Select(qualification="salt-spray")) == ["kim", "lee"]
    assert names(Select(qualification="emc")) == ["kim"]
    assert names(Select(qualification="welding")) == []


def test_candidates_must_cover_every_feature_whole() -> None:
    assert names(Select(features=(FeatureBound(name="volume_litre", low=0, high=400),))) == ["salt-1", "salt-2"]
    assert names(Select(features=(FeatureBound(name="volume_litre", low=0, high=401),))) == ["salt-2"]
    assert names(Select(features=(FeatureBound(name="volume_litre", low=0, high=400), FeatureBound(name="celsius", low=-70, high=0)))) == ["salt-2"]
    assert names(Select(features=(FeatureBound(name="celsius", low=-71, high=0),))) == []


def test_position_is_that_of_the_lab_or_none() -> None:
    assert Eligibility(LAB).position("kim") == 2
    assert Eligibility(LAB).position("nobody") is None


def select_of(qualification: str | None, level: int, **fields: object) -> Select:
    return Select(qualification=qualification, level=level if qualification else 1, **fields)  # type: ignore[arg-type]


SELECTS = st.builds(
    select_of,
    level=st.integers(1, 3),
    languages=st.lists(st.sampled_from(["ko", "en"]), max_size=2).map(tuple),
    ids=st.lists(st.sampled_from(["salt-1", "salt-2", "kim", "ghost"]), max_size=3).map(tuple),
    kind=st.sampled_from(["chamber", "person"]),
    qualification=st.sampled_from([None, "salt-spray", "emc", "welding"]),
    features=st.lists(
        st.builds(FeatureBound, name=st.sampled_from(["volume_litre", "celsius"]), low=st.just(0.0), high=st.sampled_from([100.0, 700.0])), max_size=2
    ).map(tuple),
    sites=st.lists(st.sampled_from(["ansan", "siheung"]), max_size=2).map(tuple),
)


def admits(select: Select, each: Resource) -> bool:
    if select.ids and each.id not in select.ids:
        return False
    if select.kind and each.kind != select.kind:
        return False
    if select.qualification and all(q.name != select.qualification or q.level < select.level for q in each.qualifications):
        return False
    if not set(select.languages) <= set(each.languages):
        return False
    if select.sites and each.site is not None and each.travel is None and each.site not in select.sites:
        return False
    return all(any(f.name == b.name and f.low <= b.low and f.high >= b.high for f in each.features) for b in select.features)


@settings(deadline=None, max_examples=100)
@given(SELECTS)
def test_candidates_agree_with_asking_each_resource(select: Select) -> None:
    assert Eligibility(LAB).candidates(select) == tuple(position for position, each in enumerate(LAB.resources) if admits(select, each))
