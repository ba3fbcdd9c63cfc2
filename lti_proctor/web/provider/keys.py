"""The address by which a site sends a learner here: it is all the proof there is, so it is good for one attempt."""

import hashlib

from flask import url_for
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from lti_proctor.attempts import sites
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import NotFound, Refused
from lti_proctor.extensions import db
from lti_proctor.providers.server.clients import client_of
from lti_proctor.web.sessions import settings


def address_of(attempt: Attempt) -> str:
    return settings().base_url + url_for("provider.enter", token=_serializer().dumps(attempt.identifier))


def attempt_by(token: str) -> Attempt:
    """The attempt of an address, while it can be taken. Raises `NotFound("page")`, `Refused("site_way_over")`."""
    try:
        identifier = _serializer().loads(token)
    except BadSignature:
        raise NotFound("page") from None
    found = db.session.scalars(select(Attempt).where(Attempt.identifier == identifier)).one_or_none()
    client = client_of(found) if found is not None else None
    if found is None or client is None or not sites.is_of_site(found):
        raise NotFound("page")
    if not client.is_active or found.phase == Phase.done:
        raise Refused("site_way_over")
    return found


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key, salt="provider way in", signer_kwargs={"digest_method": hashlib.sha256}
    )
