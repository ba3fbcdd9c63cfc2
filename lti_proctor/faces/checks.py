"""The check of a picture that was taken during an exam: against the photo from the start (c4), the profile (c6), and
other profiles (c5).

What it says becomes spans under the name of the server. A span lasts from the moment of the picture to the next one,
at most `snapshot_seconds`; no two spans of a metric overlap, in whatever order the pictures are checked. The sequence
number keeps out a check that ran at the same moment: it looks again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lti_proctor import clock, journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Upstream
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence import snapshots
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams.addons import Capture, Metric
from lti_proctor.extensions import add_if_new, current_settings, db
from lti_proctor.faces import looks, service
from lti_proctor.faces.engine import faces
from lti_proctor.faces.looks import UNKNOWN, Look, Match, Seen
from lti_proctor.faces.models import FaceReading
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.metrics import BY_SERVER, SERVER
from lti_proctor.monitoring.spans import Batch, State

TRIES = 8
#: Batches that may reach into the time of a picture.
BEFORE = 40
#: A picture that waited longer is not analysed any more: the next ones are, in time.
STALE = timedelta(minutes=3)
Piece = tuple[int, int]


@dataclass(frozen=True)
class Comparison:
    """One metric: what the comparison said; `distance` None where there was nothing to compare."""

    match: Match
    distance: float | None


Findings = dict[Metric, Comparison]


def check(snapshot_id: int, *, now: datetime) -> None:
    """Check a picture and keep or discard it. Done twice, or by two at once, it counts once."""
    snapshot = _pending(snapshot_id)
    if snapshot is None:
        return
    attempt = db.session.get_one(Attempt, snapshot.attempt_id)
    look = _look(attempt, snapshot, now)
    findings = _compare(attempt, look)
    if not _note(attempt, snapshot, findings, now):
        return
    shows = any(looks.STATES[found.match] == State.violated for found in findings.values())
    if not shows and _minute_is_kept(attempt, snapshot):
        snapshots.discard(snapshot)
        return
    _keep(snapshot, look.seen, findings, now)


def pending(*, before: datetime, at_once: int) -> list[int]:
    """Pictures that were taken before a moment and that nobody has checked: their job was lost."""
    checked = select(FaceReading.evidence_id)
    query = select(Evidence.id).where(Evidence.kind == EvidenceKind.snapshot, Evidence.id.not_in(checked))
    return list(db.session.scalars(query.where(Evidence.created_at < before).order_by(Evidence.id).limit(at_once)))


def _pending(snapshot_id: int) -> Evidence | None:
    """Read anew, past what the session remembers: somebody else may have checked it meanwhile."""
    done = select(FaceReading.id).where(FaceReading.evidence_id == Evidence.id).exists()
    query = select(Evidence).where(Evidence.id == snapshot_id, Evidence.kind == EvidenceKind.snapshot, ~done)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def _look(attempt: Attempt, snapshot: Evidence, now: datetime) -> Look:
    if now - snapshot.created_at > STALE or not evidence.has_consent(attempt, Capture.snapshots):
        return UNKNOWN
    jpeg = snapshots.bytes_of(snapshot)
    return faces().engine.look(jpeg) if jpeg is not None else UNKNOWN


def _compare(attempt: Attempt, look: Look) -> Findings:
    """Every metric that is on; without one recognisable face in the picture nothing can be told."""
    found: Findings = {}
    for metric in sorted(monitoring.weights_of(attempt).keys() & BY_SERVER):
        found[metric] = COMPARISONS[metric](attempt, look) if look.seen == Seen.one else NOT_TOLD
    return found


def _with_start(attempt: Attempt, look: Look) -> Comparison:
    photo = service.start_photo(attempt)
    reading = service.reading_of(photo) if photo is not None else None
    return Comparison(*service.match_with(look, reading.look if reading is not None else None))


def _with_profile(attempt: Attempt, look: Look) -> Comparison:
    profile = service.profile_of(attempt.user_id)
    return Comparison(*service.match_with(look, profile.look if profile is not None else None))


def _with_others(attempt: Attempt, look: Look) -> Comparison:
    if not evidence.has_consent(attempt, Capture.face_search):
        return NOT_TOLD
    found = service.similar_to(look, but=attempt.user_id)
    return Comparison(Match.different, found[0][1]) if found else Comparison(Match.same, None)


NOT_TOLD = Comparison(Match.unknown, None)
COMPARISONS = {Metric.c4: _with_start, Metric.c5: _with_others, Metric.c6: _with_profile}


def _note(attempt: Attempt, snapshot: Evidence, findings: Findings, now: datetime) -> bool:
    """Keep the spans; False when somebody else has checked the picture meanwhile."""
    snapshot_id, start = snapshot.id, clock.to_ms(snapshot.created_at)
    end = start + current_settings().snapshot_seconds * 1000
    for _ in range(TRIES):
        last = monitoring.last_kept(attempt.id, SERVER)
        if _pending(snapshot_id) is None:
            return False
        known = monitoring.latest_spans(attempt.id, SERVER, batches=BEFORE)
        rows = tuple(row for metric, found in findings.items() for row in _rows(metric, found, start, end, known))
        if not rows:
            return True
        if monitoring.add_batch(attempt.id, Batch(SERVER, last + 1, rows), now=now):
            return True
    raise Upstream("changed_meanwhile", permanent=False)


def _rows(metric: Metric, found: Comparison, start: int, end: int, known: Sequence[list[Any]]) -> Iterable[list[Any]]:
    taken = [(row[2], row[3]) for row in known if row[0] == metric]
    return ([metric.value, int(looks.STATES[found.match]), *piece] for piece in free(start, end, taken))


def free(start: int, end: int, taken: Iterable[Piece]) -> list[Piece]:
    """The parts of a stretch that no piece of `taken` covers, in order."""
    found: list[Piece] = []
    for piece_start, piece_end in sorted(taken):
        if piece_end <= start or piece_start >= end:
            continue
        if piece_start > start:
            found.append((start, piece_start))
        start = max(start, piece_end)
    return [*found, (start, end)] if start < end else found


def _minute_is_kept(attempt: Attempt, snapshot: Evidence) -> bool:
    """Whether a picture of this minute of the attempt stays already: one a minute does, also where nothing shows."""
    begins = attempt.started_at or snapshot.created_at
    from_ = begins + timedelta(minutes=(snapshot.created_at - begins) // timedelta(minutes=1))
    query = select(FaceReading.id).join(Evidence).where(
        Evidence.attempt_id == attempt.id,
        Evidence.kind == EvidenceKind.snapshot,
        Evidence.created_at >= from_,
        Evidence.created_at < from_ + timedelta(minutes=1),
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def _keep(snapshot: Evidence, seen: Seen, findings: Findings, now: datetime) -> None:
    """The vector of a picture during the exam is not kept: it has served."""
    said = {metric.value: _said(found) for metric, found in findings.items()}
    values: dict[str, Any] = {"seen": seen, "vector": None, "engine": "", "findings": said}
    if add_if_new(FaceReading, evidence_id=snapshot.id, at=now, **values) is not None:
        evidence.note_kept(snapshot, actor=journal.SYSTEM, now=now)


def _said(found: Comparison) -> dict[str, Any]:
    return {"match": found.match.value, "distance": None if found.distance is None else round(found.distance, 3)}
