"""The messages that this platform can send: one module each, one row here."""

from collections.abc import Callable

from lti_proctor.sandbox.config import DEEP_LINKING, RESOURCE_LINK, SUBMISSION_REVIEW
from lti_proctor.sandbox.context import Sandbox
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.messages.deep_linking import deep_linking_claims
from lti_proctor.sandbox.messages.resource_link import resource_link_claims
from lti_proctor.sandbox.messages.start import Start
from lti_proctor.sandbox.messages.submission_review import submission_review_claims

MESSAGES: dict[str, Callable[[Sandbox, Start], Claims]] = {
    RESOURCE_LINK: resource_link_claims,
    DEEP_LINKING: deep_linking_claims,
    SUBMISSION_REVIEW: submission_review_claims,
}
__all__ = ["MESSAGES", "Start"]
