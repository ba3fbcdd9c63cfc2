"""Pictures that the exam window takes where an exam watches faces."""

from flask import Blueprint, Response, jsonify

from lti_proctor import clock, jobs
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence import snapshots
from lti_proctor.exams.addons import Capture
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.web import limits
from lti_proctor.web.access import load_attempt
from lti_proctor.web.jpeg import read_jpeg, read_moment
from lti_proctor.web.sessions import settings


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/snapshots", "snapshots", keep, methods=["POST"])


def keep(attempt_id: int) -> Response:
    """Take in a JPEG of at most 200 kB, taken at `taken_ms` by the server's clock; its check follows by itself."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    limits.rate("snapshots").count(found.id)
    kept = snapshots.keep_snapshot(found, read_jpeg(), taken=read_moment(), now=now)
    db.session.commit()
    jobs.offer("faces.check", kept.id)
    return jsonify(kept=True)


def wanted(attempt: Attempt, config: ExamConfig) -> int | None:
    """How many seconds lie between two pictures of this attempt; None where none are taken."""
    is_wanted = Capture.snapshots in evidence.captures_of(config) and evidence.has_consent(attempt, Capture.snapshots)
    return settings().snapshot_seconds if is_wanted else None
