"""Access tokens that sites get here for their credentials: signed, bound to the secret, valid for an hour."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

import jwt

from lti_proctor.errors import Forbidden
from lti_proctor.extensions import current_settings
from lti_proctor.providers.server.clients import find_client, is_secret, secret_of
from lti_proctor.providers.server.models import ProviderClient

SECONDS = 3600
SCOPE = "read write"
ALGORITHM = "HS256"
AUDIENCE = "provider"
#: Words before a token in the header: sites send the first one.
KINDS = frozenset({"jwt", "bearer"})


def grant(client_id: str, secret: str, *, now: datetime) -> dict[str, Any]:
    """The answer of the token address (RFC 6749, section 5.1). Raises `Forbidden("provider_client")`."""
    client = find_client(client_id)
    if client is None or not is_secret(client, secret) or not client.is_active:
        raise Forbidden("provider_client")
    moment = int(now.timestamp())
    claims = {
        "iss": current_settings().base_url,
        "sub": client.client_id,
        "aud": AUDIENCE,
        "iat": moment,
        "exp": moment + SECONDS,
        "jti": secrets.token_hex(8),
        "scope": SCOPE,
    }
    token = jwt.encode(claims, _key(client), algorithm=ALGORITHM)
    return {"access_token": token, "expires_in": SECONDS, "token_type": "JWT", "scope": SCOPE}


def client_by(header: str, *, now: datetime) -> ProviderClient:
    """The site of an `Authorization` header. Raises `Forbidden("provider_token")` for whatever is no valid token."""
    kind, _, token = header.partition(" ")
    if kind.lower() not in KINDS:
        raise Forbidden("provider_token")
    try:
        named = jwt.decode(token.strip(), options={"verify_signature": False}).get("sub")
        client = find_client(named) if isinstance(named, str) and "\0" not in named else None
        if client is None or not client.is_active:
            raise Forbidden("provider_token")
        claims = jwt.decode(
            token.strip(), _key(client), algorithms=[ALGORITHM], audience=AUDIENCE,
            options={"require": ["exp", "sub", "aud", "iss"], "verify_exp": False, "verify_iat": False},
            issuer=current_settings().base_url,
        )  # fmt: skip
        is_over = float(claims["exp"]) <= now.timestamp()
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
        raise Forbidden("provider_token") from None
    if is_over:
        raise Forbidden("provider_token")
    return client


def _key(client: ProviderClient) -> str:
    """A key of our own for each site; with another secret the tokens from before end."""
    parts = "\0".join(("provider tokens", current_settings().secret_key, secret_of(client)))
    return hashlib.sha256(parts.encode()).hexdigest()
