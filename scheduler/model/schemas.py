"""JSON Schemas of the files that we read and write: `python -m scheduler.model.schemas docs/schemas` writes them."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scheduler.model import codec
from scheduler.model.certificate import Certificate
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.scenario import Scenarios
from scheduler.model.schedule import Schedule

FILES: dict[str, type[Any]] = {
    "problem.schema.json": Problem,
    "schedule.schema.json": Schedule,
    "scenarios.schema.json": Scenarios,
    "request.schema.json": Request,
    "certificate.schema.json": Certificate,
}
"""Name of the schema file, and the record that it describes."""

BASE = "https://slotwright.example/schemas/"
"""Identifies the schemas; nothing is fetched from there."""


def schema_text(name: str) -> str:
    """The JSON Schema (draft 2020-12) of one of `FILES`, as the text of its file."""
    kind = FILES[name]
    schema = codec.adapter(kind).json_schema(mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": BASE + name}
    return json.dumps({**head, **schema}, ensure_ascii=False, indent=1) + "\n"


def write_schemas(folder: Path) -> None:
    """Every schema of `FILES` stands in `folder`, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_text(schema_text(name), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Writes the schemas into the folder that `arguments` name; 2 if they do not name one."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m scheduler.model.schemas FOLDER\n")
        return 2
    write_schemas(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
