"""One attempt for staff: the record, and what staff may do to it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock, journal, outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.attempts.models import Attempt
from lti_proctor.chat import service as chat
from lti_proctor.documents import service as documents
from lti_proctor.documents.models import Reading
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import recordings
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.files import files_of
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.models import User
from lti_proctor.people.roles import Permission
from lti_proctor.review.rating import rating_of
from lti_proctor.web import history_words, words
from lti_proctor.web.access import load_attempt_of, manager, may, may_with
from lti_proctor.web.accommodation_words import spared_of
from lti_proctor.web.instructor.assessment_views import control_values
from lti_proctor.web.instructor.concluding import conclusion_values
from lti_proctor.web.instructor.face_views import face_values
from lti_proctor.web.instructor.forms import ReasonForm
from lti_proctor.web.instructor.provider_views import provider_values
from lti_proctor.web.instructor.second_camera import SHOWN_APART, phone_values
from lti_proctor.web.noticed import noticed_values

#: Kinds of pictures that stand elsewhere on the page, or in the report.
APART = SHOWN_APART | {EvidenceKind.remark}
#: What staff may do to an attempt by a button, beside the verdict.
MANAGED = (Event.pause, Event.resume, Event.terminate, Event.extend, Event.allow_resume, Event.decline, Event.reset)


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(base, "attempt", show)
    bp.add_url_rule(f"{base}/manage/<event>", "manage", manage, methods=["POST"])


def show(exam_id: int, attempt_id: int) -> str:
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    if attempts.refresh(found, now=clock.now()):
        db.session.commit()
    return render_template("instructor/attempt.html", **_values(found, found.exam, clock.now()))


def manage(exam_id: int, attempt_id: int, event: str) -> Response | tuple[str, int]:
    """Pause, resume, end, open again, allow another try, take without proctoring, replace."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_manage)
    if event not in {e.value for e in MANAGED}:
        raise NotFound("page")
    form, now = ReasonForm(), clock.now()
    reason = (form.reason.data or "").replace("\0", "").strip()
    if not form.validate():
        raise Refused("form_expired")
    if event == Event.extend and found.started_at is not None:
        attempts.extend(found, _minutes(form.minutes.data), actor=manager(), now=now, reason=reason)
    else:
        attempts.fire(found, Event(event), actor=manager(), now=now, reason=reason)
    db.session.commit()
    flash(_("Done. It stands in the history."))
    return redirect(url_for("instructor.attempt", exam_id=exam_id, attempt_id=attempt_id), 303)


def _minutes(text: str | None) -> int:
    value = (text or "").strip()
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:6]) <= 10_000:
        raise Invalid("minutes")
    return int(value)


def _values(found: Attempt, exam: Exam, now: Any) -> dict[str, Any]:
    may_manage = may_with(Permission.attempt_manage, found)
    return {
        "exam": exam,
        "tab": "attempts",
        "may_edit": may(Permission.exam_edit, exam=exam),
        "attempt": found,
        "config": attempts.config_of(found),
        "recordings": recordings.recordings_of(found),
        "photos": [photo for photo in evidence.photos_of(found) if photo.kind not in APART],
        **phone_values(found),
        "photo_names": words.PHOTOS,
        "files": files_of(found),
        "has_chat": chat.has_chat(found),
        "n_unread": chat.unread_of(found),
        "steps": sorted(found.steps, key=lambda step: step.at),
        "step_names": words.STEPS,
        "readings": _readings(found),
        "reading_words": words.READINGS,
        "history": _history(found),
        "managed": [e.value for e in MANAGED if may_manage and attempts.may(found, e, manager(), now)],
        "scores": [e for e in outbox.of(attempts.subject_of(found)) if e.kind.endswith("score")],
        "problem": None,
        **conclusion_values(found, now),
        "seconds_left": attempts.seconds_left(found, now),
        "intact": not journal.broken_links(attempts.subject_of(found)) and not recordings.broken(found),
        "may_manage": may_manage,
        "rating": rating_of(found.user_id) if may(Permission.site_manage) else None,
        "spared": spared_of(found),
        "control_words": words.CONTROL,
        "status_words": words.CONTROL_STATUS,
        **control_values(found),
        **provider_values(found),
        **face_values(found, may_manage=may_manage),
        **noticed_values(found, now),
    }


def _readings(found: Attempt) -> dict[str, Reading]:
    """What was read on the documents of each step."""
    read = {step.value: documents.reading_of(found, step) for step in documents.KINDS}
    return {step: row for step, row in read.items() if row is not None}


def _history(found: Attempt) -> list[dict[str, Any]]:
    """The journal of the attempt in words; names are looked up now, the journal itself holds none."""
    entries = journal.entries_of(attempts.subject_of(found))
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    names = {user.id: user.name for user in db.session.query(User).filter(User.id.in_(ids))} if ids else {}
    opened = {"at": found.created_at, "what": history_words.OPENED, "role": words.ROLES[Role.learner], "reason": ""}
    return [
        {**opened, "name": found.user.name},
        *(
            {
                "at": entry.at,
                "what": history_words.EVENTS.get(entry.action, entry.action),
                "role": words.ROLES[Role(entry.actor_role)],
                "name": names.get(entry.actor_id or 0, ""),
                "reason": history_words.REASONS.get(entry.data.get("reason", ""), entry.data.get("reason", "")),
            }
            for entry in entries
            if entry.data.get("kind") not in SHOWN_APART and entry.action != chat.SENT
        ),
    ]
