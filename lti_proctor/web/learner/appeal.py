"""After a conclusion: the learner asks to see the evidence, and appeals."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.review import appeals
from lti_proctor.web.access import load_attempt
from lti_proctor.web.learner.context import learner, page_values


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/appeal", "appeal", appeal, methods=["GET", "POST"])
    bp.add_url_rule("/<int:attempt_id>/evidence", "ask_for_evidence", ask_for_evidence, methods=["POST"])


def appeal(attempt_id: int) -> Response | str | tuple[str, int]:
    """The page on which the learner says why somebody else should look again."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    ends, now = appeals.appeal_ends(found), clock.now()
    if request.method == "GET":
        return _page(found, "") if ends is not None and now < ends else _to(found)
    try:
        appeals.appeal(found, request.form.get("text", ""), actor=learner(found), now=now)
    except Invalid as invalid:
        db.session.rollback()
        return _page(found, invalid.code), 422
    db.session.commit()
    return _to(found)


def ask_for_evidence(attempt_id: int) -> Response:
    """The learner wants to see what reviewers see; staff open it."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    appeals.ask_for_evidence(found, actor=learner(found), now=clock.now())
    db.session.commit()
    return _to(found)


def _page(found: Attempt, problem: str) -> str:
    values = page_values(found, clock.now())
    return render_template("learner/appeal.html", problem=problem, given=request.form.get("text", ""), **values)


def _to(found: Attempt) -> Response:
    return redirect(url_for("learner.attempt", attempt_id=found.id), 303)
