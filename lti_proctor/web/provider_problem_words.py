"""Words for what goes wrong between exams and the providers that watch them."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import Words

OF_PROVIDERS: Mapping[str, Words] = {
    "is_onboarded": Words(
        _("This exam needs an onboarding first"),
        _("The onboarding shows once that your set-up works. Nothing is lost, and no time is running."),
        (_("You find the onboarding in your course. When it is accepted, open this exam again."),),
    ),
    "provider_missing": Words(
        _("The proctoring of this exam is not set up here"),
        _("The exam names a proctoring provider that this site does not have. Nothing is lost, and no time is running."),
        (_("Tell your teacher or the exam office, with the name of the provider and the reference below."),),
        _("Add the provider to PROCTORING_BACKENDS, or choose another one in the exam's settings."),
    ),
    "provider_broken": Words(
        _("The proctoring of this exam can’t be used at the moment"),
        _("The proctoring provider of this exam is not set up rightly here. Nothing is lost, and no time is running."),
        (_("Tell your teacher or the exam office, with the name of the provider and the reference below."),),
        _("Run “lti-proctor doctor”: it names what is wrong with the provider's settings."),
    ),
    "provider_problem": Words(
        _("The message about the proctoring software can’t be used"),
        _("Nothing has changed: your exam goes on."),
        (_("Load the page of your exam again."),),
    ),
    "review_again": Words(
        _("There is a review of this attempt already"),
        _("This site takes one review of each attempt from its provider."),
        (_("Nothing needs to be done: the review that is here stands."),),
        _("Set ALLOW_REVIEW_UPDATES if providers may change their reviews."),
    ),
    "exam_not_proctored": Words(
        _("This exam is not proctored any more"),
        _("The exam has been changed since the attempt, so that a review has nothing to act on."),
        (_("Nothing needs to be done: the attempt stays as it is."),),
    ),
}  # fmt: skip
