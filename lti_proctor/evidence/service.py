"""Verbs on evidence and consent."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, select

from lti_proctor import journal, outbox
from lti_proctor.attempts.keeping import length_kept
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.attempts.steps import CONSENT_VERSION, consent_stamp
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import pdf, pictures
from lti_proctor.evidence.models import NO_PICTURES, Consent, Evidence, EvidenceKind
from lti_proctor.evidence.pictures import Picture
from lti_proctor.exams.addons import Capture
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor
from lti_proctor.storage import store

ERASE = "storage.erase"
NEEDS = {
    EvidenceKind.face: Capture.face_photo,
    EvidenceKind.passport: Capture.document_photo,
    EvidenceKind.scan: Capture.document_scan,
    EvidenceKind.extrapage: Capture.document_pages,
    EvidenceKind.snapshot: Capture.snapshots,
    EvidenceKind.phone: Capture.phone_camera,
    EvidenceKind.overview: Capture.room_overview,
}
#: Kinds of which there may be several; of the others a newer one takes the place of the one before.
MOST = {EvidenceKind.extrapage: 10}
#: Kinds that may come as a PDF.
PAPERS = frozenset({EvidenceKind.scan, EvidenceKind.extrapage})


def captures_of(config: ExamConfig) -> tuple[Capture, ...]:
    """What is taken under a configuration on this site: where nothing compares faces, it is not asked for."""
    off: frozenset[Capture] = current_app.extensions["captures_off"]
    return tuple(capture for capture in config.captures if capture not in off)


def give_consent(attempt: Attempt, *, locale: str, actor: Actor, now: datetime) -> Consent:
    """Keep that the learner agreed to what this exam takes of them."""
    config = config_of(attempt)
    consent = Consent(
        attempt_id=attempt.id,
        user_id=attempt.user_id,
        text_version=CONSENT_VERSION,
        stamp=consent_stamp(config),
        config_version=attempt.exam.version,
        captures=list(captures_of(config)),
        locale=locale,
        agreed_at=now,
    )
    db.session.add(consent)
    journal.record(
        actor, "consent.given", subject_of(attempt), {"stamp": consent.stamp, "version": CONSENT_VERSION}, now
    )
    return consent


def consent_of(attempt: Attempt) -> Consent | None:
    """The consent that covers what the exam takes now, if the learner gave it. Once the exam has begun it is the one
    that opened it: what the learner is spared since takes less than that, and what comes back more is not agreed to.
    """
    query = select(Consent).where(Consent.attempt_id == attempt.id)
    if attempt.started_at is None:
        query = query.where(Consent.stamp == consent_stamp(config_of(attempt)))
    return db.session.scalars(query.order_by(Consent.id.desc()).limit(1)).first()


def keep_photo(attempt: Attempt, kind: EvidenceKind, upload: bytes, *, actor: Actor, now: datetime) -> Evidence:
    """Clean and keep a photo; a newer one takes the place of the one before, but for kinds that may be several.

    Raises `Refused("no_consent")` before the learner agreed, `Invalid` for what is no photo or one too many
    (`too_many_pages`), `Upstream` when the store is full or away: then nothing is changed.
    """
    require_consent(attempt, NEEDS[kind])
    before = photos_of(attempt, kind)
    if kind in MOST and len(before) >= MOST[kind]:
        raise Invalid("too_many_pages", limit=MOST[kind])
    evidence = store_picture(attempt, kind, _picture_of(kind, upload), at=now)
    for old in before if kind not in MOST else []:
        remove(old, actor=actor, now=now)
    note_kept(evidence, actor=actor, now=now)
    return evidence


def has_consent(attempt: Attempt, capture: Capture) -> bool:
    consent = consent_of(attempt)
    return consent is not None and capture in consent.captures


def require_consent(attempt: Attempt, capture: Capture) -> None:
    if not has_consent(attempt, capture):
        raise Refused("no_consent")


def store_picture(attempt: Attempt, kind: EvidenceKind, picture: Picture, *, at: datetime) -> Evidence:
    """Bytes into the store, then the row."""
    key = f"attempts/{attempt.id}/{kind}-{secrets.token_hex(8)}.jpg"
    store().put(key, picture.data)
    evidence = Evidence(
        attempt_id=attempt.id,
        kind=kind,
        key=key,
        media_type="image/jpeg",
        sha256=hashlib.sha256(picture.data).hexdigest(),
        n_bytes=len(picture.data),
        width=picture.width,
        height=picture.height,
        created_at=at,
    )
    db.session.add(evidence)
    db.session.flush()
    return evidence


def _picture_of(kind: EvidenceKind, upload: bytes) -> pictures.Picture:
    settings = current_settings()
    if kind in PAPERS and pdf.is_pdf(upload):
        upload = pdf.first_page(
            upload,
            most_pages=settings.pdf_max_pages,
            longest_side=settings.photo_side,
            seconds=settings.pdf_seconds,
        )
    return pictures.clean(upload, max_pixels=settings.photo_max_pixels, longest_side=settings.photo_side)


def note_kept(evidence: Evidence, *, actor: Actor, now: datetime) -> None:
    """Let the record of the attempt hold the hash."""
    data = {"evidence": evidence.id, "kind": evidence.kind.value, "sha256": evidence.sha256}
    journal.record(actor, "evidence.kept", f"attempt:{evidence.attempt_id}", data, now)


def remove(evidence: Evidence, *, actor: Actor, now: datetime) -> None:
    """Delete the row, and the bytes as soon as that is certain; the journal keeps the hash only."""
    subject = f"attempt:{evidence.attempt_id}"
    outbox.put(ERASE, lane=f"file:{evidence.key}", subject=subject, payload={"key": evidence.key}, now=now)
    data = {"evidence": evidence.id, "sha256": evidence.sha256}
    journal.record(actor, "evidence.removed", subject, data, now)
    db.session.delete(evidence)


def photos_of(attempt: Attempt, kind: EvidenceKind | None = None) -> list[Evidence]:
    """Pictures of a kind, or of all kinds; what the learner attached and what was said are none."""
    wanted = Evidence.kind.not_in(NO_PICTURES) if kind is None else Evidence.kind == kind
    return list(db.session.scalars(_all_of(attempt).where(wanted)))


def _all_of(attempt: Attempt) -> Select[Any]:
    return select(Evidence).where(Evidence.attempt_id == attempt.id).order_by(Evidence.id)


def get_evidence(evidence_id: int) -> Evidence:
    found = db.session.get(Evidence, evidence_id)
    if found is None:
        raise NotFound("evidence")
    return found


def kept_until(attempt: Attempt, now: datetime) -> datetime:
    """When the evidence of this attempt is deleted: so many days after its end, or from now if it has not ended."""
    return (attempt.stopped_at or now) + length_kept(attempt.exam, attempt.config_version)


def remove_expired(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """Remove what was kept for as long as was promised. Where an attempt never ended, the days count from the photo."""
    length = length_kept(attempt.exam, attempt.config_version)
    kept: list[Evidence] = list(db.session.scalars(_all_of(attempt)))
    expired = [one for one in kept if (attempt.stopped_at or one.created_at) + length <= now]
    for photo in expired:
        remove(photo, actor=actor, now=now)
    if expired and attempt.phase == Phase.done:
        attempt.is_removed = True
