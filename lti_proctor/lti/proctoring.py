"""LTI Proctoring Services 1.0, the tool's side of its messages: what Start Proctoring and End Assessment carry, and
what Start Assessment and the Assessment Control Service are told. Pure.

The platform's `session_data` is its own secret of this try: it goes back unchanged, and nowhere else.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lti_proctor.errors import Refused
from lti_proctor.lti import fields
from lti_proctor.lti.fields import Claims

AP = "https://purl.imsglobal.org/spec/lti-ap/claim/"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
CONTROL_SCOPE = "https://purl.imsglobal.org/spec/lti-ap/scope/control.all"
CONTROL_TYPE = "application/vnd.ims.lti-ap.v1.control+json"
ACTIONS = ("pause", "resume", "terminate", "update", "flag")
STATUSES = frozenset({"none", "running", "paused", "terminated", "complete"})
#: Some platforms carry a signed token in it, well over 1 kB.
SESSION_DATA_MAX = 32_000
ATTEMPTS_MAX = 100_000
MESSAGE_MAX = 2000
EXTRA_MINUTES_MAX = 100_000
#: How many levels a claim has that goes back.
DEEPEST = 20
START_SECONDS = 300
ECHOED = (LTI + "resource_link", LTI + "custom")


@dataclass(frozen=True)
class Control:
    """The Assessment Control Service of one try: where, and which actions the platform takes."""

    url: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class StartProctoring:
    """What a platform asks when a learner is to be proctored (section 4.2).

    `echoed` holds the claims that go back as they came: the resource link, and custom parameters, which on some
    platforms carry the password of the assessment.
    """

    attempt_number: int
    session_data: str
    start_url: str
    settings: str | None
    control: Control | None
    echoed: Mapping[str, Any]


@dataclass(frozen=True)
class EndAssessment:
    """The assessment is over (section 4.4); `problem` is what the platform says went wrong with it."""

    attempt_number: int
    problem: str | None


def read_start(claims: Claims) -> StartProctoring:
    """Raises `Refused("token_claim")` naming the claim that is missing or malformed."""
    session_data = claims.get(AP + "session_data")
    if not isinstance(session_data, str) or not session_data or len(session_data) > SESSION_DATA_MAX:
        raise Refused("token_claim", claim="session_data")
    if not fields.is_plain(session_data):
        raise Refused("token_claim", claim="session_data")
    start_url = fields.web(claims, AP + "start_assessment_url")
    if start_url is None:
        raise Refused("token_claim", claim="start_assessment_url")
    settings = fields.an_object(claims, AP + "proctoring_settings").get("data")
    return StartProctoring(
        attempt_number=_attempt_number(claims),
        session_data=session_data,
        start_url=start_url,
        settings=settings[:SESSION_DATA_MAX] if isinstance(settings, str) and fields.is_plain(settings) else None,
        control=_control(claims),
        echoed={key: claims[key] for key in ECHOED if isinstance(claims.get(key), dict) and _is_storable(claims[key])},
    )


def read_end(claims: Claims) -> EndAssessment:
    problem = _said(claims, "errormsg") or _said(claims, "errorlog")
    return EndAssessment(_attempt_number(claims), problem)


def _attempt_number(claims: Claims) -> int:
    number = claims.get(AP + "attempt_number")
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= ATTEMPTS_MAX:
        raise Refused("token_claim", claim="attempt_number")
    return number


def _control(claims: Claims) -> Control | None:
    """None where the platform offers no control; actions that the specification does not know are passed over."""
    acs = fields.an_object(claims, AP + "acs")
    url = acs.get("assessment_control_url")
    if url is None:
        return None
    if not fields.is_address(url):
        raise Refused("token_claim", claim="assessment_control_url")
    granted = fields.texts(acs, "actions")
    return Control(url, tuple(action for action in ACTIONS if action in granted))


def _said(claims: Claims, name: str) -> str | None:
    """A message of the platform; one that is no text says nothing, as it is never a reason to lose the end."""
    value = claims.get(AP + name)
    if not isinstance(value, str):
        return None
    plain = "".join(c for c in value if c.isprintable() or c in "\n\t").strip()
    return plain[:MESSAGE_MAX] or None


def _is_storable(value: object, depth: int = 0) -> bool:
    """No database keeps NUL, half a letter, a number without end, or what is too deep to be written again: what holds
    one can't go back as it came, so it does not go back.
    """
    if isinstance(value, str):
        return fields.is_plain(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict | list) and depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(fields.is_plain(name) and _is_storable(inner, depth + 1) for name, inner in value.items())
    return not isinstance(value, list) or all(_is_storable(inner, depth + 1) for inner in value)


def start_assessment(
    *, echoed: Mapping[str, Any], session_data: str, attempt_number: int, verified: Mapping[str, str], client_id: str,
    issuer: str, deployment_id: str, nonce: str, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """The claims of Start Assessment (section 4.3), valid for a few minutes.

    `verified` are claims about the person that this tool checked itself; without any the claim is left out. Issuer is
    the client id and audience the platform's issuer, as the security framework has it for messages of a tool.
    """
    moment = int(now.timestamp())
    claims: dict[str, Any] = {
        **echoed,
        "iss": client_id,
        "aud": issuer,
        "iat": moment,
        "exp": moment + START_SECONDS,
        "nonce": nonce,
        LTI + "message_type": "LtiStartAssessment",
        LTI + "version": "1.3.0",
        LTI + "deployment_id": deployment_id,
        AP + "session_data": session_data,
        AP + "attempt_number": attempt_number,
        AP + "end_assessment_return": True,
    }
    if verified:
        claims[AP + "verified_user"] = dict(verified)
    return claims


def control_body(command: Mapping[str, Any], *, issuer: str, subject: str, link_id: str, attempt_number: int) -> bytes:
    """The body of a call of the Assessment Control Service (section 6): every field, always, as platforms differ in
    what they take for required.
    """
    body: dict[str, Any] = {
        "user": {"iss": issuer, "sub": subject},
        "resource_link": {"id": link_id},
        "attempt_number": attempt_number,
        "action": command["action"],
        "incident_time": moment(datetime.fromisoformat(command["at"])),
        "incident_severity": command["severity"],
        "reason_code": command["code"],
        "reason_msg": command["message"],
    }
    if command.get("minutes"):
        body["extra_time"] = command["minutes"]
    return json.dumps(body).encode()


def read_control_answer(body: bytes) -> dict[str, Any]:
    """What the platform answered: `status`, and `extra_time` where it says one. It is shown to staff and decides
    nothing: some platforms always answer the same.
    """
    try:
        found = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        return {"status": None}
    if not isinstance(found, dict):
        return {"status": None}
    status, extra = found.get("status"), found.get("extra_time")
    answer: dict[str, Any] = {"status": status if isinstance(status, str) and status in STATUSES else None}
    if isinstance(extra, int) and not isinstance(extra, bool) and abs(extra) <= EXTRA_MINUTES_MAX:
        answer["extra_time"] = extra
    return answer


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
