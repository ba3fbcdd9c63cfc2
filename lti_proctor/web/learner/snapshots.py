"""Pictures that the exam window takes where an exam watches faces."""

from datetime import datetime

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from lti_proctor import clock, jobs
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence import snapshots
from lti_proctor.exams.addons import Capture
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.web import limits
from lti_proctor.web.access import load_attempt
from lti_proctor.web.sessions import settings

#: Milliseconds since 1970 that a moment can have: the year 9999 ends before.
MS_MAX = 253_000_000_000_000


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/snapshots", "snapshots", keep, methods=["POST"])


def keep(attempt_id: int) -> Response:
    """Take in a JPEG of at most 200 kB, taken at `taken_ms` by the server's clock; its check follows by itself."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    limits.snapshots().count(found.id)
    kept = snapshots.keep_snapshot(found, _upload(), taken=_taken(), now=now)
    db.session.commit()
    jobs.offer("faces.check", kept.id)
    return jsonify(kept=True)


def _upload() -> bytes:
    """What is said to be too large is not read."""
    if request.mimetype != "image/jpeg":
        raise Invalid("picture_unreadable")
    if (request.content_length or 0) > snapshots.BYTES_MAX:
        raise RequestEntityTooLarge
    upload = request.get_data(cache=False)
    if len(upload) > snapshots.BYTES_MAX:
        raise RequestEntityTooLarge
    return upload


def _taken() -> datetime:
    text = request.args.get("taken_ms", "")
    if not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) > MS_MAX:
        raise Invalid("snapshot_time")
    return clock.from_ms(int(text))


def wanted(attempt: Attempt, config: ExamConfig) -> int | None:
    """How many seconds lie between two pictures of this attempt; None where none are taken."""
    is_wanted = Capture.snapshots in evidence.captures_of(config) and evidence.has_consent(attempt, Capture.snapshots)
    return settings().snapshot_seconds if is_wanted else None
