"""Access tokens for the services of a platform (security framework 1.0, section 4.1): kept until they nearly expire."""

import json
import math
import re
import secrets
from datetime import datetime
from typing import Any

from lti_proctor import outside
from lti_proctor.errors import Upstream
from lti_proctor.kept_tokens import Tokens
from lti_proctor.platforms import keys
from lti_proctor.platforms.models import Registration

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300
#: How long a token is used whose platform does not say, or not in numbers, and the longest of all.
UNKNOWN_SECONDS, MOST_SECONDS = 300.0, 86400.0
TOKEN = re.compile(r"[!-~]{1,20000}")
#: What a platform has to switch on, by the last word of a scope.
SERVICES = {
    "score": "service_off_scores",
    "lineitem": "service_off_columns",
    "lineitem.readonly": "service_off_columns",
    "result.readonly": "service_off_results",
    "contextmembership.readonly": "service_off_roster",
}

Key = tuple[int, str, str, str]
_tokens = Tokens[Key]()


def token_for(registration: Registration, scopes: tuple[str, ...], *, now: datetime) -> str:
    """A bearer token with these scopes and no other; a call asks for what it needs itself.

    Raises `Upstream`: `service_off_…` when the platform does not grant a scope, `token_status_…`, `token_unreadable`.
    """
    key = (registration.id, registration.client_id, registration.auth_token_url, " ".join(sorted(scopes)))
    return _tokens.get(key, lambda: _fetch(registration, scopes, now))


def forget(registration_id: int) -> None:
    """After a 401: the platform does not take the token any more."""
    _tokens.forget(lambda key: key[0] == registration_id)


def forget_all() -> None:
    _tokens.forget()


def service_off(scope: str) -> str:
    """The code that says which service the platform has to switch on."""
    return SERVICES.get(scope.rsplit("/", 1)[-1], "service_off")


def _fetch(registration: Registration, scopes: tuple[str, ...], now: datetime) -> tuple[str, float]:
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
            "scope": " ".join(sorted(scopes)),
        },
    )
    return read_token(answer, scopes)


def read_token(answer: outside.Answer, scopes: tuple[str, ...]) -> tuple[str, float]:
    """The token of an answer and its seconds, whatever content type it came under."""
    found = _object(answer.body)
    if answer.status not in {200, 201}:
        is_off = answer.status in {400, 401, 403} and found.get("error") == "invalid_scope"
        code = service_off(scopes[0]) if is_off else f"token_status_{answer.status}"
        raise Upstream(code, permanent=False, retry_after=answer.retry_after)
    token, kind = found.get("access_token"), found.get("token_type", "bearer")
    if not isinstance(token, str) or not TOKEN.fullmatch(token) or str(kind).lower() != "bearer":
        raise Upstream("token_unreadable", permanent=False)
    granted = found.get("scope")
    if isinstance(granted, str) and granted.strip():
        for scope in set(scopes) - set(granted.split()):
            raise Upstream(service_off(scope), permanent=False)
    return token, _seconds(found.get("expires_in"))


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(told: object) -> float:
    """Text with a number counts; zero and less mean "for this call only"; what can't be read is a short time."""
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return UNKNOWN_SECONDS
    try:
        seconds = float(told)
    except (ValueError, OverflowError):
        return UNKNOWN_SECONDS
    return min(max(seconds, 0.0), MOST_SECONDS) if math.isfinite(seconds) else UNKNOWN_SECONDS
