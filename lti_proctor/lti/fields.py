"""Reading single claims of a message: the right type, the right length, or a refusal that names the claim. Pure.

Traps: a string where a list belongs, a list where a string belongs, numbers that are texts, NUL and broken letters.
"""

import math
from collections.abc import Mapping
from typing import Any

from lti_proctor.addresses import web_address
from lti_proctor.errors import Refused

ID_MAX = 255
ADDRESS_MAX = 4000
Claims = Mapping[str, Any]


def number(claims: Claims, key: str) -> float:
    value = claims.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("token_claim", claim=key)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Refused("token_claim", claim=key)
    return number


def an_object(claims: Claims, key: str, *, needed: bool = False) -> Mapping[str, Any]:
    value = claims.get(key)
    if value is None and not needed:
        return {}
    if not isinstance(value, dict):
        raise Refused("token_claim", claim=short(key))
    return value


def text(claims: Claims, key: str, *, needed: bool = False, limit: int = ID_MAX) -> str:
    value = claims.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not is_plain(value) or (needed and not value.strip()):
        raise Refused("token_claim", claim=short(key))
    if needed and len(value) > limit:
        raise Refused("token_claim", claim=short(key))
    return value[:limit]


def texts(claims: Claims, key: str) -> tuple[str, ...]:
    value = claims.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) and is_plain(item) for item in value):
        raise Refused("token_claim", claim=short(key))
    return tuple(value)


def web(claims: Claims, key: str) -> str | None:
    value = claims.get(key)
    if value is None or value == "":
        return None
    if not is_address(value):
        raise Refused("token_claim", claim=short(key))
    return str(value)


def is_address(value: object) -> bool:
    """Whether it is an http(s) address that a browser or a call may be sent to: no line breaks, no name or password,
    which would stand in pages and logs, and with a backslash lead to another host than it seems.
    """
    if not isinstance(value, str) or len(value) > ADDRESS_MAX or not value.isprintable():
        return False
    parts = web_address(value)
    return parts is not None and parts.username is None


def is_plain(value: str) -> bool:
    """Whether a text can be kept: no NUL, no half of a surrogate pair."""
    if value.isascii():
        return "\0" not in value
    return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def short(key: str) -> str:
    return key.rsplit("/", 1)[-1]
