"""The pages before anybody is known: sign-in, sign-out, language, help, accessibility, privacy."""

import re
from functools import partial

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from lti_proctor import clock, journal
from lti_proctor.errors import NotFound
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.locales import known
from lti_proctor.people import passwords
from lti_proctor.people import service as people
from lti_proctor.people.models import User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.web.alarms import alarm_values
from lti_proctor.web.language import CHOSEN
from lti_proctor.web.limits import failures
from lti_proctor.web.pages import THEMES, asset
from lti_proctor.web.sessions import settings, visit

bp = Blueprint("entry", __name__)
log = structlog.get_logger()
SCOPE = "login"
#: Printable letters without blanks and backslashes, after one slash that no other follows: browsers bend the rest.
LOCAL = re.compile(r"/(?![/\\])[^\\\s\x00-\x20\x7f]*")


class LoginForm(FlaskForm):
    username = StringField()
    password = PasswordField()


@bp.get("/")
def home() -> Response:
    """There is nothing here but the way in."""
    who = visit().person
    if who is not None and who.role != SiteRole.student:
        return redirect(url_for("proctor.overview"))
    return redirect(url_for("entry.login"))


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Every page names its own sign; some browsers ask here all the same."""
    return redirect(asset("img/brand.svg"), 301)


@bp.route("/login", methods=["GET", "POST"])
def login() -> Response | tuple[str, int] | str:
    """Local sign-in of proctors and administrators."""
    form = LoginForm()
    if not form.is_submitted():
        return render_template("shared/login.html", form=form, problem=None, left=0, minutes=0)
    failures().check(SCOPE)
    form.validate()
    name, now, site = (form.username.data or "")[:255], clock.now(), settings()
    address = request.remote_addr or ""
    rule = partial(
        passwords.tries_left, name, address, tries=site.login_tries, pause_seconds=site.login_pause_seconds, now=now
    )
    if form.csrf_token.errors:
        return _again(form, "form_expired", 0), 400
    if rule() == 0:
        return _again(form, "paused", 0), 429
    user = people.find_user(name)
    if not passwords.is_right(user, form.password.data or "") or user is None or user.is_locked:
        failures().count(SCOPE)
        passwords.note_failure(name, address, now=now)
        db.session.flush()
        left = rule()
        db.session.commit()
        log.info("login.failed")
        return _again(form, "wrong" if left else "paused", left), 422
    return _come_in(user, address)


def _come_in(user: User, address: str) -> Response:
    passwords.forgive(user.username, address)
    visit().sign_in(user.id, {}, hours=settings().staff_session_hours)
    journal.record(Actor(Role.staff, user.id), "user.signed_in", f"user:{user.id}", {}, clock.now())
    db.session.commit()
    return redirect(_local(request.args.get("next")) or url_for("proctor.overview"), 303)


def _again(form: LoginForm, problem: str, left: int) -> str:
    minutes = -(-settings().login_pause_seconds // 60)
    return render_template("shared/login.html", form=form, problem=problem, left=left, minutes=minutes)


@bp.post("/logout")
def logout() -> Response:
    visit().end()
    db.session.commit()
    return redirect(url_for("entry.login"), 303)


@bp.route("/language", methods=["GET", "POST"])
def language() -> Response | str:
    """Choose language and colours; the choice stays with the session."""
    back = _local(request.values.get("back")) or url_for("entry.home")
    if request.method == "GET":
        return render_template("shared/language.html", back=back)
    if chosen := known(request.form.get("language")):
        visit()[CHOSEN] = chosen
    theme = request.form.get("theme")
    if theme is not None:
        visit()["theme"] = theme if theme in THEMES else ""
    return redirect(back, 303)


@bp.get("/help")
def help_page() -> str:
    return render_template("shared/help.html", back=_local(request.args.get("back")))


@bp.get("/privacy")
def privacy() -> str:
    return render_template("shared/privacy.html")


@bp.get("/false-alarms")
def false_alarms() -> str:
    """How often flags were false alarms, where the site publishes it."""
    if not settings().publish_false_alarms:
        raise NotFound("page")
    return render_template("shared/alarms.html", **alarm_values(None))


@bp.get("/accessibility")
def accessibility() -> str:
    return render_template("shared/accessibility.html")


def _local(target: str | None) -> str | None:
    """A path on this site, or None: never a way to somewhere else."""
    return target if target and LOCAL.fullmatch(target) else None
