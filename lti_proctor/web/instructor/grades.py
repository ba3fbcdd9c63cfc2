"""The gradebook of an exam in rows: messages on their way, and what was sent beside what the LMS has."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, String, cast, literal, or_, select
from sqlalchemy.orm import contains_eager

from lti_proctor.attempts.gradebook import GradebookResult
from lti_proctor.attempts.grading import Agreement, Points, agreement
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.scores import SCORE
from lti_proctor.exams.columns import COLUMN
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State
from lti_proctor.people.models import User
from lti_proctor.platforms.models import ResourceLink

SHOWN = 200
#: How outbox rows name the attempt they belong to.
SUBJECT = literal("attempt:") + cast(Attempt.id, String)
Key = tuple[int | None, int]


@dataclass(frozen=True)
class Row:
    """A message on its way: a score with its attempt, or a change of a column."""

    effect: Effect
    attempt: Attempt | None


@dataclass(frozen=True)
class Compared:
    """One learner: what was sent, what the gradebook has."""

    user: User
    sent: Points | None
    had: Points | None
    agreement: Agreement


@dataclass(frozen=True)
class Comparison:
    """What the gradebook had when it was read: differences first. `read_at` is None before the first reading."""

    is_offered: bool
    read_at: datetime | None
    problem: str | None
    rows: list[Compared]
    counts: Mapping[Agreement, int]


def queue_of(exam: Exam) -> list[Row]:
    """Messages of an exam: what is not done first, then the newest."""
    query = (
        select(Effect, Attempt)
        .outerjoin(Attempt, (Effect.subject == SUBJECT) & (Attempt.exam_id == exam.id))
        .outerjoin(Attempt.user)
        .options(contains_eager(Attempt.user))
        .where(_belongs(exam))
        .order_by((Effect.state == State.done).asc(), Effect.id.desc())
        .limit(SHOWN)
    )
    return [Row(effect, attempt) for effect, attempt in db.session.execute(query)]


def is_of(exam: Exam, effect: Effect) -> bool:
    """Whether a row stands in the queue of an exam."""
    query = select(Effect.id).where(Effect.id == effect.id, _belongs(exam))
    return db.session.scalar(query) is not None


def _belongs(exam: Exam) -> ColumnElement[bool]:
    attempts = select(SUBJECT).where(Attempt.exam_id == exam.id)
    scores = (Effect.kind == SCORE) & Effect.subject.in_(attempts)
    return or_(scores, (Effect.kind == COLUMN) & (Effect.subject == f"exam:{exam.id}"))


def sent_grades(attempt_ids: list[int]) -> dict[int, Effect]:
    """The newest score message of each attempt."""
    subjects = [f"attempt:{i}" for i in attempt_ids]
    query = select(Effect).where(Effect.kind == SCORE, Effect.subject.in_(subjects)).order_by(Effect.id)
    return {effect.payload["attempt"]: effect for effect in db.session.scalars(query)}


def links_with_columns(exam: Exam) -> list[ResourceLink]:
    """The links whose column is known."""
    query = select(ResourceLink).where(ResourceLink.exam_id == exam.id, ResourceLink.line_item_url.is_not(None))
    return list(db.session.scalars(query))


def comparison_of(exam: Exam) -> Comparison:
    """Each learner of an exam whom either side knows with a grade."""
    links = links_with_columns(exam)
    read_at = min((link.results_at for link in links if link.results_at), default=None)
    problem = next((link.results_error for link in links if link.results_error), None)
    if read_at is None:
        return Comparison(bool(links), None, problem, [], {})
    sent, had = _sent(exam), _had(links)
    found = [(agreement(sent.get(key), had.get(key)), key) for key in sent.keys() | had.keys()]
    found.sort(key=lambda pair: (pair[0] == Agreement.same, pair[1][1], pair[1][0] or 0))
    users = _users([key[1] for _agreement, key in found[:SHOWN]])
    rows = [Compared(users[key[1]], sent.get(key), had.get(key), word) for word, key in found[:SHOWN]]
    return Comparison(True, read_at, problem, rows, Counter(word for word, _key in found))


def _sent(exam: Exam) -> dict[Key, Points]:
    """By link and user what was delivered last; what says nothing about points ("in progress") is passed over."""
    query = (
        select(Attempt.resource_link_id, Attempt.user_id, Effect.payload)
        .join(Effect, Effect.subject == SUBJECT)
        .where(Attempt.exam_id == exam.id, Effect.kind == SCORE, Effect.state == State.done)
        .order_by(Effect.id)
    )
    found: dict[Key, Points] = {}
    for link_id, user_id, payload in db.session.execute(query):
        if payload["given"] is not None or payload.get("clears"):
            given = None if payload["given"] is None else Decimal(payload["given"])
            found[link_id, user_id] = Points(given, Decimal(payload["maximum"]))
    return found


def _had(links: list[ResourceLink]) -> dict[Key, Points]:
    query = select(GradebookResult).where(GradebookResult.resource_link_id.in_([link.id for link in links]))
    rows = db.session.scalars(query)
    return {(row.resource_link_id, row.user_id): Points(row.given, row.maximum) for row in rows}


def _users(user_ids: list[int]) -> dict[int, User]:
    return {user.id: user for user in db.session.scalars(select(User).where(User.id.in_(user_ids)))}
