"""Links by which a report is read without an account (add-on `shared`): made, found, counted, taken back."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from lti_proctor import journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence.models import NO_PICTURES, Evidence, EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor
from lti_proctor.report.models import ReportLink
from lti_proctor.review.models import Remark, RemarkKind

#: Links of one attempt that are open at the same time.
MOST = 20
KEY_BYTES = 32
#: A key has 43 letters; nothing longer is hashed.
KEY_MAX = 100


def is_shared(attempt: Attempt) -> bool:
    return Addon.shared in config_of(attempt).addons


def make(attempt: Attempt, *, actor: Actor, now: datetime) -> tuple[str, ReportLink]:
    """A new link with its key, which is told here and never again. Raises `Refused`: `not_shared`, `too_many_links`."""
    if not is_shared(attempt):
        raise Refused("not_shared")
    if sum(is_open(link, now) for link in links_of(attempt)) >= MOST:
        raise Refused("too_many_links", limit=MOST)
    key = secrets.token_urlsafe(KEY_BYTES)
    ends = now + timedelta(days=current_settings().report_link_days)
    link = ReportLink(attempt_id=attempt.id, key_hash=_hash(key), made_by=actor.user_id, made_at=now, expires_at=ends)
    db.session.add(link)
    db.session.flush()
    journal.record(actor, "report.shared", subject_of(attempt), {"link": link.id}, now)
    return key, link


def links_of(attempt: Attempt) -> list[ReportLink]:
    """Newest first, also those that are over."""
    query = select(ReportLink).where(ReportLink.attempt_id == attempt.id).order_by(ReportLink.id.desc())
    return list(db.session.scalars(query))


def is_open(link: ReportLink, now: datetime) -> bool:
    return link.revoked_at is None and now < link.expires_at


def revoke(attempt: Attempt, link_id: int, *, actor: Actor, now: datetime) -> None:
    """Nobody reads by this link from now on; taken back twice, it is once. Raises `NotFound("page")`."""
    link = db.session.get(ReportLink, link_id)
    if link is None or link.attempt_id != attempt.id:
        raise NotFound("page")
    if link.revoked_at is None:
        link.revoked_at = now
        journal.record(actor, "report.revoked", subject_of(attempt), {"link": link.id}, now)


def get_link(identifier: str, key: str, *, now: datetime) -> ReportLink:
    """The open link of this attempt with this key. Raises `NotFound("report_link")`, whatever is wrong."""
    if not key or len(key) > KEY_MAX:
        raise NotFound("report_link")
    query = select(ReportLink).join(Attempt, Attempt.id == ReportLink.attempt_id)
    link = db.session.scalar(query.where(ReportLink.key_hash == _hash(key), Attempt.identifier == identifier))
    if link is None or not is_open(link, now) or not is_shared(link.attempt):
        raise NotFound("report_link")
    return link


def note_viewed(link: ReportLink, *, now: datetime) -> None:
    """Somebody reads by the link: who, nobody knows."""
    counted = update(ReportLink).where(ReportLink.id == link.id)
    db.session.execute(counted.values(n_views=ReportLink.n_views + 1, viewed_at=now))
    journal.record(journal.SYSTEM, "report.viewed", f"attempt:{link.attempt_id}", {"link": link.id}, now)


def get_picture(attempt: Attempt, evidence_id: int) -> Evidence:
    """A picture that the learner's own report shows. Raises `NotFound("page")`."""
    found = db.session.get(Evidence, evidence_id)
    if found is None or found.attempt_id != attempt.id or found.kind in NO_PICTURES:
        raise NotFound("page")
    if found.kind == EvidenceKind.remark:
        beside = select(Remark.id).where(Remark.evidence_id == found.id, Remark.kind == RemarkKind.incident)
        if db.session.scalar(beside.limit(1)) is None:
            raise NotFound("page")
    return found


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
