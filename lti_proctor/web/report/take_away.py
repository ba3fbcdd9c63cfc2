"""The page for staff from which a report is given to others: as a file, or by a link."""

from typing import Any

from flask import render_template, url_for
from flask_babel import lazy_gettext as _

from lti_proctor import clock, journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.extensions import db
from lti_proctor.people.models import User
from lti_proctor.people.roles import Permission
from lti_proctor.report import links
from lti_proctor.report.archive import Part
from lti_proctor.report.models import ReportLink
from lti_proctor.report.taking import TAKEN
from lti_proctor.web.access import may_with
from lti_proctor.web.sessions import settings

#: What may be chosen for the ZIP, and what it is.
PARTS = {
    Part.videos: (_("Recordings"), _("Films of camera and screen. They may be large.")),
    Part.faces: (_("Photos of face and documents"), _("And the photo of the profile.")),
    Part.images: (_("Pictures from the exam"), _("From the camera, the phone, the room and the recording.")),
    Part.chat: (_("Chat and attached files"), _("What was written, and what the learner attached.")),
    Part.proctor: (_("What the proctor said"), _("Spoken messages of the chat.")),
    Part.player: (_("A page that plays it"), _("Opens in a browser, also without a network.")),
}


def take_away_page(found: Attempt, *, new_link: tuple[str, ReportLink] | None = None) -> str:
    """With a link that was just made: its key is told here and nowhere else."""
    return render_template("report/take_away.html", **take_away_values(found, new_link=new_link))


def take_away_values(found: Attempt, *, new_link: tuple[str, ReportLink] | None = None) -> dict[str, Any]:
    """For `report/_links.html` and `report/_take_away.html`."""
    now = clock.now()
    made, taken = links.links_of(found), _taken(found)
    ids = {link.made_by for link in made} | {entry.actor_id for entry in taken}
    return {
        "exam": found.exam,
        "attempt": found,
        "is_shared": links.is_shared(found),
        "links": [(link, links.is_open(link, now)) for link in made],
        "may_share": may_with(Permission.attempt_review, found),
        "new_address": _address(found, new_link[0]) if new_link else None,
        "link_days": settings().report_link_days,
        "part_words": PARTS,
        "taken": taken,
        "names": _names(ids - {None}),
    }


def _address(found: Attempt, key: str) -> str:
    return settings().base_url + url_for("report.shared", identifier=found.identifier, key=key)


def _taken(found: Attempt) -> list[journal.Entry]:
    """Newest first."""
    return [one for one in journal.entries_of(subject_of(found), of="report.") if one.action == TAKEN][::-1]


def _names(ids: set[int | None]) -> dict[int, str]:
    return {user.id: user.name for user in db.session.query(User).filter(User.id.in_(ids))} if ids else {}
