"""The examples as scripts: `python -m benchmarks examples` writes them to the folder `examples`."""

import json
from pathlib import Path

from benchmarks.examples import (
    advisor_group,
    chemistry_lab,
    climatic_lab,
    convergence_case,
    cooperation_week,
    regional_platform,
    salt_spray,
    seeded,
    travelling_advisors,
)
from benchmarks.examples.kit import Example
from scheduler.model.codec import dump, dump_file

MAKERS = {
    "salt-spray": salt_spray.example,
    "advisor-group": advisor_group.example,
    "convergence-case": convergence_case.example,
    "regional-platform": regional_platform.example,
    "cooperation-week": cooperation_week.example,
    "climatic-lab": climatic_lab.example,
    "travelling-advisors": travelling_advisors.example,
    "chemistry-lab": chemistry_lab.example,
    "lab-week": seeded.lab_week,
    "institute-month": seeded.institute_month,
}
"""How each example is made, by name."""


def files_of(example: Example) -> dict[str, bytes]:
    """The files of an example by name. A generated problem is compact; one that its seed makes anew is left out."""
    files = {"README.md": example.readme.encode(), "expect.json": (json.dumps(example.expect, ensure_ascii=False, indent=1) + "\n").encode()}
    if "generate" not in example.expect:
        is_long = len(example.problem.requests) >= 50
        files["problem.json"] = dump(example.problem) + b"\n" if is_long else dump_file(example.problem)
    return files


def write_examples(folder: Path) -> None:
    """Every example's folder and files are written anew."""
    for name, make in MAKERS.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for file, data in files_of(make()).items():
            (folder / name / file).write_bytes(data)
