"""Addresses of an exam's files. A frame that is shut in sends no cookie, so the right to read stands in the path.

The token names an attempt, and is good only while that runs and for a day at most; or, for staff who look at their
files, a package, for an hour.
"""

from urllib.parse import urlsplit

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.content.models import Package
from lti_proctor.content.service import start_of
from lti_proctor.errors import NotFound
from lti_proctor.exams.config import Delivery
from lti_proctor.web.sessions import settings

ATTEMPT_SECONDS = 24 * 3600
STAFF_SECONDS = 3600
#: The files are shown to a learner in these only; a pause takes them away.
SHOWN_IN = frozenset({Status.started, Status.declined})


def address_for(attempt: Attempt, package: Package) -> str:
    return _address("attempt", attempt.id, package)


def address_for_staff(package: Package) -> str:
    return _address("package", package.identifier, package)


def package_for(token: str) -> str:
    """The identifier of the package that a token opens now; raises `NotFound("page")`."""
    try:
        kind, subject = _serializer().loads(token, max_age=ATTEMPT_SECONDS)
        if kind == "package":
            _serializer().loads(token, max_age=STAFF_SECONDS)
            return str(subject)
        attempt = attempts.get_attempt(int(subject))
    except (BadData, TypeError, ValueError, NotFound):
        raise NotFound("page") from None
    config = attempts.config_of(attempt)
    if attempt.status not in SHOWN_IN or config.delivery != Delivery.hosted:
        raise NotFound("page")
    return config.package


def home() -> str:
    """Where the files are served from: an origin of their own where the settings name one."""
    return settings().content_base_url or settings().base_url


def is_own_origin() -> bool:
    """Whether this request came to the origin that serves files and nothing else."""
    own = settings().content_base_url
    return bool(own) and request.host == urlsplit(own).netloc


def _address(kind: str, subject: int | str, package: Package) -> str:
    return f"{home()}/content/{_serializer().dumps([kind, subject])}/{start_of(package)}"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="content")
