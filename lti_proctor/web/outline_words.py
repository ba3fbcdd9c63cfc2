"""What a course outline says of an exam."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.attempts.outline import Summary
from lti_proctor.web.problem_form import Text

SUMMARIES: Mapping[Summary, Text] = {
    Summary.timed: _("Exam with a time limit"),
    Summary.offered: _("Proctored exam, not begun yet"),
    Summary.missed: _("The proctored exam is not open any more"),
    Summary.in_progress: _("Taken with proctoring"),
    Summary.without_proctoring: _("Taken without proctoring"),
    Summary.in_review: _("Waits for the review"),
    Summary.accepted: _("Accepted"),
    Summary.not_accepted: _("Not accepted"),
    Summary.problem: _("Stopped by a technical problem"),
    Summary.onboarding_needed: _("Onboarding is needed first"),
    Summary.practice: _("Practice exam without a grade"),
    Summary.practice_done: _("The practice exam is done"),
    Summary.practice_problem: _("The practice exam was stopped by a technical problem"),
}
