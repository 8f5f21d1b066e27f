"""docs/openapi.json is what the app says; `python -m tests.api.test_openapi` writes it anew."""

from pathlib import Path

from fastapi.routing import APIRoute

from api.app import create_app
from api.openapi import document_text
from api.settings import Settings

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


def fresh() -> str:
    return document_text(create_app(Settings(database_url="sqlite://")))


def test_committed_document_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == fresh(), "run python -m tests.api.test_openapi and commit docs/openapi.json"


def test_every_operation_is_described_and_typed() -> None:
    document = create_app(Settings(database_url="sqlite://")).openapi()
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            assert "default" in operation["responses"]
            for answer in operation["responses"].values():
                for media, content in answer.get("content", {}).items():
                    if media == "application/json":
                        assert content["schema"], (method, path)
    text = fresh()
    for name in set(text.split('"#/components/schemas/')[1:]):
        assert name.partition('"')[0] in schemas


def test_machine_routes_are_in_the_document() -> None:
    app = create_app(Settings(database_url="sqlite://"))
    documented = set(app.openapi()["paths"])
    for route in app.routes:
        if isinstance(route, APIRoute) and route.path.startswith("/api/"):
            assert route.path in documented


if __name__ == "__main__":
    FILE.write_text(fresh(), encoding="utf-8")
