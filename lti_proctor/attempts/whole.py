"""An attempt with all that nearly everybody who asks for one looks at, in one read."""

from typing import cast

from sqlalchemy import bindparam

from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db, execute, table_of
from lti_proctor.objects import Chain, held
from lti_proctor.people.models import User
from lti_proctor.platforms.models import Course, ResourceLink

_WHOLE = Chain(
    Attempt,
    (Attempt, "assessment", Assessment),
    (Attempt, "exam", Exam),
    (Attempt, "link", ResourceLink),
    (Attempt, "user", User),
    (Exam, "course", Course),
)
_BY_ID = _WHOLE.where(table_of(Attempt).c.id == bindparam("attempt_id"))


def find_attempt(attempt_id: int) -> Attempt | None:
    if (known := held(Attempt, attempt_id)) is not None:
        return known
    db.session.flush()
    row = execute(_BY_ID, attempt_id=attempt_id).first()
    return cast(Attempt, _WHOLE.objects(row)) if row else None
