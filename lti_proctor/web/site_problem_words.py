"""Words for what goes wrong with exams that a site gives itself and has watched here."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import Words

OF_SITES: Mapping[str, Words] = {
    "starts_here": Words(
        _("This exam is started in your course"),
        _("Here you get ready, and this window stays open beside the exam. Its questions and its clock are in your course."),
        (_("Go back to your course and start the exam there."),),
    ),
    "was_set_up": Words(
        _("The set-up is not done yet"),
        _("The exam begins after it."),
        (_("Go back and do the step that is left."),),
    ),
    "site_way_over": Words(
        _("This exam is over here"),
        _("The address that you opened belongs to one attempt, which has ended or was replaced by a newer one."),
        (_("Go back to your course and open the proctoring from there once more."),),
    ),
    "site_exam_inactive": Words(
        _("This exam is not proctored at the moment"),
        _("Your course has switched it off."),
        (_("Ask your teacher."),),
    ),
    "provider_dashboard": Words(
        _("The way from your course has expired"),
        _("For safety it works once and for a short time."),
        (_("Open the proctoring from your course again."),),
        _("If it never works, compare the client id and the secret in the settings of the course system with those that were given there, and the clocks of both machines."),
    ),
}  # fmt: skip
