"""What the gradebook is told in each status: a table over status, kind and the exam's choice. Pure (AGS 2.0, 3.4)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import GradeSource, OnReject

#: What rounding to two places can do, in points.
ROUNDING = Decimal("0.0051")


class Activity(StrEnum):
    started = "Started"
    in_progress = "InProgress"
    completed = "Completed"


class Progress(StrEnum):
    fully_graded = "FullyGraded"
    pending_manual = "PendingManual"
    not_ready = "NotReady"


class Agreement(StrEnum):
    """How what the gradebook has compares with what was sent."""

    same = "same"
    differs = "differs"
    #: Sent, and the gradebook has none.
    missing = "missing"
    #: Not sent, or taken back, and the gradebook has one.
    unexpected = "unexpected"


class Comment(StrEnum):
    """Said beside the score, in the learner's language; the words are the door's."""

    none = ""
    waiting = "waiting"
    accepted = "accepted"
    not_accepted = "not_accepted"
    without_proctoring = "without_proctoring"


@dataclass(frozen=True)
class Outcome:
    """What an attempt has to show for a grade: the share reached in the exam (0–1), the credibility (0–100)."""

    result: Decimal | None = None
    credibility: Decimal | None = None


@dataclass(frozen=True)
class Points:
    """Points out of a maximum; `given` None means no grade."""

    given: Decimal | None
    maximum: Decimal


@dataclass(frozen=True)
class Score:
    """One score message without its receiver. `given` None means progress only, which may clear a grade."""

    activity: Activity
    progress: Progress
    given: Decimal | None
    maximum: Decimal
    comment: Comment
    #: Whether an earlier grade of this learner is meant to go.
    clears: bool = False


def score_for(
    status: Status, kind: Kind, source: GradeSource, on_reject: OnReject, outcome: Outcome, maximum: Decimal
) -> Score | None:
    """The score message of a status, or None when the gradebook is left alone."""
    if source == GradeSource.nothing or kind == Kind.practice:
        return None
    if status == Status.started:
        return Score(Activity.in_progress, Progress.not_ready, None, maximum, Comment.none)
    if status == Status.submitted and kind == Kind.timed:
        return _graded(source, outcome, maximum, Comment.none)
    if status in {Status.submitted, Status.second_review_required}:
        return Score(Activity.completed, Progress.pending_manual, None, maximum, Comment.waiting)
    if status == Status.verified:
        return _graded(source, outcome, maximum, Comment.accepted)
    if status == Status.rejected:
        return _rejected(on_reject, maximum)
    if status == Status.declined and source == GradeSource.result and outcome.result is not None:
        return _graded(source, outcome, maximum, Comment.without_proctoring)
    return None


def _graded(source: GradeSource, outcome: Outcome, maximum: Decimal, comment: Comment) -> Score:
    given = points(source, outcome, maximum)
    progress = Progress.fully_graded if given is not None else Progress.pending_manual
    return Score(Activity.completed, progress, given, maximum, comment)


def _rejected(on_reject: OnReject, maximum: Decimal) -> Score:
    if on_reject == OnReject.zero:
        return Score(Activity.completed, Progress.fully_graded, Decimal(0), maximum, Comment.not_accepted)
    return Score(Activity.completed, Progress.pending_manual, None, maximum, Comment.not_accepted, clears=True)


def points(source: GradeSource, outcome: Outcome, maximum: Decimal) -> Decimal | None:
    """Points out of `maximum`; None when there is nothing to compute them from."""
    if source == GradeSource.accepted:
        return maximum
    share = outcome.result if source == GradeSource.result else None
    if source == GradeSource.credibility and outcome.credibility is not None:
        share = outcome.credibility / 100
    if share is None:
        return None
    return (min(max(share, Decimal(0)), Decimal(1)) * maximum).quantize(Decimal("0.01"))


def agreement(sent: Points | None, had: Points | None) -> Agreement:
    """Compare shares, as the gradebook may count in other points than the exam; roundings to cents agree."""
    if sent is None or sent.given is None:
        return Agreement.same if had is None or had.given is None else Agreement.unexpected
    if had is None or had.given is None:
        return Agreement.missing
    apart = abs(sent.given / sent.maximum - had.given / had.maximum)
    return Agreement.same if apart <= ROUNDING / min(sent.maximum, had.maximum, Decimal(100)) else Agreement.differs


def may_tell(score: Score, *, graded_before: bool, keeps_grades: bool) -> bool:
    """Whether a message may go out: one without a grade must not cost an earlier one.

    Most LMSs wipe a grade on such a message, and a second attempt must not cost the grade of the first.
    """
    return score.given is not None or score.clears or keeps_grades or not graded_before
