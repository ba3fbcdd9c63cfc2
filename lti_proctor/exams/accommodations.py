"""Verbs on accommodations: what single learners are spared in an exam or in a whole course."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from lti_proctor import journal
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.exams.models import Accommodation, Exam
from lti_proctor.exams.sparing import in_order
from lti_proctor.extensions import db, execute, table_of
from lti_proctor.journal import Actor
from lti_proctor.people.models import User
from lti_proctor.prepared import Prepared

NOTE_MAX = 2000
_ROWS, _EXAMS = table_of(Accommodation), table_of(Exam)
_COURSE = select(_EXAMS.c.course_id).where(_EXAMS.c.id == bindparam("exam_id")).scalar_subquery()
#: A new attempt asks for both places at once; most learners have a row in neither.
_SPARED = Prepared(
    select(_ROWS.c.spared)
    .where(_ROWS.c.user_id == bindparam("user_id"))
    .where(or_(_ROWS.c.exam_id == bindparam("exam_id"), _ROWS.c.course_id == _COURSE))
)


def spared_for(exam_id: int, user_id: int) -> list[str]:
    """The codes of what a learner is spared in an exam, by the exam's own accommodation and by that of its course."""
    found = execute(_SPARED, user_id=user_id, exam_id=exam_id).all()
    return list(in_order({code for row in found for code in row.spared}))


def accommodations_of(exam: Exam) -> list[Accommodation]:
    """Those of the exam and those of its course, by the learner's name."""
    here = [Accommodation.exam_id == exam.id]
    if exam.course_id is not None:
        here.append(Accommodation.course_id == exam.course_id)
    query = select(Accommodation).join(User).where(or_(*here)).order_by(User.nickname, User.id, Accommodation.id)
    return list(db.session.scalars(query))


def get_accommodation(exam: Exam, accommodation_id: int) -> Accommodation:
    """One of this exam or its course."""
    found = next((row for row in accommodations_of(exam) if row.id == accommodation_id), None)
    if found is None:
        raise NotFound("accommodation")
    return found


def grant(
    exam: Exam, user: User, spared: tuple[str, ...], *, in_course: bool, note: str, actor: Actor, now: datetime
) -> Accommodation:
    """Write down what a learner is spared; another time it takes the place of what was written before.

    `attempts.accommodating.spread` lets it act. Raises `Invalid`: `accommodation` where nothing is spared,
    `accommodation_course` where there is no course, `accommodation_note` for a note that is too long.
    """
    if not spared:
        raise Invalid("accommodation")
    if in_course and exam.course_id is None:
        raise Invalid("accommodation_course")
    if len(note) > NOTE_MAX:
        raise Invalid("accommodation_note", limit=NOTE_MAX)
    place = {"course_id": exam.course_id} if in_course else {"exam_id": exam.id}
    found = db.session.scalars(select(Accommodation).filter_by(user_id=user.id, **place)).one_or_none()
    row = found or Accommodation(user_id=user.id, **place)
    row.spared, row.note = list(spared), note
    db.session.add(row)
    db.session.flush()
    _record("accommodation.granted", exam, row, actor, now)
    return row


def take_back(exam: Exam, row: Accommodation, *, actor: Actor, now: datetime) -> None:
    db.session.delete(row)
    db.session.flush()
    _record("accommodation.taken_back", exam, row, actor, now)


def _record(action: str, exam: Exam, row: Accommodation, actor: Actor, now: datetime) -> None:
    """The journal is read by more people than the note is for, so it holds what acts and never why."""
    data = {"user": row.user_id, "spared": list(row.spared), "in_course": row.course_id is not None}
    journal.record(actor, action, f"exam:{exam.id}", data, now)
