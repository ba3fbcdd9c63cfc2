"""Words for what goes wrong where programs ask (docs/api.md): read by those who write them."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.problem_form import Text, Words

_NOTHING = _("Nothing was changed.")
#: What to do, for whoever writes the program.
_SEE = (_("The page /api/docs of this site says what each address takes."),)
_NEW = _("An administrator of this site makes tokens.")


def _value(what: Text) -> Words:
    return Words(what, _NOTHING, _SEE)


OF_API: Mapping[str, Words] = {
    "bearer_missing": Words(_("This address needs a token in the header Authorization: Bearer"), _NEW, _SEE),
    "bearer_unknown": Words(_("This token is not known, or it is past its time or revoked"), _NEW, _SEE),
    "bearer_scope": Words(_("The token may not do this"), _("It lacks the scope that is named."), _SEE),
    "bearer_owner": Words(_("This is done in a person's name, and the token has no owner"), _("Make a token that names one."), _SEE),
    "token_name": _value(_("A token needs a name of at most 100 characters")),
    "token_scopes": _value(_("Choose at least one scope that exists")),
    "token_days": _value(_("A token is valid for 1 to 3650 days, or without an end")),
    "token_course": _value(_("There is no course with this number")),
    "json_broken": Words(_("The body is no JSON that can be read"), _NOTHING, _SEE),
    "status_415": Words(_("The body must be JSON, told by Content-Type: application/json"), _NOTHING, _SEE),
    "fields": Words(_("Some values can't be used"), _("Each is named with what is wrong. Nothing was changed."), _SEE),
    "page_range": _value(_("Pages count from 1 and hold 1 to 100 rows")),
    "unknown_event": _value(_("There is no such event, or it is not for staff")),
    "event_minutes": _value(_("This event needs minutes, from 1 to 10,000")),
    "course": Words(_("There is no such course"), _("It may have been removed, or the token does not reach it."), _SEE),
    "exam": Words(_("There is no such exam"), _("It may have been removed, or the token does not reach it."), _SEE),
    "learner": Words(_("There is no such learner"), _("Learners are those who opened the exam and those on the roster of its course."), _SEE),
    "learner_ambiguous": Words(_("Several learners go by this name"), _("Use the user name."), _SEE),
    "allowance": _value(_("Extra time is 0 to 10,000 minutes, and a factor of 1 to 10 with two decimals")),
    "allowance_empty": _value(_("Name at least one of additional_time, factor and policy_exception")),
    "allowance_exception": _value(_("The words for reviewers are too long")),
    "allowances_many": _value(_("These are too many exams and learners at once")),
    "exam_no_link": Words(_("No page of the course leads to this exam yet"), _("Learners reach it once it is placed in the course."), _SEE),
    "reviewer": Words(_("The person in whose name this is done may not review this exam"), _NOTHING, _SEE),
    "webhook_url": _value(_("The address must be a whole one that begins with https://")),
    "webhook_events": _value(_("Choose at least one event that exists")),
    "webhooks_many": _value(_("There are as many webhooks as this site takes")),
    "provider_broke": Words(_("The proctoring provider did not answer as it should"), _("It has been noted."), _SEE),
}  # fmt: skip
