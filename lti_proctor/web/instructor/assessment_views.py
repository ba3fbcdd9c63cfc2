"""What staff may have the LMS do to an exam that it gives itself: more time, and flags (Assessment Control Service)."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock, outbox
from lti_proctor.attempts import assessments, commands, sites
from lti_proctor.attempts.control import Action
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_attempt_of, manager
from lti_proctor.web.gradebook_words import NEWS, delivery_problem
from lti_proctor.web.instructor.forms import FlagForm, ReasonForm

#: How grave something looks, in the words of the form, as the number that the service wants.
SEVERITIES = {"low": 0.2, "middle": 0.5, "high": 0.9}


#: What is sent to whoever gives the exam.
SENT = frozenset({commands.CONTROL, sites.READY, sites.REVIEWED})


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>/assessment"
    bp.add_url_rule(f"{base}/flag", "flag_assessment", flag, methods=["POST"])
    bp.add_url_rule(f"{base}/time", "lengthen_assessment", more_time, methods=["POST"])
    bp.add_url_rule(f"{base}/calls/<int:effect_id>", "send_control", send_again, methods=["POST"])


def flag(exam_id: int, attempt_id: int) -> Response:
    """Tell the LMS what a person saw."""
    found, form = _load(exam_id, attempt_id), FlagForm()
    if not form.validate() or form.severity.data not in SEVERITIES:
        raise Refused("form_expired") if "csrf_token" in form.errors else Invalid("flag")
    words = (form.message.data or "").replace("\0", "")
    assessments.flag(found, SEVERITIES[form.severity.data], words, actor=manager(), now=clock.now())
    db.session.commit()
    flash(_("The course system is being told."))
    return _back(found)


def more_time(exam_id: int, attempt_id: int) -> Response:
    """More minutes in the LMS, and here where the exam has a limit of its own."""
    found, form = _load(exam_id, attempt_id), ReasonForm()
    if not form.validate():
        raise Refused("form_expired")
    minutes = (form.minutes.data or "").strip()
    if not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:5]) <= 1000):
        raise Invalid("minutes")
    reason = (form.reason.data or "").replace("\0", "").strip()
    assessments.give_time(found, int(minutes), reason, actor=manager(), now=clock.now())
    db.session.commit()
    flash(_("The course system is being told."))
    return _back(found)


def send_again(exam_id: int, attempt_id: int, effect_id: int) -> Response:
    """Try a call again that did not arrive."""
    found, effect = _load(exam_id, attempt_id), db.session.get(Effect, effect_id)
    if effect is None or effect.subject != subject_of(found) or effect.kind not in SENT:
        raise NotFound("page")
    if effect.state != State.done:
        outbox.send_again(effect, now=clock.now())
        db.session.commit()
        flash(_("It is being sent again."))
    return _back(found)


def control_values(found: Attempt) -> dict[str, object]:
    """What the page of an attempt shows of its assessment in the LMS."""
    if found.assessment is None:
        return {"assessment": None}
    is_open = found.assessment.ended_at is None
    return {
        "assessment": found.assessment,
        "may_flag": commands.may_control(found, Action.flag),
        "may_lengthen": is_open and commands.may_control(found, Action.update),
        "delivery_problem": delivery_problem,
        "commands": [e for e in outbox.of(subject_of(found)) if e.kind in SENT],
        "news_words": NEWS,
        "is_of_site": sites.is_of_site(found),
    }


def _load(exam_id: int, attempt_id: int) -> Attempt:
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_manage)
    if found.assessment is None:
        raise NotFound("page")
    return found


def _back(found: Attempt) -> Response:
    return redirect(url_for("instructor.attempt", exam_id=found.exam_id, attempt_id=found.id), 303)
