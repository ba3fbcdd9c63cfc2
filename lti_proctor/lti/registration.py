"""Dynamic registration (LTI Dynamic Registration 1.0): what a platform offers, what we ask for, what it answers.

The functions that read and write documents are pure; `fetch_offer` and `send` make the two calls. The registration
token goes into their headers and nowhere else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lti_proctor import outside
from lti_proctor.errors import Refused, Upstream
from lti_proctor.lti.fields import is_address
from lti_proctor.lti.tool_documents import TOOL, client_metadata
from lti_proctor.platforms.service import PlatformDetails
from lti_proctor.settings import Settings

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
MAX_BYTES = 1_000_000
TEXT_MAX, ADDRESS_MAX, TOKEN_MAX = 255, 2000, 8000
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """The platform's configuration, checked. `scopes` and `messages` are None where it keeps silent about them."""

    issuer: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    registration_url: str
    auth_audience: str | None
    family: str
    scopes: frozenset[str] | None
    #: Placements by message type; none where the platform lists none.
    messages: Mapping[str, tuple[str, ...]] | None

    @property
    def host(self) -> str:
        return urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True)
class Granted:
    """What the platform gave us."""

    client_id: str
    deployment_id: str | None


def check_request(configuration_url: str, token: str | None) -> None:
    """Raises `Refused` unless both parameters can be what a platform sends."""
    if not _is_address(configuration_url):
        raise Refused("registration_incomplete", parameter="openid_configuration")
    if token is not None and not (token.isascii() and token.isprintable() and len(token) <= TOKEN_MAX):
        raise Refused("registration_incomplete", parameter="registration_token")


def fetch_offer(configuration_url: str, token: str | None) -> Offer:
    """Read the platform's configuration from the address that it told. Raises `Refused`."""
    return read_offer(_call("GET", configuration_url, token), configuration_url)


def send(offer: Offer, asked: Json, token: str | None) -> Granted:
    """Ask the platform to register us. Raises `Refused`."""
    return read_answer(_call("POST", offer.registration_url, token, json.dumps(asked).encode()))


def read_offer(found: Json, configuration_url: str) -> Offer:
    """Check the configuration. Its issuer must live on the host that it came from (section 3.5.1)."""
    issuer = _address(found, "issuer")
    if urlsplit(issuer).hostname != urlsplit(configuration_url).hostname:
        raise Refused("registration_issuer", issuer=issuer, configuration=_shown(configuration_url))
    token_url = _address(found, "token_endpoint")
    audience = _text(found.get("authorization_server"), ADDRESS_MAX)
    platform = _object(found.get(PLATFORM))
    return Offer(
        issuer=issuer,
        auth_login_url=_address(found, "authorization_endpoint"),
        auth_token_url=token_url,
        key_set_url=_address(found, "jwks_uri"),
        registration_url=_address(found, "registration_endpoint"),
        auth_audience=audience if audience != token_url else None,
        family=(_text(platform.get("product_family_code"), TEXT_MAX) or "").lower(),
        scopes=_scopes(found.get("scopes_supported")),
        messages=_messages(platform.get("messages_supported")),
    )


def tool_registration(offer: Offer, settings: Settings, *, description: str) -> dict[str, Any]:
    """What we ask for: everything that we use, as far as the platform offers it (section 3.5.2)."""
    return client_metadata(settings, description=description, scopes=offer.scopes, messages=offer.messages)


def read_answer(found: Json) -> Granted:
    """The platform's answer. The client id is all that it must hold."""
    client_id = _text(found.get("client_id"), TEXT_MAX)
    if client_id is None:
        raise Refused("registration_unreadable", field="client_id")
    deployment = _object(found.get(TOOL)).get("deployment_id")
    if isinstance(deployment, int) and not isinstance(deployment, bool):
        deployment = str(deployment)
    return Granted(client_id, _text(deployment, TEXT_MAX))


def details(offer: Offer, granted: Granted, *, name: str) -> PlatformDetails:
    return PlatformDetails(
        name=name,
        issuer=offer.issuer,
        client_id=granted.client_id,
        auth_login_url=offer.auth_login_url,
        auth_token_url=offer.auth_token_url,
        key_set_url=offer.key_set_url,
        auth_audience=offer.auth_audience,
        deployment_ids=(granted.deployment_id,) if granted.deployment_id else (),
    )


def _call(method: str, url: str, token: str | None, content: bytes | None = None) -> Json:
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if content is not None:
        headers["Content-Type"] = "application/json"
    try:
        answer = outside.request(method, url, headers=headers, content=content, max_bytes=MAX_BYTES)
    except Upstream as problem:
        raise Refused("registration_unreachable", reason=problem.code, address=_shown(url)) from None
    if answer.status not in {200, 201}:
        code = "registration_refused" if method == "POST" else "registration_unreadable"
        raise Refused(code, status=answer.status, address=_shown(url))
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused("registration_unreadable", field="JSON", address=_shown(url))
    return found


def _shown(url: str) -> str:
    """An address without its query, which may hold a secret."""
    return url.partition("?")[0][:200]


def _messages(found: object) -> Mapping[str, tuple[str, ...]] | None:
    """Message types as strings or as objects: platforms send the one or the other."""
    if not isinstance(found, list):
        return None
    messages: dict[str, list[str]] = {}
    for entry in found:
        kind = entry.get("type") if isinstance(entry, dict) else entry
        places = entry.get("placements") if isinstance(entry, dict) else None
        if isinstance(kind, str):
            listed = places if isinstance(places, list) else []
            messages.setdefault(kind, []).extend(place for place in listed if isinstance(place, str))
    return {kind: tuple(places) for kind, places in messages.items()}


def _scopes(found: object) -> frozenset[str] | None:
    if isinstance(found, str):
        return frozenset(found.split())
    return frozenset(scope for scope in found if isinstance(scope, str)) if isinstance(found, list) else None


def _address(found: Json, field: str) -> str:
    url = found.get(field)
    # The issuer is part of a key in the database, so it must be short.
    if not _is_address(url, TEXT_MAX if field == "issuer" else ADDRESS_MAX):
        raise Refused("registration_unreadable", field=field)
    return str(url)


def _is_address(url: object, longest: int = ADDRESS_MAX) -> bool:
    return _text(url, longest) is not None and " " not in str(url) and is_address(url)


def _text(value: object, longest: int) -> str | None:
    """A text that can be stored and shown: no control characters, no broken ones, not too long."""
    is_plain = isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= longest
    return str(value) if is_plain else None


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}
