"""Verbs on phones: links, joining, signs of life, and what they say of metric n2."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, case, delete, func, insert, select, update
from sqlalchemy.orm import joinedload

from lti_proctor import clock, journal
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence.service import require_consent
from lti_proctor.exams.addons import Addon, Capture, Metric
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.metrics import PHONE
from lti_proctor.monitoring.spans import Batch
from lti_proctor.phone import presence
from lti_proctor.phone.models import Phone, PhoneLink, Presence

#: 256 bits.
SECRET_BYTES = 32
JOINS = frozenset({Phase.before, Phase.running})


@dataclass(frozen=True)
class PhoneState:
    """What the learner's page says of the phone; `last_at` is its last sign of life."""

    has_joined: bool
    is_connected: bool
    last_at: datetime | None


def issue_link(attempt: Attempt, *, now: datetime) -> str:
    """The secret of a new link; the ones before it open nothing any more.

    Raises `NotFound("step")` where the exam uses no phone, `Refused`: `phone_over`, `no_consent`.
    """
    _check(attempt)
    same = [PhoneLink.attempt_id == attempt.id, PhoneLink.used_at.is_(None), PhoneLink.expires_at > now]
    db.session.execute(update(PhoneLink).where(*same).values(expires_at=now))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    expires = now + timedelta(minutes=current_settings().phone_link_minutes)
    link = PhoneLink(attempt_id=attempt.id, secret_hash=hashed(secret), created_at=now, expires_at=expires)
    db.session.add(link)
    db.session.flush()
    return secret


def join(secret: str, *, now: datetime) -> tuple[Phone, str]:
    """Use a link up; the phone and the token of its session. A phone that was there before is off.

    Raises `Refused`: `phone_link_unknown`, `phone_link_used`, `phone_link_expired`, `phone_over`, `no_consent`.
    """
    link = db.session.scalars(select(PhoneLink).where(PhoneLink.secret_hash == hashed(secret))).one_or_none()
    if link is None:
        raise Refused("phone_link_unknown")
    if link.used_at is not None:
        raise Refused("phone_link_used")
    if link.expires_at <= now:
        raise Refused("phone_link_expired")
    attempt = db.session.get_one(Attempt, link.attempt_id)
    _check(attempt)
    use = update(PhoneLink).where(PhoneLink.id == link.id, PhoneLink.used_at.is_(None)).values(used_at=now)
    if cast(CursorResult[Any], db.session.execute(use)).rowcount != 1:
        raise Refused("phone_link_used")
    _end_all(attempt.id, now)
    token = secrets.token_urlsafe(SECRET_BYTES)
    expires = now + timedelta(hours=current_settings().session_hours)
    phone = Phone(attempt_id=attempt.id, token_hash=hashed(token), joined_at=now, expires_at=expires)
    db.session.add(phone)
    db.session.flush()
    journal.record(actor_of(attempt), "phone.joined", subject_of(attempt), {"phone": phone.id}, now)
    return phone, token


def find_phone(token: str, *, now: datetime) -> Phone | None:
    """The phone of a session, also one that is off; None when there is none any more."""
    with_person = joinedload(Phone.attempt).joinedload(Attempt.user)
    query = select(Phone).where(Phone.token_hash == hashed(token)).options(with_person)
    phone = db.session.scalars(query).one_or_none()
    is_good = phone is not None and phone.expires_at > now and not phone.attempt.user.is_locked
    return phone if is_good else None


def beat(phone: Phone, *, now: datetime) -> None:
    """A sign of life: the camera of the phone is on. It lengthens the stretch before, or begins one."""
    near = [Presence.phone_id == phone.id, Presence.ends_at >= now - grace()]
    later = case((Presence.ends_at > now, Presence.ends_at), else_=now)
    lengthened = db.session.execute(
        update(Presence).where(*near).values(ends_at=later).execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], lengthened).rowcount == 0:
        db.session.execute(insert(Presence).values(phone_id=phone.id, starts_at=now, ends_at=now))


def leave(phone: Phone, *, now: datetime) -> None:
    """The learner took the phone off."""
    if phone.ended_at is None:
        phone.ended_at = now
        journal.record(actor_of(phone.attempt), "phone.left", subject_of(phone.attempt), {"phone": phone.id}, now)


def state_of(attempt: Attempt, now: datetime) -> PhoneState:
    phone = _open_phone(attempt.id)
    last = _last_presence(phone) if phone is not None else None
    last_at = last.ends_at if last is not None else None
    return PhoneState(phone is not None, last_at is not None and now - last_at <= grace(), last_at)


def is_expected(attempt: Attempt) -> bool:
    """Whether a phone belongs to this attempt: its learner went through the step with one."""
    done = any(row.step == StepKey.qrcode and row.outcome == Outcome.done for row in attempt.steps)
    return done and Addon.qrcode in config_of(attempt).addons


def to_be_told() -> list[int]:
    """Attempts with a phone of which there may be something to say, or to close."""
    running = select(Attempt.id).where(Attempt.status.in_(presence.WATCHED))
    query = select(Phone.attempt_id).where(Phone.ended_at.is_(None) | Phone.attempt_id.in_(running))
    return list(db.session.scalars(query.distinct()))


def tell(attempt: Attempt, *, now: datetime) -> None:
    """Keep as spans of n2 what is known up to now and was not said before. Done twice, or by two at once, it counts
    once: the spans continue the ones before, and the number of their batch keeps out a second one.
    """
    if attempt.started_at is None or not is_expected(attempt) or Metric.n2 not in monitoring.weights_of(attempt):
        return
    last = monitoring.last_kept(attempt.id, PHONE)
    told = _told_until(attempt)
    if told is None:
        return
    until = clock.to_ms(min(now, attempt.stopped_at or now))
    found = presence.rows(
        told,
        until,
        running=presence.watched(journal.statuses_of(subject_of(attempt)), until),
        presences=_presences(attempt.id),
        grace=int(grace().total_seconds() * 1000),
    )
    if found:
        spans = tuple([Metric.n2.value, int(state), start, end] for state, start, end in found)
        monitoring.add_batch(attempt.id, Batch(PHONE, last + 1, spans), now=now)


def close(attempt: Attempt, *, now: datetime) -> None:
    """The attempt is over: its phones are off, and what they said of their time is told."""
    _end_all(attempt.id, now)
    mine = select(Phone.id).where(Phone.attempt_id == attempt.id)
    db.session.execute(delete(Presence).where(Presence.phone_id.in_(mine)))


def forget(now: datetime) -> None:
    """What could open nothing any more."""
    db.session.execute(delete(PhoneLink).where(PhoneLink.expires_at < now - timedelta(days=1)))
    db.session.execute(delete(Phone).where(Phone.expires_at < now))


def grace() -> timedelta:
    """Without a sign of life for longer, a phone counts as not connected: three were missed."""
    return timedelta(seconds=3 * current_settings().phone_seconds)


def actor_of(attempt: Attempt) -> Actor:
    return Actor(Role.learner, attempt.user_id)


def hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _check(attempt: Attempt) -> None:
    if Addon.qrcode not in config_of(attempt).addons:
        raise NotFound("step")
    if attempt.phase not in JOINS:
        raise Refused("phone_over")
    require_consent(attempt, Capture.phone_camera)


def _open_phone(attempt_id: int) -> Phone | None:
    query = select(Phone).where(Phone.attempt_id == attempt_id, Phone.ended_at.is_(None))
    return db.session.scalars(query.order_by(Phone.id.desc()).limit(1)).first()


def _end_all(attempt_id: int, now: datetime) -> None:
    on = [Phone.attempt_id == attempt_id, Phone.ended_at.is_(None)]
    db.session.execute(update(Phone).where(*on).values(ended_at=now))


def _last_presence(phone: Phone) -> Presence | None:
    query = select(Presence).where(Presence.phone_id == phone.id).order_by(Presence.ends_at.desc()).limit(1)
    return db.session.scalars(query).first()


def _presences(attempt_id: int) -> list[tuple[int, int]]:
    query = select(Presence.starts_at, Presence.ends_at).join(Phone).where(Phone.attempt_id == attempt_id)
    return [(clock.to_ms(start), clock.to_ms(end)) for start, end in db.session.execute(query)]


def _told_until(attempt: Attempt) -> int | None:
    """Where the last spans end; without any, where the first phone that is known joined a running exam. Spans stay for
    longer than phones: an attempt that is opened again days later begins with the phone that joins then.
    """
    spans = monitoring.latest_spans(attempt.id, PHONE, batches=1)
    if spans:
        return max(int(row[3]) for row in spans)
    joined = db.session.scalar(select(func.min(Phone.joined_at)).where(Phone.attempt_id == attempt.id))
    if joined is None or attempt.started_at is None:
        return None
    return clock.to_ms(max(joined, attempt.started_at))
