import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scheduler.model.schemas import FILES, main, schema_text

ROOT = Path(__file__).parents[2]
INSTANCES = ROOT / "tests" / "instances"


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text(name)), format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(name: str, data: Any) -> list[str]:
    return [each.message for each in validator(name).iter_errors(data)]


@pytest.mark.parametrize("name", FILES)
def test_schema_in_the_docs_is_up_to_date(name: str) -> None:
    # After a change of the model: python -m scheduler.model.schemas docs/schemas
    assert (ROOT / "docs" / "schemas" / name).read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize("name", FILES)
def test_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema_text(name)))


@pytest.mark.parametrize("path", sorted(INSTANCES.glob("*.json")), ids=lambda path: path.name)
def test_instance_validates_against_its_schema(path: Path) -> None:
    assert faults(f"{path.name.partition('-')[0]}.schema.json", json.loads(path.read_bytes())) == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/problem.json")), ids=lambda path: path.parent.name)
def test_problem_of_an_example_validates_against_the_schema(path: Path) -> None:
    assert faults("problem.schema.json", json.loads(path.read_bytes())) == []


@pytest.mark.parametrize(
    "change",
    [{"nwo": 1}, {"format": "slotwright/problem@2"}, {"now": 5}, {"requests": [{}]}, {"requests": [{"id": "a b", "company": "c", "tasks": []}]}],
    ids=str,
)
def test_schema_refuses_what_the_codec_refuses(change: dict[str, Any]) -> None:
    good = json.loads((INSTANCES / "problem-1.json").read_bytes())
    assert faults("problem.schema.json", {**good, **change})


def test_main_writes_all_schemas_into_a_new_folder(tmp_path: Path) -> None:
    assert main([str(tmp_path / "new")]) == 0
    assert {each.name for each in (tmp_path / "new").iterdir()} == set(FILES)


def test_main_without_a_folder_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == "usage: python -m scheduler.model.schemas FOLDER\n"
