"""Words for what is taken of learners: the consent and the pages that explain it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lti_proctor.exams.addons import Capture

Text = Any
"""A lazy string: it becomes text in the reader's language when a page is made."""

#: Sign, name, and what it means.
CAPTURES: Mapping[Capture, tuple[str, Text, Text]] = {
    Capture.face_photo: (
        "photo",
        _("A photo of your face"),
        _("Taken before the exam, to see that the right person takes it. You look at it before it is kept."),
    ),
    Capture.face_comparison: (
        "person-check",
        _("Your face compared by a computer"),
        _(
            "The photo is turned into a row of numbers that describes your face, and compared with that of the photo in your profile, if there is one. The numbers are kept as long as the photo. The computer only points out; people decide."
        ),
    ),
    Capture.document_photo: (
        "id",
        _("A photo of your ID document"),
        _("Taken before the exam, to compare the name and the picture. You may cover numbers."),
    ),
    Capture.document_scan: (
        "document",
        _("A scan of your ID document"),
        _("Sent before the exam, to compare the name and the picture. You may cover numbers."),
    ),
    Capture.document_pages: (
        "document",
        _("Further pages of your document"),
        _("As many as you choose to send. You see each one and can take it back until the exam starts."),
    ),
    Capture.document_name: (
        "id",
        _("The name on your document"),
        _(
            "A program on our own server reads it and compares it with your name. It keeps the name and how well it agrees, no numbers and no dates. Where it is not sure, a person looks."
        ),
    ),
    Capture.notices: (
        "eye",
        _("What this window notices during the exam"),
        _(
            "As far as this exam asks for it: whether the exam is in front, in full screen and on one display, whether camera, microphone and shared screen are on, and whether it is connected. Nothing of other windows."
        ),
    ),
    Capture.analysis: (
        "eye",
        _("What your computer sees and hears during the exam"),
        _(
            "Your own computer looks whether one face is in the picture and whether it is loud. Only that is told: the pictures and the sound it looks at stay on your computer."
        ),
    ),
    Capture.phone_camera: (
        "photo",
        _("Pictures from your phone as a second camera"),
        _(
            "Taken every few seconds while the page on your phone is open and its camera is on. Some of them are kept, from the start of the exam to its end. No sound, no film, and nothing else of your phone."
        ),
    ),
    Capture.room_overview: (
        "photo",
        _("Pictures of your room"),
        _(
            "A few pictures before the exam: your desk, to both sides and behind you. You take each one yourself and see it before you go on. Put away what is private."
        ),
    ),
    Capture.camera_recording: (
        "video",
        _("A recording of your camera and microphone"),
        _("From the start of the exam to its end. People who review the exam see and hear it."),
    ),
    Capture.screen_recording: (
        "screen",
        _("A recording of your screen"),
        _(
            "From the start of the exam to its end. It shows everything on the screen that you share, so close what is private before you start."
        ),
    ),
    Capture.snapshots: (
        "video",
        _("Pictures from your camera during the exam"),
        _(
            "Taken every few seconds and compared by a computer with your photos. One picture a minute is kept, and those where the face seems to be another one; all others are deleted at once. People decide what they mean."
        ),
    ),
    Capture.shared_report: (
        "external",
        _("Your report for others, by a link"),
        _(
            "Those who review may let somebody else read the report of your exam as you see it, by a link that needs no account. A link ends by itself, and each reading is written down."
        ),
    ),
    Capture.attachments: (
        "upload",
        _("Files that you attach during the exam"),
        _("Only what you choose to attach. You can take it back until you hand in."),
    ),
    Capture.messages: (
        "chat",
        _("What you write in the chat, and what is written to you"),
        _("People who watch over the exam and review it read it."),
    ),
    Capture.face_search: (
        "search",
        _("Your face looked for among other people"),
        _(
            "Your face is compared with the profiles of everybody who takes exams on this site, to notice when one person takes exams for several. A similar face proves nothing: a person looks at both."
        ),
    ),
}
