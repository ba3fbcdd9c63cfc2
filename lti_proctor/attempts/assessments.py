"""Verbs on assessments: exams that the LMS gives itself and has proctored here (LTI Proctoring Services 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts import commands
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.control import Action, Command
from lti_proctor.attempts.lifecycle import Event, Phase, statuses_in
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.errors import Invalid, Refused
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.platforms.models import ResourceLink

MESSAGE_MAX = 1000
RUNNING = statuses_in(Phase.running)


@dataclass(frozen=True)
class Told:
    """What the LMS told when it asked for proctoring; the names are those of `Assessment`."""

    session_data: str
    start_url: str
    settings: str | None
    echoed: Mapping[str, Any]
    control_url: str | None
    control_actions: tuple[str, ...]
    return_url: str | None


def open_assessment(
    link_id: int, exam_id: int, user_id: int, number: int, told: Told, *, actor: Actor, now: datetime
) -> Attempt:
    """The attempt of this number at this link, made when it is new; what the LMS tells now counts from now on.

    An earlier attempt that still runs is over: the LMS would not begin another one otherwise.
    """
    attempt = attempts.attempt_of_number(link_id, exam_id, user_id, number, now=now)
    for earlier in _others_running(attempt):
        attempts.fire(earlier, Event.submit, actor=actor, now=now)
    assessment = attempt.assessment or Assessment(attempt=attempt)
    assessment.session_data, assessment.start_url, assessment.settings = (
        told.session_data,
        told.start_url,
        told.settings,
    )
    assessment.echoed, assessment.return_url = dict(told.echoed), told.return_url
    assessment.control_url, assessment.control_actions = told.control_url, list(told.control_actions)
    db.session.add(assessment)
    db.session.flush()
    return attempt


def _others_running(attempt: Attempt) -> list[Attempt]:
    query = select(Attempt).where(
        Attempt.resource_link_id == attempt.resource_link_id,
        Attempt.user_id == attempt.user_id,
        Attempt.id != attempt.id,
        Attempt.status.in_(RUNNING),
    )
    return list(db.session.scalars(query))


def find_assessment(deployment_id: int, user_id: int, number: int, link_id: str | None) -> Attempt | None:
    """The attempt of a learner that an LMS means by this number; by the link too where the LMS names it, else the one
    that the learner was sent into last.
    """
    query = (
        select(Attempt)
        .join(Assessment, Assessment.attempt_id == Attempt.id)
        .join(ResourceLink, ResourceLink.id == Attempt.resource_link_id)
        .where(ResourceLink.deployment_id == deployment_id, Attempt.user_id == user_id, Attempt.number == number)
        .order_by(Assessment.ended_at.is_not(None), Assessment.sent_at.desc(), Attempt.id.desc())
    )
    if link_id is not None:
        query = query.where(ResourceLink.link_id == link_id)
    return db.session.scalars(query.limit(1)).first()


def send_into(attempt: Attempt, *, actor: Actor, now: datetime) -> Assessment:
    """The learner goes into the assessment, which is only for an attempt that runs.

    Raises `Refused("wrong_status")`.
    """
    assessment = attempt.assessment
    if assessment is None or assessment.is_of_site or attempt.phase != Phase.running:
        raise Refused("wrong_status", status=attempt.status.value, event="assessment")
    if assessment.sent_at is None:
        assessment.sent_at = now
        journal.record(actor, "assessment.begun", attempts.subject_of(attempt), {"number": attempt.number}, now)
    return assessment


def end_assessment(attempt: Attempt, *, problem: str | None, actor: Actor, now: datetime) -> None:
    """The LMS says that the assessment is over, perhaps because something broke there. Said twice, it counts once."""
    assessment = attempt.assessment
    if assessment is not None and assessment.ended_at is None:
        assessment.ended_at, assessment.problem = now, problem
        data = {"has_problem": problem is not None}
        journal.record(actor, "assessment.ended", attempts.subject_of(attempt), data, now)
    if attempt.phase in {Phase.before, Phase.running} and problem is not None:
        attempts.fire(attempt, Event.fail, actor=actor, now=now, reason=problem)
    elif attempt.phase == Phase.running:
        attempts.fire(attempt, Event.submit, actor=actor, now=now)


def give_time(attempt: Attempt, minutes: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """More time in the LMS, and here where the attempt has an end. Raises `Refused`, also without a reason."""
    if not commands.may_control(attempt, Action.update):
        raise Refused("control_not_granted")
    if not reason:
        raise Refused("has_reason")
    if attempt.phase != Phase.running:
        raise Refused("wrong_status", status=attempt.status.value, event="more_time")
    if attempt.held_seconds is not None:
        attempt.held_seconds += minutes * 60
    if attempt.deadline_at is not None:
        attempt.deadline_at += timedelta(minutes=minutes)
    commands.put(attempt, Command(Action.update, 0.0, "more_time", reason, minutes), now=now)
    data = {"minutes": minutes, "reason": reason}
    journal.record(actor, "assessment.lengthened", attempts.subject_of(attempt), data, now)


def flag(attempt: Attempt, severity: float, message: str, *, actor: Actor, now: datetime) -> None:
    """Tell the LMS about something that a person saw. Severity is 0 to 1; it changes nothing here.

    Raises `Refused("control_not_granted")` and `Invalid("flag")`.
    """
    if not commands.may_control(attempt, Action.flag):
        raise Refused("control_not_granted")
    if not 0 <= severity <= 1 or not message.strip():
        raise Invalid("flag")
    commands.put(attempt, Command(Action.flag, severity, "flagged", message.strip()[:MESSAGE_MAX]), now=now)
    data = {"severity": severity, "reason": message.strip()[:MESSAGE_MAX]}
    journal.record(actor, "assessment.flagged", attempts.subject_of(attempt), data, now)
