import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError, UnsupportedFormat
from scheduler.model import codec
from scheduler.model.lab import Lab
from scheduler.model.methods import STANDARD_METHODS
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.scenario import Scenarios
from scheduler.model.schedule import Schedule
from scheduler.model.window import Window
from scheduler.planning import check_problem

GOOD: dict[str, Any] = {
    "format": "slotwright/problem@1",
    "now": "2026-03-02T09:00:00+09:00",
    "horizon": {"start": "2026-03-02T09:00:00+09:00", "end": "2026-03-30T00:00:00Z"},
    "lab": {
        "calendars": [{"id": "office", "time_zone": "Asia/Seoul", "weekly": [{"days": ["mon", "tue"], "hours": {"open": "09:00", "close": "18:00"}}]}],
        "resources": [{"id": "kim", "kind": "person", "name": "김", "calendar": "office"}],
    },
    "requests": [
        {
            "id": "r1",
            "company": "acme",
            "tasks": [{"id": name, "modes": [{"duration": "PT1H", "requirements": [{"id": "operator", "select": {"kind": "person"}}]}]} for name in ("a", "b")],
        }
    ],
}

MODE = ("requests", 0, "tasks", 0, "modes", 0)
REQUIREMENT = (*MODE, "requirements", 0)
ABSENT = object()


def changed(path: tuple[str | int, ...], value: object) -> bytes:
    """`GOOD` as a file, with one value put in, replaced or (ABSENT) taken out."""
    data: Any = deepcopy(GOOD)
    place = data
    for part in path[:-1]:
        place = place[part]
    if value is ABSENT:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(data).encode()


def refusal(data: bytes, kind: type[Any] = Problem) -> InputError:
    with pytest.raises(InputError) as caught:
        codec.parse(kind, data)
    return caught.value


# ruff: noqa: E501 - a sentence is compared whole
BAD: list[tuple[tuple[str | int, ...], object, str]] = [
    ((*MODE, "duraton"), "PT1H", "requests[0].tasks[0].modes[0].duraton: unknown field; did you mean 'duration'? (fields are listed in docs/file-formats.md)"),
    (("requests", 0, "xyz"), 1, "requests[0].xyz: unknown field; correct the spelling or remove it (fields are listed in docs/file-formats.md)"),
    ((*MODE, "duration"), ABSENT, "requests[0].tasks[0].modes[0].duration: is missing; add it"),
    ((*MODE, "duration"), "-PT1H", "requests[0].tasks[0].modes[0].duration: minus 1 h is not longer than zero; give a longer duration"),
    ((*MODE, "duration"), "PT0S", "requests[0].tasks[0].modes[0].duration: 0 min is not longer than zero; give a longer duration"),
    ((*MODE, "duration"), "72 hours", "requests[0].tasks[0].modes[0].duration: '72 hours' is not a duration; write for example PT72H, PT1H30M or P3D"),
    ((*MODE, "duration"), 72, "requests[0].tasks[0].modes[0].duration: a bare number has no unit; write"),
    ((*MODE, "duration"), "P40000D", "requests[0].tasks[0].modes[0].duration: 960000 h is longer than a hundred years; shorten it"),
    ((*MODE, "requirements"), [], "requests[0].tasks[0].modes[0].requirements: must have at least 1; add one"),
    ((*REQUIREMENT, "demand"), 0, "requests[0].tasks[0].modes[0].requirements[0].demand: input should be greater than or equal to 1 (given: 0); correct it"),
    ((*REQUIREMENT, "count"), 0, "requests[0].tasks[0].modes[0].requirements[0].count: input should be greater than or equal to 1 (given: 0); correct it"),
    ((*REQUIREMENT, "id"), "a b", "requests[0].tasks[0].modes[0].requirements[0].id: 'a b' is not an id; write 1 to 120 letters, digits or _ . : @ + - ~ without blanks"),
    ((*REQUIREMENT, "id"), "", "requests[0].tasks[0].modes[0].requirements[0].id: an id may not be empty; give one"),
    ((*REQUIREMENT, "select"), {}, "requests[0].tasks[0].modes[0].requirements[0].select: a select must name ids, or a kind, a qualification or features"),
    ((*REQUIREMENT, "select", "kind"), "persn", "requests[0].tasks[0].modes[0].requirements[0].select.kind: 'persn' is not one of 'instrument', 'chamber', 'equipment', 'room', 'person' or 'pool'; did you mean 'person'?"),
    ((*REQUIREMENT, "part"), "PT1H", "requests[0].tasks[0].modes[0].requirements[0].part: give the length of the head, the tail, or what is taken before or after, and only then"),
    ((*MODE, "requirements"), [{"id": "o", "select": {"kind": "person"}, "during": "tail", "part": "PT2H"}], "requests[0].tasks[0].modes[0].requirements[0].part: longer than the task's duration; shorten it"),
    (("now",), "2026-03-02T09:00:00", "now: '2026-03-02T09:00:00' has no UTC offset; write for example 2026-03-02T09:00:00+09:00"),
    (("now",), "2026-03-02", "now: '2026-03-02' has no UTC offset; write for example 2026-03-02T09:00:00+09:00"),
    (("now",), "yesterday", "now: 'yesterday' is not a moment; write for example 2026-03-02T09:00:00+09:00"),
    (("now",), 1772409600, "now: a bare number has no unit; write a moment like 2026-03-02T09:00:00+09:00"),
    (("now",), "0001-01-01T00:00:00+09:00", "now: 0001-01-01T00:00:00+09:00 is no date of this world; check the year"),
    (("now",), "9999-12-31T23:59:59-09:00", "now: 9999-12-31T23:59:59-09:00 is no date of this world; check the year"),
    (("horizon", "end"), "2026-03-01T00:00:00Z", "horizon: end 2026-03-01T00:00:00+00:00 is not after start 2026-03-02T00:00:00+00:00; give an end later than the start"),
    (("requests", 0, "deadline"), "2026-13-01T00:00:00Z", "requests[0].deadline: '2026-13-01T00:00:00Z' is not a moment"),
    (("requests",), {}, "requests: must be a list, written in [ ] (given: {})"),
    (("requests", 0), "r1", "requests[0]: must be an object, written in { } (given: 'r1')"),
    (("requests", 0, "weight"), 1.5, "requests[0].weight: input should be a valid integer"),
    (("requests", 0, "tasks", 1, "id"), "a", "requests[0].tasks: the id 'a' is used twice; give each its own id"),
    (("requests", 0, "name"), "x" * 301, "requests[0].name: has more than 300 letters ('xxx"),
    (("policy",), {"resolution": "PT7M"}, "policy.resolution: must be whole minutes that divide an hour, such as PT5M, PT15M or PT30M"),
    (("policy",), {"terms": [{"name": "moves", "weight": 1}] * 2}, "policy.terms[1].name: 'moves' is listed twice; keep one"),
    (("lab", "calendars", 0, "time_zone"), "Seoul", "lab.calendars[0].time_zone: 'Seoul' is not an IANA time zone; write for example 'Asia/Seoul'"),
    (("lab", "calendars", 0, "weekly", 0, "days"), ["Monday"], "lab.calendars[0].weekly[0].days[0]: 'Monday' is not one of 'mon',"),
    (("lab", "calendars", 0, "weekly", 0, "hours", "close"), "24:00", "lab.calendars[0].weekly[0].hours.close: '24:00' is not a time of day; write for example 09:00 (midnight is 00:00)"),
    (("lab", "calendars", 0, "weekly", 0, "hours", "open"), 9, "lab.calendars[0].weekly[0].hours.open: a bare number has no unit"),
    (("lab", "calendars", 0, "holidays"), "XX", "lab.calendars[0].holidays: no public holidays are known for 'XX'"),
    (("lab", "resources", 0, "qualifications"), [{"name": "a", "valid_from": "2026-03-02T00:00:00Z", "valid_until": "2026-03-01T00:00:00Z"}], "lab.resources[0].qualifications[0]: valid_until is not after valid_from"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "text"), BAD, ids=[f"{'.'.join(map(str, path))}={str(value)[:20]}" for path, value, _ in BAD])
def test_parse_says_where_and_what_to_do(path: tuple[str | int, ...], value: object, text: str) -> None:
    error = refusal(changed(path, value))
    assert str(error).startswith(text)
    assert "\n" not in str(error)


def test_parse_reads_the_good_one_and_it_is_in_order() -> None:
    check_problem(codec.parse(Problem, json.dumps(GOOD).encode()))


@pytest.mark.parametrize("field", sorted(codec.RESERVED))
def test_parse_refuses_reserved_fields_by_name(field: str) -> None:
    error = refusal(changed(("requests", 0, "tasks", 0, field), True))
    assert str(error) == f"requests[0].tasks[0].{field}: reserved for {codec.RESERVED[field]}, which this version does not plan; remove it"


def test_no_record_uses_a_reserved_name() -> None:
    # They wait for the next version; a field of that name today would have another meaning then.
    text = json.dumps([codec.adapter(kind).json_schema() for kind in (Problem, Schedule, Scenarios)])  # type: ignore[arg-type]
    fields = set()

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            fields.update(part.get("properties", {}))
            for each in part.values():
                collect(each)
        elif isinstance(part, list):
            for each in part:
                collect(each)

    collect(json.loads(text))
    assert "duration" in fields
    assert not fields & set(codec.RESERVED)


@pytest.mark.parametrize("given", ["slotwright/problem@2", "slotwright/schedule@1", "", 1, None])
def test_parse_of_another_format_is_unsupported(given: object) -> None:
    error = refusal(changed(("format",), given))
    assert type(error) is UnsupportedFormat
    assert str(error) == f"format: {given!r} cannot be read here; expected 'slotwright/problem@1'"


def test_parse_of_another_kind_of_file_names_the_format_first() -> None:
    assert type(refusal(codec.dump_file(Schedule()))) is UnsupportedFormat


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_parse_refuses_numbers_that_are_none(literal: str) -> None:
    data = changed((*REQUIREMENT, "select", "features"), [{"name": "celsius", "low": 0, "high": 12345}]).replace(b"12345", literal.encode())
    assert str(refusal(data)).startswith("requests[0].tasks[0].modes[0].requirements[0].select.features[0].high: ")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[",
        b"nul",
        b"\xff\xfe\x00",
        b'"\xed\xa0\x80"',
        json.dumps(GOOD).encode()[:-1],
        b"[" * 100_000,
        b'{"now":' * 100_000,
        b'{"now":' + b"9" * 100_000 + b"}",
        changed(("now",), 10**400),
        changed(("requests", 0, "weight"), 10**4000),
        changed(("requests",), [[[[[[]]]]]]),
        b'{"now": "\\ud800"}',
    ],
    ids=lambda data: data[:12].decode(errors="replace"),
)
def test_parse_of_rubbish_is_one_sentence(data: bytes) -> None:
    text = str(refusal(data))
    assert len(text) < 400
    assert "\n" not in text


def test_parse_says_that_it_is_not_json() -> None:
    assert str(refusal(b'{"now": ')).startswith("this is not JSON (EOF while parsing a value at line 1 column 8); check for a missing quote")
    assert str(refusal(b"[" * 100_000)).startswith("this is nested too deeply (")


def test_parse_refuses_a_file_too_large_before_reading_it() -> None:
    text = "the file has 100,000,000 bytes, more than the 67,108,864 allowed; split it into smaller problems"
    assert str(refusal(bytes(100_000_000))) == text
    data = json.dumps(GOOD).encode()
    assert codec.parse(Problem, data, max_bytes=len(data))
    with pytest.raises(InputError, match="more than the"):
        codec.parse(Problem, data, max_bytes=len(data) - 1)


def test_parse_reads_a_file_with_a_byte_order_mark() -> None:
    assert codec.parse(Problem, b"\xef\xbb\xbf" + json.dumps(GOOD).encode()) == codec.parse(Problem, json.dumps(GOOD).encode())


def test_from_plain_reads_and_refuses_like_parse() -> None:
    assert codec.from_plain(Problem, GOOD) == codec.parse(Problem, json.dumps(GOOD).encode())
    with pytest.raises(InputError, match=r"^nwo: unknown field; did you mean 'now'\?"):
        codec.from_plain(Problem, {**GOOD, "nwo": GOOD["now"]})


def test_from_plain_survives_nesting_and_huge_numbers() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for rubbish in (deep, 10**5000):
        with pytest.raises(InputError, match="nested too deeply or holds a number of thousands of digits"):
            codec.from_plain(Problem, {"now": rubbish})


def changes(*items: dict[str, Any]) -> bytes:
    return json.dumps({"scenarios": [{"id": "s", "changes": list(items)}]}).encode()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"change": "add_resourc"}, "scenarios[0].changes[0].change: 'add_resourc' is not one of add_resource, remove_resource, close_site, scale_demand; did you mean 'add_resource'?"),
        ({"like": "x"}, "scenarios[0].changes[0].change: is missing; add it"),
        ({"change": "add_resource", "lik": "x"}, "scenarios[0].changes[0].lik: unknown field; did you mean 'like'?"),
        ({"change": "scale_demand", "factor": 0}, "scenarios[0].changes[0].factor: input should be greater than 0 (given: 0); correct it"),
        ({"change": "close_site", "site": "a", "window": {"start": "2026-03-02T00:00:00", "end": "2026-03-03T00:00:00Z"}}, "scenarios[0].changes[0].window.start: '2026-03-02T00:00:00' has no UTC offset"),
    ],
)  # fmt: skip
def test_parse_of_a_wrong_change_has_a_path_of_real_fields(change: dict[str, Any], text: str) -> None:
    assert str(refusal(changes(change), Scenarios)).startswith(text)


OFFSETS = (timedelta(0), timedelta(hours=9), timedelta(hours=-5), timedelta(hours=5, minutes=45))


def shifted(value: Any, offset: timedelta) -> Any:
    """The same plain data with every moment written in another offset."""
    if isinstance(value, dict):
        return {key: shifted(each, offset) for key, each in value.items()}
    if isinstance(value, list):
        return [shifted(each, offset) for each in value]
    if isinstance(value, str) and value[:2] == "20" and "T" in value:
        return datetime.fromisoformat(value).astimezone(timezone(offset)).isoformat()
    return value


def test_digest_is_the_same_whatever_the_offset() -> None:
    assert shifted(GOOD, OFFSETS[1]) != shifted(GOOD, OFFSETS[2])
    problems = [codec.from_plain(Problem, shifted(GOOD, offset)) for offset in OFFSETS]
    assert len({codec.dump(each) for each in problems}) == 1
    assert len({codec.digest(each) for each in problems}) == 1


def test_digest_is_the_same_with_defaults_written_out_or_left_out() -> None:
    problem = codec.from_plain(Problem, GOOD)
    assert codec.digest(codec.from_plain(Problem, codec.to_plain(problem))) == codec.digest(problem)
    assert "weight" in json.dumps(codec.to_plain(problem))
    assert "weight" not in json.dumps(codec.to_plain(problem, exclude_defaults=True))


def test_digest_changes_with_the_problem() -> None:
    problem = codec.from_plain(Problem, GOOD)
    assert codec.digest(replace(problem, name="x")) != codec.digest(problem)
    assert len(codec.digest(problem)) == 64


@pytest.mark.parametrize("record", [Lab(methods=STANDARD_METHODS), Schedule(), codec.from_plain(Problem, GOOD)], ids=lambda record: type(record).__name__)
def test_dump_and_dump_file_read_back_equal(record: Any) -> None:
    assert codec.parse(type(record), codec.dump(record)) == record
    assert codec.parse(type(record), codec.dump_file(record)) == record


def test_dump_file_is_for_people() -> None:
    text = codec.dump_file(codec.from_plain(Problem, GOOD)).decode()
    assert text.startswith('{\n "format": "slotwright/problem@1",\n "now": "2026-03-02T00:00:00Z"')
    assert "김" in text
    assert '"duration": "PT1H"' in text
    assert text.endswith("}\n")


def test_path_text_joins_fields_and_positions() -> None:
    assert codec.path_text(("requests", 3, "tasks", 0, "modes", 1, "duration")) == "requests[3].tasks[0].modes[1].duration"
    assert codec.path_text(()) == ""
    assert codec.path_text((3, "id")) == "[3].id"


ids = st.text(st.characters(categories=["L", "Nd"]) | st.sampled_from("_.:@+-~"), min_size=1, max_size=12)
moments = st.timedeltas(timedelta(0), timedelta(days=36_000)).map(lambda since: datetime(1990, 1, 1, tzinfo=UTC) + since)
durations = st.timedeltas(timedelta(microseconds=1), timedelta(days=60))
selects = st.builds(Select, ids=st.lists(ids, max_size=2).map(tuple), kind=st.sampled_from(["chamber", "person"]), sites=st.lists(ids, max_size=2).map(tuple))
requirements = st.builds(Requirement, id=ids, select=selects, count=st.integers(1, 100), demand=st.integers(1, 10_000))
modes = st.builds(lambda duration, wanted: Mode(duration=duration, requirements=(wanted,)), durations, requirements)
tasks = st.builds(lambda name, mode: Task(id=name, modes=(mode,)), ids, modes)
texts = st.text(max_size=30)
wishes = st.builds(
    lambda name, company, title, task, release, length, weight: Request(
        id=name, company=company, name=title, tasks=(task,), release=release, deadline=release + length, weight=weight
    ),
    ids,
    ids,
    texts,
    tasks,
    moments,
    durations,
    st.integers(1, 1000),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(wishes, max_size=3), moments, durations, texts)
def test_any_problem_survives_the_round_trip(requests: list[Request], now: datetime, length: timedelta, name: str) -> None:
    problem = Problem(name=name, now=now, horizon=Window(start=now, end=now + length), lab=Lab(), requests=tuple(requests))
    for data in (codec.dump(problem), codec.dump_file(problem)):
        back = codec.parse(Problem, data)
        assert back == problem
        assert codec.dump(back) == codec.dump(problem)
