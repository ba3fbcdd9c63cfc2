"""Protection against forged requests: what changes something carries a token that only pages of ours hold."""

import hashlib
from functools import lru_cache
from typing import Any

from flask import g, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from lti_proctor.web.sessions import visit

HEADER = "X-CSRFToken"
#: Pairs of a session and a token that are remembered by one process; each is some hundred bytes.
REMEMBERED = 20_000


class FormTokens(CSRFProtect):
    """Flask-WTF's check. Scripts send the same token with every request: that it is good is found out once.

    Whether it is depends on nothing but the token and the session's own, and a session keeps its own for life.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        sent, token = request.headers.get(HEADER), visit().brought
        if sent is None or token is None:
            super().protect(apply_exemptions)
            return
        try:
            _check(hashlib.sha256(f"{token}\0{sent}".encode()).digest())
        except ValidationError:
            super().protect(apply_exemptions)  # it knows what is exempt, and says no as it does
        else:
            g.csrf_valid = True

    def _get_csrf_token(self) -> Any:
        return request.headers.get(HEADER) or super()._get_csrf_token()


@lru_cache(maxsize=REMEMBERED)
def _check(_session_and_token: bytes) -> None:
    """Raises `ValidationError`, which is not remembered."""
    validate_csrf(request.headers.get(HEADER))


csrf = FormTokens()
