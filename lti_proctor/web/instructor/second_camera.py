"""What the page of an attempt shows of the phone's camera and of the room."""

from typing import Any

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import config_of
from lti_proctor.evidence import room
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.phone import pictures
from lti_proctor.phone import service as phones
from lti_proctor.web.room_words import TURNS

#: Pictures that have a place of their own on the page; there are too many of them for its history.
SHOWN_APART = frozenset({EvidenceKind.snapshot, EvidenceKind.phone, EvidenceKind.overview})
#: The newest pictures of a phone that are shown at once.
NEWEST = 12


def phone_values(found: Attempt) -> dict[str, Any]:
    """For `instructor/_phone.html`: what it shows of the add-ons that are on."""
    on, values = config_of(found).addons, dict[str, Any]()
    if Addon.qrcode in on:
        values["phone"] = phones.state_of(found, clock.now())
        values["phone_pictures"] = pictures.newest(found, NEWEST)
        values["n_phone_pictures"] = pictures.count(found)
    if Addon.overview in on:
        values |= {"room": room.turns_of(found), "turns": TURNS}
    return values
