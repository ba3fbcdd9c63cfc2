"""Limits on failures by address (what works is never counted: a whole school may stand behind one), on pictures by
attempt.
"""

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from lti_proctor.settings import Settings


class Failures:
    """Counts failures of one address in one scope; the counts may lie in a store that all processes share."""

    def __init__(self, settings: Settings) -> None:
        self.storage = storage_from_string(settings.limit_storage or "memory://")
        self.strategy = FixedWindowRateLimiter(self.storage)
        self.item: RateLimitItem = parse(settings.limit_failures)

    def check(self, scope: str) -> None:
        """Raise 429 when the address has failed too often here."""
        if not self.strategy.test(self.item, scope, _address()):
            raise TooManyRequests

    def count(self, scope: str) -> None:
        self.strategy.hit(self.item, scope, _address())

    def forget(self) -> None:
        self.storage.reset()


class Snapshots:
    """Pictures of one attempt in a minute: twice as many as its window is asked for."""

    def __init__(self, settings: Settings, failures: Failures) -> None:
        self.strategy = failures.strategy
        self.item: RateLimitItem = parse(f"{120 // settings.snapshot_seconds + 2} per minute")

    def count(self, attempt_id: int) -> None:
        """Raise 429 when too many came."""
        if not self.strategy.hit(self.item, "snapshots", str(attempt_id)):
            raise TooManyRequests


class Attachments:
    """Files of one attempt in a minute: making them safe costs time."""

    def __init__(self, failures: Failures) -> None:
        self.strategy = failures.strategy
        self.item: RateLimitItem = parse("20 per minute")

    def count(self, attempt_id: int) -> None:
        """Raise 429 when too many came."""
        if not self.strategy.hit(self.item, "attachments", str(attempt_id)):
            raise TooManyRequests


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["failures"] = Failures(settings)
    app.extensions["snapshots"] = Snapshots(settings, app.extensions["failures"])
    app.extensions["attachments"] = Attachments(app.extensions["failures"])


def failures() -> Failures:
    found: Failures = current_app.extensions["failures"]
    return found


def snapshots() -> Snapshots:
    found: Snapshots = current_app.extensions["snapshots"]
    return found


def attachments() -> Attachments:
    found: Attachments = current_app.extensions["attachments"]
    return found


def _address() -> str:
    return request.remote_addr or "unknown"
