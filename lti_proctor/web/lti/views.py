"""Login, launch, key set, and the ways around cookies that a browser does not keep."""

import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.addresses import origin_of
from lti_proctor.errors import DomainError, Forbidden, Refused
from lti_proctor.extensions import db
from lti_proctor.lti import known
from lti_proctor.lti.claims import is_ours
from lti_proctor.lti.fields import ID_MAX, is_plain
from lti_proctor.lti.known import Known
from lti_proctor.lti.launch import Arrived, MessageRefused, active_platform, validate
from lti_proctor.lti.state import LoginState, browser_hash, is_same_browser, is_same_storage, open_state, seal
from lti_proctor.platforms import keys
from lti_proctor.web import cookies, headers, tickets
from lti_proctor.web.access import is_framed, is_own_form
from lti_proctor.web.limits import failures
from lti_proctor.web.lti import pictures, register, storage
from lti_proctor.web.lti.arrive import arrive
from lti_proctor.web.lti.landing import Landing, land
from lti_proctor.web.lti.refusals import refused_page
from lti_proctor.web.sessions import settings

bp = Blueprint("lti", __name__, url_prefix="/lti")
BROWSER = "lti-browser"
SCOPE = "lti"
HINT_MAX = 8000
TARGET_MAX = 255
CLASHES_MOST = 2
DEADLOCK = "40P01"


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
    return refused_page(error)


@bp.route("/login", methods=["GET", "POST"])
def login() -> BaseResponse:
    """OIDC third-party initiated login (security framework 1.0, section 5.1.1)."""
    given = request.values
    platform = _platform(given.get("iss", ""), given.get("client_id") or None)
    target, hint = given.get("target_link_uri", ""), given.get("login_hint", "")
    if not hint or len(hint) > HINT_MAX or len(given.get("lti_message_hint", "")) > HINT_MAX:
        raise Refused("login_incomplete", parameter="login_hint")
    deployment = given.get("lti_deployment_id") or given.get("deployment_id")
    if deployment is not None and len(deployment) > ID_MAX:
        raise Refused("login_incomplete", parameter="lti_deployment_id")
    if not target or not is_ours(target, settings().base_url):
        raise Refused("target_elsewhere", target=target[:200])
    before = cookies.read(request, BROWSER)
    browser, kept = before or secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    store = _storage_target(given.get("lti_storage_target"))
    state = LoginState(
        registration_id=platform.id,
        nonce=secrets.token_urlsafe(24),
        browser=browser_hash(browser),
        target_link_uri=target[:2000],
        login_hint=hint,
        message_hint=given.get("lti_message_hint"),
        deployment_id=deployment,
        storage_target=store,
        storage=browser_hash(kept) if store else None,
    )
    answer = _onward(platform, state, kept, is_first_in_frame=before is None and is_framed())
    cookies.write(answer, BROWSER, browser, seconds=settings().lti_state_minutes * 60)
    return answer


def _onward(platform: Known, state: LoginState, kept: str, *, is_first_in_frame: bool) -> Response:
    """On to the LMS: straight, by way of its storage, or after a look whether this frame keeps cookies at all, as many
    an LMS lets a login go on only once.
    """
    sealed = seal(state, settings())
    if state.storage_target:
        address = _authorisation(platform, state, sealed)
        return storage.put_page(address, platform, state, kept)
    if is_first_in_frame:
        return Response(status=302, headers={"Location": url_for("lti.enter", state=sealed)})
    return Response(status=302, headers={"Location": _authorisation(platform, state, sealed)})


@bp.get("/enter")
def enter() -> BaseResponse:
    """The second half of a login in a frame: the cookie of the first is there, or a window of its own is needed."""
    sealed = request.args.get("state", "")
    state = open_state(sealed, settings())
    platform = active_platform(known.by_id(state.registration_id))
    if not is_same_browser(state, cookies.read(request, BROWSER)):
        return _without_cookies(platform, state)
    return redirect(_authorisation(platform, state, sealed), 302)


@bp.post("/launch")
def launch() -> BaseResponse:
    """Every LTI message of a platform arrives here as a form post (LTI core 1.3, section 5.1)."""
    given = request.form
    if given.get("error"):
        raise Refused("platform_said_no", error=given["error"][:100])
    state = open_state(given.get("state"), settings())
    browser = cookies.read(request, BROWSER)
    is_stored = is_own_form() and is_same_storage(state, given.get(storage.FIELD))
    if not is_same_browser(state, browser) and not is_stored:
        return _another_way(state, browser)
    arrived, landing = _come_in(given.get("id_token"), state)
    return land(landing, arrived, has_cookies=browser is not None)


def _come_in(id_token: str | None, state: LoginState) -> tuple[Arrived, Landing]:
    """Check the message and do what it is about. Where another message did the same at this moment, nothing of ours is
    left, so it is done once more and finds what the other one did.
    """
    for _ in range(CLASHES_MOST):
        try:
            return _check_and_arrive(id_token, state)
        except (MessageRefused, IntegrityError, OperationalError) as error:
            if not _is_clash(error):
                raise
            db.session.rollback()
    return _check_and_arrive(id_token, state)


def _check_and_arrive(id_token: str | None, state: LoginState) -> tuple[Arrived, Landing]:
    arrived = validate(id_token, state, now=clock.now(), settings=settings())
    frames = frames_of(arrived)
    headers.allow_frames_of(frames)
    try:
        return arrived, arrive(arrived, frames=frames)
    except (Forbidden, Refused) as why:
        raise MessageRefused(why, arrived.launch.locale, arrived.launch.return_url) from why


def _is_clash(error: MessageRefused | IntegrityError | OperationalError) -> bool:
    """Whether somebody quicker was the reason; of operational errors that is what PostgreSQL says of a deadlock."""
    if isinstance(error, MessageRefused):
        return error.code == "changed_meanwhile"
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) == DEADLOCK


def _another_way(state: LoginState, browser: str | None) -> Response:
    """The cookie of the login is not there: the LMS's storage may show that it is the same browser."""
    platform = active_platform(known.by_id(state.registration_id))
    if state.storage and storage.FIELD not in request.form:
        return storage.get_page(platform, state, request.form, _again(platform, state))
    if browser is not None:
        raise Refused("state_other_browser")
    return _without_cookies(platform, state)


@bp.post("/continue")
def go_on() -> BaseResponse:
    """A launch whose frame keeps no cookies goes on in a window of its own; the ticket is the proof."""
    path = tickets.redeem(request.form.get("ticket", ""))
    db.session.commit()
    return redirect(path, 303)


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


def _storage_target(given: str | None) -> str | None:
    """The name of the frame that keeps values for us; one that can't be a name counts as none."""
    return given if given and len(given) <= TARGET_MAX and is_plain(given) and given.isprintable() else None


def _authorisation(platform: Known, state: LoginState, sealed: str) -> str:
    query: dict[str, Any] = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": settings().base_url + url_for("lti.launch"),
        "login_hint": state.login_hint,
        "state": sealed,
        "nonce": state.nonce,
    }
    if state.message_hint is not None:
        query["lti_message_hint"] = state.message_hint
    mark = "&" if "?" in platform.auth_login_url else "?"
    return f"{platform.auth_login_url}{mark}{urlencode(query)}"


def _again(platform: Known, state: LoginState) -> str:
    """The address that begins the same login once more."""
    query = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": state.login_hint,
        "target_link_uri": state.target_link_uri,
        "lti_message_hint": state.message_hint,
        "lti_deployment_id": state.deployment_id,
    }
    return f"{url_for('lti.login')}?{urlencode({key: value for key, value in query.items() if value})}"


def _without_cookies(platform: Known, state: LoginState) -> Response:
    """The browser refuses our cookie inside the LMS: the same login begins again in a window of its own."""
    page = render_template("shared/new_window.html", address=_again(platform, state), title="")
    return make_response(page)


def frames_of(arrived: Arrived) -> list[str]:
    """The origins that may show this launch in a frame: those of its platform."""
    addresses = (arrived.platform.auth_login_url, arrived.platform.issuer, arrived.launch.return_url or "")
    origins = [origin for address in addresses if (origin := origin_of(address))]
    return list(dict.fromkeys(origins))


register.add_to(bp)
pictures.add_to(bp)
