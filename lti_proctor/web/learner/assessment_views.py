"""The way of a proctored learner into the exam that the LMS gives itself (LTI Proctoring Services 1.0)."""

import secrets

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import assessments
from lti_proctor.attempts.models import Assessment, Attempt
from lti_proctor.extensions import db
from lti_proctor.lti.proctoring import start_assessment
from lti_proctor.people.roles import Permission
from lti_proctor.platforms import keys
from lti_proctor.web import headers
from lti_proctor.web.access import load_attempt
from lti_proctor.web.learner.context import learner
from lti_proctor.web.lti.pictures import verified_user


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/assessment", "assessment", assessment, methods=["GET"])


def assessment(attempt_id: int) -> Response:
    """The page that posts Start Assessment to the LMS, from this browser and with a message made for this moment."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    into = assessments.send_into(found, actor=learner(found), now=now)
    jwt = keys.sign(_claims(found, into), now=now)
    db.session.commit()
    headers.allow_form_to(into.start_url, and_beyond=True)
    page = render_template("learner/assessment.html", exam=found.exam, start_url=into.start_url, jwt=jwt)
    return make_response(page)


def _claims(found: Attempt, into: Assessment) -> dict[str, object]:
    deployment = found.link.deployment if found.link else None
    registration = deployment.registration if deployment else None
    return start_assessment(
        echoed=into.echoed,
        session_data=into.session_data,
        attempt_number=found.number,
        verified=verified_user(found),
        client_id=registration.client_id if registration else "",
        issuer=registration.issuer if registration else "",
        deployment_id=deployment.deployment_id if deployment else "",
        nonce=secrets.token_urlsafe(24),
        now=clock.now(),
    )
