"""The way from an LMS frame into a window of its own: a ticket that works once, as the two share no cookie."""

import hashlib
from datetime import timedelta
from typing import Any

from flask import url_for
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import select

from lti_proctor import clock, once
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden, NotFound, Refused
from lti_proctor.extensions import db
from lti_proctor.people.models import Identity, User
from lti_proctor.people.service import new_token
from lti_proctor.platforms.models import Registration
from lti_proctor.web.access import is_own_form
from lti_proctor.web.headers import FRAMES_KEY
from lti_proctor.web.language import CHOSEN, LAUNCHED
from lti_proctor.web.sessions import settings, visit

#: What the session of the window knows of the one in the frame.
CARRIED = ("parts", "returns", "theme", CHOSEN, LAUNCHED, FRAMES_KEY)


def issue(attempt: Attempt) -> str:
    """A ticket into the exam window for the person who is signed in here and owns the attempt."""
    data = {key: visit()[key] for key in CARRIED if key in visit()}
    return issue_to(attempt.user_id, _path_of(attempt.id), data)


def issue_to(user_id: int, path: str, data: dict[str, Any]) -> str:
    """A ticket that signs a person in with this session data and leads to a path of ours."""
    return _serializer().dumps([path, user_id, new_token()[:16], data])


def redeem(ticket: str, *, attempt_id: int | None = None) -> str:
    """Open the session of the window and return the path it leads to.

    Raises `Refused`: `ticket_used` for a used, old or foreign one and for one of another attempt, `state_other_browser`
    when the form is not ours; and what `_check_person` raises.
    """
    if not is_own_form():
        raise Refused("state_other_browser")
    try:
        path, user_id, unique, data = _serializer().loads(ticket, max_age=settings().ticket_seconds)
    except (BadData, TypeError, ValueError):
        raise Refused("ticket_used") from None
    expires = clock.now() + timedelta(seconds=settings().ticket_seconds)
    is_other = attempt_id is not None and path != _path_of(attempt_id)
    _check_person(int(user_id))
    if is_other or not once.use("ticket", f"{user_id}:{unique}", expires_at=expires):
        raise Refused("ticket_used")
    visit().sign_in(int(user_id), dict(data), hours=settings().session_hours)
    return str(path)


def owner_of(ticket: str, attempt_id: int) -> int:
    """The person of a ticket into this attempt, which is not used up by looking.

    Raises `NotFound("page")` for what is no ticket of ours for this attempt, `Refused("ticket_used")` for an old one.
    """
    try:
        path, user_id, _unique, _data = _serializer().loads(ticket, max_age=settings().ticket_seconds)
    except SignatureExpired:
        raise Refused("ticket_used") from None
    except (BadData, TypeError, ValueError):
        raise NotFound("page") from None
    if path != _path_of(attempt_id):
        raise NotFound("page")
    _check_person(int(user_id))
    return int(user_id)


def _check_person(user_id: int) -> None:
    """The way in may have been closed since the ticket was issued.

    Raises `Forbidden("not_allowed")` for somebody locked or gone, `Refused("platform_inactive")`.
    """
    is_locked = db.session.scalar(select(User.is_locked).where(User.id == user_id))
    if is_locked is None or is_locked:
        raise Forbidden("not_allowed")
    platforms = select(Registration.is_active).join(Identity, Identity.registration_id == Registration.id)
    found = db.session.scalars(platforms.where(Identity.user_id == user_id)).all()
    if found and not any(found):
        raise Refused("platform_inactive")


def _path_of(attempt_id: int) -> str:
    return url_for("learner.attempt", attempt_id=attempt_id)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings().secret_key, salt="exam window", signer_kwargs={"digest_method": hashlib.sha256}
    )
