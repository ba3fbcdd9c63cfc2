"""The way from the LMS frame into the exam window: a ticket, as the window does not share the frame's cookie."""

import hashlib
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from lti_proctor import clock, once
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Refused
from lti_proctor.people.service import new_token
from lti_proctor.web.headers import FRAMES_KEY
from lti_proctor.web.language import CHOSEN, LAUNCHED
from lti_proctor.web.sessions import settings, visit

#: What the session of the window knows of the one in the frame.
CARRIED = ("parts", "returns", "theme", CHOSEN, LAUNCHED, FRAMES_KEY)


def issue(attempt: Attempt) -> str:
    """A ticket for the person who is signed in here and owns the attempt."""
    data = {key: visit()[key] for key in CARRIED if key in visit()}
    return _serializer().dumps([attempt.id, attempt.user_id, new_token()[:16], data])


def redeem(ticket: str, attempt_id: int) -> None:
    """Open the session of the exam window. Raises `Refused("ticket_used")` for a used, old or foreign one."""
    try:
        found_id, user_id, unique, data = _serializer().loads(ticket, max_age=settings().ticket_seconds)
    except (BadData, TypeError, ValueError):
        raise Refused("ticket_used") from None
    expires = clock.now() + timedelta(seconds=settings().ticket_seconds)
    if found_id != attempt_id or not once.use("ticket", f"{user_id}:{unique}", expires_at=expires):
        raise Refused("ticket_used")
    visit().sign_in(int(user_id), dict(data), hours=settings().session_hours)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings().secret_key, salt="exam window", signer_kwargs={"digest_method": hashlib.sha256}
    )
