"""Limits on failures by address (what works is never counted: a whole school may stand behind one), on pictures and
links by attempt.
"""

import math

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from lti_proctor import clock
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


class Rate:
    """How much of something one attempt, or one site, may send in a minute."""

    def __init__(self, failures: Failures, scope: str, most: int) -> None:
        self.strategy = failures.strategy
        self.scope = scope
        self.item: RateLimitItem = parse(f"{most} per minute")

    def count(self, key: int) -> None:
        """Raise 429 when too many came."""
        if not self.strategy.hit(self.item, self.scope, str(key)):
            raise TooManyRequests


class Quota:
    """How many requests one token may make in a minute, and how many are left of them."""

    def __init__(self, failures: Failures, most: int) -> None:
        self.strategy = failures.strategy
        self.most = most
        self.item: RateLimitItem = parse(f"{most} per minute")

    def count(self, token_id: int) -> tuple[int, int]:
        """What is left, and in how many seconds all is again. Raise 429 when nothing is left."""
        is_within = self.strategy.hit(self.item, "api", str(token_id))
        stats = self.strategy.get_window_stats(self.item, "api", str(token_id))
        seconds = max(1, math.ceil(stats.reset_time - clock.now().timestamp()))
        if not is_within:
            raise TooManyRequests(retry_after=seconds)
        return stats.remaining, seconds


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["failures"] = Failures(settings)
    app.extensions["quota"] = Quota(app.extensions["failures"], settings.api_per_minute)
    # Twice as many as the page is asked for.
    most = {
        "snapshots": 120 // settings.snapshot_seconds + 2,
        "phone_pictures": 120 // settings.phone_picture_seconds + 2,
        "phone_signs": 120 // settings.phone_seconds + 10,
        "phone_links": 20,
        "room_pictures": 30,
        "attachments": 20,
        "messages": 30,
        "answers": 30,
        "report_views": 60,
        "report_pdfs": 10,
        # By site, not by attempt: a whole university may begin at once.
        "provider_calls": 12_000,
    }
    app.extensions["rates"] = {scope: Rate(app.extensions["failures"], scope, n) for scope, n in most.items()}


def failures() -> Failures:
    found: Failures = current_app.extensions["failures"]
    return found


def rate(scope: str) -> Rate:
    found: Rate = current_app.extensions["rates"][scope]
    return found


def quota() -> Quota:
    found: Quota = current_app.extensions["quota"]
    return found


def _address() -> str:
    return request.remote_addr or "unknown"
