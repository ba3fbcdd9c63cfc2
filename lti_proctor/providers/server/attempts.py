"""The attempts of a site's learners: announced, followed and taken away as the site says."""

from collections import defaultdict
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import ColumnElement, select

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts import sites
from lti_proctor.attempts.lifecycle import Event, Phase, Status
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.errors import NotFound, Refused
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.allowances import allowance_of
from lti_proctor.exams.models import Allowance, Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import Identity, User
from lti_proctor.platforms.models import ResourceLink
from lti_proctor.providers.server import exams, forgetting
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.providers.server.onboarding import REFUSED, Standing, Try, standing
from lti_proctor.providers.server.people import find_or_add_person, find_person
from lti_proctor.providers.server.wire import Change, ToldAttempt

SITE = Actor(Role.platform)
#: How the protocol calls a status; all others have the same name there.
NAMES = {Status.paused: Status.started}


def register(client: ProviderClient, exam: Exam, told: ToldAttempt, *, now: datetime) -> Attempt | str:
    """Announce an attempt, or the word by which the learner's onboarding does not allow it.

    Each call is a new attempt: a site that did not hear our answer has lost the one before, so what is left of it ends.
    Raises `Refused("site_exam_inactive")`, `Forbidden("not_allowed")`.
    """
    if not exam.is_active:
        raise Refused("site_exam_inactive")
    link = exams.link_of(client, exam)
    user = find_or_add_person(client, told.user_id, told.full_name, told.email, now=now)
    db.session.flush()
    if refused := _refused(client, exam, user, now):
        return refused
    before = attempts.latest_attempt(link.id, user.id)
    if before is not None:
        _end_before(before, now=now)
    number = before.number + 1 if before is not None else 1
    attempt = attempts.attempt_of_number(link.id, exam.id, user.id, number, now=now)
    if told.minutes is not None and told.minutes != exam.config.lifetime:
        attempt.parameters = {"lifetime": told.minutes}
    attempt.assessment = Assessment(
        session_data="", start_url="", echoed={}, control_actions=[], return_url=_address_of(client, exam, link)
    )
    _note_exception(exam, user, told.exception, now=now)
    db.session.flush()
    return attempt


def follow(attempt: Attempt, change: Change, *, now: datetime) -> None:
    """The site says that the exam has begun, ended, or broke off there. Said twice, it counts once.

    Raises `Refused`: `was_set_up` for an exam that began before its learner was ready, `wrong_status` for one that is
    over here.
    """
    attempts.refresh(attempt, now=now)
    if change == Change.started:
        if attempt.phase != Phase.running:
            attempts.fire(attempt, Event.start, actor=SITE, now=now)
    elif change == Change.error:
        if attempt.phase in {Phase.before, Phase.running}:
            attempts.fire(attempt, Event.fail, actor=SITE, now=now, reason="site_error")
    elif attempt.phase == Phase.running:
        attempts.fire(attempt, Event.submit, actor=SITE, now=now)
    elif attempt.phase == Phase.before:
        # Handed in there, and nobody was watching: the site must not take silence for a clean exam.
        attempts.fire(attempt, Event.fail, actor=SITE, now=now, reason="not_watched")
        sites.tell(attempt, sites.REVIEWED, now=now)
    _note_end(attempt, now)


def put_away(attempt: Attempt, *, now: datetime) -> None:
    """The site takes an attempt back: it ends, what is kept of it goes, and it is not the site's any more."""
    if attempt.phase in {Phase.before, Phase.running}:
        attempts.fire(attempt, Event.fail, actor=SITE, now=now, reason="site_removed")
    forgetting.remove_evidence(attempt, actor=SITE, now=now)
    attempt.link = None
    journal.record(SITE, "attempt.removed", attempts.subject_of(attempt), {}, now)


def get_attempt(client: ProviderClient, exam: Exam, identifier: str) -> Attempt:
    """An attempt at an exam of this site. Raises `NotFound("attempt")`, also for one that was taken back."""
    found = db.session.scalars(select(Attempt).filter_by(identifier=identifier, exam_id=exam.id)).one_or_none()
    if found is None or found.link is None or found.link.deployment_id != client.deployment.id:
        raise NotFound("attempt")
    return found


def status_name(attempt: Attempt) -> str:
    return NAMES.get(attempt.status, attempt.status).value


def standing_of(client: ProviderClient, course_id: int | None, user: User, *, now: datetime) -> Standing:
    """Where a learner stands with the onboarding, for the exams of a course."""
    found = _tries(client, course_id, Attempt.user_id == user.id)
    return standing(found.get(user.id, ()), now, current_settings().proctoring_settings.VERIFICATION_DAYS_VALID)


def standings(client: ProviderClient, course_id: str, *, now: datetime) -> list[tuple[str, Standing]]:
    """Everybody of the site who has taken something in a course, by the site's ids, with their onboarding."""
    course = exams.find_course(client, course_id)
    if course is None:
        return []
    taken = select(Attempt.user_id).join(Exam, Exam.id == Attempt.exam_id).where(Exam.course_id == course.id)
    query = select(Identity.subject, Identity.user_id).where(
        Identity.registration_id == client.registration_id, Identity.user_id.in_(taken)
    )
    found = _tries(client, course.id, Attempt.user_id.in_(taken))
    days = current_settings().proctoring_settings.VERIFICATION_DAYS_VALID
    rows = db.session.execute(query.order_by(Identity.subject))
    return [(subject, standing(found.get(user_id, ()), now, days)) for subject, user_id in rows]


def _tries(client: ProviderClient, course_id: int | None, whose: ColumnElement[bool]) -> dict[int, list[Try]]:
    """Onboarding attempts at exams of the site, by our key of the learner, in the order in which they were made."""
    query = (
        select(
            Attempt.user_id, Attempt.status, Attempt.signed_at, Attempt.stopped_at, Attempt.created_at, Exam.course_id
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(ResourceLink, ResourceLink.id == Attempt.resource_link_id)
        .where(ResourceLink.deployment_id == client.deployment.id, Exam.kind == Kind.onboarding, whose)
        .order_by(Attempt.id)
    )
    found: dict[int, list[Try]] = defaultdict(list)
    for row in db.session.execute(query):
        at = row.signed_at or row.stopped_at or row.created_at
        found[row.user_id].append(Try(row.status, at, row.course_id == course_id))
    return found


def standing_by_id(client: ProviderClient, course_id: str, external_id: str, *, now: datetime) -> Standing:
    """The onboarding of one person; of somebody who never was here there is none."""
    user, course = find_person(client, external_id), exams.find_course(client, course_id)
    return standing((), now, 1) if user is None else standing_of(client, course.id if course else None, user, now=now)


def _refused(client: ProviderClient, exam: Exam, user: User, now: datetime) -> str | None:
    """A course without an onboarding exam asks for none: nobody could ever get it."""
    if not client.has_onboarding or exam.kind != Kind.proctored:
        return None
    offered = select(Exam.id).where(Exam.course_id == exam.course_id, Exam.kind == Kind.onboarding, Exam.is_active)
    if db.session.scalars(offered.limit(1)).first() is None:
        return None
    return REFUSED.get(standing_of(client, exam.course_id, user, now=now).profile)


def _end_before(attempt: Attempt, *, now: datetime) -> None:
    if attempt.phase == Phase.running:
        attempts.fire(attempt, Event.submit, actor=SITE, now=now)
    elif attempt.phase == Phase.before:
        attempts.fire(attempt, Event.fail, actor=SITE, now=now, reason="site_new_attempt")


def _note_end(attempt: Attempt, now: datetime) -> None:
    if attempt.assessment is None:
        return
    if attempt.phase == Phase.running:
        attempt.assessment.sent_at = attempt.assessment.sent_at or now
    elif attempt.phase == Phase.done:
        attempt.assessment.ended_at = attempt.assessment.ended_at or now


def _note_exception(exam: Exam, user: User, exception: str, *, now: datetime) -> None:
    """What the learner may do beside the rules is for those who review."""
    known = allowance_of(exam.id, user.id)
    if not exception and known is None:
        return
    if known is None:
        known = Allowance(exam_id=exam.id, user_id=user.id, policy_exception="")
        db.session.add(known)
    if known.policy_exception != exception:
        known.policy_exception = exception
        journal.record(SITE, "allowance.exception", f"exam:{exam.id}", {"user": user.id}, now)


def _address_of(client: ProviderClient, exam: Exam, link: ResourceLink) -> str:
    """Where the site shows the exam, for the learner's way back."""
    course, content = exam.course, exams.content_id_of(link)
    if course is None:
        return client.site_url
    place = f"{client.site_url}/courses/{quote(course.context_id)}"
    return f"{place}/jump_to/{quote(content)}" if content else f"{place}/"
