"""An attempt of which everything was kept that a report can tell."""

import hashlib
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from PIL import Image

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt, AttemptStep
from lti_proctor.attempts.service import fire
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.chat import service as chat
from lti_proctor.chat.models import Side
from lti_proctor.evidence import files, joining, recordings
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind, Track
from lti_proctor.evidence.recordings import Sent
from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring.models import Disposition, Flag, MinuteSample
from lti_proctor.review import remarks
from lti_proctor.review.models import Cause, RemarkKind, Verdict
from lti_proctor.review.service import conclude
from lti_proctor.storage import store
from tests.factories import make_attempt, make_exam, make_user

ADDONS = frozenset({Addon.face, Addon.track, Addon.record, Addon.screen, Addon.upload, Addon.shared, Addon.chat})
#: The beginning of a WebM file, and bytes that no program can play.
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"\0" * 60


def jpeg(colour: str = "#8899aa", size: tuple[int, int] = (200, 150)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def make_reported(now: datetime, *, name: str = "Inés Márquez", **config: Any) -> Attempt:
    """Photos, a file, a chat, two recordings (the camera's joined), minutes, flags, remarks, a conclusion.
    It began at `now`, lasted ten minutes, and was accepted by Dr Vega after an hour.
    """
    metrics = {Metric.b2: Decimal(1), Metric.c2: Decimal(1)}
    exam = make_exam(now, **{"addons": ADDONS, "metrics": metrics, "timezone": "Europe/Madrid", **config})
    user = make_user(now, name=name)
    attempt = make_attempt(
        now - timedelta(minutes=5), exam=exam, user=user, status=Status.started, started_at=now, seen_at=now,
        config_version=1, deadline_at=now + timedelta(minutes=30), ipaddress="198.51.100.7",
    )  # fmt: skip
    learner = Actor(Role.learner, user.id)
    evidence.give_consent(attempt, locale="en", actor=learner, now=now)
    evidence.keep_photo(attempt, EvidenceKind.face, jpeg("#aa8866"), actor=learner, now=now)
    attempt.steps.append(AttemptStep(step=StepKey.face, outcome=Outcome.person, at=now, data={}))
    files.attach(attempt, "Seite <1>.jpg", jpeg("white"), actor=learner, now=now)
    for place, track in enumerate(Track):
        for seq, part in enumerate((WEBM, b"second part", b"third"), 1):
            offset = (0, len(WEBM), len(WEBM) + 11)[seq - 1]
            sent = Sent(track, f"segment-{place}", seq, offset, clock.to_ms(now), part + track.encode() * (seq == 3))
            recordings.keep_chunk(attempt, sent, actor=learner, now=now)
    _notice(attempt, now)
    _talk(attempt, now)
    ended = now + timedelta(minutes=10)
    fire(attempt, Event.submit, actor=learner, now=ended)
    joining.join(recordings.recordings_of(attempt)[0], now=ended)
    _review(attempt, now)
    return attempt


def _talk(attempt: Attempt, now: datetime) -> None:
    """The learner asks, and a proctor answers aloud."""
    learner, proctor = Actor(Role.learner, attempt.user_id), Actor(Role.proctor, make_user(now, name="Pia Proctor").id)
    key, at = f"attempts/{attempt.id}/spoken.webm", now + timedelta(minutes=3)
    store().put(key, WEBM)
    spoken = Evidence(
        attempt_id=attempt.id, kind=EvidenceKind.spoken, key=key, media_type="video/webm", n_bytes=len(WEBM), width=0,
        height=0, sha256=sha256(WEBM), created_at=at,
    )  # fmt: skip
    db.session.add(spoken)
    db.session.flush()
    evidence.note_kept(spoken, actor=proctor, now=at)
    asked = "Is <b>this</b> right?\nThe clock stands still."
    chat.write(attempt, asked, "a" * 16, side=Side.learner, actor=learner, now=now + timedelta(minutes=2))
    chat.write(attempt, "Please open the exam anew.", "b" * 16, side=Side.staff, spoken=spoken, actor=proctor, now=at)
    chat.note_read(attempt, Side.learner, now=now + timedelta(minutes=4))


def _notice(attempt: Attempt, now: datetime) -> None:
    for minute in range(10):
        told = {"attempt_id": attempt.id, "minute": minute, "told_ms": 60_000}
        db.session.add(MinuteSample(metric=Metric.b2, violated_ms=6000 * minute, **told))
    begins = now + timedelta(minutes=4)
    pieces = [[clock.to_ms(begins), clock.to_ms(begins) + 30_000]]
    for metric, disposition in ((Metric.b2, Disposition.confirmed), (Metric.c2, Disposition.open)):
        db.session.add(
            Flag(
                attempt_id=attempt.id, metric=metric, starts_at=begins, ends_at=begins + timedelta(seconds=30),
                violated_ms=30_000, pieces=pieces, disposition=disposition,
            )
        )  # fmt: skip
    attempt.score = Decimal("55.00")
    db.session.flush()


def _review(attempt: Attempt, now: datetime) -> None:
    later = now + timedelta(hours=1)
    reviewer = Actor(Role.reviewer, make_user(now, name="Dr Vega").id)
    written = {"moment": now + timedelta(minutes=4), "actor": reviewer, "now": later}
    remarks.write(attempt, RemarkKind.note, "Looks <b>left</b>, then back", picture=jpeg("#445566"), **written)
    remarks.write(attempt, RemarkKind.incident, "A second voice", cause=Cause.surroundings, **written)
    conclude(attempt, Verdict.positive, reason=None, comment="All is well.", actor=reviewer, now=later)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
