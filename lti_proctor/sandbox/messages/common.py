"""Claims that every message carries (LTI 1.3, section 5.3 and 5.4)."""

from collections.abc import Mapping
from datetime import datetime

from lti_proctor.sandbox.addresses import lineitem_url, lineitems_url, memberships_url
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.courses import get_course
from lti_proctor.sandbox.custom import filled_in
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import Link, columns_of
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.people import person_claims
from lti_proctor.sandbox.vocabulary import AGS_CLAIM, AGS_SCOPES, COURSE_TYPE, LTI, NRPS_CLAIM, ROSTER_SCOPE, VERSION

TOKEN_SECONDS = 300


def envelope(platform: Sandbox, nonce: str, now: datetime) -> Claims:
    config, tool = platform.config, platform.registration
    issued = int(now.timestamp())
    claims: Claims = {
        "iss": config.issuer,
        "aud": tool.client_id,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
        "nonce": nonce,
    }
    if platform.settings.audience_as_list:
        claims |= {"aud": [tool.client_id], "azp": tool.client_id}
    return claims


def common_claims(platform: Sandbox, start: Start, target_link_uri: str) -> Claims:
    person, course = start.person, get_course(platform.store, start.course_id)
    lis = {"person_sourcedid": f"SIS-{person.username}", "course_section_sourcedid": course.sourced_id}
    return {
        "sub": person.id,
        **person_claims(person, platform.settings, platform.registration),
        "locale": person.locale,
        LTI + "version": VERSION,
        LTI + "message_type": start.message_type,
        LTI + "deployment_id": platform.registration.deployment_id,
        LTI + "target_link_uri": platform.registration.target_of(target_link_uri),
        LTI + "roles": list(person.roles),
        LTI + "context": {"id": course.id, "label": course.label, "title": course.title, "type": [COURSE_TYPE]},
        LTI + "lis": lis,
        LTI + "launch_presentation": {
            "locale": person.locale,
            "document_target": start.target,
            "return_url": f"{platform.config.base_url}/lti/return",
        },
        LTI + "tool_platform": {
            "guid": platform.guid,
            "name": "Northfield Practice LMS",
            "product_family_code": platform.settings.family,
            "version": "1.0",
            "url": platform.config.base_url,
        },
    }


def resource_claim(link: Link) -> Claims:
    described = {"description": link.text} if link.text else {}
    return {LTI + "resource_link": {"id": link.id, "title": link.title, **described}}


def custom_claim(platform: Sandbox, start: Start, link: Link | None, written: Mapping[str, str]) -> Claims:
    """Nothing at all when no parameter is left."""
    course = get_course(platform.store, start.course_id)
    custom = filled_in({**platform.registration.custom, **written}, link, start.person, course)
    return {LTI + "custom": custom} if custom else {}


def service_claims(platform: Sandbox, link: Link | None, course_id: str) -> Claims:
    base, settings = platform.config.base_url, platform.settings
    claims: Claims = {}
    granted = platform.registration.scopes
    scopes = [scope for scope in AGS_SCOPES if scope in granted]
    if settings.offer_grades and scopes:
        endpoint: Claims = {"scope": scopes, "lineitems": lineitems_url(base, course_id)}
        columns = [] if link is None else columns_of(platform.store, link)
        if len(columns) == 1:
            endpoint["lineitem"] = lineitem_url(base, columns[0])
        claims[AGS_CLAIM] = endpoint
    if settings.offer_roster and ROSTER_SCOPE in granted:
        address = memberships_url(base, course_id)
        claims[NRPS_CLAIM] = {"context_memberships_url": address, "service_versions": ["2.0"]}
    return claims
