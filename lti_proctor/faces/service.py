"""Verbs on faces: look at photos, compare them with the profile, keep profiles, find similar ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.passed import passed_steps
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams.addons import Addon, Capture
from lti_proctor.extensions import add_if_new, current_settings, db
from lti_proctor.faces import looks, search
from lti_proctor.faces.engine import faces
from lti_proctor.faces.looks import Finding, Limits, Match, Seen
from lti_proctor.faces.models import FaceProfile, FaceReading, Source
from lti_proctor.journal import Actor
from lti_proctor.people.models import User
from lti_proctor.storage import store

#: A photo that nobody has looked at for so long could not be analysed.
PATIENCE = timedelta(seconds=20)
SIMILAR_MAX = 20


@dataclass(frozen=True)
class Similar:
    """Another person with a similar face; for people to look at, never a finding by itself."""

    user: User
    distance: float


def reading_of(photo: Evidence) -> FaceReading | None:
    return db.session.scalars(select(FaceReading).where(FaceReading.evidence_id == photo.id)).first()


def profile_of(user_id: int) -> FaceProfile | None:
    return db.session.scalars(select(FaceProfile).where(FaceProfile.user_id == user_id)).first()


def start_photo(attempt: Attempt) -> Evidence | None:
    """The photo of the face from the step before this attempt."""
    photos = evidence.photos_of(attempt, EvidenceKind.face)
    return photos[-1] if photos else None


def look_at(photo: Evidence, *, now: datetime) -> bool:
    """Look at a photo once and keep what was seen, if the learner agreed to that. Returns whether it is new."""
    if reading_of(photo) is not None:
        return False
    attempt = db.session.get_one(Attempt, photo.attempt_id)
    if not evidence.has_consent(attempt, Capture.face_comparison):
        return False
    try:
        jpeg = store().get(photo.key)
    except NotFound:
        return False
    look = faces().engine.look(jpeg)
    values: dict[str, Any] = {"seen": look.seen, "vector": look.vector, "engine": look.engine, "findings": {}}
    return add_if_new(FaceReading, evidence_id=photo.id, at=now, **values) is not None


def look_of(attempt: Attempt, photo: Evidence, now: datetime) -> Seen | None:
    """What was seen on the photo; None while there is hope to hear it soon."""
    reading = reading_of(photo)
    if reading is not None:
        return reading.seen
    is_asked = faces().is_on and evidence.has_consent(attempt, Capture.face_comparison)
    return None if is_asked and now - photo.created_at < PATIENCE else Seen.unknown


def finding_of(attempt: Attempt, now: datetime) -> tuple[Finding, float | None]:
    """What the photo of the face step says, as far as it is known now, and the distance from the profile."""
    photo = start_photo(attempt)
    seen = look_of(attempt, photo, now) if photo is not None else Seen.unknown
    if seen is None:
        return Finding.waiting, None
    if photo is None or seen != Seen.one:
        return Finding(seen.value), None
    profile, reading = profile_of(attempt.user_id), reading_of(photo)
    if profile is None or reading is None:
        return Finding.no_profile, None
    match, apart = looks.compare(reading.look, profile.look, limits())
    return Finding(match.value), apart


def judge_step(attempt: Attempt, now: datetime, *, asked: bool = False) -> tuple[Outcome, dict[str, Any]]:
    """How the step `face` ends, and what to keep of it. `asked`: the learner wants a person to check."""
    verify = Addon.verify in attempts.config_of(attempt).addons
    if not faces().is_on and not (asked and verify):
        return (Outcome.person if asked or verify else Outcome.done), {}
    finding, apart = (Finding.asked, None) if asked else finding_of(attempt, now)
    data: dict[str, Any] = {"finding": finding.value}
    if apart is not None:
        data["distance"] = round(apart, 3)
    return looks.outcome_of(finding, verify=verify), data


def settle(attempt: Attempt, *, now: datetime) -> bool:
    """Once the look at the photo is known, say how the step really ended. Returns whether that changed anything."""
    if StepKey.face not in passed_steps(attempt):
        return False
    row = next((r for r in attempt.steps if r.step == StepKey.face), None)
    if row is None or row.data.get("finding") != Finding.waiting:
        return False
    outcome, data = judge_step(attempt, now)
    if data["finding"] == Finding.waiting:
        return False
    attempts.restate_step(attempt, StepKey.face, outcome, data, actor=journal.SYSTEM, now=now)
    return True


def set_profile(photo: Evidence, *, source: Source, actor: Actor, now: datetime) -> FaceProfile:
    """Make the face of this photo the one of its owner's profile; a profile from before is replaced.

    Raises `Refused`: `wrong_status` while the attempt is set up, and unless exactly one recognisable face was seen
    `face_none`, `face_several`, `face_small`, `face_unknown`.
    """
    reading = reading_of(photo)
    if photo.kind != EvidenceKind.face or reading is None or reading.vector is None:
        raise _unusable(reading)
    attempt = db.session.get_one(Attempt, photo.attempt_id)
    if attempt.phase == Phase.before:
        # Its learner may still take another one, and the profile would go with this one.
        raise Refused("wrong_status", status=attempt.status.value, event="profile")
    profile = profile_of(attempt.user_id) or FaceProfile(user_id=attempt.user_id)
    profile.evidence_id, profile.vector, profile.engine = photo.id, reading.vector, reading.engine
    profile.source, profile.created_at = source, now
    db.session.add(profile)
    data = {"evidence": photo.id, "sha256": photo.sha256, "source": source.value}
    journal.record(actor, "faces.profile", attempts.subject_of(attempt), data, now)
    return profile


def _unusable(reading: FaceReading | None) -> Refused:
    if reading is None:
        return Refused("face_unknown")
    return {
        Seen.none: Refused("face_none"),
        Seen.several: Refused("face_several"),
        Seen.small: Refused("face_small"),
    }.get(reading.seen, Refused("face_unknown"))


def adopt(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """After a verified onboarding its photo becomes that of the profile, if it shows exactly one face."""
    photo = start_photo(attempt)
    reading = reading_of(photo) if photo is not None else None
    if photo is not None and reading is not None and reading.vector is not None:
        set_profile(photo, source=Source.onboarding, actor=actor, now=now)


def disown(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """An onboarding that was accepted by mistake takes its photo back from the profile."""
    photos = [photo.id for photo in evidence.photos_of(attempt, EvidenceKind.face)]
    profile = profile_of(attempt.user_id)
    if profile is not None and profile.evidence_id in photos and profile.source == Source.onboarding:
        db.session.delete(profile)
        data = {"evidence": profile.evidence_id, "source": None}
        journal.record(actor, "faces.profile", attempts.subject_of(attempt), data, now)


def similar_profiles(user: User) -> list[Similar]:
    """Other people whose profile is similar, the nearest first; empty unless the site searches faces."""
    profile = profile_of(user.id)
    if profile is None or not faces().searches:
        return []
    found = dict(similar_to(profile.look, but=user.id)[:SIMILAR_MAX])
    users = db.session.scalars(select(User).where(User.id.in_(found)))
    return sorted((Similar(other, found[other.id]) for other in users), key=lambda similar: similar.distance)


def similar_to(look: looks.Look, *, but: int) -> list[tuple[int, float]]:
    """The users whose profile is similar to a face, with the distance, the nearest first."""
    if look.vector is None:
        return []
    query = select(FaceProfile.user_id, FaceProfile.vector)
    rows = db.session.execute(query.where(FaceProfile.engine == look.engine, FaceProfile.user_id != but)).all()
    keys, vectors = [row.user_id for row in rows], [row.vector for row in rows]
    return search.nearest(look.vector, keys, vectors, within=current_settings().faces_similar)


def limits() -> Limits:
    settings = current_settings()
    return Limits(settings.faces_same, settings.faces_doubtful)


def match_with(look: looks.Look, other: looks.Look | None) -> tuple[Match, float | None]:
    return looks.compare(look, other, limits())
