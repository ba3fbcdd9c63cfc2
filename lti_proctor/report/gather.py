"""From an attempt to its report."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from lti_proctor import journal
from lti_proctor.attempts.engines import provider_name
from lti_proctor.attempts.models import Attempt, AttemptStep
from lti_proctor.attempts.service import config_of, subject_of
from lti_proctor.chat import service as chat
from lti_proctor.chat.models import Message
from lti_proctor.documents.models import Reading
from lti_proctor.evidence import recordings
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.files import takes_files
from lti_proctor.evidence.models import NO_PICTURES, Evidence, EvidenceKind, Recording
from lti_proctor.exams.addons import Metric
from lti_proctor.extensions import current_settings, db, execute, table_of
from lti_proctor.faces.looks import Match
from lti_proctor.faces.models import FaceReading
from lti_proctor.faces.service import profile_of
from lti_proctor.journal import Role
from lti_proctor.monitoring import scoring
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition
from lti_proctor.people.models import User
from lti_proctor.prepared import Prepared
from lti_proctor.report import data
from lti_proctor.review import remarks as review_remarks
from lti_proctor.review.appeals import Judged, judged_of
from lti_proctor.review.auto import is_computed
from lti_proctor.review.models import Conclusion, Remark, RemarkKind

#: Whose doings a learner's own report tells of without a name.
STAFF = frozenset({Role.proctor, Role.reviewer, Role.staff})
#: What those who review do for themselves, and what an administrator alone sees.
STAFF_ONLY = ("review.", "report.", "remark.")


_EVIDENCE, _READINGS = table_of(Evidence), table_of(FaceReading)
_PHOTOS = Prepared(
    select(
        *(
            _EVIDENCE.c[name]
            for name in ("id", "kind", "created_at", "width", "height", "n_bytes", "sha256", "media_type")
        ),
        _READINGS.c.findings,
    )
    .outerjoin_from(_EVIDENCE, _READINGS, _READINGS.c.evidence_id == _EVIDENCE.c.id)
    .where(_EVIDENCE.c.attempt_id == bindparam("attempt_id"))
    .where(*(_EVIDENCE.c.kind != kind for kind in NO_PICTURES))
    .order_by(_EVIDENCE.c.created_at, _EVIDENCE.c.id)
)


class _People:
    """Names, looked up at once; of staff none for the learner."""

    def __init__(self, ids: Iterable[int | None], *, own: int, for_learner: bool) -> None:
        wanted = {one for one in ids if one}
        if for_learner:
            wanted &= {own}
        users = list(db.session.scalars(select(User).where(User.id.in_(wanted)))) if wanted else []
        self._names = {user.id: user.name for user in users}

    def get(self, user_id: int | None) -> data.Person | None:
        name = self._names.get(user_id or 0)
        return data.Person(user_id, name) if user_id and name is not None else None


def gather(
    attempt: Attempt, *, now: datetime, for_learner: bool = False, brief: bool = False, judged: Judged | None = None
) -> data.Report:
    """Everything that the report of an attempt tells. For its learner it is the same evidence, without what those who
    review note for themselves and without their names.

    `brief`, for a page that has to be quick: flags come without their pieces, the history holds only what happened to
    the attempt itself, and whether the record is whole is not looked at. `judged`, where the page has asked already.
    """
    entries = journal.entries_of(subject_of(attempt), of="attempt." if brief else "")
    judged = judged or judged_of(attempt)
    conclusions, appeal = judged.conclusions, judged.appeal
    weights, minutes = monitoring.weights_of(attempt), monitoring.minutes_of(attempt)
    flags, seconds = monitoring.flag_rows(attempt, weights, brief=brief), monitoring.duration(attempt, now)
    messages = chat.messages_of(attempt) if attempt.chat_version else []
    remarks = [r for r in review_remarks.remarks_of(attempt) if not (for_learner and r.kind == RemarkKind.note)]
    ids = [e.actor_id for e in entries] + [r.author_id for r in remarks]
    ids += [c.reviewer_id for c in conclusions] + [f.decided_by for f in flags] + [m.author_id for m in messages]
    people = _People(ids, own=attempt.user_id, for_learner=for_learner)
    profile = None if for_learner else profile_of(attempt.user_id)
    return data.Report(
        version=data.VERSION,
        made_at=now,
        site=current_settings().base_url,
        for_learner=for_learner,
        exam=_exam(attempt, for_learner=for_learner),
        learner=data.Learner(attempt.user_id, attempt.user.username, attempt.user.name, attempt.user.email or ""),
        attempt=_attempt(attempt, now),
        scores=_scores(attempt, weights, scoring.confirmed(minutes, _confirmed(flags), weights, seconds)),
        steps=[_step(row, attempt) for row in sorted(attempt.steps, key=lambda row: row.at)],
        photos=_photos(attempt, without=_hidden(attempt, remarks) if for_learner else frozenset()),
        profile_photo=_photo(db.session.get_one(Evidence, profile.evidence_id), None) if profile else None,
        recordings=[_recording(row) for row in recordings.recordings_of(attempt)],
        minutes=_minutes(minutes, weights),
        averages=_averages(minutes, weights, seconds) if minutes else [],
        flags=[_flag(row, people) for row in flags],
        remarks=[_remark(row, people) for row in remarks],
        files=_files(attempt) if takes_files(attempt) else [],
        messages=[_message(row, people) for row in messages],
        conclusions=[_conclusion(row, people) for row in conclusions if not (for_learner and row.is_opinion)],
        appeal=data.Appeal(appeal.text, appeal.filed_at, appeal.decided_at, appeal.was_granted) if appeal else None,
        history=[
            _entry(entry, people)
            for entry in entries
            if not (for_learner and entry.action.startswith(STAFF_ONLY) and entry.actor_id != attempt.user_id)
        ],
        journal_head=entries[-1].hash.hex() if entries else "",
        is_whole=None if brief else not journal.broken_links(subject_of(attempt)) and not recordings.broken(attempt),
    )


def _confirmed(flags: Iterable[Any]) -> list[tuple[Metric, int]]:
    return [(flag.metric, flag.violated_ms) for flag in flags if flag.disposition == Disposition.confirmed]


def _flag(row: Any, people: _People) -> data.Flag:
    pieces = getattr(row, "pieces", [])
    return data.Flag(
        row.id, row.metric, row.starts_at, row.ends_at, row.violated_ms / 1000, pieces, row.disposition,
        people.get(row.decided_by), row.decided_at, row.answer, row.answered_at,
    )  # fmt: skip


def _remark(row: Remark, people: _People) -> data.Remark:
    return data.Remark(
        row.id, row.kind, row.cause, row.text, people.get(row.author_id), row.moment, row.written_at, row.evidence_id,
        row.answer, row.answered_at,
    )  # fmt: skip


def _message(row: Message, people: _People) -> data.Message:
    said, spoken = row.spoken, None
    if said is not None:
        spoken = data.Spoken(said.id, said.media_type, bool(said.width), said.n_bytes, said.sha256)
    return data.Message(
        row.id, row.side, people.get(row.author_id), row.written_at, row.read_at, row.text, row.salt, spoken
    )


def _conclusion(row: Conclusion, people: _People) -> data.Conclusion:
    reviewer = people.get(row.reviewer_id)
    return data.Conclusion(row.verdict, row.reason, row.comment, reviewer, row.at, row.is_opinion, is_computed(row))


def _hidden(attempt: Attempt, shown: Iterable[Remark]) -> frozenset[int]:
    """Pictures beside notes, which are for those who review."""
    mine = select(Evidence.id).where(Evidence.attempt_id == attempt.id, Evidence.kind == EvidenceKind.remark)
    return frozenset(db.session.scalars(mine)) - {remark.evidence_id for remark in shown if remark.evidence_id}


def _exam(attempt: Attempt, *, for_learner: bool) -> data.Exam:
    exam, config = attempt.exam, config_of(attempt)
    course = exam.course
    return data.Exam(
        id=exam.id,
        identifier=exam.identifier,
        title=exam.title,
        kind=exam.kind,
        course=data.Course(course.title, course.label) if course is not None else None,
        provider=provider_name(attempt),
        config_version=attempt.config_version,
        addons=sorted(config.addons),
        members=[] if for_learner else list(config.members),
        threshold=config.threshold,
        lifetime_minutes=config.lifetime,
        opens_at=config.open_at,
        closes_at=config.close_at,
        rules=config.rules,
        locale=config.locale,
        timezone=config.timezone,
    )


def _attempt(attempt: Attempt, now: datetime) -> data.Attempt:
    return data.Attempt(
        id=attempt.id,
        identifier=attempt.identifier,
        number=attempt.number,
        status=attempt.status,
        session_status=attempt.session_status,
        created_at=attempt.created_at,
        started_at=attempt.started_at,
        deadline_at=attempt.deadline_at,
        stopped_at=attempt.stopped_at,
        ended_by=attempt.ended_by,
        seconds=monitoring.duration(attempt, now),
        error=attempt.error,
        result=None if attempt.result is None else float(attempt.result),
        network_address=attempt.ipaddress,
        browser=attempt.useragent,
        is_removed=attempt.is_removed,
        kept_until=evidence.kept_until(attempt, now),
    )


def _scores(attempt: Attempt, weights: Mapping[Metric, Decimal], confirmed: Decimal | None) -> data.Scores:
    return data.Scores(
        all=_number(attempt.score),
        confirmed=_number(confirmed),
        first=_number(attempt.first_score),
        weights={metric: float(weight) for metric, weight in sorted(weights.items())},
        exam_weights={metric: float(weight) for metric, weight in sorted(config_of(attempt).metrics.items())},
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _step(row: AttemptStep, attempt: Attempt) -> data.Step:
    distance = row.data.get("distance")
    return data.Step(
        step=row.step,
        outcome=row.outcome,
        at=row.at,
        finding=row.data.get("finding"),
        distance=float(distance) if distance is not None else None,
        reading=_reading(row, attempt),
    )


def _reading(row: AttemptStep, attempt: Attempt) -> data.Reading | None:
    kind = EvidenceKind(row.step.value) if row.step.value in set(EvidenceKind) else None
    if kind is None:
        return None
    query = select(Reading).join(Evidence, Evidence.id == Reading.evidence_id)
    mine = query.where(Evidence.attempt_id == attempt.id, Evidence.kind == kind).order_by(Reading.id.desc()).limit(1)
    found = db.session.scalar(mine)
    return data.Reading(found.result, found.name, found.score) if found is not None else None


def _photos(attempt: Attempt, *, without: frozenset[int]) -> list[data.Photo]:
    db.session.flush()
    rows = execute(_PHOTOS, attempt_id=attempt.id).all()
    return [_photo(row, row.findings) for row in rows if row.id not in without]


def _photo(photo: Any, findings: Mapping[str, Any] | None) -> data.Photo:
    compared = [
        data.Comparison(Metric(name), Match(found["match"]), found["distance"])
        for name, found in sorted((findings or {}).items())
    ]
    return data.Photo(
        photo.id, photo.kind, photo.created_at, photo.width, photo.height, photo.n_bytes, photo.sha256,
        photo.media_type, compared,
    )  # fmt: skip


def _recording(row: Recording) -> data.Recording:
    seconds = None if row.seconds is None else float(row.seconds)
    ends = row.begins_at + timedelta(seconds=seconds) if seconds is not None else row.last_at
    return data.Recording(
        row.id, row.track, row.begins_at, ends, seconds, row.n_chunks, row.n_bytes, row.head, row.sha256
    )


def _minutes(seen: scoring.Minutes, weights: Mapping[Metric, Decimal]) -> list[data.Minute]:
    """A row for each minute in which something was seen, also where it could not be told."""
    found: dict[int, dict[Metric, float | None]] = {}
    for metric, of_one in sorted(scoring.of_metrics(seen).items()):
        if metric not in weights:
            continue
        factor = float(weights[metric]) * 100
        for minute, one in of_one.items():
            if minute >= 0:
                share = round(min(factor * one.violated / one.told, 100.0), 1) if one.told else None
                found.setdefault(minute, {})[metric] = share
    return [data.Minute(minute, _heat(values), values) for minute, values in sorted(found.items())]


def _heat(values: Mapping[Metric, float | None]) -> float | None:
    known = [value for value in values.values() if value is not None]
    return round(min(sum(known), 100.0), 1) if known else None


def _averages(seen: scoring.Minutes, weights: Mapping[Metric, Decimal], seconds: float) -> list[data.Average]:
    return [_average(row, weights) for row in monitoring.average_rows(seen, weights, seconds)]


def _average(row: monitoring.Average, weights: Mapping[Metric, Decimal]) -> data.Average:
    return data.Average(
        metric=row.metric,
        weight=float(weights[row.metric]),
        parts=[_number(part) for part in row.parts],
        mean=_number(row.mean),
        seconds=_number(row.seconds),
    )


def _files(attempt: Attempt) -> list[data.File]:
    query = select(Evidence).where(Evidence.attempt_id == attempt.id, Evidence.kind == EvidenceKind.file)
    return [
        data.File(row.id, row.name or "", row.created_at, row.media_type, row.n_bytes, row.sha256)
        for row in db.session.scalars(query.order_by(Evidence.id))
    ]


def _entry(entry: journal.Entry, people: _People) -> data.Entry:
    return data.Entry(
        place=entry.place,
        at=entry.at,
        action=entry.action,
        role=Role(entry.actor_role),
        person=people.get(entry.actor_id),
        reason=str(entry.data.get("reason", "")),
        to=entry.data.get("to"),
        hash=entry.hash.hex(),
    )
