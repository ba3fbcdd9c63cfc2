"""Words for what the journal of an attempt holds."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.attempts.lifecycle import Event
from lti_proctor.web.words import Text

#: Reasons that are codes.
REASONS: Mapping[str, Text] = {
    "provider_passed": _("It found nothing"),
    "provider_violation": _("It says that rules were broken"),
    "provider_suspicious": _("It found something suspicious"),
    "provider_not_reviewed": _("It could not review the attempt"),
    "software_silent": _("The proctoring software did not answer"),
    "software_failed": _("The proctoring software could not go on"),
    "software_crashed": _("The proctoring software broke off"),
    "software_blocked": _("The browser did not let the proctoring software run"),
}
OPENED = _("Opened for the first time")
EVENTS: Mapping[str, Text] = {
    "assessment.begun": _("Went into the exam in the course system"),
    "assessment.ended": _("The course system said that the exam is over"),
    "assessment.flagged": _("The course system was told what a person saw"),
    "assessment.lengthened": _("The course system was asked for more time"),
    "attempt.accommodated": _("What is agreed for the learner changed"),
    "attempt.computed": _("Looked at by itself"),
    "attempt.provider_review": _("The proctoring provider sent a review"),
    "attempt.outcome": _("What was found about a step changed"),
    "attempt.booked": _("A time was booked"),
    "attempt.rebooked": _("Another time was booked"),
    "attempt.unbooked": _("The booked time was given back"),
    "attempt.entered": _("Came here from the course"),
    "attempt.removed": _("The course system took the attempt back; what was kept of it is removed"),
    "attempt.step": _("A step of the set-up is done"),
    "attempt.result": _("The exam page reported a result"),
    "attempt.code_shown": _("Looked at the access code"),
    "attempt.code_handed": _("The exam page was given the access code"),
    "attempt.parameters": _("The course system set parameters of this attempt"),
    "seb.passed": _("Opened in Safe Exam Browser"),
    "seb.refused": _("The check of Safe Exam Browser did not pass"),
    "consent.given": _("Agreed to what is recorded"),
    "recording.altered": _("A part of a recording is not what was recorded; the film was put together without it"),
    "recording.begun": _("A recording began"),
    "recording.kept": _("A recording was kept"),
    "recording.removed": _("A recording was removed"),
    "phone.joined": _("A phone joined as second camera"),
    "phone.left": _("The phone was taken off"),
    "faces.profile": _("The photo of the profile was set or taken back"),
    "file.attached": _("A file was attached"),
    "evidence.kept": _("A photo was kept"),
    "evidence.removed": _("A photo was removed"),
    f"attempt.{Event.begin_setup}": _("Set-up begun"),
    f"attempt.{Event.finish_setup}": _("Set-up finished"),
    f"attempt.{Event.reopen_setup}": _("A step of the set-up has to be done again"),
    f"attempt.{Event.start}": _("Exam started"),
    f"attempt.{Event.pause}": _("Paused"),
    f"attempt.{Event.resume}": _("Went on"),
    f"attempt.{Event.ask_to_submit}": _("Asked to finish"),
    f"attempt.{Event.go_back}": _("Went back to the exam"),
    f"attempt.{Event.submit}": _("Handed in"),
    f"attempt.{Event.terminate}": _("Ended by staff"),
    f"attempt.{Event.time_out}": _("Handed in when the time was over"),
    f"attempt.{Event.fail}": _("A technical problem ended it"),
    f"attempt.{Event.allow_resume}": _("Another try was allowed"),
    f"attempt.{Event.accept}": _("Accepted"),
    f"attempt.{Event.reject}": _("Not accepted"),
    f"attempt.{Event.ask_second_review}": _("A second review was asked for"),
    f"attempt.{Event.decline}": _("Taken without proctoring"),
    f"attempt.{Event.expire}": _("Not taken in time"),
    f"attempt.{Event.extend}": _("Opened again"),
    f"attempt.{Event.reset}": _("Replaced by a new try"),
    f"attempt.{Event.miss_onboarding}": _("Onboarding is missing"),
    f"attempt.{Event.await_onboarding}": _("Onboarding is in review"),
    f"attempt.{Event.fail_onboarding}": _("Onboarding was not accepted"),
    f"attempt.{Event.outdate_onboarding}": _("Onboarding is out of date"),
    f"attempt.{Event.clear_onboarding}": _("Onboarding is done"),
}
