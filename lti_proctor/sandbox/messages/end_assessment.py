"""LtiEndAssessment: the assessment is over, and the tool asked to be told (Proctoring Services 1.0)."""

from lti_proctor.sandbox.attempts import Attempt, get_attempt
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import get_link
from lti_proctor.sandbox.messages.common import common_claims, custom_claim, resource_claim
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.vocabulary import AP

ERROR = {
    AP + "errormsg": "The assessment could not be saved as it should have been. Your teacher knows about it.",
    AP + "errorlog": "practice-lms: an error was reported on purpose at the end of the assessment",
}


def end_assessment_claims(platform: Sandbox, start: Start) -> Claims:
    link = get_link(platform.store, start.link_id)
    attempt = get_attempt(platform.store, link, start.person.id, start.attempt)
    check_wants_end(attempt)
    settings = platform.settings
    return {
        **common_claims(platform, start, link.url),
        **({} if settings.end_without_resource_link else resource_claim(link)),
        AP + "attempt_number": attempt.attempt_number,
        **({AP + "session_data": attempt.session_data} if settings.end_session_data else {}),
        **(ERROR if start.with_error else {}),
        **custom_claim(platform, start, link, link.custom),
    }


def check_wants_end(attempt: Attempt) -> None:
    if not attempt.is_over:
        raise Refusal(f"Attempt {attempt.attempt_number} is not over yet.", status=409, error="conflict")
    if not attempt.wants_end:
        reason = f"The tool did not ask to be told about the end of attempt {attempt.attempt_number}."
        raise Refusal(reason, status=409, error="conflict")
