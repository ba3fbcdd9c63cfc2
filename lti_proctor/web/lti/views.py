"""Login, launch, key set."""

import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.addresses import origin_of
from lti_proctor.errors import DomainError, Refused
from lti_proctor.extensions import db
from lti_proctor.lti import known
from lti_proctor.lti.claims import MessageType, is_ours
from lti_proctor.lti.known import Known
from lti_proctor.lti.launch import Arrived, active_platform, validate
from lti_proctor.lti.state import LoginState, browser_hash, is_same_browser, open_state, seal
from lti_proctor.platforms import keys
from lti_proctor.web import cookies, headers
from lti_proctor.web.limits import failures
from lti_proctor.web.lti import register
from lti_proctor.web.lti.arrive import arrive
from lti_proctor.web.problems import refuse
from lti_proctor.web.sessions import settings

bp = Blueprint("lti", __name__, url_prefix="/lti")
BROWSER = "lti-browser"
SCOPE = "lti"
HINT_MAX = 8000


@bp.before_request
def _prepare() -> None:
    """Refusals are pages also for a client that prefers JSON, and may be shown inside any LMS: they hold nothing."""
    g.always_html = True
    headers.allow_frames_of(["*"])
    failures().check(SCOPE)


@bp.errorhandler(DomainError)
def _refused(error: DomainError) -> Response:
    db.session.rollback()
    failures().count(SCOPE)
    status = {"key_set_unreachable": 503, "not_allowed": 403}.get(error.code, 400)
    return refuse(error.code, status, facts=error.details)


@bp.route("/login", methods=["GET", "POST"])
def login() -> BaseResponse:
    """OIDC third-party initiated login (security framework 1.0, section 5.1.1)."""
    given = request.values
    platform = _platform(given.get("iss", ""), given.get("client_id") or None)
    target, hint = given.get("target_link_uri", ""), given.get("login_hint", "")
    if not hint or len(hint) > HINT_MAX or len(given.get("lti_message_hint", "")) > HINT_MAX:
        raise Refused("login_incomplete", parameter="login_hint")
    if not target or not is_ours(target, settings().base_url):
        raise Refused("target_elsewhere", target=target[:200])
    browser = cookies.read(request, BROWSER) or secrets.token_urlsafe(24)
    state = LoginState(
        registration_id=platform.id,
        nonce=secrets.token_urlsafe(24),
        browser=browser_hash(browser),
        target_link_uri=target[:2000],
        login_hint=hint,
        message_hint=given.get("lti_message_hint"),
        deployment_id=given.get("lti_deployment_id") or given.get("deployment_id"),
    )
    answer = Response(status=302, headers={"Location": _authorisation(platform, state)})
    cookies.write(answer, BROWSER, browser, seconds=settings().lti_state_minutes * 60)
    return answer


@bp.post("/launch")
def launch() -> BaseResponse:
    """Every LTI message of a platform arrives here as a form post (LTI core 1.3, section 5.1)."""
    if request.form.get("error"):
        raise Refused("platform_said_no", error=request.form["error"][:100])
    state = open_state(request.form.get("state"), settings())
    browser = cookies.read(request, BROWSER)
    if browser is None:
        return _without_cookies(state)
    if not is_same_browser(state, browser):
        raise Refused("state_other_browser")
    arrived = validate(request.form.get("id_token"), state, now=clock.now(), settings=settings())
    frames = frames_of(arrived)
    if arrived.launch.message_type == MessageType.deep_linking:
        headers.allow_frames_of(frames)
    return arrive(arrived, frames=frames)


@bp.get("/jwks.json")
def jwks() -> Response:
    """The tool's public keys (security framework 1.0, section 6.3)."""
    answer = jsonify(keys.key_set(now=clock.now()))
    answer.headers["Cache-Control"] = "public, max-age=5"
    return answer


def _platform(issuer: str, client_id: str | None) -> Known:
    """The registration a login names. Without a client id it must be the only one of its issuer."""
    if not issuer:
        raise Refused("login_incomplete", parameter="iss")
    found = [row for row in known.by_issuer(issuer) if client_id in {None, row.client_id}]
    if len(found) != 1:
        raise Refused("platform_unknown", issuer=issuer[:200], client_id=(client_id or "–")[:200])
    return active_platform(found[0])


def _authorisation(platform: Known, state: LoginState) -> str:
    query: dict[str, Any] = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": settings().base_url + url_for("lti.launch"),
        "login_hint": state.login_hint,
        "state": seal(state, settings()),
        "nonce": state.nonce,
    }
    if state.message_hint is not None:
        query["lti_message_hint"] = state.message_hint
    mark = "&" if "?" in platform.auth_login_url else "?"
    return f"{platform.auth_login_url}{mark}{urlencode(query)}"


def _without_cookies(state: LoginState) -> Response:
    """The browser refuses our cookie inside the LMS: the same login begins again in a window of its own."""
    platform = active_platform(known.by_id(state.registration_id))
    query = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": state.login_hint,
        "target_link_uri": state.target_link_uri,
        "lti_message_hint": state.message_hint,
        "lti_deployment_id": state.deployment_id,
    }
    address = f"{url_for('lti.login')}?{urlencode({key: value for key, value in query.items() if value})}"
    return make_response(render_template("shared/new_window.html", address=address))


def frames_of(arrived: Arrived) -> list[str]:
    """The origins that may show this launch in a frame: those of its platform."""
    addresses = (arrived.platform.auth_login_url, arrived.platform.issuer, arrived.launch.return_url or "")
    origins = [origin for address in addresses if (origin := origin_of(address))]
    return list(dict.fromkeys(origins))


register.add_to(bp)
