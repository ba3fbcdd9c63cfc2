"""From a browser's POST to a validated `Launch`: the one way in for every LTI message.

The order: state, browser, token shape, signature, security claims, deployment, message, and the nonce last, so that a
launch that is refused for another reason does not use it up.
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jwt.algorithms import RSAAlgorithm

from lti_proctor import once
from lti_proctor.errors import DomainError, Refused
from lti_proctor.lti import known
from lti_proctor.lti.claims import Launch, check_security, parse_launch, way_back
from lti_proctor.lti.fields import Claims
from lti_proctor.lti.keysets import key_for
from lti_proctor.lti.known import Known
from lti_proctor.lti.state import LoginState
from lti_proctor.settings import Settings

TOKEN_MAX = 60_000
RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class MessageRefused(Refused):
    """A message of which the signature is good: the language and the way back that it tells can be trusted."""

    def __init__(self, why: DomainError, locale: str | None, return_url: str | None) -> None:
        super().__init__(why.code, **why.details)
        self.locale, self.return_url = locale, return_url


@dataclass(frozen=True)
class Arrived:
    """A launch that may come in, with our keys of its platform and deployment."""

    launch: Launch
    platform: Known
    deployment_key: int


def validate(id_token: str | None, state: LoginState, *, now: datetime, settings: Settings) -> Arrived:
    """Check everything that the security framework and LTI core ask of a message.

    Raises `Refused` with a code of `web.problem_words.PROBLEMS`.
    """
    platform = active_platform(known.by_id(state.registration_id))
    claims = _verified(id_token, platform, now, settings)
    try:
        return _check(claims, platform, state, now, settings)
    except Refused as refused:
        raise MessageRefused(refused, *way_back(claims)) from refused


def _check(claims: Claims, platform: Known, state: LoginState, now: datetime, settings: Settings) -> Arrived:
    """Everything about a message that is not its signature."""
    check_security(
        claims,
        issuer=platform.issuer,
        client_id=platform.client_id,
        nonce=state.nonce,
        now=now,
        leeway=settings.lti_leeway_seconds,
    )
    launch = parse_launch(claims, base_url=settings.base_url)
    deployment_key = known.deployment_of(platform, launch.deployment_id)
    if deployment_key is None:
        raise Refused(
            "deployment_unknown", issuer=platform.issuer, deployment=launch.deployment_id,
            known=", ".join(sorted(platform.deployments)) or "–",
        )  # fmt: skip
    keep = timedelta(minutes=settings.lti_state_minutes) + timedelta(seconds=2 * settings.lti_leeway_seconds)
    if not once.use("nonce", state.nonce, expires_at=now + keep):
        raise Refused("launch_used")
    return Arrived(launch, platform, deployment_key)


def active_platform(platform: Known | None) -> Known:
    if platform is None:
        raise Refused("platform_unknown")
    if not platform.is_active:
        raise Refused("platform_inactive", issuer=platform.issuer, client_id=platform.client_id)
    return platform


def _verified(id_token: str | None, platform: Known, now: datetime, settings: Settings) -> Claims:
    """The claims of a compact JWS (RFC 7515, section 7.1) that the platform signed with RS256."""
    if not id_token:
        raise Refused("token_missing")
    parts = id_token.split(".")
    if len(parts) != 3 or len(id_token) > TOKEN_MAX:
        raise Refused("token_malformed")
    header = _object(parts[0])
    kid = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(kid, str) or not kid or "crit" in header:
        raise Refused("token_algorithm")
    key = key_for(platform, kid, now=now, settings=settings)
    if not RS256.verify(f"{parts[0]}.{parts[1]}".encode(), key, _bytes(parts[2])):
        raise Refused("token_signature")
    return _object(parts[1])


def _bytes(part: str) -> bytes:
    """Base64url without padding, and nothing but its letters."""
    if not BASE64URL.fullmatch(part) or len(part) % 4 == 1:
        raise Refused("token_malformed")
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        raise Refused("token_malformed") from None
    if not isinstance(found, dict):
        raise Refused("token_malformed")
    return found
