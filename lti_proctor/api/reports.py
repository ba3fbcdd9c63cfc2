"""What is told of a whole course: onboarding, outline."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from lti_proctor import clock
from lti_proctor.api.data import OnboardingData, OutlineItem, Page
from lti_proctor.api.exams import get_course_exams
from lti_proctor.api.shared import PAGE_SIZE, cut, get, is_past, learner
from lti_proctor.attempts import onboarding
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.onboarding import Standing, State
from lti_proctor.attempts.outline import shown
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.people.models import User
from lti_proctor.platforms.models import Course


def onboarding_of_course(
    course_id: int, *, states: Collection[State] = (), search: str = "", page: int = 1, limit: int = PAGE_SIZE
) -> Page[OnboardingData]:
    """Where the onboarding of each learner of a course stands, by user name: those on its roster, and whoever has taken
    an onboarding exam of it without the roster telling of them.

    Raises `NotFound("course")`, `Invalid("page_range")`.
    """
    course = get(Course, course_id, "course")
    newest = _newest_exam(course.id)
    found = onboarding.of_course(course.id, clock.now(), search=search)
    rows = [(user, standing) for user, standing in found if not states or standing.state in states]
    cut_rows = cut(rows, page, limit)
    items = [_onboarding_data(user, standing, newest) for user, standing in cut_rows.items]
    return Page(items=items, page=cut_rows.page, pages=cut_rows.pages, total=cut_rows.total)


def onboarding_of(course_id: int, user_id: int) -> OnboardingData:
    """Where one learner's onboarding in a course stands. Raises `NotFound`: `course`, `learner`."""
    course, user = get(Course, course_id, "course"), get(User, user_id, "learner")
    standing = onboarding.standings(course.id, [user.id], clock.now())[user.id]
    return _onboarding_data(user, standing, _newest_exam(course.id))


def _newest_exam(course_id: int) -> Exam | None:
    exams = onboarding.onboarding_exams(course_id)
    return exams[-1] if exams else None


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
