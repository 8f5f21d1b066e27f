"""The commands of the tutorial run as they stand there."""

import json
import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from scheduler.demo import demo_problem
from scheduler.service import lab
from scheduler.service.database import Database, migrate
from tests.cli.commands import Shell

ROOT = Path(__file__).parents[2]


def commands() -> list[list[str]]:
    text = (ROOT / "docs" / "tutorial.md").read_text()
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("slotwright ")]


def test_tutorial_commands_work(shell: Shell) -> None:
    shutil.copytree(ROOT / "examples", shell.folder / "examples")
    shutil.copytree(ROOT / "docs" / "tutorial", shell.folder / "docs" / "tutorial")
    ran = {}
    for words in commands():
        result = shell(*words)
        assert result.code == 0, (words, result.err)
        ran[words[0]] = result.out
    assert set(ran) == {"solve", "verify", "explain", "offers", "whatif", "export"}
    assert "proved optimal" in ran["solve"]
    text = (ROOT / "docs" / "tutorial.md").read_text()
    for line in ran["solve"].splitlines():
        if line.startswith(("served", "objective", "  unserved")):
            assert line in text, line
    assert "clean: every rule holds" in ran["verify"]
    assert ran["offers"].startswith("1. ")
    assert "one-more-chamber" in ran["whatif"]


def test_tutorial_curl_lines_work_on_the_demo_lab(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    with Database.open(url) as database:
        migrate(database)
        lab.replace_lab(database, demo_problem(now).lab, now, "demo")
    lines = [shlex.split(each) for each in (ROOT / "docs" / "tutorial.md").read_text().splitlines() if each.startswith("curl ")]
    answers = []
    with TestClient(create_app(Settings(database_url=url, with_worker=False)), base_url="http://127.0.0.1:8000") as client:
        for words in lines:
            address = next(each for each in words if each.startswith("http"))
            if words[-2] == "--data":
                answer = client.post(address, content=(ROOT / words[-1].removeprefix("@")).read_bytes(), headers={"content-type": "application/json"})
            else:
                answer = client.get(address)
            assert answer.is_success, (words, answer.text)
            answers.append(answer.json())
    assert len(answers) == 3
    assert answers[1]["offers"]
    assert answers[2]["state"] == "open"


def test_tutorial_quotes_the_fault_of_a_negative_duration(shell: Shell) -> None:
    plain = json.loads((ROOT / "examples" / "salt-spray" / "problem.json").read_bytes())
    plain["requests"][0]["tasks"][1]["modes"][0]["duration"] = "-PT2H"
    shell.put("problem.json", plain)
    assert shell("solve", "problem.json").err in (ROOT / "docs" / "tutorial.md").read_text()


def test_readme_and_contributing_name_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / name).read_text(), re.MULTILINE))
        assert named
        assert named <= targets, name


def test_tutorial_and_readme_point_at_files_that_exist() -> None:
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.relative_to(ROOT)} points at {target}"
