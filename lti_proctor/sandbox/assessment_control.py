"""Assessment Control Service (Proctoring Services 1.0): pause, resume, end, extend or flag an attempt."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.attempts import Attempt, find_attempt
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.incidents import Incident, apply
from lti_proctor.sandbox.media import answer_json, check_accept, read_json
from lti_proctor.sandbox.moments import check_moment
from lti_proctor.sandbox.oauth import check_token
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.scores import read_number
from lti_proctor.sandbox.settings import ACTIONS
from lti_proctor.sandbox.vocabulary import CONTROL_SCOPE, CONTROL_TYPE

bp = Blueprint("assessment_control", __name__)
REQUIRED = ("user", "resource_link", "attempt_number", "action", "incident_time", "incident_severity")


@bp.post("/proctoring/acs/<int:attempt>")
def control(attempt: int) -> ResponseReturnValue:
    check_token(CONTROL_SCOPE)
    check_accept(CONTROL_TYPE)
    platform = sandbox()
    body = read_json(CONTROL_TYPE)
    found = find_attempt(platform.store, attempt)
    if found is None:
        raise Refusal("This attempt does not exist (any more).", status=404, error="not_found")
    incident = read_incident(body, found, platform.config.issuer)
    if incident.action not in found.actions:
        reason = f"The action {incident.action!r} was not granted at the launch, only: {', '.join(found.actions)}."
        raise Refusal(reason, status=403, error="forbidden")
    status, extra = apply(platform.store, found.number, incident, platform.clock())
    return answer_json({"status": status} | ({"extra_time": extra} if extra else {}), CONTROL_TYPE)


def read_incident(body: object, attempt: Attempt, issuer: str) -> Incident:
    if not isinstance(body, dict):
        raise Refusal("The body must be a JSON object.")
    missing = [name for name in REQUIRED if body.get(name) is None]
    if missing:
        raise Refusal(f"The body lacks {', '.join(missing)}.")
    _check_whose(body, attempt, issuer)
    return Incident(
        action=_action(body),
        incident_time=check_moment(body["incident_time"], "incident_time"),
        incident_severity=_severity(body),
        reason_code=_text(body, "reason_code"),
        reason_msg=_text(body, "reason_msg"),
        extra_time=_extra_time(body),
    )


def _check_whose(body: dict[str, Any], attempt: Attempt, issuer: str) -> None:
    """The address names the attempt already; the body must mean the same one."""
    _check_part(body, "user", "iss", issuer)
    _check_part(body, "user", "sub", attempt.person_id)
    _check_part(body, "resource_link", "id", attempt.link_id)
    number = body["attempt_number"]
    if isinstance(number, bool) or not isinstance(number, int) or number != attempt.attempt_number:
        raise Refusal(f"attempt_number must be {attempt.attempt_number} at this address, not {number!r}.")


def _check_part(body: dict[str, Any], name: str, part: str, expected: str) -> None:
    value = body[name]
    if not isinstance(value, dict) or value.get(part) is None:
        raise Refusal(f"The body lacks {name}.{part}: {name} must be an object with it.")
    if value[part] != expected:
        raise Refusal(f"{name}.{part} must be {expected!r} at this address, not {value[part]!r}.")


def _action(body: dict[str, Any]) -> str:
    if body["action"] not in ACTIONS:
        raise Refusal(f"action must be one of {', '.join(ACTIONS)}, not {body['action']!r}.")
    return str(body["action"])


def _severity(body: dict[str, Any]) -> float:
    severity = read_number(body["incident_severity"], "incident_severity")
    if severity > 1:
        raise Refusal(f"incident_severity must be from 0 to 1, not {body['incident_severity']!r}.")
    return severity


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(f"{name} must be a text, not {value!r}.")
    return value


def _extra_time(body: dict[str, Any]) -> int | None:
    minutes = body.get("extra_time")
    if minutes is None and body["action"] == "update":
        raise Refusal("update needs extra_time, in whole minutes.")
    if minutes is None:
        return None
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 24 * 60:
        raise Refusal(f"extra_time must be a whole number of minutes from 1 up, not {minutes!r}.")
    return minutes
