"""The learner sees what the reviewers see of them, and may answer."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import NotFound
from lti_proctor.extensions import db
from lti_proctor.monitoring.models import Flag
from lti_proctor.people.roles import Permission
from lti_proctor.review import appeals, remarks
from lti_proctor.review.models import Remark, RemarkKind
from lti_proctor.web.access import load_attempt
from lti_proctor.web.learner.context import learner
from lti_proctor.web.report.page import ID_MAX, render_report


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/report", "report", report)
    bp.add_url_rule("/<int:attempt_id>/report/answers", "answer", answer, methods=["POST"])


def report(attempt_id: int) -> str:
    """For its owner alone, once the exam's rule shows it."""
    return render_report(_shown(attempt_id), for_learner=True)


def answer(attempt_id: int) -> Response:
    """Something that the learner says to a flag or to an incident; an empty text takes it back."""
    found = _shown(attempt_id)
    row = _row(found)
    appeals.answer(found, row, request.form.get("text", ""), actor=learner(found), now=clock.now())
    db.session.commit()
    if isinstance(row, Flag):
        return redirect(url_for("learner.report", attempt_id=found.id, flag=row.id), 303)
    return redirect(url_for("learner.report", attempt_id=found.id, _anchor=f"remark-{row.id}"), 303)


def _shown(attempt_id: int) -> Attempt:
    found = load_attempt(attempt_id, Permission.attempt_take)
    if not appeals.may_see_evidence(found):
        raise NotFound("page")
    return found


def _row(found: Attempt) -> Flag | Remark:
    """What the answer is about; notes are none of the learner's business."""
    flag_id, remark_id = (min(request.form.get(name, 0, int), ID_MAX) for name in ("flag", "remark"))
    if flag_id:
        flag = db.session.get(Flag, flag_id)
        if flag is None or flag.attempt_id != found.id:
            raise NotFound("page")
        return flag
    remark = remarks.get_remark(found, remark_id)
    if remark.kind != RemarkKind.incident:
        raise NotFound("page")
    return remark
