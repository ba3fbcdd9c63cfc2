"""The token that an exam's content holds for one attempt, and nothing else of ours."""

from itsdangerous import BadSignature, URLSafeSerializer

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden, NotFound
from lti_proctor.web.sessions import settings


def token_for(attempt: Attempt) -> str:
    """What the content sends as its whole Authorization header."""
    return f"Bearer {_serializer().dumps(attempt.id)}"


def attempt_for(header: str) -> Attempt:
    """The attempt of a token. Raises `Forbidden`: xapi_token for none or a wrong one, xapi_ended when it is over."""
    kind, _, token = header.partition(" ")
    try:
        attempt_id = int(_serializer().loads(token)) if kind == "Bearer" else 0
        attempt = attempts.get_attempt(attempt_id)
    except (BadSignature, TypeError, ValueError, NotFound):
        raise Forbidden("xapi_token") from None
    if not is_open(attempt):
        raise Forbidden("xapi_ended")
    return attempt


def is_open(attempt: Attempt) -> bool:
    """Whether the content of an attempt may still report: while it runs, and where it is taken without proctoring."""
    return attempt.phase == Phase.running or attempt.status == Status.declined


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="xapi")
