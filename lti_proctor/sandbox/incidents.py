"""What the tool does to a running attempt, and what becomes of the attempt (Proctoring Services 1.0, section 4)."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from lti_proctor.sandbox.attempts import OVER, Status
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store

#: What is not in the table leaves the attempt as it is: a flag, or a pause of what does not run.
EFFECT = {
    (Status.RUNNING, "pause"): Status.PAUSED,
    (Status.PAUSED, "resume"): Status.RUNNING,
    (Status.NONE, "terminate"): Status.TERMINATED,
    (Status.RUNNING, "terminate"): Status.TERMINATED,
    (Status.PAUSED, "terminate"): Status.TERMINATED,
}


@dataclass(frozen=True)
class Incident:
    action: str
    incident_time: str
    incident_severity: float
    reason_code: str | None
    reason_msg: str | None
    extra_time: int | None


def status_after(status: Status, action: str) -> Status:
    return EFFECT.get((status, action), status)


def apply(store: Store, number: int, incident: Incident, now: datetime) -> tuple[Status, int]:
    """Status and extra minutes afterwards. The same incident sent again changes nothing a second time."""
    with store.writing() as connection:
        row = connection.execute("SELECT * FROM attempts WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise Refusal("This attempt does not exist (any more).", status=404, error="not_found")
        before = Status(row["status"])
        if _came_already(connection, number, incident):
            return before, row["extra_minutes"]
        after = status_after(before, incident.action)
        more = incident.extra_time or 0 if incident.action == "update" and before not in OVER else 0
        ended = now.isoformat() if after in OVER and before not in OVER else row["ended_at"]
        connection.execute(
            "UPDATE attempts SET status = ?, extra_minutes = extra_minutes + ?, ended_at = ? WHERE number = ?",
            (after, more, ended, number),
        )
        _write(connection, number, incident, after, now)
        return after, row["extra_minutes"] + more


def _came_already(connection: sqlite3.Connection, number: int, incident: Incident) -> bool:
    query = "SELECT 1 FROM incidents WHERE attempt = ? AND action = ? AND incident_time = ? AND reason_code IS ?"
    key = (number, incident.action, incident.incident_time, incident.reason_code)
    return connection.execute(query, key).fetchone() is not None


def _write(connection: sqlite3.Connection, number: int, incident: Incident, after: Status, now: datetime) -> None:
    connection.execute(
        "INSERT INTO incidents (attempt, at, action, incident_time, incident_severity, reason_code, reason_msg,"
        " extra_time, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(number, now.isoformat(), incident.action, incident.incident_time, incident.incident_severity),
            *(incident.reason_code, incident.reason_msg, incident.extra_time, after),
        ),
    )


def incidents_of(store: Store, number: int) -> list[dict[str, object]]:
    """In the order in which they came."""
    rows = store.rows("SELECT * FROM incidents WHERE attempt = ? ORDER BY number", number)
    return [{name: row[name] for name in row.keys() if name not in ("number", "attempt")} for row in rows]  # noqa: SIM118
