"""LtiResourceLinkRequest: somebody opens an activity."""

from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import get_link
from lti_proctor.sandbox.messages.common import common_claims, custom_claim, resource_claim, service_claims
from lti_proctor.sandbox.messages.start import Start


def resource_link_claims(platform: Sandbox, start: Start) -> Claims:
    link = get_link(platform.store, start.link_id)
    return {
        **common_claims(platform, start, link.url),
        **resource_claim(link),
        **service_claims(platform, link, link.course_id),
        **custom_claim(platform, start, link, link.custom),
    }
