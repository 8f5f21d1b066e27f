from dataclasses import replace
from datetime import UTC, datetime

from scheduler.demo import demo_problem
from scheduler.model.problem import Company, Problem
from scheduler.service import lab, requests
from scheduler.service.database import Database
from tests.cli.commands import Shell
from tests.cli.test_plan import TWO

URL = "sqlite:///own.db"


def small() -> Problem:
    whole = demo_problem(datetime.now(UTC).replace(microsecond=0))
    return replace(whole, requests=whole.requests[:5])


def test_import_stores_the_lab_and_its_requests(shell: Shell) -> None:
    mine = small()
    shell.put("mine.json", mine)
    ran = shell("import", "mine.json", "--database", URL)
    assert (ran.code, ran.err) == (0, "")
    assert "requests: 5 stored, 0 were there already" in ran.out
    assert f"next: slotwright serve --database {URL}" in ran.out
    with Database.open(URL) as database:
        assert lab.load_lab(database) == mine.lab
        assert [each.request for each in requests.list_requests(database)] == list(mine.requests)


def test_import_again_skips_what_is_there_and_takes_the_new_lab(shell: Shell) -> None:
    mine = small()
    shell.put("mine.json", replace(mine, requests=mine.requests[:3]))
    assert shell("import", "mine.json", "--database", URL).code == 0
    shell.put("mine.json", replace(mine, lab=replace(mine.lab, methods=())))
    ran = shell("import", "mine.json", "--database", URL)
    assert (ran.code, "requests: 2 stored, 3 were there already" in ran.out, "has no methods" in ran.out) == (0, True, True)
    assert "(unchanged)" in shell("import", "mine.json", "--database", URL).out
    with Database.open(URL) as database:
        assert (lab.lab_version(database), len(requests.list_requests(database))) == (2, 5)


def test_import_says_what_it_does_not_take_over(shell: Shell) -> None:
    mine = small()
    shell.put("mine.json", mine)
    assert "not taken over" not in shell("import", "mine.json", "--database", URL).out
    shell.put("mine.json", replace(mine, companies=(Company(id=mine.requests[0].company, is_small=True),)))
    assert "companies and quotas of the file were not taken over" in shell("import", "mine.json", "--database", URL).out


def test_import_stores_nothing_if_one_request_is_too_late(shell: Shell) -> None:
    shell.put("old.json", TWO)  # request "b" had to be done long ago
    ran = shell("import", "old.json", "--database", URL)
    assert (ran.code, ran.err.startswith("slotwright: old.json: requests[1]"), "nothing was stored" in ran.err) == (2, True, True), ran.err
    with Database.open(URL) as database:
        assert (lab.lab_version(database), requests.list_requests(database)) == (0, ())
    assert shell("import", "old.json", "--database", URL, "--lab-only").code == 0
    with Database.open(URL) as database:
        assert (lab.lab_version(database), requests.list_requests(database)) == (1, ())


def test_import_refuses_a_faulty_file_before_it_makes_a_database(shell: Shell) -> None:
    shell.put("bad.json", "{}")
    assert shell("import", "bad.json", "--database", URL).code == 2
    assert not (shell.folder / "own.db").exists()
