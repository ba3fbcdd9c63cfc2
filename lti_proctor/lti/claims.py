"""The claims of an LTI message, checked and turned into plain values. Pure.

LTI core 1.3, section 5.3 and 5.4; security framework 1.0, section 5.1.3; traps: string where a list belongs, a list
where a string belongs, variables of custom parameters that the platform did not fill.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lti_proctor.addresses import web_address
from lti_proctor.errors import Refused
from lti_proctor.lti import fields, proctoring
from lti_proctor.lti.fields import ID_MAX, Claims
from lti_proctor.lti.proctoring import EndAssessment, StartProctoring

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
VERSION = "1.3.0"


class MessageType(StrEnum):
    resource_link = "LtiResourceLinkRequest"
    deep_linking = "LtiDeepLinkingRequest"
    submission_review = "LtiSubmissionReviewRequest"
    start_proctoring = "LtiStartProctoring"
    end_assessment = "LtiEndAssessment"


#: Messages that are about a placement in a course (LTI core 5.3.5; Proctoring Services 1.0: the end may leave it out).
WITH_LINK = frozenset({MessageType.resource_link, MessageType.start_proctoring})


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
    #: Whether links to this tool are among what may be answered.
    accepts_links: bool = True


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
    #: Whose submission is to be reviewed (Submission Review 1.0, section 3.2), by the platform's name for them.
    for_user: str | None = None
    start: StartProctoring | None = None
    end: EndAssessment | None = None


def check_security(claims: Claims, *, issuer: str, client_id: str, nonce: str, now: datetime, leeway: int) -> None:
    """Issuer, audience, authorised party, times and nonce of an id_token whose signature is good.

    Raises `Refused` with the code of the first rule that is broken.
    """
    if claims.get("iss") != issuer:
        raise Refused("token_issuer")
    _check_audience(claims, client_id)
    moment = now.timestamp()
    if moment - leeway >= fields.number(claims, "exp"):
        raise Refused("token_expired")
    issued = fields.number(claims, "iat")
    if issued > moment + leeway:
        raise Refused("token_early")
    if issued < moment - 86400:
        raise Refused("token_expired")
    if "nbf" in claims and fields.number(claims, "nbf") > moment + leeway:
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
    target = fields.text(claims, LTI + "target_link_uri", needed=True, limit=2000)
    if not is_ours(target, base_url):
        raise Refused("target_elsewhere")
    link = fields.an_object(claims, LTI + "resource_link", needed=message_type in WITH_LINK)
    context = fields.an_object(claims, LTI + "context")
    presentation = fields.an_object(claims, LTI + "launch_presentation")
    platform = fields.an_object(claims, LTI + "tool_platform")
    return Launch(
        message_type=message_type,
        issuer=fields.text(claims, "iss", needed=True),
        subject=_subject(claims),
        deployment_id=fields.text(claims, LTI + "deployment_id", needed=True),
        target_link_uri=target,
        roles=fields.texts(claims, LTI + "roles"),
        names=names_of(claims),
        context_id=fields.text(context, "id", needed=LTI + "context" in claims and bool(context)),
        context_label=fields.text(context, "label"),
        context_title=fields.text(context, "title"),
        link_id=fields.text(link, "id", needed=message_type in WITH_LINK),
        link_title=fields.text(link, "title"),
        custom=_custom(claims),
        locale=fields.text(presentation, "locale") or fields.text(claims, "locale") or None,
        return_url=fields.web(presentation, "return_url"),
        document_target=fields.text(presentation, "document_target") or None,
        family=fields.text(platform, "product_family_code").lower(),
        gradebook=_gradebook(claims),
        deep_linking=_deep_linking(claims) if message_type == MessageType.deep_linking else None,
        memberships_url=_memberships_url(claims),
        for_user=_for_user(claims) if message_type == MessageType.submission_review else None,
        start=proctoring.read_start(claims) if message_type == MessageType.start_proctoring else None,
        end=proctoring.read_end(claims) if message_type == MessageType.end_assessment else None,
    )


def way_back(claims: Claims) -> tuple[str | None, str | None]:
    """Language and return address of a message that is refused; None for what can't be used."""
    presentation = claims.get(LTI + "launch_presentation")
    told = presentation if isinstance(presentation, dict) else {}
    locale, url = told.get("locale") or claims.get("locale"), told.get("return_url")
    return locale if isinstance(locale, str) else None, url if fields.is_address(url) else None


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
    if not isinstance(subject, str) or len(subject) > ID_MAX or not fields.is_plain(subject):
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
    custom = fields.an_object(claims, LTI + "custom")
    return {
        str(key)[:ID_MAX]: value[:2000]
        for key, value in custom.items()
        if isinstance(value, str) and value and not value.startswith("$") and fields.is_plain(value)
    }


def _gradebook(claims: Claims) -> Gradebook | None:
    endpoint = fields.an_object(claims, AGS_ENDPOINT)
    if not endpoint:
        return None
    scopes = endpoint.get("scope", [])
    if isinstance(scopes, str):
        scopes = scopes.split()
    if not isinstance(scopes, list):
        raise Refused("token_claim", claim="endpoint.scope")
    names = tuple(scope for scope in scopes if isinstance(scope, str) and fields.is_plain(scope))
    return Gradebook(fields.web(endpoint, "lineitem"), fields.web(endpoint, "lineitems"), names)


def _memberships_url(claims: Claims) -> str | None:
    """The address of the roster (NRPS 2.0, section 3.6.1.1); one that can't be used counts as none: nobody needs it to
    take an exam.
    """
    url = fields.an_object(claims, NRPS).get("context_memberships_url")
    return url if fields.is_address(url) else None


def _deep_linking(claims: Claims) -> DeepLinking:
    settings = fields.an_object(claims, DL_SETTINGS, needed=True)
    return_url = fields.web(settings, "deep_link_return_url")
    if return_url is None:
        raise Refused("token_claim", claim="deep_link_return_url")
    data = settings.get("data")
    if data is not None and not (isinstance(data, str) and fields.is_plain(data)):
        raise Refused("token_claim", claim="data")
    return DeepLinking(
        return_url=return_url,
        accept_multiple=settings.get("accept_multiple") is True,
        accept_line_item=settings.get("accept_lineitem") is not False,
        targets=fields.texts(settings, "accept_presentation_document_targets"),
        data=data,
        accepts_links="ltiResourceLink" in fields.texts(settings, "accept_types"),
    )


def _for_user(claims: Claims) -> str:
    """The person under review; the message must also say which column it is about (section 3.1)."""
    if not claims.get(LTI + "resource_link") and fields.web(fields.an_object(claims, AGS_ENDPOINT), "lineitem") is None:
        raise Refused("token_claim", claim="lineitem")
    return fields.text(fields.an_object(claims, LTI + "for_user", needed=True), "user_id", needed=True)
