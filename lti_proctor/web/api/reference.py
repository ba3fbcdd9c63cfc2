"""The OpenAPI document as a page can show it: groups of operations, and shapes with their fields. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_REF = "#/components/schemas/"
#: How deep an example of a body goes.
DEPTH = 3


@dataclass(frozen=True)
class Field:
    """A parameter or a field of a shape. `kind` is a short word, `shape` the name of another shape that it leads to."""

    name: str
    kind: str
    shape: str
    is_required: bool
    place: str = ""


@dataclass(frozen=True)
class Operation:
    key: str
    method: str
    path: str
    summary: str
    more: str
    scope: str
    parameters: tuple[Field, ...]
    body: str
    example: str
    answer: Field
    status: str


@dataclass(frozen=True)
class Shape:
    """An object with fields, or a choice of words."""

    name: str
    about: str
    fields: tuple[Field, ...]
    words: tuple[str, ...]


def groups(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Operations by tag, in the order of the document's tags."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            found[one["tags"][0]].append(_operation(path, method, one, document["components"]["schemas"]))
    return found


def shapes(document: Mapping[str, Any]) -> list[Shape]:
    """By name. What only lists another shape is told where it is used."""
    schemas = document["components"]["schemas"]
    return [_shape(name, schemas[name]) for name in sorted(schemas) if schemas[name].get("type") != "array"]


def _operation(path: str, method: str, one: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    status, answer = next((s, a) for s, a in one["responses"].items() if s.startswith("2"))
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    sent = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    body = sent.get("$ref", "").removeprefix(_REF)
    example = json.dumps(_example(sent, schemas, DEPTH), indent=2, ensure_ascii=False) if body else ""
    return Operation(
        key=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        more=one["description"],
        scope=one["security"][0]["token"][0],
        parameters=tuple(_parameter(p) for p in one["parameters"]),
        body=body,
        example=example,
        answer=_field("", _plain(schema, schemas), True),
        status=status,
    )


def _parameter(parameter: Mapping[str, Any]) -> Field:
    found = _field(parameter["name"], parameter["schema"], parameter["required"])
    return Field(found.name, found.kind, found.shape, found.is_required, parameter["in"])


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    required = set(schema.get("required", ()))
    fields = tuple(_field(key, value, key in required) for key, value in schema.get("properties", {}).items())
    return Shape(name, schema.get("description", ""), fields, tuple(map(str, schema.get("enum", ()))))


def _field(name: str, schema: Mapping[str, Any], is_required: bool) -> Field:
    kind, shape = _kind(schema)
    return Field(name, kind, shape, is_required)


def _plain(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a name of a list stands for."""
    target: Mapping[str, Any] = schemas.get(schema.get("$ref", "").removeprefix(_REF), {})
    return target if target.get("type") == "array" else schema


def _kind(schema: Mapping[str, Any]) -> tuple[str, str]:
    if "$ref" in schema:
        return "", schema["$ref"].removeprefix(_REF)
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    if "anyOf" in schema:
        kinds = [_kind(part) for part in schema["anyOf"]]
        shape = next((found for _words, found in kinds if found), "")
        words = " | ".join(words for words, _found in kinds if words)
        return f"| {words}" if shape and words else words, shape
    if schema.get("type") == "array":
        words, shape = _kind(schema.get("items", {}))
        return f"[{words}]" if words else "[ ]", shape
    words = str(schema.get("type", ""))
    return f"{words}, {schema['format']}" if "format" in schema else words, ""


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    """Something of the right form, with what has to be there."""
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].removeprefix(_REF)], schemas, depth - 1)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas, depth)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [_example(schema.get("items", {}), schemas, depth)] if depth > 0 else []
    if schema.get("type") == "object":
        wanted = {key: schema["properties"][key] for key in schema.get("required", ()) if depth > 0}
        return {key: _example(value, schemas, depth) for key, value in wanted.items()}
    return {"integer": schema.get("minimum", 0), "number": 1, "boolean": True}.get(schema.get("type", ""), "")
