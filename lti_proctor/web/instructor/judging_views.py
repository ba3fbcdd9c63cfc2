"""What a reviewer does while looking: judge flags, write notes and incidents, give other weights, open the evidence to
the learner.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition
from lti_proctor.people.roles import Permission
from lti_proctor.review import appeals, remarks, weighing
from lti_proctor.review import service as review
from lti_proctor.review.models import Cause, RemarkKind
from lti_proctor.web.access import actor, load_attempt_of
from lti_proctor.web.instructor.forms import PlainForm

PICTURE_MAX = 2_000_000


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(f"{base}/opened", "note_opened", note_opened, methods=["POST"])
    bp.add_url_rule(f"{base}/flags/<int:flag_id>", "judge_flag", judge_flag, methods=["POST"])
    bp.add_url_rule(f"{base}/remarks", "write_remark", write_remark, methods=["POST"])
    bp.add_url_rule(f"{base}/remarks/<int:remark_id>/remove", "remove_remark", remove_remark, methods=["POST"])
    bp.add_url_rule(f"{base}/weights", "weigh", weigh, methods=["POST"])
    bp.add_url_rule(f"{base}/evidence", "open_evidence", open_evidence, methods=["POST"])


def note_opened(exam_id: int, attempt_id: int) -> Response:
    """The reviewer's browser says that the recording was played, or a flag looked at."""
    found = _load(exam_id, attempt_id)
    review.note_opened(found, actor=actor(Role.reviewer), now=clock.now())
    db.session.commit()
    return jsonify(opened=True)


def judge_flag(exam_id: int, attempt_id: int, flag_id: int) -> Response:
    """Confirm, dismiss, or open again; a program of the page gets the new scores."""
    found = _load(exam_id, attempt_id)
    flag = next((one for one in monitoring.flags_of(found) if one.id == flag_id), None)
    if flag is None:
        raise NotFound("flag")
    wanted = request.form.get("disposition", "")
    if wanted not in set(Disposition):
        raise Invalid("fields")
    review.judge_flag(found, flag, Disposition(wanted), actor=actor(Role.reviewer), now=clock.now())
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        score = monitoring.confirmed_score(found, clock.now())
        return jsonify(disposition=wanted, confirmed=None if score is None else float(score))
    return redirect(url_for("instructor.report", exam_id=exam_id, attempt_id=attempt_id, flag=flag_id), 303)


def write_remark(exam_id: int, attempt_id: int) -> Response:
    """A note or an incident, perhaps with a picture from the recording."""
    found = _load(exam_id, attempt_id)
    kind, cause = request.form.get("kind", ""), request.form.get("cause", "")
    if kind not in set(RemarkKind):
        raise Invalid("fields")
    remarks.write(
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
    flash(_("It is written down."))
    return _back(found)


def remove_remark(exam_id: int, attempt_id: int, remark_id: int) -> Response:
    """Take back what one has written oneself, as long as nobody has concluded."""
    found = _load(exam_id, attempt_id)
    remark = remarks.get_remark(found, remark_id)
    me = actor(Role.reviewer)
    if remark.author_id != me.user_id:
        raise Refused("not_own_remark")
    remarks.take_back(remark, actor=me, now=clock.now())
    db.session.commit()
    flash(_("It is taken back."))
    return _back(found)


def weigh(exam_id: int, attempt_id: int) -> Response:
    """Give what was noticed other weights, here or in all attempts of the exam that are over."""
    found = _load(exam_id, attempt_id, Permission.attempt_manage)
    weights = {metric: _weight(request.form.get(f"weight-{metric}", "")) for metric in monitoring.weights_of(found)}
    everywhere = bool(request.form.get("all"))
    changed = weighing.weigh(found, weights, everywhere=everywhere, actor=actor(Role.staff), now=clock.now())
    db.session.commit()
    flash(_("The scores are computed anew: attempts changed: %(n)s.", n=changed))
    return _back(found)


def open_evidence(exam_id: int, attempt_id: int) -> Response:
    """The learner may see the evidence from now on."""
    found = _load(exam_id, attempt_id)
    appeals.open_evidence(found, actor=actor(Role.reviewer), now=clock.now())
    db.session.commit()
    flash(_("The learner can see the evidence now."))
    return _back(found)


def _load(exam_id: int, attempt_id: int, permission: Permission = Permission.attempt_review) -> Attempt:
    found = load_attempt_of(exam_id, attempt_id, permission)
    if request.method == "POST" and not PlainForm().validate():
        raise Refused("form_expired")
    if found.phase not in {Phase.done, Phase.running}:
        raise Refused("wrong_status", status=found.status.value, event="review")
    return found


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _picture() -> bytes:
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        return b""
    data = sent.stream.read(PICTURE_MAX + 1)
    if len(data) > PICTURE_MAX:
        raise Invalid("photo_too_large")
    return data


def _weight(text: str) -> Decimal:
    try:
        weight = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Invalid("weights") from None
    if not weight.is_finite() or not 0 <= weight <= 100:
        raise Invalid("weights")
    return weight


def _back(found: Attempt) -> Response:
    return redirect(url_for("instructor.report", exam_id=found.exam_id, attempt_id=found.id), 303)
