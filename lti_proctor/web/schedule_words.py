"""Words for what goes wrong with appointments and slots."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.schedule.rules import Moment
from lti_proctor.web.problem_form import Text, Words
from lti_proctor.web.words import Badge

OF_SCHEDULE: Mapping[str, Words] = {
    "may_prepare": Words(
        _("The exam is not open now"),
        _("You can begin only between its opening and its closing time."),
        (_("Look at the times on the first page of the exam."),),
    ),
    "time_has_come": Words(
        _("This is not your time"),
        _("The exam can be started at the time that you have booked, and for some minutes after it."),
        (_("Go back to the exam: it shows your time, and offers another one if yours has passed."),),
    ),
    "slot_fixed": Words(
        _("Your time can’t be changed now"),
        _("A time is booked, changed and given back after you have agreed to the rules and before the set-up opens for it."),
        (_("Go back to the exam: it shows what comes next."),),
    ),
    "slot_taken": Words(
        _("Somebody else was quicker"),
        _("This time has just been taken. Nothing else was changed."),
        (_("Choose another time."),),
    ),
    "slot_outside": Words(
        _("This time is not offered"),
        _("It has passed, or it lies outside the days of this exam. Nothing was changed."),
        (_("Choose another time."),),
    ),
    "slots_booked": Words(
        _("Learners have booked in this time"),
        _("Nothing was taken away."),
        (_("Take away only the time that nobody has booked, or let the learners choose another time first."),),
    ),
    "slot_quarter": Words(
        _("Slots begin at full quarters of an hour"),
        _("Nothing was changed."),
        (_("Write times such as 10:00, 10:15, 10:30 or 10:45."),),
    ),
    "slot_order": Words(
        _("The end lies before the beginning"), _("Nothing was changed."), (_("Write a later time as the end."),)
    ),
    "slot_long": Words(
        _("This is more than a day"), _("Nothing was changed."), (_("Add or take away at most 24 hours at once."),)
    ),
    "slot_past": Words(_("This time has passed"), _("Nothing was changed."), (_("Choose a time to come."),)),
}  # fmt: skip
#: On the learner's page, above the list of times: what, and what to do.
ON_THE_PAGE: Mapping[str, tuple[Text, Text]] = {
    "slot_choose": (_("No time is chosen"), _("Choose one of the times, then press the button.")),
    "slot_taken": (_("Somebody else was quicker"), _("This time has just been taken. Here are the times that are free now.")),
    "slot_outside": (_("This time is not offered any more"), _("Here are the times that are free now.")),
}  # fmt: skip
#: For staff, where an appointment says more than the status of its attempt.
MOMENTS: Mapping[Moment, Badge] = {
    Moment.booked: Badge("clock", _("Booked"), "on"),
    Moment.open: Badge("play", _("It is their time"), "good"),
    Moment.missed: Badge("clock", _("Did not come"), "wait outline"),
    Moment.lost: Badge("alert", _("No proctor any more"), "wait"),
}
