"""What reviewers do beside it: take back what they wrote, give other weights, show the evidence to the learner."""

from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, Refused
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.people.roles import Permission
from lti_proctor.review import appeals, remarks, weighing
from lti_proctor.web.access import actor, load_attempt_of


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(f"{base}/remarks/<int:remark_id>/remove", "remove_remark", remove_remark, methods=["POST"])
    bp.add_url_rule(f"{base}/weights", "weigh", weigh, methods=["POST"])
    bp.add_url_rule(f"{base}/evidence", "open_evidence", open_evidence, methods=["POST"])


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
    if found.phase not in {Phase.done, Phase.running}:
        raise Refused("wrong_status", status=found.status.value, event="review")
    return found


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
