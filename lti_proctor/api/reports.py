"""What is told of a whole course: onboarding, outline, violations."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from lti_proctor import clock
from lti_proctor.api.data import OnboardingData, OutlineItem, Page, Violation
from lti_proctor.api.exams import get_course_exams
from lti_proctor.api.shared import PAGE_SIZE, attempt_data, cut, get, is_past, learner, page_of
from lti_proctor.attempts import onboarding
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.onboarding import Standing, State
from lti_proctor.attempts.outline import shown
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.roles import Part
from lti_proctor.platforms.models import Course
from lti_proctor.providers.models import ProviderReview
from lti_proctor.review.models import Conclusion


def onboarding_of_course(
    course_id: int, *, states: Collection[State] = (), search: str = "", page: int = 1, limit: int = PAGE_SIZE
) -> Page[OnboardingData]:
    """Where the onboarding of each learner on a course's roster stands, by user name.

    Raises `NotFound("course")`, `Invalid("page_range")`.
    """
    course = get(Course, course_id, "course")
    query = select(User).join(CourseMember, CourseMember.user_id == User.id)
    query = query.where(CourseMember.course_id == course.id, CourseMember.is_active, CourseMember.part == Part.learner)
    if search:
        fields = (User.nickname, User.email, User.username)
        query = query.where(or_(*(field.icontains(search[:100], autoescape=True) for field in fields)))
    people = list(db.session.scalars(query.order_by(User.username)))
    rows = _onboarding(course.id, people)
    return cut([row for row in rows if not states or row.state in states], page, limit)


def onboarding_of(course_id: int, user_id: int) -> OnboardingData:
    """Where one learner's onboarding in a course stands. Raises `NotFound`: `course`, `learner`."""
    return _onboarding(get(Course, course_id, "course").id, [get(User, user_id, "learner")])[0]


def _onboarding(course_id: int, people: Sequence[User]) -> list[OnboardingData]:
    exams = onboarding.onboarding_exams(course_id)
    newest = exams[-1] if exams else None
    standings = onboarding.standings(course_id, [user.id for user in people], clock.now())
    return [_onboarding_data(user, standings[user.id], newest) for user in people]


def _onboarding_data(user: User, standing: Standing, newest: Exam | None) -> OnboardingData:
    attempt = standing.attempt
    exam_id = attempt.exam_id if attempt is not None else newest and newest.id
    link = f"{current_settings().base_url}/attempts/{attempt.id}" if attempt is not None else None
    return OnboardingData(
        learner=learner(user),
        state=standing.state,
        exam_id=exam_id,
        attempt_id=attempt.id if attempt is not None else None,
        link=link,
        modified_at=standing.modified_at,
        expires_at=standing.expires_at,
        open_at=newest.config.open_at if newest else None,
        is_past_due=newest is not None and is_past(newest.config.close_at),
    )


def course_outline(course_id: int, user_id: int) -> list[OutlineItem]:
    """What the outline of a course shows of each exam to one learner, oldest first. Raises `NotFound`: `course`,
    `learner`.
    """
    exams, user = get_course_exams(course_id), get(User, user_id, "learner")
    query = select(Attempt).join(Attempt.exam).options(contains_eager(Attempt.exam))
    query = query.where(Exam.course_id == course_id, Attempt.user_id == user.id).order_by(Attempt.id)
    newest = {attempt.exam_id: attempt for attempt in db.session.scalars(query)}
    return [_outline(exam, newest.get(exam.id)) for exam in reversed(exams)]


def _outline(exam: Exam, attempt: Attempt | None) -> OutlineItem:
    status = attempt.status if attempt is not None else None
    seen = shown(exam.kind, status, is_past_due=is_past(exam.config.close_at))
    return OutlineItem(
        exam_id=exam.id, title=exam.title, kind=exam.kind, status=None if exam.kind == Kind.timed else status,
        summary=seen.summary, icon=seen.icon, is_done=seen.is_done,
    )  # fmt: skip


def violations(
    course_id: int, *, include_practice: bool = False, page: int = 1, limit: int = PAGE_SIZE
) -> Page[Violation]:
    """Every attempt of a course with what was found, by the exam's title; remarks of providers counted by their status.

    Raises `NotFound("course")`, `Invalid("page_range")`.
    """
    course = get(Course, course_id, "course")
    query = select(Attempt).join(Attempt.exam).join(Attempt.user).where(Exam.course_id == course.id)
    if not include_practice:
        query = query.where(Exam.kind.not_in((Kind.practice, Kind.onboarding)))
    query = query.options(contains_eager(Attempt.exam), contains_eager(Attempt.user)).order_by(Exam.title, Attempt.id)
    found = page_of(query, page, limit, lambda row: row)
    ids = [attempt.id for attempt in found.items]
    sent = select(ProviderReview).where(ProviderReview.attempt_id.in_(ids)).order_by(ProviderReview.id)
    given = select(Conclusion).where(Conclusion.attempt_id.in_(ids)).order_by(Conclusion.id)
    reviews = {row.attempt_id: row for row in db.session.scalars(sent)}
    conclusions = {row.attempt_id: row for row in db.session.scalars(given)}
    items = [_violation(attempt, reviews.get(attempt.id), conclusions.get(attempt.id)) for attempt in found.items]
    return Page(items=items, page=found.page, pages=found.pages, total=found.total)


def _violation(attempt: Attempt, review: ProviderReview | None, conclusion: Conclusion | None) -> Violation:
    remarks: dict[str, list[str]] = defaultdict(list)
    for comment in review.comments if review else ():
        remarks[str(comment["status"])].append(str(comment["comment"]))
    return Violation(
        attempt=attempt_data(attempt),
        provider_status=review.status.value if review else None,
        verdict=conclusion.verdict.value if conclusion else None,
        reason=conclusion.reason.value if conclusion and conclusion.reason else None,
        counts={status: len(comments) for status, comments in remarks.items()},
        remarks=dict(remarks),
    )
