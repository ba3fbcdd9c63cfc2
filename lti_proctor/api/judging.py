"""What a reviewer does before a conclusion: judge flags, and write down incidents."""

from datetime import datetime

from lti_proctor import clock
from lti_proctor.api.data import FlagData, WrittenData
from lti_proctor.api.reviews import may_review
from lti_proctor.api.shared import get
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden, NotFound
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.models import Disposition
from lti_proctor.review import remarks, service
from lti_proctor.review.models import Cause, RemarkKind


def judge_flag(attempt_id: int, flag_id: int, disposition: Disposition, *, by: int) -> FlagData:
    """Confirm or dismiss a flag, or open it again. Whoever does that has looked at it.

    Raises `NotFound`: `attempt`, `flag`; `Forbidden("reviewer")`.
    """
    attempt = _reviewed(attempt_id, by)
    flag = next((one for one in monitoring.flags_of(attempt) if one.id == flag_id), None)
    if flag is None:
        raise NotFound("flag")
    service.judge_flag(attempt, flag, disposition, actor=Actor(Role.reviewer, by), now=clock.now())
    return FlagData(
        id=flag.id, attempt_id=attempt.id, metric=flag.metric, starts_at=flag.starts_at, ends_at=flag.ends_at,
        seconds=flag.violated_ms / 1000, disposition=flag.disposition, decided_at=flag.decided_at, answer=flag.answer,
    )  # fmt: skip


def write_remark(
    attempt_id: int,
    kind: RemarkKind,
    text: str,
    *,
    by: int,
    cause: Cause | None = None,
    moment: datetime | None = None,
) -> WrittenData:
    """Write down a note for those who review, or an incident, which the learner sees.

    Raises `NotFound("attempt")`; `Forbidden("reviewer")`; `Invalid`: `remark_empty`, `cause_missing`,
    `too_many_remarks`.
    """
    attempt = _reviewed(attempt_id, by)
    actor = Actor(Role.reviewer, by)
    row = remarks.write(attempt, kind, text, cause=cause, moment=moment, actor=actor, now=clock.now())
    return WrittenData(
        id=row.id, attempt_id=attempt.id, kind=row.kind, cause=row.cause, text=row.text, moment=row.moment,
        author_id=row.author_id, written_at=row.written_at,
    )  # fmt: skip


def _reviewed(attempt_id: int, by: int) -> Attempt:
    attempt = get(Attempt, attempt_id, "attempt")
    if not may_review(by, attempt.exam_id):
        raise Forbidden("reviewer")
    return attempt
