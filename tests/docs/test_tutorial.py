"""The commands of the tutorial run as they stand there."""

import re
import shlex
import shutil
from pathlib import Path

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
    assert "clean: every rule holds" in ran["verify"]
    assert ran["offers"].startswith("1. ")
    assert "one-more-chamber" in ran["whatif"]


def test_tutorial_and_readme_point_at_files_that_exist() -> None:
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*/README.md")):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.relative_to(ROOT)} points at {target}"
