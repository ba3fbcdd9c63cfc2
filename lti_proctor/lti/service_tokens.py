"""Access tokens for the services of a platform (security framework 1.0, section 4.1): kept until they nearly expire."""

import json
import secrets
import threading
import time
from datetime import datetime

from lti_proctor import outside
from lti_proctor.errors import Upstream
from lti_proctor.platforms import keys
from lti_proctor.platforms.models import Registration

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300
#: A token is not used in its last seconds: it could expire on the way.
MARGIN = 30.0

_tokens: dict[tuple[int, str], tuple[str, float]] = {}
_lock = threading.Lock()


def token_for(registration: Registration, scopes: tuple[str, ...], *, now: datetime) -> str:
    """A bearer token with these scopes; raises `Upstream` when the platform does not give one."""
    key = (registration.id, " ".join(sorted(scopes)))
    with _lock:
        known = _tokens.get(key)
    if known and time.monotonic() < known[1]:
        return known[0]
    token, seconds = _fetch(registration, key[1], now)
    with _lock:
        _tokens[key] = (token, time.monotonic() + max(seconds - MARGIN, 1.0))
    return token


def forget(registration_id: int) -> None:
    """After a 401: the platform does not take the token any more."""
    with _lock:
        for key in [key for key in _tokens if key[0] == registration_id]:
            del _tokens[key]


def forget_all() -> None:
    with _lock:
        _tokens.clear()


def _fetch(registration: Registration, scope: str, now: datetime) -> tuple[str, float]:
    moment = int(now.timestamp())
    assertion = keys.sign(
        {
            "iss": registration.client_id,
            "sub": registration.client_id,
            "aud": registration.auth_audience or registration.auth_token_url,
            "iat": moment,
            "exp": moment + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16),
        },
        now=now,
    )
    answer = outside.request(
        "POST",
        registration.auth_token_url,
        headers={"Accept": "application/json"},
        data={
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion,
            "scope": scope,
        },
    )
    if answer.status != 200:
        raise Upstream(f"token_status_{answer.status}", permanent=False, retry_after=retry_after(answer))
    try:
        # Some platforms answer JSON under another content type.
        found = json.loads(answer.body)
        return str(found["access_token"]), float(found.get("expires_in", 3600))
    except (ValueError, KeyError, TypeError) as error:
        raise Upstream("token_unreadable", permanent=False) from error


def retry_after(answer: outside.Answer) -> float | None:
    """Seconds of a Retry-After header; dates are left to our own delay."""
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdigit() else None
