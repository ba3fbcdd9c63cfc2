"""The attempts that a proctor may see, over all exams."""

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy import select

from lti_proctor import clock
from lti_proctor.attempts.waiting import waiting_in
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.schedule import service as schedule
from lti_proctor.web.access import may, note_staff, person, require
from lti_proctor.web.instructor.chat_views import waiting_values
from lti_proctor.web.instructor.lists import all_attempts
from lti_proctor.web.instructor.queue_views import of_everything

bp = Blueprint("proctor", __name__, url_prefix="/supervision")
bp.after_request(note_staff)


bp.add_url_rule("/review", "review_queue", of_everything)


@bp.get("/")
def overview() -> str:
    """Attempts of all exams that this person watches over, those that wait for a review first to be found."""
    require(Permission.supervision_view)
    every = {e.id: e for e in db.session.scalars(select(Exam))}
    exams = {key: e for key, e in every.items() if may(Permission.attempt_view, exam=e)}
    listing = all_attempts(
        list(exams),
        besides=schedule.attempts_watched_by(person().user_id),
        show=request.args.get("show", ""),
        search=request.args.get("q", "").replace("\0", "").strip(),
        page=request.args.get("page", 1, int),
    )
    waiting = waiting_in(list(exams), clock.now())
    unread = waiting_values(list(exams), besides=schedule.attempts_watched_by(person().user_id))
    return render_template("proctor/overview.html", listing=listing, exams=every, waiting=waiting, unread=unread)


@bp.get("/unread")
def unread_messages() -> Response:
    """Who has written and was not read yet, in all exams that this person watches over."""
    require(Permission.supervision_view)
    exams = [e.id for e in db.session.scalars(select(Exam)) if may(Permission.attempt_view, exam=e)]
    return jsonify(waiting=waiting_values(exams, besides=schedule.attempts_watched_by(person().user_id)))
