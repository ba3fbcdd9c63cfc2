"""Links by which a report is read without an account: made and taken back by those who review."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.report import links
from lti_proctor.web.access import actor, load_attempt_of
from lti_proctor.web.report.take_away import take_away_page


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(f"{base}/take-away", "take_away", take_away)
    bp.add_url_rule(f"{base}/links", "share_report", share, methods=["POST"])
    bp.add_url_rule(f"{base}/links/<int:link_id>/revoke", "revoke_link", revoke, methods=["POST"])


def take_away(exam_id: int, attempt_id: int) -> str:
    return take_away_page(load_attempt_of(exam_id, attempt_id, Permission.attempt_view))


def share(exam_id: int, attempt_id: int) -> str:
    """The new link is told in the answer itself: nothing keeps its key, so no other page could."""
    found = _load(exam_id, attempt_id)
    made = links.make(found, actor=actor(Role.reviewer), now=clock.now())
    db.session.commit()
    return take_away_page(found, new_link=made)


def revoke(exam_id: int, attempt_id: int, link_id: int) -> Response:
    found = _load(exam_id, attempt_id)
    links.revoke(found, link_id, actor=actor(Role.reviewer), now=clock.now())
    db.session.commit()
    flash(_("The link is taken back. Nobody can read by it any more."))
    return redirect(url_for("instructor.take_away", exam_id=exam_id, attempt_id=attempt_id), 303)


def _load(exam_id: int, attempt_id: int) -> Attempt:
    return load_attempt_of(exam_id, attempt_id, Permission.attempt_review)
