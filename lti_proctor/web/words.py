"""Words for codes: statuses, steps, problems, reasons. Codes live in the nouns, words at the doors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.steps import StepKey
from lti_proctor.documents.names import Result
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.config import Delivery, EvidenceShown, GradeSource, OnReject, Preset, SecondReview
from lti_proctor.exams.protections import Protection
from lti_proctor.journal.roles import Role
from lti_proctor.providers.server import words as told
from lti_proctor.review.deciding import Left
from lti_proctor.review.models import Reason, Verdict

Text = Any
"""A lazy string: it becomes text in the reader's language when a page is made."""


@dataclass(frozen=True)
class Badge:
    """How a status is shown, the same to learners and staff (DESIGN.md, section 5)."""

    icon: str
    word: Text
    tone: str


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
    StepKey.schedule: _("Your time"),
    StepKey.check: _("Equipment"),
    StepKey.profile: _("Your name"),
    StepKey.face: _("Your photo"),
    StepKey.passport: _("ID document"),
    StepKey.scan: _("Scan of the document"),
    StepKey.extrapages: _("Further pages"),
    StepKey.qrcode: _("Your phone"),
    StepKey.overview: _("Your room"),
    StepKey.proctor: _("A proctor is there"),
    StepKey.provider: _("Proctoring software"),
}
PHOTOS: Mapping[EvidenceKind, Text] = {
    EvidenceKind.face: _("Photo of the face"),
    EvidenceKind.passport: _("Photo of a document"),
    EvidenceKind.scan: _("Scan of a document"),
    EvidenceKind.extrapage: _("Further page of a document"),
    EvidenceKind.snapshot: _("Picture from the exam"),
    EvidenceKind.phone: _("Picture from the phone"),
    EvidenceKind.overview: _("Picture of the room"),
    EvidenceKind.remark: _("Picture from a recording"),
    EvidenceKind.file: _("Attached file"),
    EvidenceKind.spoken: _("Spoken message"),
}
READY = _("Ready to start")
#: What came of comparing the name on a document, for staff: icon, words, tone.
READINGS: Mapping[Result, tuple[str, Text, str]] = {
    Result.waiting: ("hourglass", _("The name is being read"), "on"),
    Result.same: ("check", _("The name agrees"), "good"),
    Result.unclear: ("person-check", _("The name is similar: please look"), "wait outline"),
    Result.differs: ("person-check", _("The name differs: please look"), "wait"),
    Result.not_read: ("person-check", _("The name was not read: please look"), "wait outline"),
}

CHECKS: Mapping[str, Text] = {
    "browser": _("Browser"),
    "network": _("Network"),
    "storage": _("Storage of the browser"),
    "webrtc": _("Live picture"),
    "display": _("Displays"),
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
        _("A photo before the exam, then camera and microphone are recorded. A person looks afterwards."),
    ),
    Preset.supervised: (
        "eye",
        _("Supervised"),
        _("As recorded, with a photo of a document and a chat, and the screen is shared and recorded too."),
    ),
}
ADDONS: Mapping[Addon, Text] = {
    Addon.rules: _("Rules that learners agree to"),
    Addon.check: _("Check of the equipment"),
    Addon.profile: _("Learners write their own name"),
    Addon.face: _("Photo of the face"),
    Addon.passport: _("Photo of a document"),
    Addon.scan: _("Scan of a document"),
    Addon.extrapages: _("Further pages of a document"),
    Addon.name_: _("Compare the name on the document with the learner's name"),
    Addon.verify: _("Nobody goes on whose face or document differs, before a person lets them"),
    Addon.qrcode: _("A phone as a second camera"),
    Addon.overview: _("A look around the room"),
    Addon.ready: _("A summary before the start"),
    Addon.schedule: _("Learners book a time at which a proctor is there"),
    Addon.proctor: _("Nobody starts before a proctor is there"),
    Addon.screen: _("Share the whole screen"),
    Addon.preview: _("Show learners their own camera picture"),
    Addon.header: _("Bar with title and time left"),
    Addon.finish: _("Finish button for learners"),
    Addon.xapi: _("Take the grade from the exam page (xAPI)"),
    Addon.track: _("Notice what happens in the exam window"),
    Addon.seb: _("Start only from Safe Exam Browser"),
    Addon.record: _("Record camera and microphone, and the screen where it is shared"),
    Addon.mobile: _("Also meant for phones and tablets"),
    Addon.content: _("Protect what the exam window shows"),
    Addon.lock: _("Cover the exam while a violation goes on, where the last minute falls below the threshold"),
    Addon.calculator: _("Calculator for learners"),
    Addon.webrtc: _("The equipment check also looks whether the browser can send a live picture (WebRTC)"),
    Addon.upload: _("Learners may attach pictures and PDF files during the exam"),
    Addon.chat: _("Learners and proctors may write to each other during the exam"),
    Addon.shared: _("Reviewers may give the report to others by a link that needs no account"),
    Addon.auto: _("Accept by itself where the credibility reaches the threshold; a person decides about all others"),
}
PROTECTIONS: Mapping[Protection, Text] = {
    Protection.menu: _("No context menu"),
    Protection.selection: _("No selecting and copying outside fields"),
    Protection.print_: _("No printing"),
    Protection.hotkeys: _("No keys that save, print or show the source"),
    Protection.cover: _("Cover the exam while another window is in front"),
    Protection.devtools: _("Cover the exam while developer tools are open"),
}
#: Sites that have their exams watched here are told in the same words.
METRICS: Mapping[Metric, Text] = told.METRICS
GRADE_SOURCES: Mapping[GradeSource, Text] = {
    GradeSource.result: _("The grade from the exam, once accepted"),
    GradeSource.credibility: _("The credibility score"),
    GradeSource.accepted: _("Full points when accepted"),
    GradeSource.nothing: _("Nothing"),
}
DELIVERIES: Mapping[Delivery, tuple[str, Text, Text]] = {
    Delivery.framed: (
        "screen",
        _("A page on the web, inside the exam window"),
        _(
            "For pages that let themselves be shown inside others. You may also leave the address empty and tell learners where to go."
        ),
    ),
    Delivery.window: (
        "external",
        _("A quiz that I already have, in a window of its own"),
        _(
            "For instance a quiz with a password in your course. Learners open it from here, and get the password only after the start."
        ),
    ),
    Delivery.hosted: (
        "upload",
        _("Files that I upload here"),
        _(
            "A package of an authoring tool (xAPI, also called Tin Can) or HTML pages. After saving, upload it under “Files”."
        ),
    ),
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
    Reason.low_credibility: (
        _("More was noticed than this exam allows"),
        _("This was computed from what was noticed. Nobody has looked at it yet: ask for a person to do so."),
    ),
    Reason.other: (_("Another reason, see the comment"), _("The reviewer gives the reason in the comment.")),
}
SECOND_REVIEW: Mapping[SecondReview, Text] = {
    SecondReview.never: _("No, one person decides"),
    SecondReview.negative: _("Before an exam is not accepted"),
    SecondReview.always: _("Always"),
}
EVIDENCE_SHOWN: Mapping[EvidenceShown, Text] = {
    EvidenceShown.at_once: _("As soon as the exam is handed in"),
    EvidenceShown.with_verdict: _("With the conclusion"),
    EvidenceShown.on_request: _("When they ask and staff open it; always when it was not accepted"),
}
#: Why an attempt that could have been concluded by itself is left to a person.
LEFT: Mapping[Left, Text] = {
    Left.kind: _("Onboarding is never concluded by itself. Please look."),
    Left.no_score: _("Not concluded by itself: there is no credibility score. Please look."),
    Left.below: _("Not concluded by itself: the credibility lies below the threshold. Please look."),
    Left.step: _("Not concluded by itself: a step before the exam waits for a person. Please look."),
    Left.evidence: _("Not concluded by itself: a recording is missing. Please look."),
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
#: Why the roster could not be read, or not wholly, by the beginning of the code; the last one fits all others.
ROSTER_PROBLEMS: Mapping[str, Text] = {
    "roster_elsewhere": _("The list goes on at another address, which we do not ask. Some people may be missing here."),
    "roster_endless": _("The list does not come to an end. Some people may be missing here."),
    "roster_of_links": _(
        "The course system tells only who may open this exam. Other people of the course may be missing here."
    ),
    "service_off_": _("The course system does not let us read who is in the course."),
    "roster_status_401": _("The course system does not let us read who is in the course."),
    "roster_status_403": _("The course system does not let us read who is in the course."),
    "token_status_4": _("The course system does not let us read who is in the course."),
    "": _(
        "The course system did not answer as it should. It is tried again by itself and the next time somebody who teaches comes in."
    ),
}


def roster_problem(code: str) -> Text:
    return next(words for beginning, words in ROSTER_PROBLEMS.items() if code.startswith(beginning))


#: Parameters of an exam that an LMS may set for one link, by the names that it uses.
OVERRIDES: Mapping[str, Text] = {
    "lifetime": _("lifetime: how many minutes there are"),
    "timeout": _("timeout: how long somebody who left is waited for"),
    "url": _("url: where the questions are"),
    "code": _("code: the access code"),
    "locale": _("locale: the language"),
    "timezone": _("timezone: the time zone"),
}
#: What an LMS is asked to do to an exam that it gives itself, and what it may answer (Proctoring Services 1.0).
CONTROL: Mapping[str, Text] = {
    "pause": _("Pause"),
    "resume": _("Let it go on"),
    "terminate": _("End the exam"),
    "update": _("Give more time"),
    "flag": _("Flag it"),
}
CONTROL_STATUS: Mapping[str, Text] = {
    "none": _("not begun"),
    "running": _("running"),
    "paused": _("paused"),
    "terminated": _("ended by force"),
    "complete": _("complete"),
}
