"""Words for what goes wrong: what is, what it means, what to do; and what the administrator of the LMS can do."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lti_proctor.web.allowance_words import OF_ALLOWANCES
from lti_proctor.web.api_problem_words import OF_API
from lti_proctor.web.chat_problem_words import OF_CHAT
from lti_proctor.web.file_problem_words import OF_FILES
from lti_proctor.web.phone_problem_words import OF_PHONES
from lti_proctor.web.problem_form import BACK, Text, Words
from lti_proctor.web.provider_problem_words import OF_PROVIDERS
from lti_proctor.web.review_problem_words import OF_REVIEWS
from lti_proctor.web.schedule_words import OF_SCHEDULE
from lti_proctor.web.site_problem_words import OF_SITES

_TELL = _(
    "If you see this page again, send the reference below to your teacher or the exam office. No time of your exam is running."
)
_SETTING = _("This is a setting, nothing that you did.")
_AGAIN = (BACK, _TELL)


def _launch(remedy: Text, what: Text | None = None) -> Words:
    return Words(what or _("The exam could not be opened from your course"), _SETTING, _AGAIN, remedy)


def _registration(remedy: Text) -> Words:
    return Words(
        _("The course system could not be connected"),
        _("Nothing was stored here, and the invitation was not used up."),
        (_("Read the reason below, put it right, and start the registration again in the course system."),),
        remedy,
    )


def _invite(what: Text) -> Words:
    return Words(
        what,
        _(
            "A course system registers itself with an invitation, which is valid for one registration and for some time only."
        ),
        (_("Ask the administrator of the exam system for a new invitation."),),
    )


PROBLEMS: Mapping[str, Words] = {
    **OF_ALLOWANCES,
    **OF_API,
    **OF_CHAT,
    **OF_FILES,
    **OF_PHONES,
    **OF_PROVIDERS,
    **OF_REVIEWS,
    **OF_SCHEDULE,
    **OF_SITES,
    # LTI
    "platform_unknown": _launch(
        _("No platform is registered with this issuer and client id. Register it, or correct the client id in the course system.")
    ),
    "platform_inactive": _launch(_("The platform is registered and waits for an administrator's approval.")),
    "deployment_unknown": _launch(
        _("The launch came from a deployment that is not registered here. Add it to the platform, or place the tool again.")
    ),
    "login_incomplete": _launch(_("The login request lacks a parameter that OpenID Connect third-party login needs.")),
    "target_elsewhere": _launch(_("The target link address of the launch is not an address of this tool.")),
    "state_missing": _launch(_("The launch carries no state, or one that this tool did not issue.")),
    "state_expired": Words(
        _("Opening the exam took too long"),
        _("For safety the way from the course to the exam is open for some minutes only."),
        _AGAIN,
        _("The state of the login has expired. If it happens to everybody, compare the clocks of both systems."),
    ),
    "state_other_browser": _launch(_("The launch came from another browser than the login.")),
    "launch_used": Words(
        _("This way into the exam was used already"),
        _("Each click in the course opens the exam once, so that nobody else can use the same way. Nothing is lost."),
        _AGAIN,
        _("The nonce of the launch was used before. A reloaded or repeated launch page does this."),
    ),
    "platform_said_no": _launch(_("The course system answered the login with an error instead of a launch.")),
    "token_missing": _launch(_("The launch carries no id_token.")),
    "token_malformed": _launch(_("The id_token is not a JSON Web Token that can be read.")),
    "token_signature": _launch(_("The signature of the id_token does not fit a key of the platform's key set.")),
    "token_algorithm": _launch(_("The id_token must be signed with RS256 and name its key (kid).")),
    "token_claim": _launch(_("A claim of the id_token is missing or has the wrong form.")),
    "token_expired": _launch(_("The id_token has expired, or the clocks of both systems differ too much.")),
    "token_early": _launch(_("The id_token is dated in the future: the clocks of both systems differ too much.")),
    "token_issuer": _launch(_("The id_token was issued by another platform than the one that began the login.")),
    "token_audience": _launch(_("The id_token is meant for another tool: audience or authorised party do not name this client id.")),
    "token_nonce": _launch(_("The nonce of the id_token is not the one of this login.")),
    "key_set_unreachable": Words(
        _("Your course system does not answer at the moment"),
        _("We can't check that the exam was opened from your course, so we must wait. Nothing is lost."),
        _AGAIN,
        _("The platform's key set could not be fetched: no answer in time, an error, or no key set."),
    ),
    "message_unknown": _launch(_("The LTI version or message type is not one that this tool supports.")),
    "anonymous_launch": _launch(_("The launch does not say who the person is (no sub). Let the course system send it.")),
    "review_unknown": _launch(
        _("The submission belongs to a link or column that was never opened with this tool."),
        _("There is nothing to review here"),
    ),
    "assessment_unknown": _launch(
        _("The end of an assessment came for a learner and attempt number that were never proctored here."),
        _("This exam was not begun here"),
    ),
    "control_not_granted": Words(
        _("Your course system does not take this"),
        _("It told at the start which actions it takes from here, and this one is not among them. Nothing was changed."),
        (_("Do it in the course system itself."),),
    ),
    "batch": Words(
        _("The exam window sent something that can’t be read"),
        _("Nothing is lost: it goes on by itself."),
        (_("Load the exam window again. If you see this page once more, tell your teacher."),),
    ),
    "flag": Words(
        _("Something is missing"),
        _("A flag needs a few words about what you saw, and how grave it is."),
        (_("Go back, fill in both, and send it once more."),),
    ),
    "deep_linking_nothing": _launch(_("The request does not accept links to this tool (ltiResourceLink).")),
    "deep_link_ended": Words(
        _("Adding the exam took too long"),
        _("The course system waits for some time only. The exam was not added."),
        (_("Go back to the course and add the activity again."),),
    ),
    "ticket_used": Words(
        _("This way into the exam window was used already"),
        _("Each press of the button opens the window once. Nothing is lost."),
        (_("Go back to the course page and press the button again."), _("Close this window.")),
    ),
    # dynamic registration
    "invite_unknown": _invite(_("There is no such invitation")),
    "invite_used": _invite(_("This invitation was used already")),
    "invite_expired": _invite(_("This invitation has expired")),
    "registration_incomplete": _registration(
        _("A parameter that the course system sends with dynamic registration is missing or broken. Start it from the page where the course system adds tools.")
    ),
    "registration_unreachable": _registration(
        _("The course system did not answer, answered too much or too late, or lies at a private address that is not in the setting outside_allow.")
    ),
    "registration_unreadable": _registration(
        _("The course system answered with something that is not what dynamic registration needs. The field below says where.")
    ),
    "registration_issuer": _registration(
        _("The issuer must have the same host name as the address of the configuration.")
    ),
    "registration_refused": _registration(
        _("The course system refused to register this tool. Its own log says why; an invitation of the course system that is too old is a common cause.")
    ),
    # console
    "deployment_used": Words(
        _("This deployment can’t be removed"),
        _("Attempts belong to it. They would lose their course and their way to the gradebook."),
        (_("Go back. To close the way in, deactivate the course system."),),
    ),
    # people
    "sign_in_needed": Words(
        _("Please come in from your course"),
        _("We do not know who you are. Perhaps you were away for a long time, or the window was opened from a bookmark."),
        (BACK, _("If you are a proctor or an administrator, log in with your name and password.")),
    ),
    "not_allowed": Words(
        _("This page is not for your account"),
        _("You are signed in, but without the right to do this."),
        (_("Go back, or ask the administrator for the right."),),
    ),
    "form_expired": Words(
        _("This page was open for too long"),
        _("What you sent was not used, for your safety."),
        (_("Go back, load the page again, and send it once more."),),
    ),
    "page": Words(
        _("There is nothing at this address"),
        _("It may have been removed, or it belongs to somebody else."),
        (BACK,),
    ),
    # attempts
    "changed_meanwhile": Words(
        _("Something changed in the meantime"),
        _("The exam was moved on in another window or by somebody else."),
        (_("Load the page again to see where it is."),),
    ),
    "wrong_status": Words(
        _("That is not possible at this point"),
        _("The exam is at another stage by now."),
        (_("Load the page again to see where it is."),),
    ),
    "wrong_actor": Words(
        _("That is not for you to do"),
        _("At this point somebody else decides how the exam goes on."),
        (_("Load the page again to see where it is."),),
    ),
    "steps_done": Words(
        _("The set-up is not finished"),
        _("A step is still to do, or has to be done again."),
        (_("Open the exam from the course again: it shows the step."),),
    ),
    "time_left": Words(
        _("The time is over"),
        _("Everything that arrived until then is handed in."),
        (_("Load the page again to see what happens next."),),
    ),
    "may_go_on": Words(
        _("A person has paused your exam"),
        _("Your clock stands still. Wait here: the exam goes on by itself when the person lets it."),
        (_("If it takes long, ask your teacher."),),
    ),
    "may_decline": Words(
        _("This exam can’t be taken without proctoring"),
        _("Its settings do not allow it."),
        (_("Talk to your teacher: there may be another way to take it."),),
    ),
    "is_sample": Words(
        _("Only practice and onboarding can be begun anew like this"),
        _("An exam that counts keeps every attempt."),
        (_("Go back to the attempt."),),
    ),
    "is_reviewed": Words(
        _("This kind of exam is not reviewed"),
        _("Timed exams and practice have no conclusion."),
        (_("Go back to the attempt."),),
    ),
    "was_started": Words(
        _("This attempt was never started"),
        _("There is nothing to conclude from or to open again."),
        (_("Go back to the attempt."),),
    ),
    "is_open": Words(
        _("The exam is not open now"),
        _("It can be started only between its opening and its closing time."),
        (_("Look at the times on the first page of the exam."),),
    ),
    "no_further_attempt": Words(
        _("You have no further attempt"),
        _("The exam may be taken only as often as its settings say."),
        (_("If you think that you should have another one, ask your teacher."),),
    ),
    "attempt_running": Words(
        _("Your exam is not over yet"),
        _("A new attempt is possible when the present one is handed in."),
        (_("Go back to the exam."),),
    ),
    "check_not_passed": Words(
        _("The check is not finished"),
        _("Something still needs your attention, or the results did not arrive."),
        (_("Go back and look at the list, or choose “Continue, a person will check”."),),
    ),
    "not_agreed": Words(
        _("Please tick both boxes"),
        _("We can go on only when you have read the rules and agreed."),
        (_("Go back and tick the boxes. If you do not want to agree, talk to your teacher first."),),
    ),
    "minutes": Words(_("How many minutes?"), _("A whole number from 1 to 10,000 is needed."), (_("Go back and write it."),)),
    "has_reason": Words(_("A reason is needed"), _("It stands in the history, for everybody who looks later."), (_("Go back and write one."),)),
    "no_consent": Words(
        _("You have not agreed yet"),
        _("Nothing is recorded before you agree."),
        (_("Go back to the first step and read what will be recorded."),),
    ),
    "too_many_pages": Words(
        _("There are as many pages as can be kept"),
        _("Ten are the most."),
        (_("Remove one that is not needed, then add the other."),),
    ),
    "no_document": Words(
        _("There is no picture of the document yet"),
        _("Nothing was sent, or it was removed."),
        (_("Go back and take or choose one, or choose “Continue, a person will check”."),),
    ),
    "still_reading": Words(
        _("The name is still being read"),
        _("This exam waits for it. It takes some seconds."),
        (_("Go back, wait until the page says that it is done, and continue."),),
    ),
    "snapshot_time": Words(
        _("This picture belongs to another time"),
        _("Only pictures of the running exam are taken."),
        (_("Look whether the clock of your computer is right, then load the page again."),),
    ),
    "not_held": Words(
        _("Nobody waits at this step any more"),
        _("The learner went on, or somebody else has let them through."),
        (_("Load the page again to see where the attempt is."),),
    ),
    "face_none": Words(
        _("This photo can’t be used for the profile"),
        _("No face was found in it."),
        (_("Use a photo on which exactly one face can be seen well."),),
    ),
    "face_several": Words(
        _("This photo can’t be used for the profile"),
        _("There are several faces in it."),
        (_("Use a photo on which exactly one face can be seen well."),),
    ),
    "face_small": Words(
        _("This photo can’t be used for the profile"),
        _("The face is too small to be recognised reliably."),
        (_("Use a photo on which the face is larger."),),
    ),
    "face_unknown": Words(
        _("This photo can’t be used for the profile"),
        _("It could not be analysed, or the learner did not agree to that."),
        (_("Wait a minute and try again, or use another photo."),),
    ),
    "storage_unavailable": Words(
        _("We can't keep files at the moment"),
        _("The storage is full or does not answer. Nothing that was kept before is lost."),
        (_("Try again in some minutes."), _("If it stays so, send the reference below to the exam office.")),
    ),
    "database": Words(
        _("The exam system is not available at the moment"),
        _("Nothing that you did before is lost."),
        (_("Wait a minute and load the page again."), _("If it stays so, send the reference below to the exam office.")),
    ),
    # HTTP
    "status_400": Words(_("We could not read what was sent"), _("A part of it was missing or broken."), (_("Go back and try it again."),)),
    "status_401": Words(
        _("Please come in from your course"),
        _("We do not know who you are. Perhaps you were away for a long time, or the window was opened from a bookmark."),
        (BACK,),
    ),
    "status_403": Words(
        _("This page is not for your account"),
        _("You are signed in, but without the right to do this."),
        (_("Go back, or ask the administrator for the right."),),
    ),
    "status_409": Words(
        _("That is not possible at this point"),
        _("The exam is at another stage by now."),
        (_("Load the page again to see where it is."),),
    ),
    "seb_needed": Words(
        _("This exam opens only in Safe Exam Browser"),
        _("This browser could not show that it is one, or it did so too long ago. Nothing is lost."),
        (_("Load the page of the exam again: it says how to go on."),),
    ),
    "seb_page_old": Words(
        _("This check of the browser was used already or is too old"),
        _("Each check is good once and for a few minutes."),
        (_("Load the page of the exam again."),),
    ),
    "seb_address": Words(
        _("The check of the browser came from another address"),
        _("It counts only for the page that this site showed for it."),
        (_("Open the exam from your course again."), _TELL),
    ),
    "status_422": Words(
        _("What was sent can’t be used"),
        _("A value is missing or out of range. Nothing was changed."),
        (_("Go back and look at the fields."),),
    ),
    "status_503": Words(
        _("The exam system is not available at the moment"),
        _("Nothing that you did before is lost."),
        (_("Wait a minute and load the page again."), _("If it stays so, send the reference below to the exam office.")),
    ),
    "status_404": Words(_("There is nothing at this address"), _("It may have been removed, or it belongs to somebody else."), (BACK,)),
    "status_405": Words(_("This address does not work that way"), _("Perhaps the page was reloaded after a form was sent."), (BACK,)),
    "status_413": Words(
        _("What you sent is too large"),
        _("It is larger than this site takes."),
        (_("Choose a smaller file, or take the photo with the camera."),),
    ),
    "status_429": Words(
        _("Too many tries in a short time"),
        _("For safety this address has to wait a little."),
        (_("Wait a minute, then try again."),),
    ),
    "status_500": Words(
        _("Something went wrong on our side"),
        _("It is not your doing, and it has been noted."),
        (_("Load the page again."), _("If it stays so, send the reference below to the exam office.")),
    ),
}  # fmt: skip
