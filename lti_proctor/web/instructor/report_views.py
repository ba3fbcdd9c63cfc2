"""The report of an attempt for those who review."""

from flask import Blueprint, request

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.review import appeals
from lti_proctor.review import service as review
from lti_proctor.web.access import actor, load_attempt_of, may_with
from lti_proctor.web.instructor.concluding import conclusion_values
from lti_proctor.web.report.page import render_report


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/exams/<int:exam_id>/attempts/<int:attempt_id>/report", "report", report)


def report(exam_id: int, attempt_id: int) -> str:
    """Whoever comes for one flag has looked at the evidence."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    may_judge = may_with(Permission.attempt_review, found)
    if may_judge and "flag" in request.args:
        review.note_opened(found, actor=actor(Role.reviewer), now=clock.now())
        db.session.commit()
    judged = appeals.judged_of(found)
    values = {"attempt": found, "problem": None, **conclusion_values(found, clock.now(), judged=judged)}
    may_weigh = found.phase == Phase.done and may_with(Permission.attempt_manage, found)
    return render_report(found, for_learner=False, judged=judged, may_judge=may_judge, may_weigh=may_weigh, **values)
