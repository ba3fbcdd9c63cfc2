"""Files that a learner attaches during the exam: a list, taking in, taking back; staff download them."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid
from lti_proctor.evidence import files
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.web import headers, limits
from lti_proctor.web.access import load_attempt, load_own_or_viewed
from lti_proctor.web.learner.context import learner
from lti_proctor.web.sessions import settings
from lti_proctor.web.stored import stored


def add_to(bp: Blueprint) -> None:
    base = "/<int:attempt_id>/files"
    bp.add_url_rule(base, "attach", attach, methods=["POST"])
    bp.add_url_rule(f"{base}/<int:evidence_id>", "file", download)
    bp.add_url_rule(f"{base}/<int:evidence_id>/remove", "detach", detach, methods=["POST"])


def attach(attempt_id: int) -> tuple[Response, int]:
    """Keep one file of a form; the answer lists all that are kept, or names what is wrong with this one."""
    found, now = _running(attempt_id), clock.now()
    limits.rate("attachments").count(found.id)
    try:
        sent = request.files.get("file")
        if sent is None:
            raise Invalid("picture_empty")
        files.attach(found, sent.filename or "", sent.read(), actor=learner(found), now=now)
    except Invalid as invalid:
        db.session.rollback()
        return jsonify(problem=invalid.code), 422
    except RequestEntityTooLarge:
        return jsonify(problem="file_too_large"), 422
    db.session.commit()
    return jsonify(files=listed(found)), 200


def detach(attempt_id: int, evidence_id: int) -> Response:
    found = _running(attempt_id)
    files.detach(found, evidence_id, actor=learner(found), now=clock.now())
    db.session.commit()
    return jsonify(files=listed(found))


def download(attempt_id: int, evidence_id: int) -> Response:
    """The file for its owner and for those who may see the attempt: saved, never opened among our pages."""
    found = load_own_or_viewed(attempt_id)
    row = files.get_file(found, evidence_id)
    answer = stored(row.key, row.media_type)
    headers.use_policy("sandbox; default-src 'none'")
    plain = f"file-{row.id}{files.ENDINGS[row.media_type]}"
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name or plain, safe='')}"
    answer.headers["Content-Disposition"] = told
    return answer


def _running(attempt_id: int) -> Attempt:
    """The end of the time comes first."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    if attempts.refresh(found, now=clock.now()):
        db.session.commit()
    return found


def listed(attempt: Attempt) -> list[dict[str, Any]]:
    """For the page's script."""
    return [
        {
            "id": row.id,
            "name": row.name,
            "kilobytes": max(1, round(row.n_bytes / 1000)),
            "url": url_for("learner.file", attempt_id=attempt.id, evidence_id=row.id),
            "removeUrl": url_for("learner.detach", attempt_id=attempt.id, evidence_id=row.id),
        }
        for row in files.files_of(attempt)
    ]


def file_values(attempt: Attempt) -> dict[str, Any]:
    """What the page of a running exam needs; nothing where the exam takes no files."""
    if not files.takes_files(attempt):
        return {"attachments": None}
    site = settings()
    limit = {"most": site.attachments_max, "megabytes": site.attachment_max_bytes // 1_000_000}
    return {"attachments": {"files": listed(attempt), **limit}}
