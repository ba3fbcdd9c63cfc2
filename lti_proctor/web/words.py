"""Words for codes: statuses, steps, problems, reasons. Codes live in the nouns, words at the doors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.steps import StepKey
from lti_proctor.exams.addons import Addon, Capture, Kind, Metric
from lti_proctor.exams.config import GradeSource, OnReject, Preset
from lti_proctor.journal.roles import Role
from lti_proctor.review.models import Reason, Verdict

Text = Any
"""A lazy string: it becomes text in the reader's language when a page is made."""


@dataclass(frozen=True)
class Badge:
    """How a status is shown, the same to learners and staff (DESIGN.md, section 5)."""

    icon: str
    word: Text
    tone: str


@dataclass(frozen=True)
class Words:
    """A problem in the reader's words: what is, what it means, what to do."""

    what: Text
    means: Text
    steps: tuple[Text, ...] = ()
    remedy: Text | None = None


BADGES: Mapping[Status, Badge] = {
    Status.created: Badge("dash", _("Not started"), "plain outline"),
    Status.download_software_clicked: Badge("settings", _("Setting up"), "on"),
    Status.ready_to_start: Badge("check", _("Ready to start"), "on"),
    Status.started: Badge("play", _("In progress"), "on"),
    Status.paused: Badge("pause", _("Paused"), "wait"),
    Status.ready_to_submit: Badge("hourglass", _("About to hand in"), "on"),
    Status.submitted: Badge("hourglass", _("Waiting for review"), "wait"),
    Status.second_review_required: Badge("people", _("Second review"), "wait"),
    Status.verified: Badge("check-circle", _("Accepted"), "good"),
    Status.rejected: Badge("x-circle", _("Not accepted"), "bad"),
    Status.error: Badge("alert", _("Technical problem"), "bad outline"),
    Status.declined: Badge("minus-circle", _("Without proctoring"), "plain"),
    Status.expired: Badge("clock", _("Not taken in time"), "plain"),
    Status.onboarding_missing: Badge("person", _("Onboarding needed"), "wait outline"),
    Status.onboarding_pending: Badge("hourglass", _("Onboarding in review"), "wait outline"),
    Status.onboarding_failed: Badge("x-circle", _("Onboarding not accepted"), "bad outline"),
    Status.onboarding_expired: Badge("clock", _("Onboarding out of date"), "wait outline"),
    Status.onboarding_reset: Badge("refresh", _("Replaced by a new try"), "plain outline"),
    Status.timed_out: Badge("clock", _("Time ran out"), "plain outline"),
}
#: An attempt that nobody reviews waits for nothing.
HANDED_IN = Badge("check", _("Handed in"), "good")


def badge_of(status: Status, kind: Kind) -> Badge:
    if status == Status.submitted and kind in {Kind.timed, Kind.practice}:
        return HANDED_IN
    return BADGES[status]


STEPS: Mapping[StepKey, Text] = {
    StepKey.rules: _("Rules and consent"),
    StepKey.check: _("Equipment"),
    StepKey.face: _("Your photo"),
    StepKey.passport: _("ID document"),
}
READY = _("Ready to start")

CHECKS: Mapping[str, Text] = {
    "browser": _("Browser"),
    "network": _("Network"),
    "camera": _("Camera"),
    "microphone": _("Microphone"),
    "screen": _("Screen sharing"),
}

KINDS: Mapping[Kind, tuple[Text, Text]] = {
    Kind.proctored: (_("Proctored"), _("It counts, and a person reviews it.")),
    Kind.timed: (_("Timed"), _("It counts and has a time limit. Nothing is reviewed.")),
    Kind.practice: (_("Practice"), _("For trying out. It never reaches the gradebook.")),
    Kind.onboarding: (_("Onboarding"), _("Learners show once that their set-up works, before other exams.")),
}
PRESETS: Mapping[Preset, tuple[str, Text, Text]] = {
    Preset.honour: ("document", _("Honour"), _("Rules and a signature. Nothing is recorded.")),
    Preset.recorded: (
        "photo",
        _("Recorded"),
        _("A photo before the exam and a check of the equipment. A person looks afterwards."),
    ),
    Preset.supervised: (
        "eye",
        _("Supervised"),
        _("As recorded, with a photo of a document and the screen shared in the check."),
    ),
}
ADDONS: Mapping[Addon, Text] = {
    Addon.rules: _("Rules that learners agree to"),
    Addon.check: _("Check of the equipment"),
    Addon.face: _("Photo of the face"),
    Addon.passport: _("Photo of a document"),
    Addon.ready: _("A summary before the start"),
    Addon.screen: _("Share the whole screen in the check"),
    Addon.preview: _("Show learners their own camera picture"),
    Addon.header: _("Bar with title and time left"),
    Addon.finish: _("Finish button for learners"),
    Addon.xapi: _("Take the grade from the exam page (xAPI)"),
}
CAPTURES: Mapping[Capture, tuple[str, Text, Text]] = {
    Capture.face_photo: (
        "photo",
        _("A photo of your face"),
        _("Taken before the exam, to see that the right person takes it. You look at it before it is kept."),
    ),
    Capture.document_photo: (
        "id",
        _("A photo of your ID document"),
        _("Taken before the exam, to compare the name and the picture. You may cover numbers."),
    ),
}
METRICS: Mapping[Metric, Text] = {
    Metric.b1: _("The browser is not supported"),
    Metric.b2: _("The exam is not in front"),
    Metric.b3: _("Full screen was left"),
    Metric.c1: _("The camera is off"),
    Metric.c2: _("No face is seen, or it is turned away"),
    Metric.c3: _("Several faces are seen"),
    Metric.c4: _("The face is not recognised"),
    Metric.c5: _("A similar profile was found"),
    Metric.c6: _("The face differs from the profile"),
    Metric.m1: _("The microphone is off or very quiet"),
    Metric.m2: _("Voices or noise in the room"),
    Metric.n1: _("The connection is lost"),
    Metric.n2: _("The phone's camera is not connected"),
    Metric.n3: _("Recordings are not saved"),
    Metric.s1: _("The screen is not shared"),
    Metric.s2: _("A second display is used"),
}
GRADE_SOURCES: Mapping[GradeSource, Text] = {
    GradeSource.result: _("The grade from the exam, once accepted"),
    GradeSource.credibility: _("The credibility score"),
    GradeSource.accepted: _("Full points when accepted"),
    GradeSource.nothing: _("Nothing"),
}
ON_REJECT: Mapping[OnReject, Text] = {
    OnReject.withhold: _("No grade; the teacher decides"),
    OnReject.zero: _("Zero points"),
}
VERDICTS: Mapping[Verdict, Text] = {Verdict.positive: _("Accept"), Verdict.negative: _("Do not accept")}
REASONS: Mapping[Reason, tuple[Text, Text]] = {
    Reason.other_person: (
        _("Another person took the exam"),
        _("The person in the exam was not the one who is enrolled."),
    ),
    Reason.help_from_others: (_("Help from others"), _("Somebody else helped during the exam.")),
    Reason.forbidden_material: (
        _("Material that was not allowed"),
        _("Material was used that the rules do not allow."),
    ),
    Reason.left_exam: (_("The exam was left"), _("The exam was left for longer than the rules allow.")),
    Reason.identity_unclear: (
        _("Identity could not be confirmed"),
        _("The photos do not show clearly who took the exam."),
    ),
    Reason.recording_missing: (_("Evidence is missing"), _("What the exam needs for a review did not arrive.")),
    Reason.other: (_("Another reason, see the comment"), _("The reviewer gives the reason in the comment.")),
}
ROLES: Mapping[Role, Text] = {
    Role.learner: _("Learner"),
    Role.proctor: _("Proctor"),
    Role.reviewer: _("Reviewer"),
    Role.staff: _("Teacher or administrator"),
    Role.provider: _("Proctoring service"),
    Role.platform: _("Course system"),
    Role.timer: _("Clock"),
}
OPENED = _("Opened for the first time")
EVENTS: Mapping[str, Text] = {
    "attempt.step": _("A step of the set-up is done"),
    "attempt.result": _("The exam page reported a result"),
    "consent.given": _("Agreed to what is recorded"),
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

_BACK = _("Go back to the course and open the exam once more.")
_TELL = _(
    "If you see this page again, send the reference below to your teacher or the exam office. No time of your exam is running."
)
_SETTING = _("This is a setting, nothing that you did.")
_AGAIN = (_BACK, _TELL)


def _launch(remedy: Text, what: Text | None = None) -> Words:
    return Words(what or _("The exam could not be opened from your course"), _SETTING, _AGAIN, remedy)


PROBLEMS: Mapping[str, Words] = {
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
    # people
    "sign_in_needed": Words(
        _("Please come in from your course"),
        _("We do not know who you are. Perhaps you were away for a long time, or the window was opened from a bookmark."),
        (_BACK, _("If you are a proctor or an administrator, log in with your name and password.")),
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
        (_BACK,),
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
    "picture_empty": Words(_("No photo arrived"), _("The file was empty."), (_("Take or choose the photo again."),)),
    "picture_unreadable": Words(
        _("This file is not a photo that we can read"),
        _("We take JPEG, PNG and WebP pictures."),
        (_("Choose another file, or take the photo with the camera."),),
    ),
    "picture_too_large": Words(
        _("This photo has too many pixels"),
        _("Very large pictures are not needed here."),
        (_("Choose a smaller one, or take the photo with the camera."),),
    ),
    "picture_too_small": Words(
        _("This photo is too small"),
        _("Nobody could recognise anything on it."),
        (_("Choose a larger one, or take the photo with the camera."),),
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
    "status_404": Words(_("There is nothing at this address"), _("It may have been removed, or it belongs to somebody else."), (_BACK,)),
    "status_405": Words(_("This address does not work that way"), _("Perhaps the page was reloaded after a form was sent."), (_BACK,)),
    "status_413": Words(
        _("What you sent is too large"),
        _("Photos may have up to 12 MB."),
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
