"""Learners who are held at a step by what was compared: they wait for a look at their photo, or for a person."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify

from lti_proctor import clock, jobs
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts import waiting
from lti_proctor.attempts.appointments import appointment_of
from lti_proctor.attempts.lifecycle import Event, Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import StepKey
from lti_proctor.errors import NotFound
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.faces import service as faces
from lti_proctor.faces.engine import faces as site_faces
from lti_proctor.faces.looks import Finding
from lti_proctor.journal import Actor, Role
from lti_proctor.people.roles import Permission
from lti_proctor.schedule.rules import Moment
from lti_proctor.web import face_words, words
from lti_proctor.web.access import load_attempt
from lti_proctor.web.learner import provider

_BEFORE = (Status.download_software_clicked, Status.ready_to_start)


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/photos/<int:evidence_id>/look", "look", look, methods=["GET"])


def look(attempt_id: int, evidence_id: int) -> Response:
    """What was seen on a photo of the face, or that it is not known yet."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    photo = evidence.get_evidence(evidence_id)
    if photo.attempt_id != found.id or photo.kind != EvidenceKind.face:
        raise NotFound("page")
    return jsonify(look=faces.look_of(found, photo, now) or face_words.WAITING)


def look_values(attempt: Attempt, photos: list[Evidence], now: datetime) -> dict[str, Any]:
    """For the page of the photo: what was seen on the one that is kept; nothing where faces are not compared."""
    if not site_faces().is_on or not photos:
        return {"look": None}
    seen = faces.look_of(attempt, photos[-1], now)
    return {"look": (seen or face_words.WAITING), "looks": face_words.LOOKS}


def held_values(attempt: Attempt, key: StepKey, now: datetime) -> dict[str, Any]:
    """For the page of a learner who is held."""
    what, todo = face_words.held_words(_finding(attempt, key))
    return {
        "step": key.value,
        "step_name": words.STEPS[key],
        "place": place_of(attempt),
        "what": what,
        "todo": todo,
        "is_short": _finding(attempt, key) == Finding.waiting,
    }


def place_of(attempt: Attempt) -> str | None:
    """Where a learner is held, and why: another answer means that the page has something new to say."""
    held = attempts.held_steps(attempt)
    if held:
        return f"{held[0]}:{_finding(attempt, held[0])}"
    now = clock.now()
    if attempt.status in _BEFORE and (place := appointment_place(attempt, now)):
        return place
    is_alone = waiting.waits(attempt, now) and not waiting.is_somebody_there(attempt, now)
    return StepKey.proctor.value if is_alone else provider.place_of(attempt, now)


def appointment_place(attempt: Attempt, now: datetime) -> str | None:
    """Where a learner is who has to book a time, or waits for it; None once the exam may be started."""
    config = attempts.config_of(attempt)
    step = attempts.next_step(attempt, config, now)
    found = appointment_of(attempt, config, now)
    if step is not None and step.key == StepKey.schedule:
        return f"{StepKey.schedule}:{found.moment if found is not None else Moment.choose}"
    is_early = step is None and found is not None and not found.may_start(now)
    return f"{StepKey.schedule}:early" if is_early else None


def _finding(attempt: Attempt, key: StepKey) -> str:
    return next((str(row.data.get("finding", "")) for row in attempt.steps if row.step == key), "")


def settle(attempt: Attempt, now: datetime) -> bool:
    """A photo that nobody could look at in time holds nobody; who waits for a proctor is seen by staff."""
    return attempt.phase == Phase.before and faces.settle(attempt, now=now) | waiting.note_waiting(attempt, now)


def go_on(attempt: Attempt, now: datetime) -> bool:
    """Settle, and go on to the start where a person let the learner through the last step or a proctor is there."""
    actor = Actor(Role.learner, attempt.user_id)
    changed = settle(attempt, now) | waiting.go_on(attempt, actor=actor, now=now)
    if attempt.status == Status.download_software_clicked and attempts.may(attempt, Event.finish_setup, actor, now):
        attempts.fire(attempt, Event.finish_setup, actor=actor, now=now)
        return True
    return changed


def queue_look(photo: Evidence) -> None:
    """After the commit: have somebody look at the photo of a face."""
    if photo.kind == EvidenceKind.face and site_faces().is_on:
        jobs.offer("faces.look", photo.id)


def queue_settling(attempt: Attempt) -> None:
    """After the commit: the look may have ended at the moment in which its learner went on."""
    if _finding(attempt, StepKey.face) == Finding.waiting:
        jobs.offer("faces.settle", attempt.id)
