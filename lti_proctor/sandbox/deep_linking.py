"""Where the tool's answer to a deep-linking request comes back."""

from dataclasses import dataclass, replace

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.content_items import read_items
from lti_proctor.sandbox.context import Sandbox, sandbox
from lti_proctor.sandbox.courses import get_course
from lti_proctor.sandbox.forwarding import repost
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.links import NewLink, add_link
from lti_proctor.sandbox.messages.deep_linking import PURPOSE
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.sealed import unseal
from lti_proctor.sandbox.tool_keys import check_audience, check_nonce, check_same, check_times
from lti_proctor.sandbox.visitors import get_visitor, visitor
from lti_proctor.sandbox.vocabulary import DL, LTI, VERSION
from lti_proctor.sandbox.world import Person

bp = Blueprint("deep_linking", __name__)
MESSAGE_NAMES = ("msg", "log", "errormsg", "errorlog")


@dataclass(frozen=True)
class Answer:
    links: list[NewLink]
    messages: dict[str, str]


@bp.post("/lti/deep-linking")
def come_back() -> ResponseReturnValue:
    if visitor() is None and "reposted" not in request.form:
        return repost("Coming back to the course")
    platform = sandbox()
    answer = read_answer(platform, request.form.getlist("JWT"), get_visitor())
    links = [add_link(platform.store, new) for new in answer.links]
    if links:
        flash(f"Added to the course: {', '.join(link.title for link in links)}")
    return render_template("sandbox/came_back.html", links=links, messages=answer.messages)


def read_answer(platform: Sandbox, tokens: list[str], person: Person) -> Answer:
    if len(tokens) != 1:
        raise Refusal("The answer of the tool must come in one form field with the name JWT.")
    claims = platform.tool_keys.read(tokens[0])
    config, tool = platform.config, platform.registration
    check_same(claims, "iss", tool.client_id)
    check_audience(claims, {config.issuer})
    check_times(claims, platform.clock())
    check_same(claims, LTI + "message_type", "LtiDeepLinkingResponse")
    check_same(claims, LTI + "version", VERSION)
    check_same(claims, LTI + "deployment_id", tool.deployment_id)
    course_id = _check_data(platform, claims, person)
    settings = platform.settings
    links = read_items(claims.get(DL + "content_items", []), settings, tool.origin, tool.target_url)
    messages = _messages(claims)
    check_nonce(claims, platform.store)
    return Answer([replace(link, course_id=course_id) for link in links], messages)


def _check_data(platform: Sandbox, claims: Claims, person: Person) -> str:
    """The course that the request came from."""
    data = claims.get(DL + "data")
    if not isinstance(data, str):
        raise Refusal("The answer lacks data: the tool must send back what it was given, unchanged.")
    content = unseal(platform.secret, PURPOSE, data, now=platform.clock())
    if content["person"] != person.id or not person.may_teach:
        raise Refusal("This answer belongs to somebody else's request.", status=403, error="forbidden")
    return get_course(platform.store, content["course"]).id


def _messages(claims: Claims) -> dict[str, str]:
    messages = {name: claims[DL + name] for name in MESSAGE_NAMES if claims.get(DL + name) is not None}
    for name, text in messages.items():
        if not isinstance(text, str):
            raise Refusal(f"{name} must be a text.")
    return messages
