"""Where the tool sends a learner whom it lets into the assessment (LtiStartAssessment, Proctoring Services 1.0)."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.attempts import Attempt, begin, find_attempt
from lti_proctor.sandbox.context import Sandbox, sandbox
from lti_proctor.sandbox.forwarding import repost
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.messages.start_proctoring import PURPOSE
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.sealed import unseal
from lti_proctor.sandbox.tool_keys import check_audience, check_nonce, check_same, check_times
from lti_proctor.sandbox.verified_user import read_verified_user
from lti_proctor.sandbox.visitors import session_id, visitor
from lti_proctor.sandbox.vocabulary import AP, LTI, VERSION

bp = Blueprint("start_assessment", __name__)
LONGEST_SECONDS = 600
SAID = ("msg", "log", "errormsg", "errorlog")


@dataclass(frozen=True)
class Admission:
    attempt: Attempt
    verified_user: dict[str, Any] | None
    wants_end: bool
    said: dict[str, str]


@bp.post("/proctoring/start-assessment")
def come_back() -> ResponseReturnValue:
    if visitor() is None and "reposted" not in request.form:
        return repost("Going on to the assessment")
    platform = sandbox()
    found = read_admission(platform, request.form.getlist("JWT"))
    begin(
        platform.store,
        found.attempt,
        verified_user=found.verified_user,
        wants_end=found.wants_end,
        said=found.said,
        now=platform.clock(),
    )
    page = url_for("assessments.take", link_id=found.attempt.link_id, attempt_number=found.attempt.attempt_number)
    return redirect(page, 303)


def read_admission(platform: Sandbox, tokens: list[str]) -> Admission:
    if len(tokens) != 1:
        raise Refusal("The answer of the tool must come in one form field with the name JWT.")
    claims = platform.tool_keys.read(tokens[0])
    config = platform.config
    check_same(claims, "iss", platform.registration.client_id)
    check_audience(claims, {config.issuer})
    check_times(claims, platform.clock(), longest=LONGEST_SECONDS)
    check_same(claims, LTI + "message_type", "LtiStartAssessment")
    check_same(claims, LTI + "version", VERSION)
    check_same(claims, LTI + "deployment_id", platform.registration.deployment_id)
    attempt = _attempt(platform, claims)
    _check_echoes(claims, attempt)
    admission = Admission(
        attempt=attempt,
        verified_user=read_verified_user(claims.get(AP + "verified_user"), config.base_url),
        wants_end=_wants_end(claims),
        said=_said(claims),
    )
    check_nonce(claims, platform.store)
    return admission


def _attempt(platform: Sandbox, claims: Claims) -> Attempt:
    """The attempt that session_data was issued for, when it comes back whole and in the browser that got it."""
    sent = claims.get(AP + "session_data")
    if not isinstance(sent, str) or not sent:
        raise Refusal("The answer lacks session_data: the tool must send back what it was given, unchanged.")
    content = unseal(platform.secret, PURPOSE, sent, now=platform.clock())
    attempt = find_attempt(platform.store, content["row"])
    if attempt is None:
        raise Refusal("The attempt of this session_data does not exist (any more).", status=404, error="not_found")
    person = visitor()
    if person is None:
        raise Refusal("Nobody is logged in to the practice LMS in this browser.", status=403, error="login_required")
    if person.id != attempt.person_id:
        raise Refusal("This session_data belongs to somebody else's attempt.", status=403, error="forbidden")
    if content["session"] != session_id():
        reason = "This session_data belongs to another session of the LMS: the person logged in again meanwhile."
        raise Refusal(reason, status=403, error="forbidden")
    if sent != attempt.session_data:
        raise Refusal("session_data is not, letter by letter, the one of the last launch of this attempt.")
    return attempt


def _check_echoes(claims: Claims, attempt: Attempt) -> None:
    resource = claims.get(LTI + "resource_link")
    if not isinstance(resource, dict) or not isinstance(resource.get("id"), str):
        raise Refusal("resource_link must be an object with id, as the tool got it.")
    if resource["id"] != attempt.link_id:
        raise Refusal(f"resource_link.id must be {attempt.link_id!r}, not {resource['id']!r}.")
    number = claims.get(AP + "attempt_number")
    if isinstance(number, bool) or not isinstance(number, int) or number != attempt.attempt_number:
        raise Refusal(f"attempt_number must be {attempt.attempt_number}, not {number!r}.")
    if attempt.is_over:
        reason = f"Attempt {number} is over ({attempt.status}). Start again from the course."
        raise Refusal(reason, status=409, error="conflict")


def _wants_end(claims: Claims) -> bool:
    wanted = claims.get(AP + "end_assessment_return", False)
    if not isinstance(wanted, bool):
        raise Refusal(f"end_assessment_return must be true or false, not {wanted!r}.")
    return wanted


def _said(claims: Claims) -> dict[str, str]:
    said = {name: claims[AP + name] for name in SAID if claims.get(AP + name) is not None}
    for name, text in said.items():
        if not isinstance(text, str):
            raise Refusal(f"{name} must be a text.")
    return said
