"""Reviews: what providers found, and what people conclude."""

from sqlalchemy import select

from lti_proctor import clock
from lti_proctor.api.data import Remark, ReportDocument, ReviewData
from lti_proctor.api.shared import get
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden, Invalid
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.presence import STAFF
from lti_proctor.people.roles import is_member
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.providers.models import ProviderReview
from lti_proctor.report import schema
from lti_proctor.report.gather import gather
from lti_proctor.report.taking import Form, note_taken
from lti_proctor.review import service
from lti_proctor.review.auto import is_computed
from lti_proctor.review.models import Conclusion, Reason, Verdict


def list_reviews(attempt_id: int) -> list[ReviewData]:
    """Reviews of the provider and conclusions of people, newest first. Raises `NotFound("attempt")`."""
    attempt = get(Attempt, attempt_id, "attempt")
    sent = db.session.scalars(select(ProviderReview).filter_by(attempt_id=attempt.id))
    rows = [_provider_review(row) for row in sent]
    rows += [_conclusion(row) for row in service.conclusions_of(attempt)]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def get_report(attempt_id: int, *, by: int | None = None) -> ReportDocument:
    """The whole report of an attempt. Whoever may review it, and in whose name it is read, has opened its evidence.

    Raises `NotFound("attempt")`.
    """
    attempt, now = get(Attempt, attempt_id, "attempt"), clock.now()
    if by is not None and may_review(by, attempt.exam_id):
        note_taken(attempt, Form.json, actor=Actor(Role.reviewer, by), now=now)
    else:
        note_taken(attempt, Form.json, actor=Actor(Role.staff), now=now)
    return ReportDocument(schema.to_plain(gather(attempt, now=now)))


def conclude(
    attempt_id: int, verdict: Verdict, *, by: int, reason: Reason | None = None, comment: str = ""
) -> ReviewData:
    """A person accepts an attempt, or does not and says why. A verdict is a person's: `by` is who decided.

    Raises `NotFound("attempt")`; `Forbidden("reviewer")` when this person may not review the exam;
    `Invalid("reason_missing")`; `Refused` when the status does not allow it.
    """
    attempt = get(Attempt, attempt_id, "attempt")
    if not may_review(by, attempt.exam_id):
        raise Forbidden("reviewer")
    if len(comment) > service.COMMENT_MAX:
        raise Invalid("fields", fields={"comment": "too_long"})
    actor = Actor(Role.reviewer, by)
    row = service.conclude(attempt, verdict, reason=reason, comment=comment, actor=actor, now=clock.now())
    db.session.flush()
    return _conclusion(row)


def may_review(user_id: int, exam_id: int) -> bool:
    """Whether a person may conclude attempts of an exam: administrators, its proctors, and those who teach or assist in
    its course.
    """
    user, exam = get(User, user_id, "user"), get(Exam, exam_id, "exam")
    if user.is_locked:
        return False
    if user.role == SiteRole.administrator:
        return True
    if user.role == SiteRole.proctor:
        return is_member(user.username, user.group, exam.config.members)
    teaches = select(CourseMember.id).where(
        CourseMember.user_id == user.id, CourseMember.course_id == exam.course_id, CourseMember.is_active,
        CourseMember.launched_part.in_(STAFF),
    )  # fmt: skip
    return db.session.scalar(teaches) is not None


def _provider_review(row: ProviderReview) -> ReviewData:
    return ReviewData(
        attempt_id=row.attempt_id,
        source="provider",
        found=row.status.value,
        reason=None,
        comment="",
        remarks=[Remark(**comment) for comment in row.comments],
        reviewer_id=None,
        outcome=row.outcome,
        at=row.received_at,
    )


def _conclusion(row: Conclusion) -> ReviewData:
    return ReviewData(
        attempt_id=row.attempt_id,
        source="computer" if is_computed(row) else "person",
        found=row.verdict.value,
        reason=row.reason.value if row.reason else None,
        comment=row.comment,
        remarks=[],
        reviewer_id=row.reviewer_id,
        outcome=None,
        at=row.at,
    )
