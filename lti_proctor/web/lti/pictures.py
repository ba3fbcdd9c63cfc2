"""The photo that Start Assessment names (`verified_user.picture`): one that this tool took, for the LMS to fetch.

The address is signed, names one photo and ends after some hours. Whoever holds it is the LMS that was told it.
"""

import hashlib
from typing import Any

from flask import Blueprint, Response, make_response, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from lti_proctor.attempts.models import Attempt
from lti_proctor.documents import service as documents
from lti_proctor.errors import NotFound
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.storage import store
from lti_proctor.web.sessions import settings


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/pictures/<token>", "picture", picture, methods=["GET"])


def picture(token: str) -> Response:
    """The photo behind a signed address; 404 when the address has ended or the photo is gone."""
    try:
        evidence_id, sha256 = _serializer().loads(token, max_age=settings().picture_hours * 3600)
        found = evidence.get_evidence(evidence_id)
        # A database may have given the number of a deleted photo to something else.
        if found.kind != EvidenceKind.face or found.sha256 != sha256:
            raise NotFound("page")
        content = store().get(found.key)
    except (BadData, TypeError, ValueError, NotFound):
        raise NotFound("page") from None
    return make_response(content, 200, {"Content-Type": found.media_type})


def verified_user(attempt: Attempt) -> dict[str, Any]:
    """What this tool can say of the person of its own knowledge (Proctoring Services 1.0, section 4.3.2.1).

    The photo of the face is ours; the names go along when a document with them was shown as well and, where names are
    compared, agrees with them. Without either
    nothing is said: what the LMS told us is not ours to confirm.
    """
    faces = evidence.photos_of(attempt, EvidenceKind.face)
    user, said = attempt.user, dict[str, Any]()
    if faces:
        token = _serializer().dumps([faces[-1].id, faces[-1].sha256])
        said["picture"] = settings().base_url + url_for("lti.picture", token=token)
    if documents.shows_name(attempt, user.name):
        names = {"name": user.name, "given_name": user.given_name, "family_name": user.family_name}
        said |= {name: text for name, text in names.items() if text}
    return said


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings().secret_key, salt="picture", signer_kwargs={"digest_method": hashlib.sha256}
    )
