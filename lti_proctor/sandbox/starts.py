"""Where the pages begin a launch: each address leads to the tool's login."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.attempts import attempts_at, get_attempt, number_to_take
from lti_proctor.sandbox.config import DEEP_LINKING, END_ASSESSMENT, RESOURCE_LINK, START_PROCTORING, SUBMISSION_REVIEW
from lti_proctor.sandbox.context import Sandbox, sandbox
from lti_proctor.sandbox.forwarding import forward
from lti_proctor.sandbox.links import get_link
from lti_proctor.sandbox.messages.end_assessment import check_wants_end
from lti_proctor.sandbox.messages.start import Start, hint_of
from lti_proctor.sandbox.messages.submission_review import get_reviewable, review_target
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.storage import storage_of
from lti_proctor.sandbox.visitors import current_course, get_teacher, get_visitor

bp = Blueprint("starts", __name__, url_prefix="/lti")


@bp.get("/start/<link_id>")
def link(link_id: str) -> ResponseReturnValue:
    found = get_link(sandbox().store, link_id)
    return initiate(Start(RESOURCE_LINK, get_visitor(), target(), found.id, found.course_id), found.url)


@bp.get("/start-deep-linking")
def deep_linking() -> ResponseReturnValue:
    return initiate(
        Start(DEEP_LINKING, get_teacher(), target(), course_id=current_course().id),
        sandbox().registration.deep_linking_url,
    )


@bp.get("/start-review/<int:number>/<person_id>")
def review(number: int, person_id: str) -> ResponseReturnValue:
    viewer = get_visitor()
    platform = sandbox()
    column = get_reviewable(platform, viewer, number, person_id)
    start = Start(SUBMISSION_REVIEW, viewer, target(), column.link_id, column.course_id, column=number, about=person_id)
    return initiate(start, review_target(platform, column))


@bp.get("/start-proctoring/<link_id>")
def proctoring(link_id: str) -> ResponseReturnValue:
    """The attempt that is open, otherwise a new one. In the whole window, unless ?target=frame."""
    store, person = sandbox().store, get_visitor()
    found = get_link(store, link_id)
    if found.proctoring is None:
        raise Refusal("This activity is not a proctored assessment.", status=404, error="not_found")
    number = number_to_take(attempts_at(store, found, person.id))
    start = Start(START_PROCTORING, person, target("window"), found.id, found.course_id, attempt=number)
    return initiate(start, found.url)


@bp.get("/end-assessment/<link_id>")
def end(link_id: str) -> ResponseReturnValue:
    """?attempt= is the number of the attempt; ?error=1 tells the tool of a problem."""
    store, person = sandbox().store, get_visitor()
    found = get_link(store, link_id)
    attempt = get_attempt(store, found, person.id, request.args.get("attempt", type=int))
    check_wants_end(attempt)
    start = Start(
        END_ASSESSMENT,
        person,
        attempt.target,
        found.id,
        found.course_id,
        attempt=attempt.attempt_number,
        with_error=request.args.get("error") == "1",
    )
    return initiate(start, found.url)


def target(usual: str = "iframe") -> str:
    return {"window": "window", "frame": "iframe"}.get(request.args.get("target", ""), usual)


def initiate(start: Start, target_link_uri: str) -> ResponseReturnValue:
    """Third-party login: by POST, or by GET with ?method=get, as both are allowed and tools meet both."""
    platform = sandbox()
    if start.message_type not in platform.config.message_types:
        raise Refusal(f"{start.message_type} is switched off here.", status=404, error="not_found")
    method = "get" if request.args.get("method") == "get" else "post"
    return forward(
        platform.registration.login_url,
        _fields(platform, start, target_link_uri),
        title="Opening the tool",
        says="The practice LMS sends you on to LTI Proctor.",
        method=method,
    )


def _fields(platform: Sandbox, start: Start, target_link_uri: str) -> dict[str, str]:
    return {
        "iss": platform.config.issuer,
        "target_link_uri": platform.registration.target_of(target_link_uri),
        "login_hint": start.person.id,
        "lti_message_hint": hint_of(start, platform.secret, platform.clock()),
        "client_id": platform.registration.client_id,
        "lti_deployment_id": platform.registration.deployment_id,
        **storage_of(platform).parameter,
    }
