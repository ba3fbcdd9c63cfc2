"""Attempts at the LMS's own proctored assessments: who took which, and how far they are."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lti_proctor.sandbox.links import Link
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store


class Status(StrEnum):
    """The words of the assessment control service."""

    NONE = "none"
    RUNNING = "running"
    PAUSED = "paused"
    TERMINATED = "terminated"
    COMPLETE = "complete"


OVER = (Status.TERMINATED, Status.COMPLETE)
STATUS_WORDS = {
    Status.NONE: "Not begun: the proctoring tool prepares it",
    Status.RUNNING: "Running",
    Status.PAUSED: "Paused by the proctoring tool",
    Status.TERMINATED: "Ended by the proctoring tool",
    Status.COMPLETE: "Handed in",
}


@dataclass(frozen=True)
class Attempt:
    """`number` is the row's, `attempt_number` counts from 1 for each person and activity, as the tool sees it."""

    number: int
    link_number: int
    person_id: str
    attempt_number: int
    status: Status
    target: str
    session_data: str
    actions: tuple[str, ...]
    minutes: int
    extra_minutes: int
    started_at: str | None
    ended_at: str | None
    verified_user: dict[str, Any] | None
    wants_end: bool
    said: dict[str, str]
    answers: dict[str, str]
    mark: int | None

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def link_id(self) -> str:
        return f"rl-{self.link_number}"

    @property
    def ends_at(self) -> datetime | None:
        if self.started_at is None:
            return None
        return datetime.fromisoformat(self.started_at) + timedelta(minutes=self.minutes + self.extra_minutes)


def _attempt(row: sqlite3.Row) -> Attempt:
    given = dict(row)
    for name in ("verified_user", "said", "answers", "actions"):
        given[name] = json.loads(given[name])
    given |= {"status": Status(given["status"]), "wants_end": bool(given["wants_end"])}
    return Attempt(**{**given, "actions": tuple(given["actions"])})


def all_attempts(store: Store) -> list[Attempt]:
    return [_attempt(row) for row in store.rows("SELECT * FROM attempts ORDER BY number")]


def attempts_at(store: Store, link: Link, person_id: str | None = None) -> list[Attempt]:
    """Of one person, or of everybody."""
    return [
        attempt
        for attempt in all_attempts(store)
        if attempt.link_number == link.number and person_id in (None, attempt.person_id)
    ]


def find_attempt(store: Store, number: int) -> Attempt | None:
    row = store.row("SELECT * FROM attempts WHERE number = ?", number)
    return None if row is None else _attempt(row)


def get_attempt(store: Store, link: Link, person_id: str, attempt_number: int | None) -> Attempt:
    for attempt in attempts_at(store, link, person_id):
        if attempt.attempt_number == attempt_number:
            return attempt
    raise Refusal(f"There is no attempt {attempt_number} of this activity.", status=404, error="not_found")


def number_to_take(attempts: list[Attempt]) -> int:
    """The attempt that is open, otherwise a new one: one person takes one attempt at a time."""
    if not attempts:
        return 1
    last = attempts[-1]
    return last.attempt_number + 1 if last.is_over else last.attempt_number


def ensure_attempt(store: Store, link: Link, person_id: str, attempt_number: int) -> Attempt:
    """Launching the same attempt again finds the first row of it."""
    minutes = link.proctoring.minutes if link.proctoring else 0
    store.run(
        "INSERT OR IGNORE INTO attempts (link_number, person_id, attempt_number, minutes) VALUES (?, ?, ?, ?)",
        *(link.number, person_id, attempt_number, minutes),
    )
    return get_attempt(store, link, person_id, attempt_number)


def note_launch(store: Store, attempt: Attempt, *, session_data: str, actions: tuple[str, ...], target: str) -> None:
    """Only what the last launch carried counts when the tool comes back."""
    store.run(
        "UPDATE attempts SET session_data = ?, actions = ?, target = ? WHERE number = ?",
        *(session_data, json.dumps(actions), target, attempt.number),
    )


def begin(
    store: Store,
    attempt: Attempt,
    *,
    verified_user: dict[str, Any] | None,
    wants_end: bool,
    said: dict[str, str],
    now: datetime,
) -> None:
    """Let the person in. A paused attempt stays paused, and time that runs goes on."""
    store.run(
        "UPDATE attempts SET status = CASE status WHEN 'none' THEN 'running' ELSE status END,"
        " started_at = COALESCE(started_at, ?), verified_user = ?, wants_end = ?, said = ? WHERE number = ?",
        *(now.isoformat(), json.dumps(verified_user), wants_end, json.dumps(said), attempt.number),
    )


def hand_in(store: Store, attempt: Attempt, answers: dict[str, str], mark: int | None, now: datetime) -> bool:
    """False when somebody paused or ended the attempt meanwhile: then nothing is kept."""
    return bool(
        store.run(
            "UPDATE attempts SET status = 'complete', ended_at = ?, answers = ?, mark = ?"
            " WHERE number = ? AND status = 'running'",
            *(now.isoformat(), json.dumps(answers), mark, attempt.number),
        )
    )
