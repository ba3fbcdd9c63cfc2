"""Opaque strings that the tool carries for the platform and that nobody else can make or change."""

from datetime import datetime, timedelta
from uuid import uuid4

import jwt

from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.refusal import Refusal


def seal(secret: str, purpose: str, content: Claims, *, now: datetime, minutes: int) -> str:
    expires = int((now + timedelta(minutes=minutes)).timestamp())
    return jwt.encode({**content, "for": purpose, "exp": expires, "jti": uuid4().hex}, secret, algorithm="HS256")


def unseal(secret: str, purpose: str, text: str, *, now: datetime) -> Claims:
    """The content; refuses what was changed, made for something else or is too old."""
    try:
        content: Claims = jwt.decode(text, secret, algorithms=["HS256"], options={"verify_exp": False})
    except jwt.InvalidTokenError as problem:
        raise Refusal(f"The {purpose} is not one that this platform issued, or it was changed.") from problem
    if content.get("for") != purpose:
        raise Refusal(f"The {purpose} was issued for something else.")
    if content["exp"] < now.timestamp():
        raise Refusal(f"The {purpose} is too old. Start again from the course.")
    return content
