"""Claims that every message carries (LTI 1.3, section 5.3 and 5.4)."""

from datetime import datetime

from lti_proctor.sandbox.addresses import lineitem_url, lineitems_url, memberships_url
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import Link, columns_of
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.people import person_claims
from lti_proctor.sandbox.vocabulary import AGS_CLAIM, AGS_SCOPES, COURSE_TYPE, LTI, NRPS_CLAIM, VERSION
from lti_proctor.sandbox.world import COURSE

TOKEN_SECONDS = 300


def envelope(platform: Sandbox, nonce: str, now: datetime) -> Claims:
    config = platform.config
    issued = int(now.timestamp())
    claims: Claims = {
        "iss": config.issuer,
        "aud": config.client_id,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
        "nonce": nonce,
    }
    if platform.settings.audience_as_list:
        claims |= {"aud": [config.client_id], "azp": config.client_id}
    return claims


def common_claims(platform: Sandbox, start: Start, target_link_uri: str) -> Claims:
    person = start.person
    lis = {"person_sourcedid": f"SIS-{person.username}", "course_section_sourcedid": COURSE.sourced_id}
    return {
        "sub": person.id,
        **person_claims(person, platform.settings),
        "locale": person.locale,
        LTI + "version": VERSION,
        LTI + "message_type": start.message_type,
        LTI + "deployment_id": platform.config.deployment_id,
        LTI + "target_link_uri": target_link_uri,
        LTI + "roles": list(person.roles),
        LTI + "context": {"id": COURSE.id, "label": COURSE.label, "title": COURSE.title, "type": [COURSE_TYPE]},
        LTI + "lis": lis,
        LTI + "launch_presentation": {
            "locale": person.locale,
            "document_target": start.target,
            "return_url": f"{platform.config.base_url}/lti/return",
        },
        LTI + "tool_platform": {
            "guid": platform.guid,
            "name": "Northfield Practice LMS",
            "product_family_code": "northfield-practice",
            "version": "1.0",
            "url": platform.config.base_url,
        },
    }


def resource_claim(link: Link) -> Claims:
    described = {"description": link.text} if link.text else {}
    return {LTI + "resource_link": {"id": link.id, "title": link.title, **described}}


def service_claims(platform: Sandbox, link: Link | None) -> Claims:
    base, settings = platform.config.base_url, platform.settings
    claims: Claims = {}
    if settings.offer_grades:
        endpoint: Claims = {"scope": list(AGS_SCOPES), "lineitems": lineitems_url(base)}
        columns = [] if link is None else columns_of(platform.store, link)
        if len(columns) == 1:
            endpoint["lineitem"] = lineitem_url(base, columns[0].number)
        claims[AGS_CLAIM] = endpoint
    if settings.offer_roster:
        claims[NRPS_CLAIM] = {"context_memberships_url": memberships_url(base), "service_versions": ["2.0"]}
    return claims
