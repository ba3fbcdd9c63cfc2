"""The report as JSON, and the JSON Schema (draft 2020-12) that describes it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from lti_proctor.errors import NotFound
from lti_proctor.report.data import VERSION, Report

#: A name, not an address: the format is the same on every site.
SCHEMA_ID = f"urn:lti-proctor:report:{VERSION}"
#: Schemas of versions before; a schema stays at its address.
EARLIER = Path(__file__).parent / "earlier"
DIALECT = GenerateJsonSchema.schema_dialect
_ADAPTER = TypeAdapter(Report)


def to_json(report: Report) -> bytes:
    """UTF-8, without blanks. Moments end in Z, what is not known is null."""
    return _ADAPTER.dump_json(report)


def to_plain(report: Report) -> dict[str, Any]:
    """The same as plain data."""
    found: dict[str, Any] = _ADAPTER.dump_python(report, mode="json")
    return found


@cache
def json_schema() -> dict[str, Any]:
    """Fields that a reader does not know may be there: a version whose first number is the same only adds."""
    found = _ADAPTER.json_schema(mode="serialization")
    for shape in (found, *found["$defs"].values()):
        if "description" in shape:
            shape["description"] = shape["description"].replace("None", "null").replace("\n", " ")
    described = {"$schema": DIALECT, "$id": SCHEMA_ID, "title": f"Report of an attempt, version {VERSION}"}
    return {**found, **described}


def schema_text() -> str:
    """The schema as the file `docs/report.schema.json` holds it."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def published(version: str) -> str:
    """The schema of a version, this one or one before, as it was published. Raises `NotFound("page")`."""
    if version == VERSION:
        return schema_text()
    known = {path.stem: path for path in EARLIER.glob("*.json")}
    if version not in known:
        raise NotFound("page")
    return known[version].read_text("utf-8")
