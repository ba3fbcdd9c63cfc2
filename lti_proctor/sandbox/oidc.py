"""Launch: the authorisation endpoint (LTI security framework, section 5.1)."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from lti_proctor.sandbox.context import Sandbox, sandbox
from lti_proctor.sandbox.forwarding import forward, repost
from lti_proctor.sandbox.keys import Claims
from lti_proctor.sandbox.messages import MESSAGES, Start
from lti_proctor.sandbox.messages.common import envelope
from lti_proctor.sandbox.messages.start import start_of
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.storage import storage_of
from lti_proctor.sandbox.visitors import visitor

bp = Blueprint("oidc", __name__)
FIXED = {
    "scope": ("openid", "invalid_scope"),
    "response_type": ("id_token", "unsupported_response_type"),
    "response_mode": ("form_post", "invalid_request"),
    "prompt": ("none", "invalid_request"),
}
Parameters = CombinedMultiDict[str, str]


@bp.get("/lti/storage")
def storage() -> ResponseReturnValue:
    """The hidden frame of a page that holds the tool, where the setting `storage_frame` names one."""
    return render_template("sandbox/storage.html")


@bp.route("/oidc/auth", methods=["GET", "POST"])
def authorise() -> ResponseReturnValue:
    platform = sandbox()
    asked = request.values
    _check_destination(platform, asked)
    if visitor() is None and "reposted" not in asked:
        return repost("Going on to LTI Proctor")
    try:
        for name in ("state", "nonce"):
            _only(asked, name)
        start = _check_request(platform, asked)
        token = _id_token(platform, start, asked["nonce"])
    except Refusal as refusal:
        fields = {"error": refusal.error, "error_description": refusal.reason}
        fields |= {"state": asked["state"]} if asked.get("state") else {}
        says = f"The practice LMS could not log you in to the tool: {refusal.reason}"
        return forward(asked["redirect_uri"], fields, title="The launch was refused", says=says)
    _note(platform, start)
    fields = {"id_token": token, "state": asked["state"], **storage_of(platform).parameter}
    return forward(asked["redirect_uri"], fields, title="Opening the tool", says="You are logged in to the tool.")


def _check_destination(platform: Sandbox, asked: Parameters) -> None:
    """Before these two are right, nothing may be sent anywhere: the refusal stays on this page."""
    if asked.get("client_id") != platform.registration.client_id:
        raise Refusal(f"client_id {asked.get('client_id')!r} is not registered here.", error="unauthorized_client")
    if asked.get("redirect_uri") not in platform.registration.redirect_uris:
        raise Refusal(f"redirect_uri {asked.get('redirect_uri')!r} is not registered for this tool.")


def _only(asked: Parameters, name: str) -> str:
    values = asked.getlist(name)
    if len(values) != 1 or not values[0]:
        raise Refusal(f"{name} must be there once and must not be empty.")
    return values[0]


def _check_request(platform: Sandbox, asked: Parameters) -> Start:
    for name, (wanted, error) in FIXED.items():
        if asked.get(name) != wanted:
            raise Refusal(f"{name} must be {wanted!r}, not {asked.get(name)!r}.", error=error)
    login_hint = _only(asked, "login_hint")
    person = visitor()
    if person is None:
        raise Refusal("Nobody is logged in to the practice LMS in this browser.", error="login_required")
    hint, once = _only(asked, "lti_message_hint"), platform.settings.one_time_hints
    start = start_of(hint, platform.secret, platform.clock(), platform.store, once=once)
    if login_hint != start.person.id:
        raise Refusal("login_hint is not the one that this launch was issued for.")
    if person != start.person:
        raise Refusal("Somebody else is logged in by now. Start again from the course.", error="login_required")
    return start


def _id_token(platform: Sandbox, start: Start, nonce: str) -> str:
    claims = envelope(platform, nonce, platform.clock()) | MESSAGES[start.message_type](platform, start)
    changes = platform.store.fact("next_launch") or {}
    if changes:
        platform.store.set_fact("next_launch", {})
    return platform.keys.sign(_altered(claims, changes), published=not changes.get("wrong_key", False))


def _altered(claims: Claims, changes: dict[str, Any]) -> Claims:
    """The control API may spoil one launch, to see what the tool does with it."""
    kept = {name: value for name, value in claims.items() if name not in changes.get("drop", [])}
    replaced: Claims = changes.get("set", {})
    return kept | replaced


def _note(platform: Sandbox, start: Start) -> None:
    platform.store.run(
        "INSERT INTO launches (at, message_type, person_id, link, target) VALUES (?, ?, ?, ?, ?)",
        *(platform.clock().isoformat(), start.message_type, start.person.id, start.link_id, start.target),
    )
