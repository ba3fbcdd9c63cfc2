"""The report of an attempt as a file to take away."""

from flask import Blueprint, Response

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.report import schema
from lti_proctor.report.gather import gather
from lti_proctor.report.taking import Form, note_taken
from lti_proctor.web.access import actor, load_attempt_of


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(f"{base}/report.json", "report_json", report_json)


def report_json(exam_id: int, attempt_id: int) -> Response:
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    now = clock.now()
    note_taken(found, Form.json, actor=actor(Role.reviewer), now=now)
    db.session.commit()
    answer = Response(schema.to_json(gather(found, now=now)), mimetype="application/json")
    return _as_file(answer, found, "json")


def _as_file(answer: Response, found: Attempt, ending: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="report-{found.id}.{ending}"'
    return answer
