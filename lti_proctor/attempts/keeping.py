"""For how long an exam promised to keep what is taken of its attempts, counted from their end."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.exams.service import config_at
from lti_proctor.extensions import current_settings, db


def length_kept(exam: Exam, version: int | None) -> timedelta:
    """The promise of an exam as it was in a version."""
    keep_days = current_settings().keep_days
    return timedelta(days=config_at(exam, version).expires or keep_days)


def promises(*where: ColumnElement[bool]) -> list[tuple[ColumnElement[bool], timedelta]]:
    """The attempts that `where` means, by exam and pinned version, and for how long each of these promised."""
    pinned = Attempt.config_version
    found = db.session.execute(select(Attempt.exam_id, pinned).where(*where).distinct()).all()
    return [
        (and_(Attempt.exam_id == exam_id, pinned.is_(None) if version is None else pinned == version), length)
        for exam_id, version in found
        for length in (length_kept(db.session.get_one(Exam, exam_id), version),)
    ]
