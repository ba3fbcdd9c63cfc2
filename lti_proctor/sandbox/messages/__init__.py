"""The messages that this platform can send: one module each, one row here."""

from collections.abc import Callable

from lti_proctor.sandbox.config import DEEP_LINKING, END_ASSESSMENT, RESOURCE_LINK, START_PROCTORING, SUBMISSION_REVIEW
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.messages.deep_linking import deep_linking_claims
from lti_proctor.sandbox.messages.end_assessment import end_assessment_claims
from lti_proctor.sandbox.messages.resource_link import resource_link_claims
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.messages.start_proctoring import start_proctoring_claims
from lti_proctor.sandbox.messages.submission_review import submission_review_claims

MESSAGES: dict[str, Callable[[Sandbox, Start], Claims]] = {
    RESOURCE_LINK: resource_link_claims,
    DEEP_LINKING: deep_linking_claims,
    SUBMISSION_REVIEW: submission_review_claims,
    START_PROCTORING: start_proctoring_claims,
    END_ASSESSMENT: end_assessment_claims,
}
__all__ = ["MESSAGES", "Start"]
