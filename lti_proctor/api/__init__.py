"""The interface for scripts and plugins: verbs with plain data, inside an application context.

    from lti_proctor import api, create_app
    from lti_proctor.extensions import db
    from lti_proctor.settings import load

    with create_app(load()).app_context():
        for exam in api.list_exams(course_id=3).items:
            api.grant_allowance(exam.id, "amina", additional_time=15)
        db.session.commit()

Nothing here commits: who calls does. `by` is the id of the person in whose name something is done, for the journal.
What can't be done raises an error of `lti_proctor.errors` with a code. Changes are told to others by the signals of
`lti_proctor.signals`. `docs/api-from-edx.md` maps the functions of the edX subsystem to these.
"""

from lti_proctor.api.allowances import grant_allowance, grant_allowances, list_allowances, revoke_allowance
from lti_proctor.api.attempts import (
    active_attempt,
    active_exams,
    find_attempt,
    fire_event,
    get_attempt,
    last_completion,
    latest_attempt,
    list_attempts,
    may_fire,
    open_attempt,
    reset_attempt,
)
from lti_proctor.api.exams import (
    allowed_minutes,
    change_exam,
    create_exam,
    exam_settings,
    find_exam,
    get_exam,
    get_policy,
    is_past_due,
    list_courses,
    list_exams,
    remove_policy,
    set_exam_active,
    set_policy,
)
from lti_proctor.api.findings import each_violation, kinds_of_remarks, violations
from lti_proctor.api.judging import judge_flag, write_remark
from lti_proctor.api.providers import dashboard_address, get_provider, list_providers, retire_user
from lti_proctor.api.reports import course_outline, onboarding_of, onboarding_of_course
from lti_proctor.api.reviews import conclude, get_report, list_reviews, may_review

__all__ = [
    "active_attempt",
    "active_exams",
    "allowed_minutes",
    "change_exam",
    "conclude",
    "course_outline",
    "create_exam",
    "dashboard_address",
    "each_violation",
    "exam_settings",
    "find_attempt",
    "find_exam",
    "fire_event",
    "get_attempt",
    "get_exam",
    "get_policy",
    "get_provider",
    "get_report",
    "grant_allowance",
    "grant_allowances",
    "is_past_due",
    "judge_flag",
    "kinds_of_remarks",
    "last_completion",
    "latest_attempt",
    "list_allowances",
    "list_attempts",
    "list_courses",
    "list_exams",
    "list_providers",
    "list_reviews",
    "may_fire",
    "may_review",
    "onboarding_of",
    "onboarding_of_course",
    "open_attempt",
    "remove_policy",
    "reset_attempt",
    "retire_user",
    "revoke_allowance",
    "set_exam_active",
    "set_policy",
    "violations",
    "write_remark",
]
