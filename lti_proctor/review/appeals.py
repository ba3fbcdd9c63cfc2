"""Verbs of the learner after a conclusion: ask to see the evidence, answer what was found, and appeal."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts import timing
from lti_proctor.attempts.effects import put_mail
from lti_proctor.attempts.lifecycle import Event, Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, fire, subject_of
from lti_proctor.errors import Invalid, Refused
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import EvidenceShown
from lti_proctor.extensions import db
from lti_proctor.journal import Actor
from lti_proctor.monitoring.models import Flag
from lti_proctor.review.models import Appeal, Conclusion, Disclosure, Remark
from lti_proctor.review.rules import Seen, is_shown
from lti_proctor.review.service import conclusions_of

ANSWER_MAX = 2000
APPEAL_MAX = 4000
JUDGED = frozenset({Status.verified, Status.rejected})


def appeal_of(attempt: Attempt) -> Appeal | None:
    return db.session.scalars(select(Appeal).where(Appeal.attempt_id == attempt.id)).one_or_none()


@dataclass(frozen=True)
class Judged:
    """What people concluded, newest first, and what the learner said to it."""

    conclusions: list[Conclusion]
    appeal: Appeal | None


def judged_of(attempt: Attempt) -> Judged:
    return Judged(conclusions_of(attempt), appeal_of(attempt))


def disclosure_of(attempt: Attempt) -> Disclosure | None:
    return db.session.scalars(select(Disclosure).where(Disclosure.attempt_id == attempt.id)).one_or_none()


def appeal_ends(attempt: Attempt) -> datetime | None:
    """Until when the learner may appeal; None where they may not."""
    if attempt.status != Status.rejected or attempt.exam.kind != Kind.proctored or appeal_of(attempt) is not None:
        return None
    return timing.appeal_ends(attempt.signed_at, config_of(attempt).appeal_days)


def may_see_evidence(attempt: Attempt) -> bool:
    """Whether the learner sees now what reviewers see of this attempt, by the exam's rule."""
    rule, has_begun = config_of(attempt).evidence_shown, attempt.started_at is not None
    seen = Seen(attempt.exam.kind, attempt.phase, attempt.status, has_begun, rule)
    if is_shown(seen):
        return True
    asked = disclosure_of(attempt)
    was_opened = asked is not None and asked.opened_at is not None
    was_judged = any(not one.is_opinion for one in conclusions_of(attempt))
    return is_shown(replace(seen, was_judged=was_judged, was_opened=was_opened))


def ask_for_evidence(attempt: Attempt, *, actor: Actor, now: datetime) -> Disclosure:
    """The learner asks to see the evidence; asked twice, it is the same request. Raises `Refused("not_shown")` where
    the exam has another rule.
    """
    if config_of(attempt).evidence_shown != EvidenceShown.on_request or attempt.phase != Phase.done:
        raise Refused("not_shown")
    found = disclosure_of(attempt)
    if found is None:
        found = Disclosure(attempt_id=attempt.id, asked_at=now)
        db.session.add(found)
        journal.record(actor, "evidence.asked", subject_of(attempt), {}, now)
    return found


def open_evidence(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """Staff open the evidence to the learner, whether they asked or not."""
    found = disclosure_of(attempt) or Disclosure(attempt_id=attempt.id, asked_at=now)
    if found.opened_at is None:
        found.opened_at, found.opened_by = now, actor.user_id
        db.session.add(found)
        journal.record(actor, "evidence.shown", subject_of(attempt), {}, now)


def may_answer(attempt: Attempt) -> bool:
    """Answers count until the matter is closed: accepted, or not accepted with the appeal's day over or decided."""
    if attempt.status == Status.verified or not may_see_evidence(attempt):
        return False
    appeal = appeal_of(attempt)
    return appeal is None or appeal.decided_at is None


def answer(attempt: Attempt, row: Flag | Remark, text: str, *, actor: Actor, now: datetime) -> None:
    """The learner says something to a flag or an incident; empty takes it back. Raises `Refused("not_shown")`."""
    if not may_answer(attempt):
        raise Refused("not_shown")
    words = text.replace("\0", "").strip()[:ANSWER_MAX]
    if words == (row.answer or ""):
        return
    row.answer, row.answered_at = words or None, now if words else None
    name = "flag" if isinstance(row, Flag) else "remark"
    journal.record(actor, "answer.given", subject_of(attempt), {name: row.id, "is_empty": not words}, now)


def appeal(attempt: Attempt, text: str, *, actor: Actor, now: datetime) -> Appeal:
    """The learner asks for another reviewer, once and before the day that `appeal_ends` says.

    Raises `Invalid("appeal_empty")`, `Refused`: `may_appeal` when the day is over or the exam has no appeals,
    `appealed_before`, `wrong_status`.
    """
    words = text.replace("\0", "").strip()[:APPEAL_MAX]
    if not words:
        raise Invalid("appeal_empty")
    if appeal_of(attempt) is not None:
        raise Refused("appealed_before")
    about = conclusions_of(attempt)
    if not about:
        raise Refused("may_appeal")
    fire(attempt, Event.appeal, actor=actor, now=now)
    found = Appeal(attempt_id=attempt.id, conclusion_id=about[0].id, text=words, filed_at=now)
    db.session.add(found)
    db.session.flush()
    put_mail(attempt, "appealed", now)
    return found
