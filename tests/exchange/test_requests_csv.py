from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.exchange.requests_csv import read_requests, requests_from_csv
from tests.exchange.plans import at, lab

HEAD = "id,company,company_name,method,duration,specimens,arrival,due,deadline,weight,sites\n"
GOOD = "R-1,hanbit,한빛도금,nss,72h,10,2026-03-02,2026-03-10,2026-03-12 18:00,5,cw\n"


def table(*rows: str, head: str = HEAD) -> bytes:
    return (head + "".join(rows)).encode()


def test_requests_come_with_tasks_of_their_method() -> None:
    first, second = requests_from_csv(table(GOOD, "R-2,daon,,emc,,,,,,,\n"), lab())
    assert (first.id, first.company, first.company_name, first.specimens, first.weight) == ("R-1", "hanbit", "한빛도금", 10, 5)
    assert (first.arrival, first.release, first.due, first.deadline) == (at(2), at(2), at(11), at(12, 18))
    assert first.tasks[0].modes[0].duration == timedelta(hours=72)
    assert first.tasks[0].method == "nss"
    assert [each.demand for each in first.tasks[0].modes[0].requirements] == [10, 1, 1]
    assert first.tasks[0].modes[0].requirements[0].select.sites == ("cw",)
    assert (second.weight, second.specimens, second.arrival, second.due) == (1, None, None, None)
    assert second.tasks[0].modes[0].duration == timedelta(hours=4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_are_read_as_excel_saves_them(encoding: str, separator: str) -> None:
    words = "의뢰번호,업체,업체명,시험 방법,시험시간,납기일\r\nR-1,hanbit,한빛도금,nss,96시간,2026. 3. 10.\r\n\r\n"
    (request,) = requests_from_csv(words.replace(",", separator).encode(encoding), lab())
    assert (request.company_name, request.due) == ("한빛도금", at(11))
    assert request.tasks[0].modes[0].duration == timedelta(hours=96)


@pytest.mark.parametrize("words", ["72h", "72 h", "72", "72.0", "3d", "3일", "PT72H", "P3D", "P2DT24H", "4320min", "72시간", "4320분"])
def test_durations_are_read(words: str) -> None:
    (request,) = requests_from_csv(table(f"R-1,a,,nss,{words},,,,,,\n"), lab())
    assert request.tasks[0].modes[0].duration == timedelta(hours=72)


@pytest.mark.parametrize(
    "words", ["2026-03-02 09:00", "2026-3-2 9:00", "2026/03/02 09:00", "2026. 3. 2. 9:00", "2026-03-02T09:00:00+09:00", "2026-03-02T00:00Z", "2026-03-02T09:00"]
)
def test_moments_are_read(words: str) -> None:
    (request,) = requests_from_csv(table(f"R-1,a,,nss,72h,,{words},,,,\n"), lab())
    assert request.arrival == at(2, 9)


def test_guard_of_our_own_tables_is_taken_off() -> None:
    (request,) = requests_from_csv(table("R-1,a,'=1+1,nss,72h,,,,,,\n"), lab())
    assert request.company_name == "=1+1"


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        (",a,,nss,72h,,,,,,", "id", "is empty"),
        ("a b,a,,nss,72h,,,,,,", "id", "is not an id"),
        ("R,,,nss,72h,,,,,,", "company", "is empty"),
        ("R,a,,,72h,,,,,,", "method", "is empty"),
        ("R,a,,xyz,72h,,,,,,", "method", "choose from emc, nss"),
        ("R,a,,nss,,,,,,,", "duration", "choose from 72h, 96h"),
        ("R,a,,nss,48h,,,,,,", "duration", "not offered for 48h"),
        ("R,a,,nss,soon,,,,,,", "duration", "is not a duration"),
        ("R,a,,nss,-72h,,,,,,", "duration", "is not a duration"),
        ("R,a,,nss,0,,,,,,", "duration", "is not a duration"),
        ("R,a,,emc,4h,,,,,,", "duration", "leave the cell empty"),
        ("R,a,,nss,72h,0,,,,,", "specimens", "whole number"),
        ("R,a,,nss,72h,ten,,,,,", "specimens", "whole number"),
        ("R,a,,nss,72h,20000,,,,,", "specimens", "split the request"),
        ("R,a,,nss,72h,,2026-02-30,,,,", "arrival", "is not a date"),
        ("R,a,,nss,72h,,9999-12-31,,,,", "arrival", "is not a date"),
        ("R,a,,nss,72h,,,tomorrow,,,", "due", "is not a date"),
        ("R,a,,nss,72h,,,2026-03-02 25:00,,,", "due", "is not a date"),
        ("R,a,,nss,72h,,2026-03-05,,2026-03-02,,", "deadline", "not after the release"),
        ("R,a,,nss,72h,,,,,1001,", "weight", "1 to 1,000"),
        ("R,a,,nss,72h,,,,,,busan", "sites", "choose from cw, gm"),
        (f"R,a,{'가' * 301},nss,72h,,,,,,", "company_name", "at most 300"),
        ("R,a,,nss,72h,,,,,,,extra", "", "quote cells"),
    ],
)
def test_fault_is_one_sentence_with_row_and_column(row: str, column: str, part: str) -> None:
    requests, faults = read_requests(table(GOOD, row + "\n"), lab())
    assert requests == ()
    assert [(each.row, each.column) for each in faults] == [(3, column)]
    assert part in faults[0].message
    assert "\n" not in str(faults[0])


def test_all_faults_are_named_and_nothing_is_taken() -> None:
    requests, faults = read_requests(table(GOOD, "R 2,,,nss,72h,,,,,,\n", GOOD, "R-4,a,,xyz,72h,,,,,,\n"), lab())
    assert requests == ()
    assert [(each.row, each.column) for each in faults] == [(3, "id"), (3, "company"), (4, "id"), (5, "method")]
    with pytest.raises(InputError, match=r"^row 3, column id: 'R 2' is not an id; .* \(and 3 more faults\)$"):
        requests_from_csv(table(GOOD, "R 2,,,nss,72h,,,,,,\n", GOOD, "R-4,a,,xyz,72h,,,,,,\n"), lab())


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "column id: is missing"),
        (b"id,company\n", "column method: is missing"),
        (b"id,company,method,prize\n", "column prize: is not a known column"),
        (b"id,id,company,method\n", "column id: is there twice"),
        (HEAD.encode(), "there is no request"),
        (b"\xff\xff\xff", "neither UTF-8 nor CP949"),
        (table('R-1,"a,,nss,72h\n'), "not a CSV row"),
        (b"x" * (16 * 1024 * 1024 + 1), "more than the"),
    ],
)
def test_wrong_file_is_refused_in_one_sentence(data: bytes, part: str) -> None:
    with pytest.raises(InputError, match=part):
        requests_from_csv(data, lab())


def test_rows_count_as_in_a_spreadsheet() -> None:
    _, faults = read_requests(table('R-1,a,"두\n줄",nss,72h,,,,,,\n', "R-2,a,,xyz,72h,,,,,,\n"), lab())
    assert [each.row for each in faults] == [3]


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda words: (HEAD + words).encode("utf-8", "replace")))
@settings(deadline=None, max_examples=200)
def test_any_bytes_give_requests_or_faults(data: bytes) -> None:
    requests, faults = read_requests(data, lab())
    assert bool(requests) != bool(faults)
