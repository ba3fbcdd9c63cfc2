"""LtiResourceLinkRequest: somebody opens an activity."""

from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.custom import filled_in
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import get_link
from lti_proctor.sandbox.messages.common import common_claims, resource_claim, service_claims
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.vocabulary import LTI


def resource_link_claims(platform: Sandbox, start: Start) -> Claims:
    link = get_link(platform.store, start.link_id)
    claims = {
        **common_claims(platform, start, link.url),
        **resource_claim(link),
        **service_claims(platform, link),
    }
    custom = filled_in(link.custom, link, start.person)
    return claims | ({LTI + "custom": custom} if custom else {})
