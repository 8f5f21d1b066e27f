"""The OpenAPI document: what FastAPI knows, and the records that bodies are parsed as."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.deps import BODIES
from api.errors import PROBLEM_JSON, Problem
from scheduler.model.codec import adapter

REFERENCE = "#/components/schemas/{model}"


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document, the same for the same code."""
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes, separate_input_output_schemas=False)
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for kind in BODIES.values():
        schema = adapter(kind).json_schema(ref_template=REFERENCE, mode="validation")
        for name, definition in schema.pop("$defs", {}).items():
            schemas.setdefault(name, definition)
        schemas[kind.__name__] = schema
    _, problem = models_json_schema([(Problem, "serialization")], ref_template=REFERENCE)
    schemas.update(problem["$defs"])
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {
                "description": "A problem, as RFC 9457 says it",
                "content": {PROBLEM_JSON: {"schema": {"$ref": REFERENCE.format(model="Problem")}}},
            }
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    return made


def document_text(app: FastAPI) -> str:
    """The document as the file docs/openapi.json holds it."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1) + "\n"
