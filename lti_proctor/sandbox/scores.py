"""What a score of the AGS must look like, and what it does to a grade (AGS 2.0, section 3.4)."""

import math
from dataclasses import dataclass
from datetime import datetime

from lti_proctor.sandbox.links import Column
from lti_proctor.sandbox.moments import check_moment, read_moment
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.settings import Settings
from lti_proctor.sandbox.store import Store

ACTIVITY = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")


@dataclass(frozen=True)
class Score:
    person_id: str
    sent_at: datetime
    timestamp: str
    activity: str
    grading: str
    given: float | None
    out_of: float | None
    comment: str | None


@dataclass(frozen=True)
class Grade:
    line_item: int
    person_id: str
    timestamp: str
    score: float | None
    out_of: float | None
    comment: str | None
    activity: str
    grading: str

    def scaled(self, maximum: float) -> float | None:
        """The score on the column's scale: a tool may count in other points than the gradebook."""
        if self.score is None or not self.out_of:
            return None
        return round(self.score / self.out_of * maximum, 4)


def read_number(value: object, name: str, *, over_zero: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refusal(f"{name} must be a number, not {value!r}.")
    if value < 0 or (over_zero and value == 0):
        raise Refusal(f"{name} must be {'more than 0' if over_zero else '0 or more'}, not {value!r}.")
    return float(value)


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(f"{name} is required and must be a text that is not empty.")
    return value


def _one_of(body: dict[str, object], name: str, words: tuple[str, ...]) -> str:
    value = _text(body, name)
    if value not in words:
        raise Refusal(f"{name} must be one of {', '.join(words)}, not {value!r}.")
    return value


def _check_extras(body: dict[str, object]) -> None:
    if "scoringUserId" in body and not isinstance(body["scoringUserId"], str):
        raise Refusal("scoringUserId must be a text.")
    submission = body.get("submission", {})
    if not isinstance(submission, dict):
        raise Refusal("submission must be an object with startedAt and submittedAt.")
    for name in ("startedAt", "submittedAt"):
        if name in submission:
            check_moment(submission[name], f"submission.{name}")


def read_score(body: object) -> Score:
    if not isinstance(body, dict):
        raise Refusal("The body of a score must be a JSON object.")
    given = out_of = None
    if "scoreGiven" in body:
        given = read_number(body["scoreGiven"], "scoreGiven")
        if "scoreMaximum" not in body:
            raise Refusal("scoreGiven needs scoreMaximum beside it.")
    if "scoreMaximum" in body:
        out_of = read_number(body["scoreMaximum"], "scoreMaximum", over_zero=True)
    comment = body.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise Refusal("comment must be a text.")
    _check_extras(body)
    return Score(
        person_id=_text(body, "userId"),
        sent_at=read_moment(body.get("timestamp"), "timestamp"),
        timestamp=str(body["timestamp"]),
        activity=_one_of(body, "activityProgress", ACTIVITY),
        grading=_one_of(body, "gradingProgress", GRADING),
        given=given,
        out_of=out_of,
        comment=comment,
    )


def next_grade(score: Score, before: Grade | None, line_item: int, settings: Settings) -> Grade:
    """Moodle keeps a grade only when it is FullyGraded, and an absent score wipes it; both are settings here."""
    given, out_of = score.given, score.out_of
    if given is not None and settings.keep_only_fully_graded and score.grading != "FullyGraded":
        given = out_of = None
    elif given is None and not settings.clear_without_score and before is not None:
        given, out_of = before.score, before.out_of
    return Grade(
        line_item=line_item,
        person_id=score.person_id,
        timestamp=score.timestamp,
        score=given,
        out_of=None if given is None else out_of,
        comment=score.comment,
        activity=score.activity,
        grading=score.grading,
    )


def all_grades(store: Store) -> list[Grade]:
    rows = store.rows("SELECT * FROM grades ORDER BY line_item, person_id")
    return [Grade(*row) for row in rows]


def _is_newer(score: Score, before: Grade, settings: Settings) -> bool:
    """Some platforms keep whole seconds only: there, two scores in one second are in conflict."""
    last, sent = read_moment(before.timestamp, "timestamp"), score.sent_at
    if settings.whole_seconds:
        last, sent = last.replace(microsecond=0), sent.replace(microsecond=0)
    return sent > last


def keep_score(store: Store, column: Column, score: Score, settings: Settings) -> Grade:
    """Refuses a timestamp that is not newer; the check and the writing are one transaction."""
    with store.writing() as connection:
        row = connection.execute(
            "SELECT * FROM grades WHERE line_item = ? AND person_id = ?", (column.number, score.person_id)
        ).fetchone()
        before = None if row is None else Grade(*row)
        if before is not None and not _is_newer(score, before, settings):
            raise Refusal(
                f"timestamp {score.timestamp} is not newer than {before.timestamp}, the last one for this person here.",
                status=409,
                error="conflict",
            )
        grade = next_grade(score, before, column.number, settings)
        connection.execute(
            "INSERT OR REPLACE INTO grades VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(grade.line_item, grade.person_id, grade.timestamp, grade.score),
                *(grade.out_of, grade.comment, grade.activity, grade.grading),
            ),
        )
    return grade
