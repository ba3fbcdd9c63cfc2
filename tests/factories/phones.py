"""Attempts whose learners use a phone as second camera."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.evidence import service as evidence
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.journal import Actor, Role
from lti_proctor.phone import service as phones
from lti_proctor.phone.models import Phone
from tests.factories import make_attempt, make_exam

ADDONS = frozenset({Addon.qrcode, Addon.track})


def learner(attempt: Attempt) -> Actor:
    return Actor(Role.learner, attempt.user_id)


def make_at_step(now: datetime, *addons: Addon, consent: bool = True, **config: Any) -> Attempt:
    """An attempt whose learner has agreed and comes to the step of the phone."""
    values = {"metrics": {Metric.n2: Decimal(1)}, "lifetime": 60, **config}
    exam = make_exam(now, addons=ADDONS | frozenset(addons), **values)
    attempt = make_attempt(now, exam=exam, status=Status.download_software_clicked)
    if consent:
        evidence.give_consent(attempt, locale="en", actor=learner(attempt), now=now)
        attempts.pass_step(attempt, StepKey.rules, actor=learner(attempt), now=now)
    return attempt


def join(attempt: Attempt, now: datetime) -> Phone:
    return phones.join(phones.issue_link(attempt, now=now), now=now)[0]


def make_started(now: datetime, *, outcome: Outcome = Outcome.done) -> tuple[Attempt, Phone]:
    """An exam that begins now, with a phone that joined a minute ago."""
    before = now - timedelta(minutes=1)
    attempt = make_at_step(before)
    phone = join(attempt, before)
    attempts.pass_step(attempt, StepKey.qrcode, actor=learner(attempt), now=before, outcome=outcome)
    attempts.fire(attempt, Event.start, actor=learner(attempt), now=now)
    return attempt, phone


def beats(phone: Phone, now: datetime, *seconds: int) -> None:
    """Signs of life, so many seconds after `now`."""
    for second in seconds:
        phones.beat(phone, now=now + timedelta(seconds=second))
