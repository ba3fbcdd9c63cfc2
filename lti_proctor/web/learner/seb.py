"""Exams that open only in Safe Exam Browser: the gate before an attempt's pages, the way in, the check by script."""

import secrets
from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock, once
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams.seb import settings_file
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.web import seb_proof, tickets
from lti_proctor.web.access import is_framed, load_attempt, person
from lti_proctor.web.learner.context import page_values
from lti_proctor.web.sessions import settings, visit

MEDIA_TYPE = "application/seb"
#: How long a page may take to read the keys.
NONCE_SECONDS = 300
#: Signs of life, the way in, and what ends an exam go on without a look at the browser: nothing of the exam is shown.
OPEN = frozenset(
    f"learner.{name}"
    for name in ("ticket", "window", "state", "pulse", "act", "again", "probe", "chunk", "recording_end", "snapshots",
                 "seb", "seb_check", "seb_open", "seb_file", "seb_enter", "seb_quit")
)  # fmt: skip
#: Where the last check must be young. What a page sends that was let in goes through as long as the session lasts.
FRESH = frozenset({"learner.attempt", "learner.step", "learner.assessment", "learner.start"})


def add_to(bp: Blueprint) -> None:
    base = "/<int:attempt_id>/seb"
    bp.before_request(gate)
    bp.add_url_rule(base, "seb", page)
    bp.add_url_rule(base, "seb_check", check_view, methods=["POST"])
    bp.add_url_rule(f"{base}/open/<any(link, file):way>", "seb_open", open_view)
    bp.add_url_rule(f"{base}/file/<token>/exam.seb", "seb_file", file_view)
    bp.add_url_rule(f"{base}/enter/<token>", "seb_enter", enter)
    bp.add_url_rule(f"{base}/quit", "seb_quit", quit_view)


def gate() -> BaseResponse | None:
    """Before every view of an attempt: the learner's browser must have proved what it is."""
    attempt_id = (request.view_args or {}).get("attempt_id")
    if attempt_id is None or request.endpoint in OPEN or visit().person is None:
        return None
    try:
        found = load_attempt(attempt_id, Permission.attempt_take)
    except NotFound:
        return None
    if not seb_proof.applies(found, attempts.config_of(found)) or _is_shown_in_lms():
        return None
    fresh = request.endpoint in FRESH and (request.method == "GET" or request.endpoint == "learner.start")
    if _is_proved(found, fresh=fresh):
        return None
    if request.endpoint in FRESH:
        return redirect(url_for("learner.seb", attempt_id=found.id), 303)
    raise Refused("seb_needed")


def _is_shown_in_lms() -> bool:
    """The page in the LMS's frame shows where the exam is and nothing of it."""
    return request.endpoint == "learner.attempt" and is_framed()


def _is_proved(found: Attempt, *, fresh: bool) -> bool:
    now, sent = clock.now(), seb_proof.in_headers()
    if sent is None:
        return seb_proof.is_remembered(found.id, now=now, fresh=fresh)
    passed = seb_proof.check(found, sent, now=now)
    db.session.commit()
    return passed


def page(attempt_id: int) -> BaseResponse | tuple[str, int]:
    """Where everybody lands whom the gate holds: how to come in, a check by script, or why the browser was refused."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    config = attempts.config_of(found)
    if not seb_proof.applies(found, config):
        return _to_attempt(found)
    is_refused, sent = request.args.get("refused") == "1", seb_proof.in_headers()
    if sent is not None and not is_refused:
        if _is_proved(found, fresh=True):
            return _to_attempt(found)
        return redirect(_refused(found), 303)
    if not is_refused and not _is_good(found, request.args.get("nonce", "")):
        # The script's hash is over the address, so what must not be used twice has to stand in it.
        return redirect(url_for("learner.seb", attempt_id=found.id, nonce=_new_nonce(found)), 303)
    state = "refused" if is_refused else "inside" if seb_proof.looks_inside() else "outside"
    shown = render_template(
        "learner/seb.html",
        state=state,
        refusal=seb_proof.last_refusal(found.id) if is_refused else None,
        has_own_file=not config.browser_exam_keys,
        nonce=request.args.get("nonce", ""),
        leftovers=False,
        **page_values(found, clock.now()),
    )
    return shown, 403 if is_refused else 200


def check_view(attempt_id: int) -> BaseResponse:
    """What the page's script read: hashes of that page's address, which holds a nonce of ours that is used up here."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    data = request.get_json(silent=True)
    data = data if isinstance(data, dict) else {}
    nonce = data.get("nonce")
    if not isinstance(nonce, str) or not _is_good(found, nonce):
        raise Refused("seb_page_old")
    address = settings().base_url + url_for("learner.seb", attempt_id=found.id, nonce=nonce)
    told = data.get("address")
    if not isinstance(told, str) or told.partition("#")[0] != address:
        raise Refused("seb_address")
    if not once.use("seb page", nonce, expires_at=now + timedelta(seconds=NONCE_SECONDS)):
        raise Refused("seb_page_old")
    passed = seb_proof.check(found, seb_proof.in_body(address, data), now=now)
    db.session.commit()
    return jsonify(passed=passed, next=url_for("learner.attempt", attempt_id=found.id) if passed else _refused(found))


def open_view(attempt_id: int, way: str) -> BaseResponse:
    """A fresh ticket in the address of the file: as a link that starts the browser, or to download."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    config = attempts.config_of(found)
    if not seb_proof.applies(found, config) or config.browser_exam_keys:
        raise NotFound("page")
    path = url_for("learner.seb_file", attempt_id=found.id, token=tickets.issue(found))
    base = settings().base_url
    # seb:// stands for http:// and sebs:// for https://.
    return redirect((base.replace("http", "seb", 1) if way == "link" else base) + path, 303)


def file_view(attempt_id: int, token: str) -> Response:
    """The exam's settings. Safe Exam Browser fetches them itself, without a session: the ticket is the proof."""
    user_id = tickets.owner_of(token, attempt_id)
    found = attempts.get_attempt(attempt_id)
    config = attempts.config_of(found)
    if user_id != found.user_id or not seb_proof.applies(found, config):
        raise NotFound("page")
    # Some versions ask with HEAD what there is before they fetch it.
    if request.method != "HEAD":
        expires = clock.now() + timedelta(seconds=settings().ticket_seconds)
        if not once.use("seb file", token, expires_at=expires):
            raise Refused("ticket_used")
        db.session.commit()
    answer = make_response(settings_file(seb_proof.settings_for(found, config, token)))
    answer.headers["Content-Type"] = MEDIA_TYPE
    answer.headers["Content-Disposition"] = 'attachment; filename="exam.seb"'
    return answer


def enter(attempt_id: int, token: str) -> BaseResponse | str:
    """The first page inside: one press signs the learner in. A link alone must not, or anybody could send one."""
    who = visit().person
    if who is not None and attempts.get_attempt(attempt_id).user_id == who.user_id:
        return redirect(url_for("learner.attempt", attempt_id=attempt_id), 303)
    tickets.owner_of(token, attempt_id)
    exam = attempts.get_attempt(attempt_id).exam
    return render_template("learner/seb_enter.html", exam=exam, attempt_id=attempt_id, ticket=token)


def quit_view(attempt_id: int) -> str:
    """Safe Exam Browser closes when it comes here; other browsers show a page."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    return render_template("learner/seb_quit.html", exam=found.exam)


def _refused(found: Attempt) -> str:
    return url_for("learner.seb", attempt_id=found.id, refused="1")


def _to_attempt(found: Attempt) -> BaseResponse:
    return redirect(url_for("learner.attempt", attempt_id=found.id), 303)


def _new_nonce(found: Attempt) -> str:
    return _serializer().dumps([found.id, person().user_id, secrets.token_urlsafe(16)])


def _is_good(found: Attempt, nonce: str) -> bool:
    """Whether this is a nonce of ours for this attempt that is not old. Whether it was used, only its use tells."""
    try:
        attempt_id, user_id, _unique = _serializer().loads(nonce, max_age=NONCE_SECONDS)
    except (BadData, TypeError, ValueError):
        return False
    return bool(attempt_id == found.id and user_id == found.user_id)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="seb page")
