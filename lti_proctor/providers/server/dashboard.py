"""The signed way of a site's staff to our pages (HS256 with the site's secret, each once)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from lti_proctor import once
from lti_proctor.errors import Forbidden
from lti_proctor.providers.server.clients import secret_of
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.providers.server.wire import TEXT_MAX

LEEWAY = timedelta(seconds=60)
#: No site needs such a way for longer; what was used is remembered until it ends.
LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Staff:
    """Who comes, and to what: a whole course, one of its exams (its settings), one attempt."""

    user_id: str
    full_name: str
    email: str
    course_id: str
    exam: str
    attempt: str
    wants_settings: bool


def read_way(client: ProviderClient, token: str, *, now: datetime) -> Staff:
    """Use a signed way up. Raises `Forbidden("provider_dashboard")` for one that is not good, or not any more."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token, secret_of(client), algorithms=["HS256"], issuer=client.client_id,
            options={"require": ["exp", "iss", "jti"], "verify_exp": False, "verify_iat": False, "verify_aud": False},
        )  # fmt: skip
        ends = float(claims["exp"])
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
        raise Forbidden("provider_dashboard") from None
    if not (now - LEEWAY).timestamp() < ends <= (now + LONGEST).timestamp():
        raise Forbidden("provider_dashboard")
    staff = _staff(claims)
    jti, expires = _text(claims, "jti"), now + LONGEST + LEEWAY
    if not jti or not once.use("provider dashboard", f"{client.id}:{jti}", expires_at=expires):
        raise Forbidden("provider_dashboard")
    return staff


def _staff(claims: dict[str, Any]) -> Staff:
    user = claims.get("user")
    told = user if isinstance(user, dict) else {}
    found = Staff(
        user_id=_text(told, "id"),
        full_name=_text(told, "full_name"),
        email=_text(told, "email"),
        course_id=_text(claims, "course_id"),
        exam=_text(claims, "exam_id"),
        attempt=_text(claims, "attempt_id"),
        wants_settings=claims.get("config") is True,
    )
    if not found.user_id or not found.course_id:
        raise Forbidden("provider_dashboard")
    return found


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    text = str(value) if is_plain else ""
    try:
        text.encode()
    except UnicodeEncodeError:
        return ""
    return text if text.isprintable() and len(text) <= TEXT_MAX else ""
