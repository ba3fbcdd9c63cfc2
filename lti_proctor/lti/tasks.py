"""What is sent to the gradebook of an LMS from the outbox, and what is read from it in the background."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import defer

from lti_proctor import clock, jobs, journal, once, outbox
from lti_proctor.attempts.gradebook import take_over_results
from lti_proctor.attempts.grading import Comment
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.scores import KEEPING, SCORE
from lti_proctor.errors import Upstream
from lti_proctor.exams.columns import COLUMN, Action, column_of
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db, execute, table_of
from lti_proctor.locales import known
from lti_proctor.lti import columns, grades, wire
from lti_proctor.lti.calls import AGS
from lti_proctor.lti.families import FAMILIES, Pending, family_of
from lti_proctor.outbox import Effect, State
from lti_proctor.people.models import Identity, User
from lti_proctor.platforms.models import Deployment, Registration, ResourceLink
from lti_proctor.prepared import Prepared

log = structlog.get_logger()

#: After these the LMS may have the score although we did not hear so.
UNCLEAR = ("outside_timeout", "outside_unreachable", "score_status_5", "internal")
#: So often a score is tried whose column has a timestamp from the future; then somebody has to look.
STALE_TRIES = 8
#: How long one worker has for finding or making a column before another may try.
MAKING = timedelta(minutes=2)
AT_ONCE = 500
KEEPING.update(code for code, family in FAMILIES.items() if family.pending == Pending.always)


@dataclass(frozen=True)
class Receiver:
    """Where the score messages of an attempt go: the link with its column, and how the LMS calls the learner."""

    link: ResourceLink
    registration: Registration
    subject: str
    exam_id: int
    locale: str | None
    exam_locale: str | None


_RECEIVER = (
    select(
        ResourceLink, Registration, Identity.subject, Attempt.exam_id, User.locale, Exam.stored["locale"].as_string()
    )
    .select_from(Attempt)
    .join(ResourceLink, ResourceLink.id == Attempt.resource_link_id)
    .join(Deployment, Deployment.id == ResourceLink.deployment_id)
    .join(Registration, Registration.id == Deployment.registration_id)
    .join(Identity, (Identity.registration_id == Registration.id) & (Identity.user_id == Attempt.user_id))
    .join(User, User.id == Attempt.user_id)
    .join(Exam, Exam.id == Attempt.exam_id)
    .where(Attempt.id == bindparam("attempt_id"))
    .options(defer(Registration.key_set), defer(Registration.role_map))
)
_ROWS = table_of(Effect).c
_LAST_DONE = Prepared(
    select(_ROWS.id, _ROWS.payload)
    .where(_ROWS.lane == bindparam("lane"), _ROWS.state == State.done)
    .order_by(_ROWS.id.desc())
    .limit(1)
)


@outbox.handles(SCORE)
def deliver_score(effect: Effect) -> None:
    """Post one score message, with a timestamp later than every one that this learner's column has had."""
    was_unclear = _was_unclear(effect)
    try:
        _deliver_score(effect, was_unclear=was_unclear)
    except Upstream as problem:
        if was_unclear or problem.code.startswith(UNCLEAR):
            problem.details["keep"] = {"is_unclear": True}
        raise


def _deliver_score(effect: Effect, *, was_unclear: bool) -> None:
    receiver = _receiver(effect)
    payload = _stamped(effect)
    if receiver.link.scopes and AGS + "score" not in receiver.link.scopes:
        raise Upstream("service_off_scores", permanent=True)
    if receiver.link.line_item_url is None:
        _find_or_make_column(receiver)
    try:
        _post_where_it_is(receiver, payload)
    except Upstream as problem:
        if problem.code != "score_stale":
            raise
        if was_unclear:
            # The answer to an earlier try was lost: what the LMS has is this very score, or a newer one.
            return
        payload = {**payload, "timestamp": grades.later(payload["timestamp"], clock.now())}
        _overtake(effect, receiver, payload)
    if payload != effect.payload:
        effect.payload = payload


def _receiver(effect: Effect) -> Receiver:
    """Everything that a message needs, in one statement; raises `gone` when some of it is not there any more."""
    row = db.session.execute(_RECEIVER, {"attempt_id": effect.payload["attempt"]}).first()
    if row is None:
        raise Upstream("gone", permanent=True)
    return Receiver(*row)


def _stamped(effect: Effect) -> dict[str, Any]:
    """The message with a timestamp a whole second after the last one that was delivered, the same at each try.

    A message that a later one of its lane has overtaken is not needed any more: the gradebook is further.
    """
    last = execute(_LAST_DONE, lane=effect.lane).first()
    if last is None:
        return effect.payload
    if last.id > effect.id:
        raise Upstream("score_overtaken", permanent=True)
    if effect.payload["timestamp"] > last.payload["timestamp"]:
        return effect.payload
    return {**effect.payload, "timestamp": grades.later(last.payload["timestamp"], effect.created_at)}


def _was_unclear(effect: Effect) -> bool:
    """Whether the LMS may have the score from any earlier try: a worker that died in the middle left no word of it."""
    return bool(effect.payload.get("is_unclear")) or (effect.tries > 1 and effect.last_error is None)


def _overtake(effect: Effect, receiver: Receiver, payload: dict[str, Any]) -> None:
    """Once more with a later timestamp; a column that is dated in the future is tried later, and not for ever."""
    try:
        _post_where_it_is(receiver, payload)
    except Upstream as problem:
        problem.permanent = problem.permanent or (problem.code == "score_stale" and effect.tries >= STALE_TRIES)
        raise


def _post_where_it_is(receiver: Receiver, payload: dict[str, Any]) -> None:
    """Post; when the column is gone, look once whether there is another one by now."""
    link, registration = receiver.link, receiver.registration
    try:
        return _post(receiver, payload)
    except Upstream as problem:
        if problem.code != "score_status_404" or not _look_again(link, registration, receiver.exam_id):
            raise
    return _post(receiver, payload)


def _post(receiver: Receiver, payload: dict[str, Any]) -> None:
    body = wire.score(
        payload,
        user_id=receiver.subject,
        comment=_comment(payload, receiver),
        scorer=_scorer(payload, receiver.registration),
        family=family_of(receiver.registration.family),
    )
    grades.post_score(receiver.registration, str(receiver.link.line_item_url), body, now=clock.now())


def _scorer(payload: dict[str, Any], registration: Registration) -> str | None:
    """How the platform calls the reviewer; None for somebody from elsewhere."""
    if payload.get("scorer") is None:
        return None
    query = select(Identity.subject).where(Identity.registration_id == registration.id)
    return db.session.scalars(query.where(Identity.user_id == payload["scorer"]).limit(1)).first()


def _comment(payload: dict[str, Any], receiver: Receiver) -> str:
    comment = Comment(payload["comment"])
    if comment == Comment.none:
        return ""
    locale = known(receiver.locale) or known(receiver.exam_locale) or "en"
    with force_locale(locale):
        words = {
            Comment.waiting: _("Handed in. The exam is reviewed before the grade counts."),
            Comment.accepted: _("The exam was reviewed and accepted."),
            Comment.not_accepted: _(
                "The exam was reviewed and not accepted. The exam page says why and what you can do."
            ),
            Comment.without_proctoring: _("The exam was taken without proctoring."),
        }
        said, receipt = str(words[comment]), journal.receipt(f"attempt:{payload['attempt']}")
        # The link holds the end of the record's hash chain at this moment: what stands there can't be changed unseen.
        link = f"{current_settings().base_url}/attempts/{payload['attempt']}/record?receipt={receipt}"
        return str(_("%(said)s Record: %(link)s", said=said, link=link))


# columns


def _find_or_make_column(receiver: Receiver) -> None:
    """One worker at a time: while a class begins, each learner's first score would make a column of its own.

    Commits, as what the LMS has done is not taken back when the score fails afterwards.
    """
    link, registration, now = receiver.link, receiver.registration, clock.now()
    name = str(link.id)
    if not once.use("column", name, expires_at=now + MAKING):
        raise Upstream("column_in_making", permanent=False)
    db.session.commit()
    try:
        exam = db.session.get_one(Exam, receiver.exam_id)
        if link.line_item_url is None:
            found = columns.find_column(registration, link, exam, now=now)
            if found is None:
                found = link.made_line_item_url = columns.make_column(registration, link, exam, now=now)
            link.line_item_url = found
    finally:
        once.give_back("column", name)
        db.session.commit()


def _look_again(link: ResourceLink, registration: Registration, exam_id: int) -> bool:
    """Whether the link has another column by now; its address is kept at once."""
    exam = db.session.get_one(Exam, exam_id)
    found = columns.find_column(registration, link, exam, now=clock.now())
    if found in {None, link.line_item_url}:
        return False
    link.line_item_url = found
    db.session.commit()
    return True


@outbox.handles(COLUMN)
def deliver_column(effect: Effect) -> None:
    """Let the column of a link follow its exam, or remove the one that this tool made."""
    link = db.session.get(ResourceLink, effect.payload["link"])
    exam = db.session.get(Exam, link.exam_id) if link is not None and link.exam_id is not None else None
    if link is None or exam is None:
        raise Upstream("gone", permanent=True)
    is_graded = column_of(exam.title, exam.kind, exam.config).is_graded
    if effect.payload["action"] == Action.change:
        if is_graded and link.line_item_url is not None:
            _change_column(link, exam, effect.payload["fields"])
    elif not is_graded and link.made_line_item_url is not None:
        url = link.made_line_item_url
        columns.remove_column(link.deployment.registration, url, now=clock.now())
        link.made_line_item_url = None
        link.line_item_url = None if link.line_item_url == url else link.line_item_url


def _change_column(link: ResourceLink, exam: Exam, fields: list[str]) -> None:
    registration = link.deployment.registration
    try:
        return columns.change_column(registration, str(link.line_item_url), exam, fields, now=clock.now())
    except Upstream as problem:
        if problem.code != "column_status_404" or not _look_again(link, registration, exam.id):
            raise
    return columns.change_column(registration, str(link.line_item_url), exam, fields, now=clock.now())


# results


@jobs.job("lti.results")
def read_results(link_id: int) -> None:
    """Read what the gradebook has in the column of a link; what can't be read leaves the reason and the old figures."""
    link = db.session.get(ResourceLink, link_id)
    if link is None or link.line_item_url is None:
        return
    registration, now = link.deployment.registration, clock.now()
    try:
        if AGS + "result.readonly" not in link.scopes:
            raise Upstream("service_off_results", permanent=True)
        results = grades.read_results(registration, link.line_item_url, now=now)
    except Upstream as problem:
        log.warning("results.failed", link=link_id, code=problem.code)
        link.results_error = problem.code
        return
    users = _users_of(registration, sorted(results.by_subject))
    found = {user: results.by_subject[subject] for subject, user in users.items()}
    take_over_results(link, found, now=now)
    link.results_error = results.note


def _users_of(registration: Registration, subjects: list[str]) -> dict[str, int]:
    users: dict[str, int] = {}
    for start in range(0, len(subjects), AT_ONCE):
        named = Identity.subject.in_(subjects[start : start + AT_ONCE])
        query = select(Identity.subject, Identity.user_id).where(Identity.registration_id == registration.id, named)
        users.update(db.session.execute(query).all())
    return users
