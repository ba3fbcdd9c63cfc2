"""Verbs on statements: what the content reports is kept once, and a result goes to the attempt."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.content.models import Statement
from lti_proctor.content.service import package_of
from lti_proctor.content.statements import Received, is_same, shown
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.extensions import add_if_new, current_settings, db
from lti_proctor.journal import Actor

#: An attempt reports so many things at most, so that nobody fills the database.
PER_ATTEMPT = 5000


@dataclass(frozen=True)
class Wanted:
    """Which statements somebody asks for."""

    verb: str | None = None
    activity: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100
    is_ascending: bool = False


def activity_of(attempt: Attempt) -> str:
    """The id of the activity whose result is that of the attempt: the package's own, else one made of the exam."""
    package = package_of(attempts.config_of(attempt))
    settings = current_settings()
    return (package.activity if package else "") or f"{settings.base_url}/exams/{attempt.exam.identifier}"


def keep(attempt: Attempt, received: Sequence[Received], *, actor: Actor, now: datetime) -> list[str]:
    """Keep statements and return their ids. One that is here already is passed over.

    Raises `Refused("xapi_conflict")` for an id under which something else was reported, `Invalid("xapi_too_large")`.
    """
    n_kept = db.session.scalar(select(func.count()).where(Statement.attempt_id == attempt.id)) or 0
    if n_kept + len(received) > PER_ATTEMPT:
        raise Invalid("xapi_too_large")
    root = activity_of(attempt)
    return [_keep_one(attempt, one, root, actor, now) for one in received]


def _keep_one(attempt: Attempt, one: Received, root: str, actor: Actor, now: datetime) -> str:
    identifier = one.id or str(uuid.uuid4())
    body = {**one.body, "id": identifier}
    added = add_if_new(
        Statement, attempt_id=attempt.id, statement_id=identifier, verb=one.verb, activity=one.activity, body=body,
        stored_at=now,
    )  # fmt: skip
    if added is None:
        before = find_statement(attempt, identifier)
        if before is not None and not is_same(before.body, body):
            raise Refused("xapi_conflict")
    elif one.share is not None and one.activity == root and _counts(attempt, one):
        attempts.record_result(attempt, one.share, shown(one.body), actor=actor, now=now)
    return identifier


def _counts(attempt: Attempt, one: Received) -> bool:
    """Content that says its score and then that it was completed means the score."""
    return one.is_scored or not (attempt.result_data or {}).get("score")


def find_statement(attempt: Attempt, identifier: str) -> Statement | None:
    query = select(Statement).where(Statement.attempt_id == attempt.id, Statement.statement_id == identifier.lower())
    return db.session.scalars(query).one_or_none()


def get_statement(attempt: Attempt, identifier: str) -> Statement:
    found = find_statement(attempt, identifier)
    if found is None:
        raise NotFound("xapi_document")
    return found


def statements_of(attempt: Attempt, wanted: Wanted) -> list[Statement]:
    """The newest first, unless asked otherwise."""
    query = select(Statement).where(Statement.attempt_id == attempt.id)
    if wanted.verb is not None:
        query = query.where(Statement.verb == wanted.verb)
    if wanted.activity is not None:
        query = query.where(Statement.activity == wanted.activity)
    if wanted.since is not None:
        query = query.where(Statement.stored_at > wanted.since)
    if wanted.until is not None:
        query = query.where(Statement.stored_at <= wanted.until)
    order = Statement.id.asc() if wanted.is_ascending else Statement.id.desc()
    return list(db.session.scalars(query.order_by(order).limit(wanted.limit)))


def as_sent(statement: Statement, home: str) -> dict[str, Any]:
    """A statement as the store gives it back."""
    stored = statement.stored_at.isoformat()
    authority = {"objectType": "Agent", "account": {"homePage": home, "name": "exam"}}
    return {
        "timestamp": stored,
        "version": "1.0.0",
        **statement.body,
        "stored": stored,
        "authority": authority,
    }
