"""The narrow session of a phone: a cookie of its own that is sent to `/phone` only, signed, and known by its hash.

It is no sign-in: whoever holds it can show pictures to one attempt and read nothing but that attempt's status.
"""

import hashlib

from flask import request
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import Forbidden
from lti_proctor.extensions import current_settings
from lti_proctor.phone import service as phones
from lti_proctor.phone.models import Phone

PATH = "/phone"


def write(response: Response, token: str) -> None:
    settings = current_settings()
    response.set_cookie(
        _name(),
        _signer().sign(token).decode(),
        max_age=settings.session_hours * 3600,
        path=PATH,
        httponly=True,
        secure=settings.is_https,
        samesite="Strict",
    )


def clear(response: Response) -> None:
    response.delete_cookie(_name(), path=PATH, httponly=True, secure=current_settings().is_https, samesite="Strict")


def find_phone() -> Phone | None:
    """The phone of this session, also one that is off."""
    try:
        token = _signer().unsign(request.cookies.get(_name(), "")).decode()
    except (BadSignature, UnicodeDecodeError):
        return None
    return phones.find_phone(token, now=clock.now())


def load_phone() -> Phone:
    """The phone of this session; raises `Forbidden("phone_unknown")` without one, or when it is off."""
    phone = find_phone()
    if phone is None or phone.ended_at is not None:
        raise Forbidden("phone_unknown")
    return phone


def _name() -> str:
    return "__Secure-lti-proctor-phone" if current_settings().is_https else "lti-proctor-phone"


def _signer() -> Signer:
    return Signer(current_settings().secret_key, salt="phone", digest_method=hashlib.sha256)
