"""The state of a login: signed, short-lived, bound to one browser. Nothing is kept on the server until the launch.

The nonce inside is used up by the launch (`once`), so a state works once as well.
"""

import hashlib
import hmac
from dataclasses import dataclass, fields
from functools import lru_cache

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from lti_proctor.errors import Refused
from lti_proctor.settings import Settings


@dataclass(frozen=True)
class LoginState:
    """What the launch needs to know of the login. `browser` is the hash of the cookie that the login set.

    The hints let the page for browsers without cookies begin the same login again in a window of its own.
    """

    registration_id: int
    nonce: str
    browser: str
    target_link_uri: str
    login_hint: str
    message_hint: str | None
    deployment_id: str | None
    #: Where the LMS keeps a value for us (platform storage), and the hash of that value; None where it does not.
    storage_target: str | None = None
    storage: str | None = None


FIELDS = tuple(field.name for field in fields(LoginState))


def seal(state: LoginState, settings: Settings) -> str:
    values = [getattr(state, field) for field in FIELDS]
    return str(_serializer(settings.secret_key).dumps(values))


def open_state(value: str | None, settings: Settings) -> LoginState:
    """Raises `Refused`: `state_missing` for none or a forged one, `state_expired`."""
    if not value:
        raise Refused("state_missing")
    try:
        return LoginState(*_serializer(settings.secret_key).loads(value, max_age=settings.lti_state_minutes * 60))
    except SignatureExpired:
        raise Refused("state_expired") from None
    except (BadData, TypeError):
        raise Refused("state_missing") from None


def browser_hash(cookie: str) -> str:
    return hashlib.sha256(b"browser\0" + cookie.encode()).hexdigest()[:32]


def is_same_browser(state: LoginState, cookie: str | None) -> bool:
    """Whether the cookie is the one that the login set."""
    return cookie is not None and hmac.compare_digest(state.browser, browser_hash(cookie))


def is_same_storage(state: LoginState, value: str | None) -> bool:
    """Whether the value is the one that the login put into the platform's storage, which no other browser can read."""
    return bool(value) and state.storage is not None and hmac.compare_digest(state.storage, browser_hash(str(value)))


@lru_cache(maxsize=4)
def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="lti login", signer_kwargs={"digest_method": hashlib.sha256})
