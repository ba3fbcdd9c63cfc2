"""LtiStartProctoring: a learner begins an assessment that the tool watches over (Proctoring Services 1.0)."""

import math

from lti_proctor.sandbox.attempts import Attempt, ensure_attempt, note_launch
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import Link, get_link
from lti_proctor.sandbox.messages.common import common_claims, custom_claim, resource_claim, service_claims
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.sealed import seal
from lti_proctor.sandbox.visitors import session_id
from lti_proctor.sandbox.vocabulary import AGS_CLAIM, AP, CONTROL_SCOPE, LTI

PURPOSE = "session_data"
MINUTES = 8 * 60


def start_proctoring_claims(platform: Sandbox, start: Start) -> Claims:
    link = get_link(platform.store, start.link_id)
    if link.proctoring is None:
        raise Refusal("This activity is not a proctored assessment (any more).", status=404, error="not_found")
    attempt = ensure_attempt(platform.store, link, start.person.id, start.attempt or 1)
    if attempt.is_over:
        raise Refusal(f"Attempt {attempt.attempt_number} is over. Start again from the course.")
    session_data = _session_data(platform, attempt)
    actions = platform.settings.acs_actions
    note_launch(platform.store, attempt, session_data=session_data, actions=actions, target=start.target)
    return {
        **common_claims(platform, start, link.url),
        **({LTI + "roles": []} if platform.settings.proctoring_roles_empty else {}),
        **resource_claim(link),
        AP + "attempt_number": attempt.attempt_number,
        AP + "session_data": session_data,
        AP + "start_assessment_url": f"{platform.config.base_url}/proctoring/start-assessment",
        **_optional(platform, link, attempt, actions),
        **custom_claim(platform, start, link, link.custom),
    }


def _session_data(platform: Sandbox, attempt: Attempt) -> str:
    """At least as long as the settings ask: a tool must carry it whatever its size."""
    content: Claims = {
        "person": attempt.person_id,
        "link": attempt.link_id,
        "attempt": attempt.attempt_number,
        "row": attempt.number,
        "session": session_id(),
    }
    now = platform.clock()
    text = seal(platform.secret, PURPOSE, content, now=now, minutes=MINUTES)
    missing = platform.settings.session_data_bytes - len(text)
    if missing > 0:
        padded = {**content, "padding": "x" * math.ceil(missing * 3 / 4)}
        text = seal(platform.secret, PURPOSE, padded, now=now, minutes=MINUTES)
    return text


def _optional(platform: Sandbox, link: Link, attempt: Attempt, actions: tuple[str, ...]) -> Claims:
    claims: Claims = {}
    if link.proctoring is not None and link.proctoring.data:
        claims[AP + "proctoring_settings"] = {"data": link.proctoring.data}
    if actions and CONTROL_SCOPE in platform.registration.scopes:
        address = f"{platform.config.base_url}/proctoring/acs/{attempt.number}"
        claims[AP + "acs"] = {"actions": list(actions), "assessment_control_url": address}
    services = service_claims(platform, link, link.course_id)
    if platform.settings.proctoring_grades and AGS_CLAIM in services:
        claims[AGS_CLAIM] = services[AGS_CLAIM]
    return claims
