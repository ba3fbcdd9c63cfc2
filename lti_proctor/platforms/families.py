"""Makes of LMS: where their addresses lie, and what to know about them. Pure.

Sources: the administrators' guides of the makers, Sakai's and Open edX's source, Moodle 4.5 as seen. In an address
`{host}` stands for the host name of the LMS and `{client_id}` for the client id that it gave; where the LMS puts a
number of its own into an address, the form leaves that field to its reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lti_proctor.addresses import web_address


class Note(StrEnum):
    """What an administrator should know; the words are in `web/admin/words.py`."""

    register_itself = "register_itself"
    register_or_document = "register_or_document"
    shared_issuer = "shared_issuer"
    issuer_unchanged = "issuer_unchanged"
    deployment_later = "deployment_later"
    deployment_many = "deployment_many"
    other_audience = "other_audience"
    numbered_address = "numbered_address"
    addresses_shown = "addresses_shown"
    test_sites = "test_sites"
    proctoring = "proctoring"


@dataclass(frozen=True)
class Document:
    """A configuration that the LMS reads from an address of this tool."""

    path: str
    platform: str
    placements: tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """One make. Empty addresses are those that only the LMS itself can tell."""

    key: str
    name: str
    #: How its launches call it (tool_platform.product_family_code), in small letters.
    codes: tuple[str, ...] = ()
    issuer: str = ""
    auth_login_url: str = ""
    auth_token_url: str = ""
    key_set_url: str = ""
    auth_audience: str = ""
    deployment_ids: str = ""
    document: Document | None = None
    notes: tuple[Note, ...] = ()

    @property
    def needs_host(self) -> bool:
        return any("{host}" in getattr(self, field) for field in SUGGESTED)


SUGGESTED = ("issuer", "auth_login_url", "auth_token_url", "key_set_url", "auth_audience", "deployment_ids")
OTHER = "other"
_CANVAS = Document("canvas.json", "canvas.instructure.com", ("assignment_selection", "link_selection"))
_ALL = (
    Family(
        "moodle",
        "Moodle",
        ("moodle",),
        issuer="https://{host}",
        auth_login_url="https://{host}/mod/lti/auth.php",
        auth_token_url="https://{host}/mod/lti/token.php",
        key_set_url="https://{host}/mod/lti/certs.php",
        notes=(Note.register_itself,),
    ),
    Family(
        "canvas",
        "Canvas",
        ("canvas",),
        issuer="https://canvas.instructure.com",
        auth_login_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
        auth_token_url="https://sso.canvaslms.com/login/oauth2/token",
        key_set_url="https://sso.canvaslms.com/api/lti/security/jwks",
        document=_CANVAS,
        notes=(Note.register_or_document, Note.shared_issuer, Note.test_sites, Note.deployment_later),
    ),
    Family(
        "canvas_own",
        "Canvas, on a server of your own",
        issuer="https://canvas.instructure.com",
        auth_login_url="https://{host}/api/lti/authorize_redirect",
        auth_token_url="https://{host}/login/oauth2/token",
        key_set_url="https://{host}/api/lti/security/jwks",
        document=_CANVAS,
        notes=(Note.register_or_document, Note.issuer_unchanged, Note.deployment_later),
    ),
    Family(
        "blackboard",
        "Blackboard",
        ("blackboardlearn", "blackboard"),
        issuer="https://blackboard.com",
        auth_login_url="https://developer.blackboard.com/api/v1/gateway/oidcauth",
        auth_token_url="https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken",
        key_set_url="https://developer.blackboard.com/api/v1/management/applications/{client_id}/jwks.json",
        notes=(Note.shared_issuer, Note.deployment_many, Note.proctoring),
    ),
    Family(
        "brightspace",
        "Brightspace",
        ("desire2learn", "brightspace"),
        issuer="https://{host}",
        auth_login_url="https://{host}/d2l/lti/authenticate",
        auth_token_url="https://auth.brightspace.com/core/connect/token",
        key_set_url="https://{host}/d2l/.well-known/jwks",
        auth_audience="https://api.brightspace.com/auth/token",
        notes=(Note.register_itself, Note.other_audience, Note.deployment_later),
    ),
    Family(
        "sakai",
        "Sakai",
        ("sakai", "sakaiproject"),
        issuer="https://{host}",
        auth_login_url="https://{host}/imsoidc/lti13/oidc_auth",
        key_set_url="https://{host}/imsblis/lti13/keyset",
        deployment_ids="1",
        notes=(Note.register_itself, Note.numbered_address),
    ),
    Family(
        "open_edx",
        "Open edX",
        ("openedx", "open-edx"),
        issuer="https://{host}",
        auth_login_url="https://{host}/api/lti_consumer/v1/launch/",
        deployment_ids="1",
        notes=(Note.addresses_shown, Note.proctoring),
    ),
    Family(OTHER, ""),
)
FAMILIES: Mapping[str, Family] = {family.key: family for family in _ALL}
DOCUMENTS: Mapping[str, Document] = {family.document.path: family.document for family in _ALL if family.document}


def host_of(text: str) -> str | None:
    """The host name, with a port if there is one, in what somebody wrote: a name or a whole address."""
    written = text.strip()
    parts = web_address(written if "://" in written else f"https://{written}")
    if parts is None or "@" in parts.netloc or not written.isprintable() or len(written) > 255:
        return None
    return parts.netloc.lower()


def suggested(family: Family, *, host: str | None, client_id: str = "") -> dict[str, str]:
    """The addresses that follow, by field; those that lack something are left out."""
    found = {}
    for field in SUGGESTED:
        template = getattr(family, field)
        if template and (host or "{host}" not in template) and (client_id or "{client_id}" not in template):
            found[field] = template.replace("{host}", host or "").replace("{client_id}", client_id)
    return found
