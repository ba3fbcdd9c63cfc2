"""One call of a service of a platform: with a token for just this, and what its answer means."""

import json
from datetime import datetime
from typing import Any

from lti_proctor import outside
from lti_proctor.errors import Upstream
from lti_proctor.lti import service_tokens
from lti_proctor.lti.families import family_of
from lti_proctor.platforms.models import Registration

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
#: Statuses after which the same message may work later: a platform, or a proxy before it with statuses of its own, has
#: trouble with itself. "Not implemented" and the like stay as they are.
PASSING = frozenset({401, 408, 425, 429, *range(500, 600)}) - {501, 505, 506, 510}
#: The longest answer that is read where only its status counts.
LONGEST_UNREAD = 65_536


def call(
    registration: Registration,
    method: str,
    url: str,
    scope: str,
    now: datetime,
    *,
    accept: str,
    content: tuple[str, bytes] | None = None,
    is_read: bool = True,
) -> outside.Answer:
    """Send one request; a token that the platform does not take any more is fetched anew, once.

    `content` is a media type and a body. Where the answer is not read, only its status counts and a long body is cut.
    """
    limits: dict[str, Any] = {} if is_read else {"max_bytes": LONGEST_UNREAD, "cut": True}
    headers = {**family_of(registration.family).headers, "Accept": accept}
    if content is not None:
        headers["Content-Type"] = content[0]
    for _ in range(2):
        headers["Authorization"] = f"Bearer {service_tokens.token_for(registration, (scope,), now=now)}"
        answer = outside.request(method, url, headers=headers, content=content and content[1], **limits)
        if answer.status != 401:
            break
        service_tokens.forget(registration.id)
    return answer


def expect(answer: outside.Answer, what: str) -> None:
    """Raise `Upstream("<what>_status_…")` unless the answer says that it was done."""
    if 200 <= answer.status < 300:
        return
    code = f"{what}_status_{answer.status}"
    raise Upstream(code, permanent=answer.status not in PASSING, retry_after=answer.retry_after)


def json_of(body: bytes) -> Any:
    """What the body says, under whatever content type; None where it is empty or no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
