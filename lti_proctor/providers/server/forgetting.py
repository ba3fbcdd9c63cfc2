"""What is kept of an attempt or a person goes at once, because the site says so."""

from datetime import datetime

from sqlalchemy import delete, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.chat import service as chat
from lti_proctor.evidence import recordings
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, Recording
from lti_proctor.extensions import db
from lti_proctor.faces.models import FaceProfile
from lti_proctor.journal import Actor
from lti_proctor.monitoring import service as monitoring


def remove_evidence(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """Photos, films, files, what was noticed and what was written; the bare facts of the attempt stay."""
    for photo in db.session.scalars(select(Evidence).where(Evidence.attempt_id == attempt.id)).all():
        evidence.remove(photo, actor=actor, now=now)
    for film in db.session.scalars(select(Recording).where(Recording.attempt_id == attempt.id)).all():
        recordings.remove(film, actor=actor, now=now)
    monitoring.remove_all(attempt)
    chat.remove_all([attempt.id])
    attempt.is_removed = True


def remove_profile(user_id: int) -> None:
    """The face by which a person is recognised."""
    db.session.execute(delete(FaceProfile).where(FaceProfile.user_id == user_id))
