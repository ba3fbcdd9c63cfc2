"""Faces and held learners for staff: the photo of the profile, similar profiles, letting somebody through."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import StepKey
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.faces import service as faces
from lti_proctor.faces.engine import faces as site_faces
from lti_proctor.faces.models import FaceProfile, FaceReading, Source
from lti_proctor.people.roles import Permission
from lti_proctor.storage import store
from lti_proctor.web import face_words
from lti_proctor.web.access import load_attempt_of, manager, may
from lti_proctor.web.instructor.forms import ReasonForm
from lti_proctor.web.shots import shots_of


@dataclass(frozen=True)
class SimilarPerson:
    """A similar profile for a page; the name is empty where the reader may not know of the person."""

    name: str
    distance: float


def add_to(bp: Blueprint) -> None:
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>"
    bp.add_url_rule(f"{base}/steps/<step>/let-through", "let_through", let_through, methods=["POST"])
    bp.add_url_rule(f"{base}/photos/<int:evidence_id>/profile", "set_profile", set_profile, methods=["POST"])
    bp.add_url_rule(f"{base}/profile-photo", "profile_photo", profile_photo)


def let_through(exam_id: int, attempt_id: int, step: str) -> BaseResponse:
    """A person has looked: the learner who is held at this step goes on."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_manage)
    form = ReasonForm()
    if step not in {key.value for key in StepKey}:
        raise NotFound("page")
    if not form.validate():
        raise Refused("form_expired")
    reason = (form.reason.data or "").replace("\0", "").strip()
    attempts.let_through(found, StepKey(step), actor=manager(), now=clock.now(), reason=reason)
    db.session.commit()
    flash(_("The learner can go on. It stands in the history."))
    return _to(found)


def set_profile(exam_id: int, attempt_id: int, evidence_id: int) -> BaseResponse:
    """The photo of this attempt becomes the one that later photos of this person are compared with."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_manage)
    photo = evidence.get_evidence(evidence_id)
    if photo.attempt_id != found.id:
        raise NotFound("page")
    faces.set_profile(photo, source=Source.staff, actor=manager(), now=clock.now())
    db.session.commit()
    flash(_("This is the photo of the profile now."))
    return _to(found)


def profile_photo(exam_id: int, attempt_id: int) -> Response:
    """The photo of the profile of whoever takes this attempt; it may come from another exam."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    profile = faces.profile_of(found.user_id)
    if profile is None:
        raise NotFound("page")
    photo = evidence.get_evidence(profile.evidence_id)
    return make_response(store().get(photo.key), 200, {"Content-Type": photo.media_type})


def face_values(found: Attempt, *, may_manage: bool) -> dict[str, Any]:
    """For the page of an attempt; where faces are not compared only what is held."""
    values: dict[str, Any] = {
        "held": [key.value for key in attempts.held_steps(found)],
        "finding_names": face_words.FINDING_NAMES,
        "faces_on": site_faces().is_on,
        "profile_photo": None,
    }
    return {**values, **_compared(found, may_manage=may_manage)} if site_faces().is_on else values


def _compared(found: Attempt, *, may_manage: bool) -> dict[str, Any]:
    profile, photo = faces.profile_of(found.user_id), faces.start_photo(found)
    reading = faces.reading_of(photo) if photo is not None else None
    is_new = profile is None or photo is None or profile.evidence_id != photo.id
    return {
        "profile": profile,
        "profile_photo": db.session.get(Evidence, profile.evidence_id) if profile else None,
        "face_photo": photo,
        "may_set_profile": may_manage and is_new and _is_usable(found, reading),
        "similar": _similar(found, profile),
        "snapshots": shots_of(found),
    }


def _is_usable(found: Attempt, reading: FaceReading | None) -> bool:
    return found.phase != Phase.before and reading is not None and reading.vector is not None


def _similar(found: Attempt, profile: FaceProfile | None) -> list[SimilarPerson]:
    """Names only of those of whom the reader may know: people of this course, or everybody for administrators."""
    if profile is None:
        return []
    listed = faces.similar_profiles(found.user)
    if may(Permission.site_manage):
        return [SimilarPerson(one.user.name, one.distance) for one in listed]
    ids = [one.user.id for one in listed]
    here = select(Attempt.user_id).join(Exam).where(Exam.course_id == found.exam.course_id, Attempt.user_id.in_(ids))
    known = set(db.session.scalars(here)) if found.exam.course_id is not None else set()
    return [SimilarPerson(one.user.name if one.user.id in known else "", one.distance) for one in listed]


def _to(found: Attempt) -> BaseResponse:
    return redirect(url_for("instructor.attempt", exam_id=found.exam_id, attempt_id=found.id), 303)
