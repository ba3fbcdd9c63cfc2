"""What the tool says of itself to an LMS: in a registration, and in documents for administrators to hand over. Pure."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from lti_proctor.platforms.families import Document
from lti_proctor.settings import Settings

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
#: Asked for only where the platform offers them: others refuse a registration that names what they do not know.
RARE_SCOPES = ("https://purl.imsglobal.org/spec/lti-ap/scope/control.all",)
MESSAGES = ("LtiDeepLinkingRequest", "LtiResourceLinkRequest")
RARE_MESSAGES = ("LtiSubmissionReviewRequest", "LtiStartProctoring", "LtiEndAssessment")
#: Where an exam may be chosen, in the words of the platforms that have more places than the specification.
PLACEMENTS = ("ContentArea", "assignment_selection", "link_selection")
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email")
#: Filled by the platform: the links that this one was copied from (LTI core 1.3, appendix E).
CUSTOM = {"link_history": "$ResourceLink.id.history"}


def client_metadata(
    settings: Settings,
    *,
    description: str,
    scopes: Collection[str] | None = None,
    messages: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, Any]:
    """The tool as an OpenID client (LTI Dynamic Registration 1.0, section 3.5.2).

    `scopes` and `messages` are what the platform offers, messages with their placements; None where it does not say.
    """
    base = settings.base_url
    launch = f"{base}/lti/launch"
    metadata: dict[str, Any] = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{base}/lti/login",
        "redirect_uris": [launch],
        "client_name": settings.site_name,
        "jwks_uri": f"{base}/lti/jwks.json",
        "logo_uri": f"{base}/static/img/brand.svg",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES if scopes is None else [s for s in (*SCOPES, *RARE_SCOPES) if s in scopes]),
        TOOL: {
            "domain": urlsplit(base).netloc,
            "target_link_uri": launch,
            "custom_parameters": dict(CUSTOM),
            "description": description,
            "claims": list(CLAIMS),
            "messages": _messages(messages, launch, settings.site_name),
        },
    }
    if settings.contact_email:
        metadata["contacts"] = [settings.contact_email]
    return metadata


def developer_key(settings: Settings, document: Document, *, description: str) -> dict[str, Any]:
    """The configuration that some platforms read from an address: one entry for each place to choose an exam."""
    base = settings.base_url
    launch, icon = f"{base}/lti/launch", f"{base}/static/img/brand.svg"
    place = {"message_type": "LtiDeepLinkingRequest", "target_link_uri": launch, "text": settings.site_name}
    return {
        "title": settings.site_name,
        "description": description,
        "oidc_initiation_url": f"{base}/lti/login",
        "target_link_uri": launch,
        "public_jwk_url": f"{base}/lti/jwks.json",
        "scopes": list(SCOPES),
        "custom_fields": dict(CUSTOM),
        "extensions": [
            {
                "domain": urlsplit(base).netloc,
                "tool_id": "lti-proctor",
                "platform": document.platform,
                "privacy_level": "public",
                "settings": {
                    "text": settings.site_name,
                    "icon_url": icon,
                    "placements": [{"placement": name, "icon_url": icon, **place} for name in document.placements],
                },
            }
        ],
    }


def _messages(offered: Mapping[str, tuple[str, ...]] | None, launch: str, label: str) -> list[dict[str, Any]]:
    wanted = MESSAGES if offered is None else [k for k in (*MESSAGES, *RARE_MESSAGES) if k in offered]
    return [_message(kind, (offered or {}).get(kind, ()), launch, label) for kind in wanted]


def _message(kind: str, places: tuple[str, ...], launch: str, label: str) -> dict[str, Any]:
    if kind == "LtiResourceLinkRequest":
        return {"type": kind}
    message: dict[str, Any] = {"type": kind, "target_link_uri": launch, "label": label}
    if kind == "LtiDeepLinkingRequest":
        listed = places or PLACEMENTS[:1]
        if fitting := [place for place in PLACEMENTS if place in listed]:
            message["placements"] = fitting
    return message
