"""What a tool must send to register itself (LTI Dynamic Registration 1.0, section 3.5.2)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.vocabulary import ALL_SCOPES, TOOL_CONFIGURATION

SHARED_CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")


def read_document(body: object, message_types: Sequence[str]) -> dict[str, Any]:
    """What the platform keeps of it: scopes, claims and messages only as far as it has them."""
    if not isinstance(body, dict):
        raise _refusal("The registration must be a JSON object.")
    _check_fixed(body)
    redirects = _texts(body, "redirect_uris")
    if not redirects:
        raise _refusal("redirect_uris must hold at least one address.")
    for address in redirects:
        _web_address(address, "redirect_uris")
    document: dict[str, Any] = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": _text(body, "client_name"),
        "redirect_uris": redirects,
        "scope": _scope(body),
        TOOL_CONFIGURATION: _tool(body.get(TOOL_CONFIGURATION), message_types),
    }
    for name in ("initiate_login_uri", "jwks_uri"):
        document[name] = _web_address(_text(body, name), name)
    if body.get("logo_uri") is not None:
        document["logo_uri"] = _web_address(_text(body, "logo_uri"), "logo_uri")
    return document


def _check_fixed(body: dict[str, Any]) -> None:
    if body.get("application_type") != "web":
        raise _refusal(f"application_type must be 'web', not {body.get('application_type')!r}.")
    if "id_token" not in _texts(body, "response_types"):
        raise _refusal("response_types must hold id_token.")
    for name in ("implicit", "client_credentials"):
        if name not in _texts(body, "grant_types"):
            raise _refusal(f"grant_types must hold {name}.")
    method = body.get("token_endpoint_auth_method")
    if method != "private_key_jwt":
        raise _refusal(f"token_endpoint_auth_method must be 'private_key_jwt', not {method!r}.")


def _tool(tool: object, message_types: Sequence[str]) -> dict[str, Any]:
    if not isinstance(tool, dict):
        raise _refusal(f"{TOOL_CONFIGURATION} must be an object.")
    domain, target = _text(tool, "domain"), _web_address(_text(tool, "target_link_uri"), "target_link_uri")
    if urlsplit(target).netloc != domain:
        raise _refusal(
            f"domain must be {urlsplit(target).netloc!r}, as in target_link_uri with its port, not {domain!r}."
        )
    described = {"description": _text(tool, "description")} if tool.get("description") is not None else {}
    return {
        "domain": domain,
        "target_link_uri": target,
        "secondary_domains": _texts(tool, "secondary_domains", may_lack=True),
        "custom_parameters": _custom(tool.get("custom_parameters", {}), "custom_parameters"),
        "claims": [claim for claim in _texts(tool, "claims") if claim in SHARED_CLAIMS],
        "messages": _messages(tool.get("messages"), message_types),
        **described,
    }


def _messages(messages: object, message_types: Sequence[str]) -> list[dict[str, Any]]:
    if not isinstance(messages, list):
        raise _refusal("messages must be a list.")
    kept = []
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _refusal("Each of messages must be an object with type.")
        if "target_link_uri" in message:
            _web_address(_text(message, "target_link_uri"), "target_link_uri of a message")
        _custom(message.get("custom_parameters", {}), "custom_parameters of a message")
        if message["type"] in message_types:
            kept.append(message)
    return kept


def _scope(body: dict[str, Any]) -> str:
    scope = body.get("scope", "")
    if not isinstance(scope, str):
        raise _refusal("scope must be one text, with spaces between the scopes.")
    return " ".join(name for name in dict.fromkeys(scope.split()) if name in ALL_SCOPES)


def _custom(custom: object, name: str) -> dict[str, str]:
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        raise _refusal(f"{name} must be an object whose values are all texts.")
    return custom


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _refusal(f"{name} is required and must be a text that is not empty.")
    return value


def _texts(body: dict[str, Any], name: str, *, may_lack: bool = False) -> list[str]:
    values = body.get(name, [] if may_lack else None)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _refusal(f"{name} must be a list of texts.")
    return values


def _web_address(address: str, name: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        error = "invalid_redirect_uri" if name == "redirect_uris" else "invalid_client_metadata"
        raise _refusal(f"{name} must be a web address, not {address!r}.", error)
    return address


def _refusal(reason: str, error: str = "invalid_client_metadata") -> Refusal:
    return Refusal(reason, error=error)
