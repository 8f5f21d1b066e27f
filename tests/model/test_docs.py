"""The description of the files keeps up with the records."""

import json
from pathlib import Path
from typing import Any

from scheduler.model import codec
from scheduler.model.schemas import FILES, schema_text

TEXT = (Path(__file__).parents[2] / "docs" / "file-formats.md").read_text(encoding="utf-8")


def fields_of(part: Any) -> set[str]:
    if isinstance(part, dict):
        return set(part.get("properties", {})).union(*map(fields_of, part.values())) if part else set()
    if isinstance(part, list):
        return set().union(*map(fields_of, part))
    return set()


def test_file_formats_names_every_field() -> None:
    fields = set().union(*(fields_of(json.loads(schema_text(name))) for name in FILES))
    assert {"requests", "during", "freeze_horizon"} <= fields
    assert [
        each for each in sorted(fields) if f"`{each}`" not in TEXT and f'"{each}"' not in TEXT and f"`{each}[]`" not in TEXT and f".{each}[]" not in TEXT
    ] == []


def test_file_formats_names_every_reserved_field() -> None:
    reserved = TEXT.partition("## Reserved names")[2]
    assert [each for each in codec.RESERVED if f"`{each}`" not in reserved] == []
