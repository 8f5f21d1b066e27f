"""`python -m benchmarks.mutants`: plants one fault after the other into a copy of the project and notes which test catches it.

Every mutant of `mutant_list` is tried; one that survives is a missing test. Writes docs/decisions/0003-mutants.md.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.mutant import Mutant
from benchmarks.mutant_list import GROUPS

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "decisions" / "0003-mutants.md"
COPIED = ("scheduler", "api", "tests", "benchmarks", "docs", "examples", "pyproject.toml")

SECONDS = 300
"""A mutant that keeps the tests busy for longer counts as caught by the clock."""

PROFILE = """

from hypothesis import Phase, settings

# Mutants need only be found, not made small.
settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None)
settings.load_profile("mutants")
"""

HEAD = """# 3. Mutants: every rule is guarded by a test

Each line below is a fault planted alone into a copy of the project (`python -m benchmarks.mutants`, seed {seed}): a rule dropped, or too
strict or too lax by one tick, unit or minute. The second column is the first test that failed. A fault that no test catches is a missing
test; a property that only asks whether returned plans verify finds too-lax rules, and only problems planted round a known schedule find
too-strict ones, so there are both kinds in `tests/properties`.

Faults that need no test, because they change nothing that a plan can show:

{equivalent}
"""

EQUIVALENT: dict[str, str] = {
    "shapes: tasks of a line may meet": "lags are not negative, so compiled least distances are never shorter than the task; the check guards the assumption.",
    "views: who lacks capacity may serve": "compiling leaves nobody among the candidates who lacks the capacity; offers for other requests are compiled alike.",
}
"""Mutants that survive with reason: name and the reason."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the mutants asked for; 1 if one survived without a reason, 2 if they cannot be tried, else 0."""
    parser = _parser()
    given = parser.parse_args(arguments)
    groups = given.groups or list(GROUPS)
    if not set(groups) <= set(GROUPS):
        parser.error(f"there is no such group; choose from {', '.join(GROUPS)}")
    chosen = [(group, mutant) for group in groups for mutant in GROUPS[group][0] if given.only in mutant.name]
    caught: dict[str, str] = {}
    stale = [mutant for _, mutant in chosen if (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) != 1]
    for mutant in stale:
        print(f"{mutant.name}: {mutant.old!r} does not stand once in {mutant.file}; bring benchmarks/mutant_list.py up to date")
    if stale:
        return 2
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        _copy_to(copy)
        for group in groups:
            fault = _first_failure(copy, GROUPS[group][1], given.seed)
            if fault:
                print(f"the tests of group {group} fail without any mutant: {fault}")
                return 2
        for group, mutant in chosen:
            caught[mutant.name] = _try(copy, mutant, GROUPS[group][1], given.seed)
            print(f"{mutant.name}: {caught[mutant.name] or 'SURVIVED'}", flush=True)
    if given.write:
        REPORT.write_text(_report(caught, given.seed), encoding="utf-8")
    survivors = [name for name, test in caught.items() if not test and name not in EQUIVALENT]
    print(f"{len(caught)} mutants, {len(survivors)} survived without a reason")
    return 1 if survivors else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--only", default="", help="only mutants whose name contains this")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random tests")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.relative_to(ROOT)}")
    return parser


def _copy_to(folder: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, folder / name)
    with (folder / "tests" / "conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(PROFILE)


def _try(folder: Path, mutant: Mutant, tests: tuple[str, ...], seed: int) -> str:
    """The test that catches `mutant`, empty if none does."""
    file = folder / mutant.file
    original = file.read_text(encoding="utf-8")
    if original.count(mutant.old) != 1:
        raise SystemExit(
            f"{mutant.name}: {mutant.old!r} stands {original.count(mutant.old)} times in {mutant.file}; bring benchmarks/mutant_list.py up to date"
        )
    file.write_text(original.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return _first_failure(folder, tests, seed)
    finally:
        file.write_text(original, encoding="utf-8")


def _first_failure(folder: Path, tests: tuple[str, ...], seed: int) -> str:
    """The first test that fails in the copy, empty if all pass."""
    # No byte code: a file changed twice within a second would be taken from its cache.
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}", *tests]
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"time: longer than {SECONDS} s"
    if done.returncode == 0:
        return ""
    named = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, flags=re.MULTILINE)
    return named.group(1) if named else f"pytest exit {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}"


def _report(caught: dict[str, str], seed: int) -> str:
    lines = [HEAD.format(seed=seed, equivalent="\n".join(f"* {name}: {reason}" for name, reason in EQUIVALENT.items()) or "* none")]
    for group, (mutants, _) in GROUPS.items():
        lines += [f"## {group}", "", "| fault | first test that fails |", "|---|---|"]
        lines += [f"| {each.name} | {_cell(each.name, caught)} |" for each in mutants if each.name in caught]
        lines.append("")
    return "\n".join(lines)


def _cell(name: str, caught: dict[str, str]) -> str:
    if caught[name]:
        return f"`{caught[name].removeprefix('tests/')}`"
    return "none needed, see above" if name in EQUIVALENT else "**none**"


if __name__ == "__main__":
    sys.exit(main())
