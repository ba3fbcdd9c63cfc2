"""Verbs on documents: keep a picture, have the name on it read, decide how the step ends."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lti_proctor import outbox
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import Outcome, StepKey
from lti_proctor.documents import names, reading
from lti_proctor.documents.deciding import outcome_of
from lti_proctor.documents.models import Reading
from lti_proctor.documents.names import Answer, Found, Limits, Result
from lti_proctor.errors import Refused
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import SYSTEM, Actor
from lti_proctor.storage import store

READ = "documents.read"
#: Why a learner may be held at a document.
NAME_DIFFERS, ASKED = "name_differs", "asked"
#: The steps that end with a document whose name is read, and their pictures.
KINDS = {StepKey.passport: EvidenceKind.passport, StepKey.scan: EvidenceKind.scan}


def keep(attempt: Attempt, kind: EvidenceKind, upload: bytes, *, actor: Actor, now: datetime) -> Evidence:
    """Keep a picture; where the exam compares names, the step is open again until this one is read.

    Raises what `evidence.keep_photo` does.
    """
    kept = evidence.keep_photo(attempt, kind, upload, actor=actor, now=now)
    step = next((step for step, of_step in KINDS.items() if of_step == kind), None)
    if step is not None and compares_names(attempt):
        attempts.reopen_step(attempt, step)
        row = Reading(evidence_id=kept.id, result=Result.waiting, asked_at=now)
        db.session.add(row)
        _ask(row, attempt, now)
    return kept


def _ask(row: Reading, attempt: Attempt, now: datetime) -> None:
    row.result, row.asked_at = Result.waiting, now
    outbox.put(
        READ,
        lane=f"document:{row.evidence_id}",
        subject=attempts.subject_of(attempt),
        payload={"evidence": row.evidence_id},
        now=now,
    )


def compares_names(attempt: Attempt) -> bool:
    return Addon.name_ in attempts.config_of(attempt).addons


def given_name_of(attempt: Attempt) -> tuple[str, str] | None:
    """Given and family name as the learner wrote them for this attempt."""
    row = next((row for row in attempt.steps if row.step == StepKey.profile), None)
    return (str(row.data.get("given", "")), str(row.data.get("family", ""))) if row is not None else None


def name_of(attempt: Attempt) -> str:
    """The name that documents are compared with: the learner's own words, else what the LMS told."""
    told = attempt.user.given_name, attempt.user.family_name
    return " ".join(part for part in given_name_of(attempt) or told if part) or attempt.user.nickname


def reading_of(attempt: Attempt, step: StepKey) -> Reading | None:
    """What was read on the newest picture of a step."""
    query = select(Reading).join(Evidence, Evidence.id == Reading.evidence_id)
    mine = query.where(Evidence.attempt_id == attempt.id, Evidence.kind == KINDS[step])
    return db.session.scalars(mine.order_by(Evidence.id.desc()).limit(1)).first()


def is_waiting(row: Reading | None, now: datetime) -> bool:
    """Whether an answer is still to come. After a while it is not waited for any more."""
    longest = timedelta(seconds=current_settings().document_wait_seconds)
    return row is not None and row.result == Result.waiting and now - row.asked_at < longest


def result_of(row: Reading | None, now: datetime) -> Result | None:
    """What a page shows: an answer that does not come counts as not read."""
    if row is None or row.result != Result.waiting or is_waiting(row, now):
        return row.result if row is not None else None
    return Result.not_read


def shows_name(attempt: Attempt, name: str) -> bool:
    """Whether a document was shown and, where names are compared, agrees with this one."""
    steps = [step for step, kind in KINDS.items() if evidence.photos_of(attempt, kind)]
    if not steps or not compares_names(attempt):
        return bool(steps)
    same = [row for step in steps if (row := reading_of(attempt, step)) is not None and row.result == Result.same]
    return len(same) == len(steps) and names.score(name, name_of(attempt)) >= current_settings().name_same


def read(evidence_id: int, *, now: datetime) -> None:
    """Read the name on a kept picture. Does nothing for one that is gone or was read already."""
    found, row = db.session.get(Evidence, evidence_id), _row_of(evidence_id)
    if found is None or row is None or row.result != Result.waiting:
        return
    jpeg = store().get(found.key)
    seconds, limits = current_settings().document_seconds, _limits()
    wanted = name_of(attempts.get_attempt(found.attempt_id))
    answer = _judge(wanted, reading.read_rows(jpeg, seconds=seconds), limits)
    if answer.result == Result.not_read:
        answer = _judge(wanted, reading.read_rows(jpeg, seconds=seconds, is_turned=True), limits)
    # Reading takes seconds: meanwhile the picture may have been replaced.
    db.session.expire_all()
    if (row := _row_of(evidence_id)) is None:
        return
    _note(row, answer, now)
    attempt = attempts.get_attempt(found.attempt_id)
    if (name := name_of(attempt)) != wanted:
        _compare_again(attempt, row, name, now)
    _settle(attempt, actor=SYSTEM, now=now)


def _row_of(evidence_id: int) -> Reading | None:
    return db.session.scalars(select(Reading).where(Reading.evidence_id == evidence_id)).first()


def _judge(wanted: str, rows: list[str] | None, limits: Limits) -> Answer:
    return names.judge(wanted, rows, limits) if rows else Answer(Result.not_read)


def _note(row: Reading, answer: Answer, now: datetime) -> None:
    row.result, row.score, row.name = answer.result, answer.score, answer.read[:255]
    row.is_certain, row.read_at = answer.is_certain, now


def name_changes(attempt: Attempt, name: str, *, actor: Actor, now: datetime) -> None:
    """The learner writes their name in another way: compare what was read again, and read what is not certain anew.

    To be called before the step of the name is passed, which may be the last one.
    """
    for step in KINDS:
        row = reading_of(attempt, step)
        if row is not None and compares_names(attempt):
            _compare_again(attempt, row, name, now)
    _settle(attempt, actor=actor, now=now)


def _compare_again(attempt: Attempt, row: Reading, name: str, now: datetime) -> None:
    if row.is_certain:
        _note(row, names.compare(name, Found(row.name, is_certain=True), _limits()), now)
    elif row.result != Result.waiting:
        _ask(row, attempt, now)


def finish_step(attempt: Attempt, step: StepKey, *, asked: bool, actor: Actor, now: datetime) -> None:
    """The learner goes on from a document; `asked` says that a person shall look.

    Raises `Refused`: `no_document`, and `still_reading` where the exam lets nobody start unverified.
    """
    if is_waiting(reading_of(attempt, step), now) and _verifies(attempt):
        raise Refused("still_reading")
    if not asked and not evidence.photos_of(attempt, KINDS[step]):
        raise Refused("no_document")
    outcome = _outcome(attempt, step, asked=asked, now=now)
    data = _data(attempt, step, outcome, asked=asked, now=now)
    attempts.pass_step(attempt, step, actor=actor, now=now, outcome=outcome, data=data)


def _outcome(attempt: Attempt, step: StepKey, *, asked: bool, now: datetime) -> Outcome:
    # A comparison of the portrait would be one more finding about the same picture: it belongs here.
    return outcome_of(
        result_of(reading_of(attempt, step), now),
        has_document=bool(evidence.photos_of(attempt, KINDS[step])),
        asked=asked,
        verifies=_verifies(attempt),
    )


def _settle(attempt: Attempt, *, actor: Actor, now: datetime) -> None:
    """Let the steps that the learner went through follow what was read; a person's word stands."""
    if attempt.phase != Phase.before:
        return
    for row in attempt.steps:
        if row.step in KINDS and row.outcome != Outcome.let_through:
            asked = bool(row.data.get("asked"))
            outcome = _outcome(attempt, row.step, asked=asked, now=now)
            if outcome != row.outcome:
                data = _data(attempt, row.step, outcome, asked=asked, now=now)
                attempts.restate_step(attempt, row.step, outcome, data, actor=actor, now=now)


def _data(attempt: Attempt, step: StepKey, outcome: Outcome, *, asked: bool, now: datetime) -> dict[str, Any]:
    """What stands beside the outcome; `finding` is the code of why a learner may be held."""
    if outcome != Outcome.differs:
        return {"asked": asked}
    is_name = result_of(reading_of(attempt, step), now) == Result.differs
    return {"asked": asked, "finding": NAME_DIFFERS if is_name else ASKED}


def _verifies(attempt: Attempt) -> bool:
    return Addon.verify in attempts.config_of(attempt).addons


def _limits() -> Limits:
    return Limits(current_settings().name_same, current_settings().name_differs)
