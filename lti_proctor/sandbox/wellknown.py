"""What a tool can read about the platform without being known to it."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.config import DEEP_LINKING
from lti_proctor.sandbox.connections import check_bearer, has_bearer
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.custom import variable_names
from lti_proctor.sandbox.vocabulary import ALL_SCOPES, PLATFORM_CONFIGURATION

bp = Blueprint("wellknown", __name__, url_prefix="/.well-known")


@bp.get("/openid-configuration")
def openid_configuration() -> ResponseReturnValue:
    platform = sandbox()
    config, settings = platform.config, platform.settings
    if has_bearer():
        check_bearer(platform.store, platform.clock())
    return jsonify(
        {
            "issuer": config.issuer,
            "authorization_endpoint": f"{config.base_url}/oidc/auth",
            "token_endpoint": config.token_url,
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "registration_endpoint": f"{config.base_url}/register",
            "jwks_uri": f"{config.base_url}/.well-known/jwks.json",
            "scopes_supported": ["openid", *ALL_SCOPES],
            "response_types_supported": ["id_token"],
            "response_modes_supported": ["form_post"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email", "locale"],
            PLATFORM_CONFIGURATION: {
                "product_family_code": settings.family,
                "version": "1.0",
                "messages_supported": _messages(config.message_types, as_strings=settings.messages_as_strings),
                "variables": variable_names(),
            },
        }
    )


def _messages(names: tuple[str, ...], *, as_strings: bool) -> list[Any]:
    """Objects, as the document on dynamic registration says; some platforms list plain names."""
    if as_strings:
        return list(names)
    return [{"type": name, "placements": ["ContentArea"]} if name == DEEP_LINKING else {"type": name} for name in names]


@bp.get("/jwks.json")
def key_set() -> ResponseReturnValue:
    answer = jsonify(sandbox().keys.key_set())
    answer.headers["Cache-Control"] = "max-age=5"
    return answer
