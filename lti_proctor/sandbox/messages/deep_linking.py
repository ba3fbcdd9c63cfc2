"""LtiDeepLinkingRequest: an instructor chooses what the activity shall be (Deep Linking 2.0)."""

from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.messages.common import common_claims, custom_claim, service_claims
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.sealed import seal
from lti_proctor.sandbox.vocabulary import DL

PURPOSE = "deep linking data"
MINUTES = 8 * 60


def deep_linking_claims(platform: Sandbox, start: Start) -> Claims:
    if not start.person.may_teach:
        raise Refusal("Only those who teach may add activities.", status=403, error="forbidden")
    settings, config = platform.settings, platform.config
    data = seal(
        platform.secret,
        PURPOSE,
        {"person": start.person.id, "course": start.course_id},
        now=platform.clock(),
        minutes=MINUTES,
    )
    return {
        **common_claims(platform, start, platform.registration.deep_linking_url),
        **custom_claim(platform, start, None, {}),
        **service_claims(platform, None, start.course_id),
        DL + "deep_linking_settings": {
            "deep_link_return_url": f"{config.base_url}/lti/deep-linking",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": settings.accept_multiple,
            "accept_lineitem": settings.accept_lineitem,
            "auto_create": True,
            "title": "New activity",
            "text": "",
            "data": data,
        },
    }
