"""When a document may be written: the entity tags of HTTP as xAPI 1.0.3 uses them (Communication 3.1). Pure."""

import hashlib
import re
from dataclasses import dataclass

from lti_proctor.errors import Refused

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


@dataclass(frozen=True)
class Condition:
    """The headers `If-Match` and `If-None-Match` of a request; None where there is none."""

    if_match: str | None = None
    if_none_match: str | None = None


NO_CONDITION = Condition()


def tag_of(content: bytes) -> str:
    """SHA-1 in hexadecimal, as the specification wants it."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def check(condition: Condition, tag: str | None, *, is_needed: bool) -> None:
    """`tag` is that of the document as it is, None where there is none. `is_needed`: nothing is replaced without one.

    Raises `Refused`: xapi_condition where it does not hold, xapi_conflict where there had to be one.
    """
    if condition.if_match is not None and not _names(condition.if_match, tag):
        raise Refused("xapi_condition")
    if condition.if_none_match is not None and _names(condition.if_none_match, tag):
        raise Refused("xapi_condition")
    if is_needed and tag is not None and condition == NO_CONDITION:
        raise Refused("xapi_conflict")


def _names(header: str, tag: str | None) -> bool:
    if tag is None:
        return False
    # Old content sends the tag without the quotation marks that HTTP asks for.
    return header.strip() in {"*", tag} or tag in _TAG.findall(header)
