"""Trouble on purpose: services that fail as real ones do, for a number of calls or until switched off."""

import math
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from flask import Response, g, jsonify, request

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store


class Service(StrEnum):
    TOKEN = "token"  # noqa: S105
    SCORE = "score"
    AGS = "ags"
    NRPS = "nrps"
    KEYS = "keys"
    CONTROL = "control"


class Mode(StrEnum):
    DOWN = "down"
    UNAUTHORISED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    CONFLICT = "409"
    TOO_MANY = "429"
    BROKEN = "500"
    BUSY = "503"
    HANG = "hang"
    STORED_THEN_CLOSED = "stored_then_closed"
    STORED_THEN_500 = "stored_then_500"
    MALFORMED = "malformed"


SERVICE_WORDS = {
    Service.TOKEN: "Access tokens",
    Service.SCORE: "Sending scores",
    Service.AGS: "All of the grade service",
    Service.NRPS: "Roster",
    Service.KEYS: "Key set of the platform",
    Service.CONTROL: "Assessment control: pause, resume, end, extend, flag",
}
MODE_WORDS = {
    Mode.DOWN: "Down: the connection is closed without an answer",
    Mode.UNAUTHORISED: "401: the token is not accepted",
    Mode.FORBIDDEN: "403: not allowed",
    Mode.NOT_FOUND: "404: not there",
    Mode.CONFLICT: "409: a newer score is there",
    Mode.TOO_MANY: "429: too many requests, with the seconds to wait (Retry-After)",
    Mode.BROKEN: "500: the service is broken",
    Mode.BUSY: "503: the service is being maintained",
    Mode.HANG: "Slow: answers only after some seconds",
    Mode.STORED_THEN_CLOSED: "Done, but the connection is closed before the answer",
    Mode.STORED_THEN_500: "Done, but the answer is 500",
    Mode.MALFORMED: "Done, but the answer is broken JSON",
}
LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Fault:
    service: Service
    mode: Mode
    seconds: float = 5
    calls_left: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def services_asked() -> tuple[Service, ...]:
    """The services that a request belongs to, the narrowest first."""
    endpoint = request.endpoint or ""
    if endpoint == "ags.post_score":
        return Service.SCORE, Service.AGS
    by_blueprint = {
        "ags": Service.AGS,
        "nrps": Service.NRPS,
        "oauth": Service.TOKEN,
        "assessment_control": Service.CONTROL,
    }
    if endpoint == "wellknown.key_set":
        return (Service.KEYS,)
    service = by_blueprint.get(request.blueprint or "")
    return () if service is None else (service,)


def read_fault(wanted: object) -> Fault:
    """A fault from JSON or a form: {service, mode, seconds?, calls?}."""
    if not isinstance(wanted, dict):
        raise Refusal("Send a JSON object with service and mode.")
    try:
        service, mode = Service(str(wanted.get("service"))), Mode(str(wanted.get("mode")))
    except ValueError as problem:
        names = f"service: {', '.join(Service)}; mode: {', '.join(Mode)}"
        raise Refusal(f"{problem}. There are {names}.") from problem
    given = {name: value for name, value in wanted.items() if value not in (None, "")}
    try:
        seconds = float(given.get("seconds", 5))
        calls = int(given["calls"]) if "calls" in given else None
    except (TypeError, ValueError, OverflowError) as problem:
        raise Refusal("seconds must be a number and calls a whole number.") from problem
    if not 0 < seconds <= LONGEST_SECONDS or (calls is not None and calls < 1):
        raise Refusal(f"seconds must be more than 0 and up to {LONGEST_SECONDS}, calls 1 or more.")
    return Fault(service, mode, seconds, calls)


def _fault(row: Any) -> Fault:
    return Fault(Service(row["service"]), Mode(row["mode"]), row["seconds"], row["calls_left"])


def all_faults(store: Store) -> list[Fault]:
    return [_fault(row) for row in store.rows("SELECT * FROM faults ORDER BY service")]


def set_fault(store: Store, fault: Fault) -> None:
    store.run(
        "INSERT OR REPLACE INTO faults VALUES (?, ?, ?, ?)",
        *(fault.service, fault.mode, fault.seconds, fault.calls_left),
    )


def clear_faults(store: Store, service: str | None = None) -> None:
    store.run("DELETE FROM faults WHERE ? IS NULL OR service = ?", service, service)


def take_fault(store: Store, services: tuple[Service, ...]) -> Fault | None:
    """The fault for this call, counted down; two calls at once never take the same last one."""
    if not services or not all_faults(store):
        return None
    with store.writing() as connection:
        for service in services:
            row = connection.execute("SELECT * FROM faults WHERE service = ?", (service,)).fetchone()
            if row is None:
                continue
            if row["calls_left"] == 1:
                connection.execute("DELETE FROM faults WHERE service = ?", (service,))
            elif row["calls_left"] is not None:
                connection.execute("UPDATE faults SET calls_left = calls_left - 1 WHERE service = ?", (service,))
            return _fault(row)
    return None


def answer_instead(fault: Fault) -> Response | None:
    """What the fault answers in place of the service; None lets the service do its work."""
    if fault.mode is Mode.HANG:
        time.sleep(fault.seconds)
        return None
    if fault.mode is Mode.DOWN:
        return Response(status=503)
    if not fault.mode.isdigit():
        return None
    answer = _excuse(int(fault.mode))
    if fault.mode is Mode.TOO_MANY:
        answer.headers["Retry-After"] = str(math.ceil(fault.seconds))
    if fault.mode is Mode.UNAUTHORISED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="practice-lms", error="invalid_token"'
    return answer


def _excuse(status: int) -> Response:
    answer = jsonify(error="practice_fault", error_description=f"The practice LMS was told to answer {status}.")
    answer.status_code = status
    return answer


def answer_after(fault: Fault, answer: Response) -> Response:
    """What becomes of the service's answer when its work is done."""
    if fault.mode is Mode.STORED_THEN_500:
        return _excuse(500)
    if fault.mode is Mode.MALFORMED:
        answer.set_data(b'{"this is": "no JSON"')
    return answer


def closes_connection() -> bool:
    fault: Fault | None = g.get("fault")
    return fault is not None and fault.mode in (Mode.DOWN, Mode.STORED_THEN_CLOSED)


def close_connection() -> None:
    """Hang up as a dead server does. Where there is no socket (a test client) an exception says the same."""
    socket = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if socket is None:
        raise ConnectionAbortedError("The practice LMS closed the connection.")
    socket.shutdown(2)
