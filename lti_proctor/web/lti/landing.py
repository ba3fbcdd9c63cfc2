"""The end of a launch: the session opens and the browser goes on; without cookies a ticket opens a window instead."""

from dataclasses import dataclass, field
from typing import Any

from flask import make_response, redirect, render_template, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response

from lti_proctor import jobs
from lti_proctor.extensions import db
from lti_proctor.lti.launch import Arrived
from lti_proctor.web import tickets
from lti_proctor.web.language import LAUNCHED
from lti_proctor.web.sessions import settings, visit


@dataclass(frozen=True)
class Landing:
    """Where a launch leads: who it is, what the session knows, and the address that the browser goes to.

    `page` is a template that is shown at once instead. `away` is an address of the LMS: nobody is signed in for it.
    """

    user_id: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    location: str = ""
    page: str = ""
    away: str = ""
    #: A course whose roster is to be read in the background.
    roster_of: int | None = None


def land(landing: Landing, arrived: Arrived, *, has_cookies: bool) -> Response:
    """Open the session and answer. The one commit of a launch is here."""
    if landing.away:
        db.session.commit()
        return redirect(landing.away, 303)
    if has_cookies:
        visit().sign_in(landing.user_id, landing.data, hours=settings().session_hours)
    db.session.commit()
    if landing.roster_of is not None:
        jobs.put("lti.roster", landing.roster_of)
    if landing.page:
        return _page(landing, arrived)
    if not has_cookies:
        return _window(landing, arrived)
    return Response(status=303, headers={"Location": landing.location})


def _page(landing: Landing, arrived: Arrived) -> Response:
    with force_locale(landing.data.get(LAUNCHED) or settings().default_locale):
        return make_response(render_template(landing.page, title=arrived.launch.link_title))


def _window(landing: Landing, arrived: Arrived) -> Response:
    """The launch is good, but its frame keeps no cookie: a window of its own does, and opens with a ticket."""
    ticket = tickets.issue_to(landing.user_id, landing.location, landing.data)
    with force_locale(landing.data.get(LAUNCHED) or settings().default_locale):
        page = render_template(
            "shared/new_window.html", action=url_for("lti.go_on"), ticket=ticket, title=arrived.launch.link_title
        )
    return make_response(page)
