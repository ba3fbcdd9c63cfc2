"""What somebody may see and do: one table from parts to permissions. Pure; tested in full."""

from collections.abc import Mapping
from enum import StrEnum

from lti_proctor.people.site_roles import SiteRole


class Part(StrEnum):
    """What somebody is in one course, by the roles of the launch."""

    learner = "learner"
    assistant = "assistant"
    instructor = "instructor"
    visitor = "visitor"


class Permission(StrEnum):
    exam_view = "exam.view"
    exam_edit = "exam.edit"
    attempt_take = "attempt.take"
    attempt_view = "attempt.view"
    attempt_review = "attempt.review"
    attempt_manage = "attempt.manage"
    allowance_grant = "allowance.grant"
    score_send = "score.send"
    supervision_view = "supervision.view"
    site_manage = "site.manage"


_SEE = frozenset({Permission.exam_view, Permission.attempt_view})
_JUDGE = _SEE | {Permission.attempt_review}
_RUN = _JUDGE | {
    Permission.exam_edit,
    Permission.attempt_manage,
    Permission.allowance_grant,
    Permission.score_send,
}

IN_COURSE: Mapping[Part, frozenset[Permission]] = {
    Part.visitor: frozenset(),
    Part.learner: frozenset({Permission.attempt_take}),
    Part.assistant: _JUDGE,
    Part.instructor: _RUN,
}
ON_SITE: Mapping[SiteRole, frozenset[Permission]] = {
    SiteRole.student: frozenset(),
    SiteRole.proctor: _JUDGE | {Permission.attempt_manage, Permission.supervision_view},
    SiteRole.administrator: _RUN | {Permission.supervision_view, Permission.site_manage},
}


def is_member(username: str, group: str, members: tuple[str, ...]) -> bool:
    """Whether a proctor belongs to an exam: by login or by group. Exams without members are open to all proctors."""
    return not members or username in members or bool(group and group in members)
