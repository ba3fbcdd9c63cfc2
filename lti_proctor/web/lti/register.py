"""The door for a platform that registers itself, and the documents that others read instead."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import gettext as _

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.lti import registration, tool_documents
from lti_proctor.lti.registration import Granted, Offer
from lti_proctor.platforms import invites, service
from lti_proctor.platforms.families import DOCUMENTS, Document
from lti_proctor.platforms.invites import PlatformInvite
from lti_proctor.platforms.models import Registration
from lti_proctor.platforms.service import PlatformDetails
from lti_proctor.web.sessions import settings

#: The invitation acts on behalf of the LMS that holds it.
LMS = Actor(Role.platform)


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/register", "register", register, methods=["GET"])
    bp.add_url_rule("/config.json", "configuration", configuration, methods=["GET"])
    for path, document in DOCUMENTS.items():
        name = f"configuration_{path.partition('.')[0]}"
        bp.add_url_rule(f"/{path}", name, partial(developer_key, document), methods=["GET"])


def register() -> str:
    """The tool's initiate registration address (LTI Dynamic Registration 1.0, section 3.3)."""
    configuration_url = request.args.get("openid_configuration", "")
    token = request.args.get("registration_token") or None
    invite = invites.get_invite(request.args.get("invite", ""), now=clock.now())
    registration.check_request(configuration_url, token)
    # No transaction stays open while the other side takes its time.
    db.session.rollback()
    offer = registration.fetch_offer(configuration_url, token)
    asked = registration.tool_registration(offer, settings(), description=_description())
    granted = registration.send(offer, asked, token)
    platform = _keep(invite, offer, granted)
    db.session.commit()
    return render_template("shared/registered.html", platform=platform)


def configuration() -> Response:
    """The tool as an OpenID client, for whatever LMS reads such a document. It holds no secret."""
    return _public(tool_documents.client_metadata(settings(), description=_description()))


def developer_key(document: Document) -> Response:
    """The same for platforms that want a form of their own."""
    return _public(tool_documents.developer_key(settings(), document, description=_description()))


def _public(found: dict[str, Any]) -> Response:
    answer = jsonify(found)
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


def _description() -> str:
    return str(_("Exams with supervision and review."))


def _keep(invite: PlatformInvite, offer: Offer, granted: Granted) -> Registration:
    """Store the registration and use the invitation up, in one transaction."""
    now = clock.now()
    known = service.find_registration(offer.issuer, granted.client_id)
    details = registration.details(offer, granted, name=known.name if known else invite.note or offer.host)
    # Whoever changes where launches are signed is looked at again, as a new platform is.
    is_moved = known is not None and _addresses(known) != _addresses(details)
    platform = service.add_platform(details, actor=LMS, now=now, is_active=invite.approves)
    if is_moved and not invite.approves:
        platform.is_active = False
    platform.family = offer.family or platform.family or ""
    invites.use_invite(invite, platform, actor=LMS, now=now)
    return platform


def _addresses(of: Registration | PlatformDetails) -> tuple[str, str, str]:
    return of.auth_login_url, of.auth_token_url, of.key_set_url
