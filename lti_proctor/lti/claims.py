"""The claims of an LTI message, checked and turned into plain values. Pure.

LTI core 1.3, section 5.3 and 5.4; security framework 1.0, section 5.1.3; traps: string where a list belongs, a list
where a string belongs, variables of custom parameters that the platform did not fill.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from lti_proctor.addresses import web_address
from lti_proctor.errors import Refused

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
VERSION = "1.3.0"
ID_MAX = 255
Claims = Mapping[str, Any]


class MessageType(StrEnum):
    resource_link = "LtiResourceLinkRequest"
    deep_linking = "LtiDeepLinkingRequest"


@dataclass(frozen=True)
class Names:
    """What a platform tells about the person; empty where it keeps silent."""

    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Gradebook:
    """The AGS claim (AGS 2.0, section 3.1)."""

    line_item: str | None
    line_items: str | None
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class DeepLinking:
    """The deep-linking settings (Deep Linking 2.0, section 4.4)."""

    return_url: str
    accept_multiple: bool
    accept_line_item: bool
    targets: tuple[str, ...]
    data: str | None


@dataclass(frozen=True)
class Launch:
    """One validated message: who came from where for what."""

    message_type: MessageType
    issuer: str
    subject: str
    deployment_id: str
    target_link_uri: str
    roles: tuple[str, ...]
    names: Names
    context_id: str
    context_label: str
    context_title: str
    link_id: str
    link_title: str
    custom: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None
    return_url: str | None = None
    document_target: str | None = None
    family: str = ""
    gradebook: Gradebook | None = None
    deep_linking: DeepLinking | None = None
    memberships_url: str | None = None


def check_security(claims: Claims, *, issuer: str, client_id: str, nonce: str, now: datetime, leeway: int) -> None:
    """Issuer, audience, authorised party, times and nonce of an id_token whose signature is good.

    Raises `Refused` with the code of the first rule that is broken.
    """
    if claims.get("iss") != issuer:
        raise Refused("token_issuer")
    _check_audience(claims, client_id)
    moment = now.timestamp()
    if moment - leeway >= _number(claims, "exp"):
        raise Refused("token_expired")
    issued = _number(claims, "iat")
    if issued > moment + leeway:
        raise Refused("token_early")
    if issued < moment - 86400:
        raise Refused("token_expired")
    if "nbf" in claims and _number(claims, "nbf") > moment + leeway:
        raise Refused("token_early")
    if not nonce or claims.get("nonce") != nonce:
        raise Refused("token_nonce")


def _check_audience(claims: Claims, client_id: str) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or not named or not all(isinstance(a, str) for a in named):
        raise Refused("token_audience")
    if client_id not in named:
        raise Refused("token_audience")
    party = claims.get("azp")
    if party is None and len(named) > 1:
        raise Refused("token_audience")
    if party is not None and party != client_id:
        raise Refused("token_audience")


def parse_launch(claims: Claims, *, base_url: str) -> Launch:
    """The message in plain values; raises `Refused` naming the claim that is missing or malformed."""
    if claims.get(LTI + "version") != VERSION:
        raise Refused("message_unknown", claim="version")
    try:
        message_type = MessageType(str(claims.get(LTI + "message_type")))
    except ValueError:
        raise Refused("message_unknown", claim="message_type") from None
    target = _text(claims, LTI + "target_link_uri", needed=True, limit=2000)
    if not is_ours(target, base_url):
        raise Refused("target_elsewhere")
    link = _object(claims, LTI + "resource_link", needed=message_type == MessageType.resource_link)
    context = _object(claims, LTI + "context")
    presentation = _object(claims, LTI + "launch_presentation")
    platform = _object(claims, LTI + "tool_platform")
    return Launch(
        message_type=message_type,
        issuer=_text(claims, "iss", needed=True),
        subject=_subject(claims),
        deployment_id=_text(claims, LTI + "deployment_id", needed=True),
        target_link_uri=target,
        roles=_texts(claims, LTI + "roles"),
        names=names_of(claims),
        context_id=_text(context, "id", needed=LTI + "context" in claims and bool(context)),
        context_label=_text(context, "label"),
        context_title=_text(context, "title"),
        link_id=_text(link, "id", needed=message_type == MessageType.resource_link),
        link_title=_text(link, "title"),
        custom=_custom(claims),
        locale=_text(presentation, "locale") or _text(claims, "locale") or None,
        return_url=_web(presentation, "return_url"),
        document_target=_text(presentation, "document_target") or None,
        family=_text(platform, "product_family_code").lower(),
        gradebook=_gradebook(claims),
        deep_linking=_deep_linking(claims) if message_type == MessageType.deep_linking else None,
        memberships_url=_memberships_url(claims),
    )


def is_ours(url: str, base_url: str) -> bool:
    """Whether an address lies on this tool: same scheme, host and port, below its path."""
    given, ours = web_address(url), web_address(base_url)
    if given is None or ours is None or (given.scheme, given.netloc.lower()) != (ours.scheme, ours.netloc.lower()):
        return False
    return given.path == ours.path or given.path.startswith(f"{ours.path}/")


def _subject(claims: Claims) -> str:
    subject = claims.get("sub")
    if subject is None or subject == "":
        raise Refused("anonymous_launch")
    if not isinstance(subject, str) or len(subject) > ID_MAX or not is_plain(subject):
        raise Refused("token_claim", claim="sub")
    return subject


def names_of(claims: Claims) -> Names:
    return Names(
        name=_loose(claims, "name"),
        given_name=_loose(claims, "given_name"),
        family_name=_loose(claims, "family_name"),
        email=_loose(claims, "email"),
    )


def _loose(claims: Claims, key: str) -> str:
    """A name is never a reason to refuse: what is no text, or far too long, is cut or left out."""
    value = claims.get(key)
    if not isinstance(value, str):
        return ""
    plain = value if value.isprintable() else "".join(c for c in value if c.isprintable())
    return plain[:ID_MAX].strip()


def _custom(claims: Claims) -> dict[str, str]:
    """Custom parameters; one that still begins with `$` was not filled by the platform and counts as missing."""
    custom = _object(claims, LTI + "custom")
    return {
        str(key)[:ID_MAX]: value[:2000]
        for key, value in custom.items()
        if isinstance(value, str) and value and not value.startswith("$") and is_plain(value)
    }


def _gradebook(claims: Claims) -> Gradebook | None:
    endpoint = _object(claims, AGS_ENDPOINT)
    if not endpoint:
        return None
    scopes = endpoint.get("scope", [])
    if isinstance(scopes, str):
        scopes = scopes.split()
    if not isinstance(scopes, list):
        raise Refused("token_claim", claim="endpoint.scope")
    names = tuple(scope for scope in scopes if isinstance(scope, str))
    return Gradebook(_web(endpoint, "lineitem"), _web(endpoint, "lineitems"), names)


def _memberships_url(claims: Claims) -> str | None:
    """The address of the roster (NRPS 2.0, section 3.6.1.1); one that can't be used counts as none: nobody needs it to
    take an exam.
    """
    url = _object(claims, NRPS).get("context_memberships_url")
    if not isinstance(url, str) or len(url) > 4000 or not is_plain(url) or web_address(url) is None:
        return None
    return url


def _deep_linking(claims: Claims) -> DeepLinking:
    settings = _object(claims, DL_SETTINGS, needed=True)
    return_url = _web(settings, "deep_link_return_url")
    if return_url is None:
        raise Refused("token_claim", claim="deep_link_return_url")
    data = settings.get("data")
    if data is not None and not isinstance(data, str):
        raise Refused("token_claim", claim="data")
    if "ltiResourceLink" not in _texts(settings, "accept_types"):
        raise Refused("deep_linking_nothing")
    return DeepLinking(
        return_url=return_url,
        accept_multiple=settings.get("accept_multiple") is True,
        accept_line_item=settings.get("accept_lineitem") is not False,
        targets=_texts(settings, "accept_presentation_document_targets"),
        data=data,
    )


def _number(claims: Claims, key: str) -> float:
    value = claims.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("token_claim", claim=key)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Refused("token_claim", claim=key)
    return number


def _object(claims: Claims, key: str, *, needed: bool = False) -> Mapping[str, Any]:
    value = claims.get(key)
    if value is None and not needed:
        return {}
    if not isinstance(value, dict):
        raise Refused("token_claim", claim=_short(key))
    return value


def _text(claims: Claims, key: str, *, needed: bool = False, limit: int = ID_MAX) -> str:
    value = claims.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not is_plain(value) or (needed and not value.strip()):
        raise Refused("token_claim", claim=_short(key))
    if needed and len(value) > limit:
        raise Refused("token_claim", claim=_short(key))
    return value[:limit]


def _texts(claims: Claims, key: str) -> tuple[str, ...]:
    value = claims.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused("token_claim", claim=_short(key))
    return tuple(value)


def _web(claims: Claims, key: str) -> str | None:
    value = claims.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > 4000 or not is_plain(value) or web_address(value) is None:
        raise Refused("token_claim", claim=_short(key))
    return value


def is_plain(value: str) -> bool:
    """Whether a text can be kept: no NUL, no half of a surrogate pair."""
    if value.isascii():
        return "\0" not in value
    return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def _short(key: str) -> str:
    return key.rsplit("/", 1)[-1]
