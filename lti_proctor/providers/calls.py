"""Calls from outside to addresses that a provider has of its own: plain data in, plain data out. Pure.

The web door takes everything below `/api/edx_proctoring/` that is not the REST protocol, asks each provider which
attempt the call is about (`Provider.attempt_code`), and does what the answer says (`Provider.answer`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lti_proctor.providers.base import Review

#: Where such addresses begin, on this tool.
PREFIX = "/api/edx_proctoring/"


class BadReview(Exception):
    """What came as a review can't be read as one; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Stranger(Exception):
    """The call does not carry the provider's secret."""


@dataclass(frozen=True)
class Call:
    """A request. `path` is what follows `PREFIX`; names of headers have small letters."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What is answered, and what is to happen to the attempt.

    `is_ready`: the learner's side is set up; `is_over`: the exam is to be handed in; `to_attempt`: send the browser on
    to the exam; `cookies`: for that browser, by name, in place of those of the same name.
    """

    status: int = 200
    detail: str = "OK"
    is_ready: bool = False
    is_over: bool = False
    to_attempt: bool = False
    review: "Review | None" = None
    cookies: Mapping[str, str] = field(default_factory=dict)


def read_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a body. Raises `BadReview("review_unreadable")` also for text that no database takes."""
    try:
        value = json.loads(body, parse_constant=_refuse)
        _check(value)
    except (ValueError, RecursionError):
        raise BadReview("review_unreadable") from None
    if not isinstance(value, dict):
        raise BadReview("review_unreadable")
    return value


def _refuse(name: str) -> None:
    raise ValueError(name)


def _check(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _check(key)
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
    elif isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL")
        value.encode()  # half a pair of surrogates is no text
