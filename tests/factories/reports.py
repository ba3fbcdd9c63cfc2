"""Attempts with a whole record, as large as a test or a measurement wants them."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from lti_proctor import clock, journal
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import fire, subject_of
from lti_proctor.evidence import recordings
from lti_proctor.evidence.models import Chunk, Evidence, EvidenceKind, Recording, Track
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.faces.looks import Match, Seen
from lti_proctor.faces.models import FaceReading
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition, Flag, MinuteSample
from lti_proctor.platforms.models import Course
from tests.factories import make_attempt, make_exam

ADDONS = frozenset({Addon.track, Addon.record, Addon.screen, Addon.face, Addon.upload})


def make_reviewed(
    begins: datetime, *, minutes: int = 10, metrics: tuple[Metric, ...] = (Metric.b2, Metric.m2),
    course: Course | None = None, addons: frozenset[Addon] = ADDONS, **config: object,
) -> Attempt:  # fmt: skip
    """An attempt that was watched and handed in after so many minutes, with nothing noticed yet."""
    weights = dict.fromkeys(metrics, Decimal(1))
    exam = make_exam(
        begins, course, addons=addons, metrics=weights, lifetime=minutes, timezone="Europe/Madrid", **config
    )
    attempt = make_attempt(
        begins, exam=exam, status=Status.started, started_at=begins, seen_at=begins, config_version=1,
        deadline_at=begins + timedelta(minutes=minutes),
    )  # fmt: skip
    fire(attempt, Event.submit, actor=Actor(Role.learner, attempt.user_id), now=begins + timedelta(minutes=minutes))
    return attempt


def add_flag(
    attempt: Attempt, minute: float, seconds: float = 60, metric: Metric = Metric.b2, **values: object
) -> Flag:
    begins = values.pop("at", attempt.started_at)
    assert isinstance(begins, datetime)
    at = begins + timedelta(minutes=minute)
    ends = at + timedelta(seconds=seconds)
    flag = Flag(
        attempt_id=attempt.id, metric=metric, starts_at=at, ends_at=ends, violated_ms=round(seconds * 1000),
        pieces=[[clock.to_ms(at), clock.to_ms(ends)]], **{"disposition": Disposition.open, **values},
    )  # fmt: skip
    db.session.add(flag)
    db.session.flush()
    return flag


def add_minute(attempt: Attempt, minute: int, metric: Metric = Metric.b2, *, violated: int, told: int = 60_000) -> None:
    row = MinuteSample(
        attempt_id=attempt.id,
        minute=minute,
        metric=metric,
        violated_ms=min(violated, told),
        told_ms=told,
        unknown_ms=60_000 - told,
    )
    db.session.add(row)


def add_recording(attempt: Attempt, track: Track, minute: float, seconds: float, **values: object) -> Recording:
    assert attempt.started_at is not None
    at = attempt.started_at + timedelta(minutes=minute)
    n = db.session.query(Recording).count()
    row = Recording(
        attempt_id=attempt.id, track=track, name=f"segment-{n:04d}", begins_at=at,
        last_at=at + timedelta(seconds=seconds), seconds=Decimal(str(seconds)),
        **{"head": "00", "n_chunks": 1, "n_bytes": 9, **values},
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def add_picture(attempt: Attempt, minute: float, kind: EvidenceKind = EvidenceKind.snapshot) -> Evidence:
    assert attempt.started_at is not None
    at = attempt.started_at + timedelta(minutes=minute)
    n = db.session.query(Evidence).count()
    row = Evidence(
        attempt_id=attempt.id, kind=kind, key=f"made-up/{n}", media_type="image/jpeg", sha256="0" * 64, n_bytes=9,
        width=320, height=240, created_at=at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def make_large(begins: datetime, *, minutes: int = 180, n_flags: int = 300, n_pictures: int = 400) -> Attempt:
    """With sixteen metrics, flags, pictures, and two tracks of two pieces with a hole between, in parts of 2 s."""
    chance = random.Random(1)
    attempt = make_reviewed(begins, minutes=minutes, metrics=tuple(Metric))
    for minute in range(minutes):
        for metric in Metric:
            told = 0 if minute % 50 == 49 else 60_000
            violated = chance.choice((0, 0, 0, 0, 5_000, 20_000)) if told else 0
            add_minute(attempt, minute, metric, violated=violated, told=told)
    states = [Disposition.open, Disposition.open, Disposition.confirmed, Disposition.dismissed]
    for n in range(n_flags):
        add_flag(attempt, n * minutes / n_flags, 70, chance.choice(list(Metric)), disposition=states[n % 4])
    actor = Actor(Role.learner, attempt.user_id)
    for n in range(n_pictures):
        picture = add_picture(attempt, n * minutes / n_pictures)
        found = {"c4": {"match": Match.doubtful if n % 40 == 0 else Match.same, "distance": 0.41}}
        db.session.add(FaceReading(evidence_id=picture.id, seen=Seen.one, findings=found, at=picture.created_at))
        data = {"kind": "snapshot", "evidence": picture.id, "sha256": picture.sha256}
        journal.record(actor, "evidence.kept", subject_of(attempt), data, picture.created_at)
    for track in Track:
        for first in (0, minutes / 2 + 1):
            _in_parts(attempt, track, first, minutes * 30 - 60)
    monitoring.rate(attempt, now=begins + timedelta(minutes=minutes))
    return attempt


def _in_parts(attempt: Attempt, track: Track, minute: float, seconds: float) -> None:
    row = add_recording(attempt, track, minute, seconds)
    data = {"track": track.value, "name": row.name}
    head = journal.record(Actor(Role.learner), "recording.begun", subject_of(attempt), data, row.begins_at).hex()
    row.n_chunks = max(round(seconds / 2), 1)
    for seq in range(1, row.n_chunks + 1):
        sha256 = f"{seq:064x}"
        head = recordings.link(head, sha256)
        db.session.add(Chunk(recording_id=row.id, seq=seq, n_bytes=9, sha256=sha256, head=head))
    row.head = head
