"""Verbs on documents: what the content keeps for itself, so that a reload or another device goes on where it was."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from lti_proctor.attempts.models import Attempt
from lti_proctor.content import conditions
from lti_proctor.content.conditions import Condition
from lti_proctor.content.models import Document, DocumentKind
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import db

BYTES_MAX = 500_000
PER_ATTEMPT = 100
JSON = "application/json"


@dataclass(frozen=True)
class Place:
    """Where a document belongs. `registration` None means any where documents are listed or removed together."""

    kind: DocumentKind
    activity: str
    registration: str | None
    name: str = ""


def find(attempt: Attempt, place: Place) -> Document | None:
    query = _in(attempt, place).where(Document.name == place.name, Document.registration == (place.registration or ""))
    return db.session.scalars(query).one_or_none()


def get(attempt: Attempt, place: Place) -> Document:
    """Raises `NotFound("xapi_document")`."""
    found = find(attempt, place)
    if found is None:
        raise NotFound("xapi_document")
    return found


def names(attempt: Attempt, place: Place, since: datetime | None) -> list[str]:
    """The names of the documents there, those that were changed after `since`."""
    query = _in(attempt, place)
    if place.registration is not None:
        query = query.where(Document.registration == place.registration)
    if since is not None:
        query = query.where(Document.updated_at > since)
    return sorted({document.name for document in db.session.scalars(query)})


def put(
    attempt: Attempt, place: Place, content: bytes, media_type: str, condition: Condition, *, is_careful: bool,
    now: datetime,
) -> None:  # fmt: skip
    """Keep a document in the place of the one before. `is_careful`: one that is there needs a condition.

    Raises `Refused` as `conditions.check`, and `Invalid("xapi_too_large")`.
    """
    found = find(attempt, place)
    conditions.check(condition, found.etag if found else None, is_needed=is_careful)
    _write(attempt, place, found, content, media_type, now)


def merge(
    attempt: Attempt, place: Place, content: bytes, media_type: str, condition: Condition, *, now: datetime
) -> None:
    """Put the members of a JSON object into the one that is there (Communication 2.2, JSON procedure).

    Raises `Invalid("xapi_merge")` where one of the two is no JSON object, and what `put` raises.
    """
    found = find(attempt, place)
    conditions.check(condition, found.etag if found else None, is_needed=False)
    if found is not None:
        merged = {**_object(found.content, found.media_type), **_object(content, media_type)}
        content, media_type = json.dumps(merged, ensure_ascii=False).encode(), JSON
    elif _is_json(media_type):
        _object(content, media_type)
    _write(attempt, place, found, content, media_type, now)


def remove(attempt: Attempt, place: Place, condition: Condition) -> None:
    """Remove one document; one that is gone is fine."""
    found = find(attempt, place)
    conditions.check(condition, found.etag if found else None, is_needed=False)
    if found is not None:
        db.session.delete(found)


def remove_all(attempt: Attempt, place: Place) -> None:
    """Remove all documents of a place, whatever their names."""
    removing = delete(Document).where(
        Document.attempt_id == attempt.id, Document.kind == place.kind, Document.activity == place.activity
    )
    if place.registration is not None:
        removing = removing.where(Document.registration == place.registration)
    db.session.execute(removing)


def _in(attempt: Attempt, place: Place) -> Any:
    return select(Document).where(
        Document.attempt_id == attempt.id, Document.kind == place.kind, Document.activity == place.activity
    )


def _write(
    attempt: Attempt, place: Place, found: Document | None, content: bytes, media_type: str, now: datetime
) -> None:
    if len(content) > BYTES_MAX:
        raise Invalid("xapi_too_large")
    if found is None:
        n_kept = db.session.scalar(select(func.count()).where(Document.attempt_id == attempt.id)) or 0
        if n_kept >= PER_ATTEMPT:
            raise Invalid("xapi_too_large")
        found = Document(
            attempt_id=attempt.id, kind=place.kind, activity=place.activity, registration=place.registration or "",
            name=place.name,
        )  # fmt: skip
        db.session.add(found)
    found.content, found.media_type = content, media_type[:200]
    found.etag, found.updated_at = conditions.tag_of(content), now
    db.session.flush()


def _is_json(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() == JSON


def _object(content: bytes, media_type: str) -> dict[str, Any]:
    try:
        value = json.loads(content) if _is_json(media_type) else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Invalid("xapi_merge")
    return value
