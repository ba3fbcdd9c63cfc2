"""What reviewers do on the report: judge a flag, write something down, look."""

from datetime import UTC, datetime

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition
from lti_proctor.people.roles import Permission
from lti_proctor.review import remarks
from lti_proctor.review import service as review
from lti_proctor.review.models import Cause, RemarkKind
from lti_proctor.web.access import actor, load_attempt_of, wants_json

PICTURE_MAX = 1_000_000


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(f"{base}/flags/<int:flag_id>", "judge_flag", judge_flag, methods=["POST"])
    bp.add_url_rule(f"{base}/remarks", "write_remark", write_remark, methods=["POST"])
    bp.add_url_rule(f"{base}/opened", "note_opened", note_opened, methods=["POST"])


def judge_flag(exam_id: int, attempt_id: int, flag_id: int) -> Response:
    """Confirm, dismiss or open again; scripts get the disposition and the score of what is confirmed."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_review)
    # What is too short to be shown as a flag can't be confirmed either.
    flag = next((one for one in monitoring.flags_of(found) if one.id == flag_id), None)
    if flag is None:
        raise NotFound("flag")
    wanted, now = request.form.get("disposition", ""), clock.now()
    if wanted not in set(Disposition):
        raise Invalid("disposition")
    review.judge_flag(found, flag, Disposition(wanted), actor=actor(Role.reviewer), now=now)
    db.session.commit()
    if wants_json():
        score = monitoring.confirmed_score(found, now)
        return jsonify(disposition=wanted, confirmed=None if score is None else float(score))
    return _back(found, flag=flag.id)


def write_remark(exam_id: int, attempt_id: int) -> Response:
    """A note, or an incident that the learner sees, perhaps with a picture from the recording."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_review)
    kind, cause = request.form.get("kind", ""), request.form.get("cause", "")
    if kind not in set(RemarkKind):
        raise Invalid("remark_kind")
    remark = remarks.write(
        found,
        RemarkKind(kind),
        request.form.get("text", ""),
        cause=Cause(cause) if cause in set(Cause) else None,
        moment=_moment(request.form.get("moment", "")),
        picture=_picture(),
        actor=actor(Role.reviewer),
        now=clock.now(),
    )
    db.session.commit()
    return jsonify(remark=remark.id) if wants_json() else _back(found, _anchor=f"remark-{remark.id}")


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _picture() -> bytes:
    upload = request.files.get("picture")
    data = upload.read(PICTURE_MAX + 1) if upload is not None else b""
    if len(data) > PICTURE_MAX:
        raise RequestEntityTooLarge
    return data


def note_opened(exam_id: int, attempt_id: int) -> Response:
    """The reviewer plays, seeks or looks at a flag."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_review)
    review.note_opened(found, actor=actor(Role.reviewer), now=clock.now())
    db.session.commit()
    return jsonify(opened=True) if wants_json() else _back(found)


def _back(found: Attempt, **more: object) -> Response:
    where = url_for("instructor.report", exam_id=found.exam_id, attempt_id=found.id, **more)  # type: ignore[arg-type]
    return redirect(where, 303)
