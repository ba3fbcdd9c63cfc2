"""What can go wrong in the domain: named facts with a code and data, without a word of HTTP or of any language.

A door turns the code into a status and into words (`web/problems.py`).
"""

from typing import Any


class DomainError(Exception):
    """The base: `code` names the fact, `details` carry what the words need (never names, tokens or claims)."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Refused(DomainError):
    """The rules say no in the present state: outside the window, wrong status, no further attempt."""


class NotFound(DomainError):
    """There is no such thing, or none that this person may know of."""


class Forbidden(DomainError):
    """The person is known and may not do this."""


class Invalid(DomainError):
    """What was sent can't be used: a broken picture, a value out of range."""


class Upstream(DomainError):
    """Another system did not do its part. `permanent` tells the worker that trying again won't help.

    `retry_after` is the number of seconds that the other side asked for, if it did.
    """

    def __init__(self, code: str, *, permanent: bool, retry_after: float | None = None, **details: Any) -> None:
        super().__init__(code, **details)
        self.permanent = permanent
        self.retry_after = retry_after
