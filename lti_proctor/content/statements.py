"""Reading xAPI 1.0.3 statements: what they must look like, and the share that one reports. Pure.

https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from lti_proctor.errors import Invalid

#: Verbs that report a result.
VERBS = frozenset(
    f"http://adlnet.gov/expapi/verbs/{verb}" for verb in ("completed", "passed", "failed", "scored", "mastered")
)
AT_ONCE = 100
IRI_MAX = 500
_FIELDS = frozenset(
    {"id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments"}
)
#: What the store adds or may change; two sendings of one statement may differ here (4.1.1, immutability).
_OURS = frozenset({"id", "stored", "authority", "timestamp", "version"})
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IDENTITIES = ("mbox", "mbox_sha1sum", "openid", "account")
_OBJECTS = frozenset({"Activity", "Agent", "Group", "StatementRef", "SubStatement"})


@dataclass(frozen=True)
class Received:
    """A statement that is in order. `share` is what it reports of the whole, 0–1; `is_scored` whether by a score."""

    id: str | None
    verb: str
    activity: str
    share: Decimal | None
    is_scored: bool
    body: Mapping[str, Any]


def read_json(body: bytes) -> Any:
    """What a request carries; raises `Invalid("xapi_statement")` for anything that no database would take."""
    try:
        value = json.loads(body, parse_constant=_no_constant)
        _check_value(value)
    except (ValueError, RecursionError) as error:
        raise Invalid("xapi_statement") from error
    return value


def read_statements(value: object) -> list[Received]:
    """One statement or a list of them; one that is wrong spoils all. Raises `Invalid("xapi_statement")`."""
    given: list[Any] = value if isinstance(value, list) else [value]
    if len(given) > AT_ONCE or not all(isinstance(s, dict) for s in given):
        raise Invalid("xapi_statement")
    received = [read_statement(statement) for statement in given]
    ids = [one.id for one in received if one.id]
    if len(set(ids)) != len(ids):
        raise Invalid("xapi_statement")
    return received


def read_statement(statement: dict[str, Any]) -> Received:
    _require(statement.keys() <= _FIELDS)
    identifier = statement.get("id")
    _require(identifier is None or _is_uuid(identifier))
    _require(_is_agent(statement.get("actor")))
    verb, thing = statement.get("verb"), statement.get("object")
    _require(isinstance(verb, dict) and _is_iri(verb.get("id")))
    _require(_is_object(thing))
    for name in ("result", "context"):
        _require(name not in statement or isinstance(statement[name], dict))
    registration = statement.get("context", {}).get("registration")
    _require(registration is None or _is_uuid(registration))
    _require("timestamp" not in statement or _is_moment(statement["timestamp"]))
    _require(str(statement.get("version", "1.0.0")).startswith("1.0"))
    share = share_of(statement)
    is_activity = thing.get("objectType", "Activity") == "Activity"  # type: ignore[union-attr]
    return Received(
        id=identifier.lower() if identifier else None,
        verb=verb["id"],  # type: ignore[index]
        activity=thing["id"] if is_activity else "",  # type: ignore[index]
        share=share,
        is_scored=share is not None and isinstance(statement["result"].get("score"), dict),
        body=statement,
    )


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two statements of one id say the same."""
    return _said(one) == _said(other)


def share_of(statement: Mapping[str, Any]) -> Decimal | None:
    """The share that a statement reports, 0–1; None when it reports none. Raises `Invalid` for an impossible one."""
    verb, result = statement.get("verb"), statement.get("result")
    if not isinstance(verb, dict) or not isinstance(result, dict):
        return None
    if not isinstance(verb.get("id"), str) or verb["id"] not in VERBS:
        return None
    score = result.get("score")
    if not isinstance(score, dict):
        success = result.get("success")
        return None if not isinstance(success, bool) else Decimal(int(success))
    try:
        if "scaled" in score:
            share = _decimal(score["scaled"])
        else:
            low, high = _decimal(score.get("min", 0)), _decimal(score["max"])
            share = (_decimal(score["raw"]) - low) / (high - low)
    except (KeyError, InvalidOperation, ZeroDivisionError, ValueError) as error:
        raise Invalid("xapi_statement") from error
    if not -1 <= share <= 1:
        raise Invalid("xapi_statement")
    return max(share, Decimal(0)).quantize(Decimal("0.000001"))


def shown(statement: Mapping[str, Any]) -> dict[str, Any]:
    """What reviewers see of a reported result: verb and numbers, without free text of any length."""
    result = statement["result"]
    score = result.get("score") if isinstance(result.get("score"), dict) else {}
    numbers = {k: v for k, v in score.items() if k in {"scaled", "raw", "min", "max"} and isinstance(v, int | float)}
    return {
        "verb": _cut(statement["verb"]["id"], 100),
        "score": numbers,
        "success": result.get("success") if isinstance(result.get("success"), bool) else None,
        "duration": _cut(result.get("duration", ""), 40),
    }


def is_agent(value: object) -> bool:
    """Whether this is an agent as a parameter carries it."""
    return _is_agent(value)


def _require(condition: bool) -> None:
    if not condition:
        raise Invalid("xapi_statement")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check_value(value: object, *, may_be_null: bool = False) -> None:
    """No number without an end, no letter that no text has, no null but in extensions (Data 2.2, requirements)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_value(key)
            _check_value(inner, may_be_null=may_be_null or key == "extensions")
    elif isinstance(value, list):
        for inner in value:
            _check_value(inner, may_be_null=may_be_null)
    elif value is None and not may_be_null:
        raise ValueError("null_value")
    elif isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL")
        value.encode()
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not finite")


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def _is_iri(value: object) -> bool:
    return isinstance(value, str) and len(value) <= IRI_MAX and _IRI.fullmatch(value) is not None


def _is_moment(value: object) -> bool:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _is_agent(value: object) -> bool:
    """An agent is identified in exactly one way; a group may be without a name and list its members."""
    if not isinstance(value, dict) or value.get("objectType", "Agent") not in {"Agent", "Group"}:
        return False
    identities = [name for name in _IDENTITIES if name in value]
    if value.get("objectType") == "Group" and not identities:
        members = value.get("member")
        return isinstance(members, list) and bool(members) and all(map(_is_agent, members))
    return len(identities) == 1 and _is_identity(identities[0], value[identities[0]])


def _is_identity(name: str, value: object) -> bool:
    if name == "account":
        return isinstance(value, dict) and _is_iri(value.get("homePage")) and isinstance(value.get("name"), str)
    if name == "mbox":
        return isinstance(value, str) and value.startswith("mailto:")
    return isinstance(value, str) and bool(value)


def _is_object(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("objectType", "Activity")
    if not isinstance(kind, str) or kind not in _OBJECTS:
        return False
    if kind in {"Agent", "Group"}:
        return _is_agent(value)
    if kind == "StatementRef":
        return _is_uuid(value.get("id"))
    return kind == "SubStatement" or _is_iri(value.get("id"))


def _said(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key not in _OURS}


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - one kind of error for every value that is wrong
    found = Decimal(str(value))
    if not found.is_finite():
        raise ValueError("not a finite number")
    return found


def _cut(value: object, limit: int) -> str:
    return "".join(c for c in str(value) if c.isprintable())[:limit]
