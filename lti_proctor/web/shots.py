"""Pictures from the exam with what their comparisons said, for staff and for learners after a practice."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import db
from lti_proctor.faces.looks import Match
from lti_proctor.faces.models import FaceReading
from lti_proctor.web import face_words


@dataclass(frozen=True)
class Shot:
    """A picture from the exam with what its comparisons said: name, words, distance."""

    photo: Evidence
    findings: list[tuple[Any, Any, float | None]]


def shots_of(found: Attempt) -> list[Shot]:
    query = select(Evidence, FaceReading).join(FaceReading, FaceReading.evidence_id == Evidence.id)
    mine = query.where(Evidence.attempt_id == found.id, Evidence.kind == EvidenceKind.snapshot)
    return [
        Shot(photo, _findings(reading)) for photo, reading in db.session.execute(mine.order_by(Evidence.created_at))
    ]


def _findings(reading: FaceReading) -> list[tuple[Any, Any, float | None]]:
    said = [
        (Metric(name), Match(found["match"]), found["distance"]) for name, found in sorted(reading.findings.items())
    ]
    return [
        (face_words.COMPARED[metric], face_words.match_words(metric, match), apart) for metric, match, apart in said
    ]
