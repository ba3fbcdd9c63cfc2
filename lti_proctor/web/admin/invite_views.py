"""Invitations by which an LMS registers itself."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.errors import NotFound
from lti_proctor.extensions import db
from lti_proctor.platforms.invites import PlatformInvite, make_invite, open_invites, withdraw_invite
from lti_proctor.web.admin.forms import InviteForm
from lti_proctor.web.admin.shared import LARGEST_KEY, administrator, page
from lti_proctor.web.sessions import settings


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/invites", "invites", invites, methods=["GET", "POST"])
    bp.add_url_rule("/invites/<int:invite_id>/withdraw", "withdraw_invite", withdraw, methods=["POST"])


def invites() -> str | tuple[str, int]:
    """The open invitations, and a form for one more.

    The address of a new one is told in the answer itself: nothing keeps it, so no other page could.
    """
    who, form, now = administrator(), InviteForm(), clock.now()
    if request.method == "GET":
        return _page(form)
    hours = form.check()
    if hours is None:
        return _page(form), 422
    token = make_invite(hours=hours, approves=form.approves.data, note=form.label, actor=who, now=now)
    db.session.commit()
    return _page(form, address=f"{settings().base_url}{url_for('lti.register', invite=token)}")


def withdraw(invite_id: int) -> Response:
    who = administrator()
    found = db.session.get(PlatformInvite, invite_id) if invite_id <= LARGEST_KEY else None
    if found is None:
        raise NotFound("page")
    withdraw_invite(found, actor=who, now=clock.now())
    db.session.commit()
    flash(_("The invitation is withdrawn."))
    return redirect(url_for("admin.invites"), 303)


def _page(form: InviteForm, *, address: str | None = None) -> str:
    return page("admin/invites.html", form=form, address=address, invites=open_invites(now=clock.now()))
