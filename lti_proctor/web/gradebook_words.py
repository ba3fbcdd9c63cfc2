"""Words for what stands between this tool and the gradebook of an LMS: why a message waits, how grades compare."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.attempts import sites
from lti_proctor.attempts.grading import Agreement
from lti_proctor.exams.columns import Action
from lti_proctor.web.words import Text

_NOT_ALLOWED = _(
    "The course system does not allow this tool to do this. Its administrator can: in the settings of the tool there."
)
_BUSY = _("The course system is busy or being repaired. It is tried again by itself.")
_NOT_AS_EXPECTED = _(
    "The course system answered with something that does not belong here, such as a page instead of data."
)
_MOVED = _(
    "The course system sends us on to another address. We do not follow: its administrator has to correct the address."
)
_GONE_COLUMN = _(
    "The column is not in the gradebook any more. Open the activity from the course once, then send again."
)

#: By the beginning of a code; the first that fits counts, and the last one fits all others.
PROBLEMS: Mapping[str, Text] = {
    "service_off_scores": _("Sending grades is not switched on for this tool in the course system. Its administrator can allow it (scope “score”)."),
    "service_off_columns": _("Managing columns is not switched on for this tool in the course system. Its administrator can allow it (scope “lineitem”)."),
    "service_off_results": _("Reading grades is not switched on for this tool in the course system. Its administrator can allow it (scope “result.readonly”)."),
    "service_off_roster": _("Reading names and roles is not switched on for this tool in the course system. Its administrator can allow it."),
    "service_off": _NOT_ALLOWED,
    "token_status_4": _("The course system gives this tool no access. Its administrator should compare the client id and see whether the services for grades are switched on."),
    "token_": _BUSY,
    "score_ungradable": _("The course system does not grade this person: not enrolled any more, or in a role without grades."),
    "score_overtaken": _("A newer message of this learner has arrived already, so this one is not needed."),
    "score_stale": _("The gradebook says that it has a newer grade. Perhaps somebody graded by hand, or the clocks of both systems differ."),
    "score_status_400": _("The course system could not use the message. Perhaps this person can’t be graded in the course."),
    "score_status_401": _NOT_ALLOWED,
    "score_status_403": _NOT_ALLOWED,
    "score_status_404": _GONE_COLUMN,
    "score_status_405": _NOT_ALLOWED,
    "score_status_410": _GONE_COLUMN,
    "score_status_3": _MOVED,
    "no_column": _("The activity has no column in the gradebook, and this tool may not make one. Give the activity a grade in the course system and open it once."),
    "column_in_making": _("The column is just being made. It is tried again by itself."),
    "column_status_401": _NOT_ALLOWED,
    "column_status_403": _NOT_ALLOWED,
    "column_status_404": _GONE_COLUMN,
    "column_status_405": _("The course system does not let this column be changed or removed. Please do it there by hand."),
    "column_status_410": _GONE_COLUMN,
    "column_status_3": _MOVED,
    "column_elsewhere": _("The list of columns leads to another address, where we do not send our access. Nothing was changed."),
    "column_endless": _("The list of columns does not come to an end. Nothing was changed."),
    "results_status_401": _NOT_ALLOWED,
    "results_status_403": _NOT_ALLOWED,
    "results_status_404": _GONE_COLUMN,
    "results_status_3": _MOVED,
    "results_elsewhere": _("The list of grades goes on at another address, which we do not ask. Some grades may be missing here."),
    "results_endless": _("The list of grades does not come to an end. Some may be missing here."),
    "column_status_429": _BUSY,
    "column_status_4": _("The course system refused the column. Its log says why."),
    "results_status_429": _BUSY,
    "results_status_4": _("The course system refused to tell its grades. Its log says why."),
    "score_status_429": _BUSY,
    "score_status_4": _("The course system refused the message. Its log says why."),
    "control_status_401": _NOT_ALLOWED,
    "control_status_403": _NOT_ALLOWED,
    "control_status_408": _BUSY,
    "control_status_425": _BUSY,
    "control_status_429": _BUSY,
    "control_status_3": _MOVED,
    "control_status_4": _("The course system refused the message. Its log says why."),
    "control_status_1": _NOT_AS_EXPECTED,
    "control_status_501": _NOT_AS_EXPECTED,
    "control_status_505": _NOT_AS_EXPECTED,
    "control_status_506": _NOT_AS_EXPECTED,
    "control_status_510": _NOT_AS_EXPECTED,
    "site_no_credentials": _("Nobody has entered how this tool proves itself there. Its administrator can, on the page of the site."),
    "site_token_status_4": _("The course system gives this tool no access. Compare the client id and the secret for callbacks on the page of the site."),
    "site_token_unreadable": _NOT_AS_EXPECTED,
    "site_status_401": _NOT_ALLOWED,
    "site_status_403": _("The course system knows this tool and does not let it do this. Its account there has to be in the group for reviews."),
    "site_status_404": _("The course system does not know the attempt any more."),
    "site_status_412": _("The exam is not proctored in the course system any more."),
    "site_status_429": _BUSY,
    "site_status_4": _("The course system refused the message. Its log says why."),
    "site_status_3": _MOVED,
    "site_inactive": _("The course system is kept out here at the moment."),
    "column_unreadable": _NOT_AS_EXPECTED,
    "results_unreadable": _NOT_AS_EXPECTED,
    "outside_too_large": _NOT_AS_EXPECTED,
    "outside_forbidden": _("The address lies inside a private network, which this site does not allow. The administrator of this site can (setting outside_allow)."),
    "outside_address": _("What the course system gave as an address is none."),
    "outside_": _("The course system does not answer. It is tried again by itself."),
    "gone": _("The attempt or its place in the course is not there any more. Nothing can be sent."),
    "internal": _("Something went wrong on our side. It is tried again by itself."),
    "": _BUSY,
}  # fmt: skip
#: What a site is told that has its own exam watched here.
NEWS: Mapping[str, Text] = {sites.READY: _("The learner is ready"), sites.REVIEWED: _("The review")}
AGREEMENTS: Mapping[Agreement, Text] = {
    Agreement.same: _("The same"),
    Agreement.differs: _("Different"),
    Agreement.missing: _("Not in the gradebook"),
    Agreement.unexpected: _("In the gradebook, but not sent from here"),
}
COLUMN_ACTIONS: Mapping[str, Text] = {
    Action.change.value: _("Title, points and dates of the column are brought up to date"),
    Action.remove.value: _("The column is removed, as the exam sends no grades any more"),
}


def delivery_problem(code: str) -> Text:
    return next(words for beginning, words in PROBLEMS.items() if code.startswith(beginning))
