"""Attempts: found, read, moved on by staff, opened for a learner."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from lti_proctor import clock
from lti_proctor.api.allowances import allowance_data
from lti_proctor.api.data import ActiveExam, AttemptData, AttemptDetail, Page
from lti_proctor.api.exams import get_course_exams
from lti_proctor.api.shared import PAGE_SIZE, attempt_data, attempt_values, exam_data, get, page_of, staff
from lti_proctor.attempts import service
from lti_proctor.attempts.lifecycle import TABLE, Event, Phase, Status, statuses_in
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.allowances import allowance_of
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import User
from lti_proctor.people.search import is_called
from lti_proctor.platforms.models import ResourceLink
from lti_proctor.providers import service as providers

#: What staff may fire at all; the life cycle's table says when.
STAFF_EVENTS = tuple(event for event in Event if any(row.event == event and Role.staff in row.actors for row in TABLE))
MINUTES_MAX = 10_000


def list_attempts(
    *, course_id: int | None = None, exam_id: int | None = None, statuses: Collection[Status] = (),
    kind: Kind | None = None, learner: str = "", user_id: int | None = None, newest_first: bool = False,
    page: int = 1, limit: int = PAGE_SIZE,
) -> Page[AttemptData]:  # fmt: skip
    """Attempts by course, exam, status, kind, and by a part of the learner's name, user name or e-mail; oldest first.

    Raises `Invalid("page_range")`.
    """
    query = select(Attempt).join(Attempt.exam).join(Attempt.user)
    for column, wanted in ((Exam.course_id, course_id), (Attempt.exam_id, exam_id), (Exam.kind, kind),
                           (Attempt.user_id, user_id)):  # fmt: skip
        if wanted is not None:
            query = query.where(column == wanted)
    if statuses:
        query = query.where(Attempt.status.in_(statuses))
    if learner:
        query = query.where(is_called(learner))
    query = query.options(contains_eager(Attempt.exam), contains_eager(Attempt.user))
    ordered = query.order_by(Attempt.id.desc() if newest_first else Attempt.id)
    return page_of(ordered, page, limit, attempt_data)


def get_attempt(attempt_id: int) -> AttemptDetail:
    """One attempt as it is now: a time that is over has been applied. Raises `NotFound("attempt")`."""
    found = get(Attempt, attempt_id, "attempt")
    service.refresh(found, now=clock.now())
    known = providers.known_attempt(found)
    return AttemptDetail(
        **attempt_values(found),
        provider_code=known.code if known else None,
        external_id=known.external_id if known else None,
        instructions=list(known.instructions) if known else [],
        download_url=known.download_url if known else "",
        events=[event.value for event in STAFF_EVENTS if service.may(found, event, staff(None), clock.now())],
    )


def find_attempt(
    *, code: str | None = None, external_id: str | None = None, identifier: str | None = None
) -> AttemptDetail:
    """By our code for its provider, the provider's own id, or its own identifier. Raises `NotFound("attempt")`."""
    if code is not None:
        known = providers.find_by_code(code)
        if known is None:
            raise NotFound("attempt")
        return get_attempt(known.attempt_id)
    if external_id is not None:
        return get_attempt(providers.get_by_external_id(external_id).attempt_id)
    found = db.session.scalar(select(Attempt.id).where(Attempt.identifier == identifier))
    if found is None:
        raise NotFound("attempt")
    return get_attempt(found)


def latest_attempt(exam_id: int, user_id: int) -> AttemptData | None:
    """The newest attempt of a learner at an exam."""
    query = select(Attempt).where(Attempt.exam_id == exam_id, Attempt.user_id == user_id)
    found = db.session.scalars(query.order_by(Attempt.id.desc()).limit(1)).first()
    return attempt_data(found) if found else None


def active_attempt(user_id: int) -> AttemptData | None:
    """The attempt that runs for a learner, the newest if there are several."""
    running = statuses_in(Phase.running)
    query = select(Attempt).where(Attempt.user_id == user_id, Attempt.status.in_(running))
    found = db.session.scalars(query.order_by(Attempt.id.desc()).limit(1)).first()
    return attempt_data(found) if found else None


def active_exams(user_id: int, course_id: int | None = None) -> list[ActiveExam]:
    """The exams that run for a learner, each with the attempt and the allowance."""
    query = select(Attempt).join(Attempt.exam).where(Attempt.user_id == user_id)
    if course_id is not None:
        query = query.where(Exam.course_id == course_id)
    found = []
    for attempt in db.session.scalars(query.where(Attempt.status.in_(statuses_in(Phase.running))).order_by(Attempt.id)):
        allowance = allowance_of(attempt.exam_id, user_id)
        found.append(
            ActiveExam(
                exam=exam_data(attempt.exam),
                attempt=attempt_data(attempt),
                allowance=allowance_data(allowance) if allowance else None,
            )
        )
    return found


def last_completion(user_id: int, course_id: int) -> datetime | None:
    """When a learner ended the last of a course's exams; None while one of them was never ended."""
    ends = []
    for exam in get_course_exams(course_id):
        query = select(Attempt.stopped_at).where(Attempt.exam_id == exam.id, Attempt.user_id == user_id)
        stopped = [at for at in db.session.scalars(query) if at is not None]
        if not stopped:
            return None
        ends.append(max(stopped))
    return max(ends, default=None)


def open_attempt(exam_id: int, user_id: int) -> AttemptData:
    """The present attempt of a learner at an exam, made if there is none or if the exam allows a further one.

    Raises `NotFound`: `exam`, `learner`; `Refused`: `exam_no_link` for an exam that no course page leads to,
    `no_further_attempt`.
    """
    exam, user = get(Exam, exam_id, "exam"), get(User, user_id, "learner")
    links = select(ResourceLink).filter_by(exam_id=exam.id).order_by(ResourceLink.id)
    link = db.session.scalars(links.limit(1)).first()
    if link is None:
        raise Refused("exam_no_link")
    now = clock.now()
    key = service.attempt_for_launch(link.id, exam.id, user.id, is_new_user=False, now=now)
    present = service.get_attempt(key)
    if present.phase == Phase.done:
        present = service.further_attempt(present, actor=Actor(Role.learner, user.id), now=now)
    return attempt_data(present)


def may_fire(attempt_id: int, event: str) -> bool:
    """Whether staff may fire an event on an attempt now."""
    known = _event(event)
    return service.may(get(Attempt, attempt_id, "attempt"), known, staff(None), clock.now())


def fire_event(
    attempt_id: int, event: str, *, reason: str = "", minutes: int | None = None, by: int | None = None
) -> AttemptDetail:
    """Move an attempt on as staff: pause, resume, terminate, fail, allow_resume, decline, extend (with minutes), reset,
    clear_onboarding. Most need a reason. Nobody fires here what only the learner may.

    Raises `NotFound("attempt")`; `Invalid`: `unknown_event`, `event_minutes`; `Refused` as the life cycle's table says.
    """
    found, known = get(Attempt, attempt_id, "attempt"), _event(event)
    if known != Event.extend:
        service.fire(found, known, actor=staff(by), now=clock.now(), reason=reason)
    elif minutes is None or not 1 <= minutes <= MINUTES_MAX:
        raise Invalid("event_minutes")
    else:
        service.extend(found, minutes, actor=staff(by), now=clock.now(), reason=reason)
    return get_attempt(attempt_id)


def reset_attempt(attempt_id: int, *, reason: str = "", by: int | None = None) -> AttemptDetail:
    """Take an attempt out of the way, so that the learner can begin anew; an outside provider is told to forget it.

    Raises `NotFound("attempt")`, `Refused` where the life cycle does not allow it.
    """
    return fire_event(attempt_id, Event.reset, reason=reason or "reset", by=by)


def _event(event: str) -> Event:
    if event not in set(STAFF_EVENTS):
        raise Invalid("unknown_event", events=" ".join(STAFF_EVENTS))
    return Event(event)
