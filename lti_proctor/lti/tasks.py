"""What is sent to the LMS from the outbox, and what is read from it in the background."""

from typing import Any

import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from lti_proctor import clock, jobs, outbox
from lti_proctor.attempts.effects import SCORE
from lti_proctor.attempts.grading import Comment
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Upstream
from lti_proctor.extensions import db
from lti_proctor.locales import known
from lti_proctor.lti import grades, roster, wire
from lti_proctor.outbox import Effect, State
from lti_proctor.people.models import Identity
from lti_proctor.people.roster import take_over
from lti_proctor.platforms.models import Course, ResourceLink

log = structlog.get_logger()

#: After these the LMS may have the score although we did not hear so.
UNSURE = ("outside_timeout", "outside_unreachable", "score_status_5")


@outbox.handles(SCORE)
def deliver_score(effect: Effect) -> None:
    """Post one score message, with a timestamp later than every one that this learner's column has had."""
    attempt = db.session.get(Attempt, effect.payload["attempt"])
    if attempt is None or attempt.link is None:
        raise Upstream("gone", permanent=True)
    link = attempt.link
    registration = link.deployment.registration
    subject = db.session.scalar(
        select(Identity.subject).where(Identity.registration_id == registration.id, Identity.user_id == attempt.user_id)
    )
    if subject is None:
        raise Upstream("gone", permanent=True)
    now = clock.now()
    if link.line_item_url is None:
        link.line_item_url = grades.find_or_create_column(registration, link, attempt.exam, now=now)
    _stamp_after(effect, _last_sent(effect))
    was_unsure = (effect.last_error or "").startswith(UNSURE)
    try:
        _post(effect, link, subject, attempt)
    except Upstream as problem:
        if problem.code != "score_stale":
            raise
        if was_unsure:
            # The answer to an earlier try was lost: what the LMS has is this very score, or a newer one.
            return
        effect.payload = {**effect.payload, "timestamp": grades.later(effect.payload["timestamp"], clock.now())}
        _post(effect, link, subject, attempt)


def _post(effect: Effect, link: ResourceLink, subject: str, attempt: Attempt) -> None:
    body = wire.score(effect.payload, user_id=subject, comment=_comment(effect.payload, attempt))
    grades.post_score(link.deployment.registration, str(link.line_item_url), body, now=clock.now())


def _last_sent(effect: Effect) -> str | None:
    earlier = select(Effect.payload).where(
        Effect.lane == effect.lane, Effect.id < effect.id, Effect.state == State.done
    )
    return max((str(payload["timestamp"]) for payload in db.session.scalars(earlier)), default=None)


def _stamp_after(effect: Effect, last: str | None) -> None:
    if last is not None and effect.payload["timestamp"] <= last:
        effect.payload = {**effect.payload, "timestamp": grades.later(last, clock.now())}


def _comment(payload: dict[str, Any], attempt: Attempt) -> str:
    with force_locale(known(attempt.user.locale) or known(attempt.exam.config.locale) or "en"):
        words = {
            Comment.waiting: _("Handed in. A person reviews the exam before the grade counts."),
            Comment.accepted: _("The exam was reviewed and accepted."),
            Comment.not_accepted: _(
                "The exam was reviewed and not accepted. The exam page says why and what you can do."
            ),
            Comment.without_proctoring: _("The exam was taken without proctoring."),
        }
        return str(words.get(Comment(payload["comment"]), ""))


@jobs.job("lti.roster")
def read_roster(course_id: int) -> None:
    """Read who is in a course. What can't be read leaves the old roster and the reason; the next launch tries again."""
    course = db.session.get(Course, course_id)
    if course is None or course.memberships_url is None or not course.deployment.registration.is_active:
        return
    now = clock.now()
    try:
        found = roster.fetch(course.deployment.registration, course.memberships_url, now=now)
    except Upstream as problem:
        log.warning("roster.failed", course=course_id, code=problem.code)
        course.roster_error = problem.code
        return
    if found.members or found.note is None:
        take_over(course, found.members, is_whole=found.note is None, now=now)
    course.roster_error = found.note
