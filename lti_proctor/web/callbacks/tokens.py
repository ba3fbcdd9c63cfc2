"""What a provider signs in with when it calls back: a token for its credential, good for its own attempts only."""

import binascii
import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt

from lti_proctor import clock
from lti_proctor.errors import Forbidden
from lti_proctor.providers.base import Provider
from lti_proctor.providers.registry import providers
from lti_proctor.web.sessions import settings

SECONDS = 3600
AUDIENCE = "provider-callbacks"
HASHED = "sha256:"


def client_of(client_id: str, secret: str) -> Provider | None:
    """The provider that has this credential. One without a credential of its own can't call back."""
    for provider in providers().values():
        options = provider.options
        if options.callback_client_id and options.callback_client_secret and client_id == options.callback_client_id:
            return provider if _is_secret(secret, options.callback_client_secret) else None
    return None


def _is_secret(given: str, kept: str) -> bool:
    if kept.startswith(HASHED):
        given, kept = hashlib.sha256(given.encode("utf-8", "replace")).hexdigest(), kept.removeprefix(HASHED).lower()
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())


def basic_credential(header: str) -> tuple[str, str] | None:
    """Name and secret of `Authorization: Basic …`, the other way in which a client may tell them (RFC 6749, 2.3.1)."""
    kind, _, given = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ("", "")
    return name, secret


def token_for(provider: Provider) -> str:
    now = clock.now()
    claims = {
        "iss": settings().base_url, "aud": AUDIENCE, "sub": provider.name, "iat": now,
        "exp": now + timedelta(seconds=SECONDS),
    }  # fmt: skip
    return jwt.encode(claims, _key(provider), algorithm="HS256", headers={"kid": provider.name})


def provider_of(header: str) -> Provider:
    """The provider of an Authorization header. Raises `Forbidden`: `callback_stranger` where there is no token,
    `callback_token` for one that does not count (any more).
    """
    kind, _, token = header.partition(" ")
    if kind.lower() not in {"jwt", "bearer"} or not token:
        raise Forbidden("callback_stranger")
    try:
        provider = providers().get(_named(token))
        if provider is None or not provider.options.callback_client_secret:
            raise Forbidden("callback_token")
        claims = _read(token, _key(provider), settings().base_url)
        is_over = int(claims["exp"]) <= clock.now().timestamp()
    except (jwt.PyJWTError, ValueError, TypeError):
        raise Forbidden("callback_token") from None
    if is_over or claims["sub"] != provider.name:
        raise Forbidden("callback_token")
    return provider


@lru_cache(maxsize=1000)
def _named(token: str) -> str:
    return str(jwt.get_unverified_header(token).get("kid"))


@lru_cache(maxsize=1000)
def _read(token: str, key: str, issuer: str) -> Mapping[str, Any]:
    """A provider sends the same token with each call of an hour; whether it is over yet is looked at each time."""
    options: Any = {"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False}
    return jwt.decode(token, key, algorithms=["HS256"], audience=AUDIENCE, issuer=issuer, options=options)


def _key(provider: Provider) -> str:
    """A change of the credential ends all tokens that were given for it."""
    text = f"{AUDIENCE}\0{provider.name}\0{provider.options.callback_client_secret}".encode()
    return hmac.new(settings().secret_key.encode(), text, hashlib.sha256).hexdigest()
