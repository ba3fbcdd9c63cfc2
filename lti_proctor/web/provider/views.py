"""The endpoints that a site calls, and the pages to which it sends its people."""

import base64
import math
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException

from lti_proctor import clock
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import DomainError, Forbidden, Invalid, Refused
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.exams.service import DEFAULT_TEMPLATE, find_template
from lti_proctor.extensions import db
from lti_proctor.locales import known
from lti_proctor.providers.server import attempts, exams, people, tokens, wire, words
from lti_proctor.providers.server.attempts import SITE
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.providers.server.onboarding import Standing
from lti_proctor.web.limits import failures
from lti_proctor.web.problems import refuse_error
from lti_proctor.web.provider import answers, pages
from lti_proctor.web.provider.answers import body, client
from lti_proctor.web.provider.keys import address_of
from lti_proctor.web.sessions import settings

bp = Blueprint("provider", __name__, url_prefix="/provider")
pages.add_to(bp)
PAGE_SIZE, PAGE_SIZE_MAX = 20, 500


@bp.errorhandler(DomainError)
def _refused(error: DomainError) -> Response:
    return refuse_error(error) if request.endpoint in pages.FOR_PEOPLE else answers.refused(error)


@bp.errorhandler(HTTPException)
def _failed(error: HTTPException) -> Response | HTTPException:
    return error if request.endpoint in pages.FOR_PEOPLE else answers.failed(error)


@bp.post("/oauth2/access_token", strict_slashes=False)
def access_token() -> Response:
    """Credentials in the form or in the header (RFC 6749, sections 2.3.1 and 4.4)."""
    answers.check_size()
    failures().check(answers.SCOPE)
    if request.form.get("grant_type") != "client_credentials":
        raise Invalid("provider_grant")
    client_id, secret = _credentials()
    try:
        given = tokens.grant(client_id, secret, now=clock.now())
    except Forbidden:
        failures().count(answers.SCOPE)
        raise
    return jsonify(given)


def _credentials() -> tuple[str, str]:
    kind, _, coded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
        except ValueError:
            raise Forbidden("provider_client") from None
    else:
        client_id, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    if "\0" in client_id or len(client_id) > wire.TEXT_MAX:
        raise Forbidden("provider_client")
    return client_id, secret


@bp.get("/api/v1/config/", strict_slashes=False)
def config() -> Response:
    """What the site shows before there is an attempt."""
    found = client()
    template = find_template(found.template or DEFAULT_TEMPLATE)
    rules = {"rules": template.config.rules} if template is not None and template.config.rules else {}
    return jsonify(
        rules=rules, name=settings().site_name, download_url=pages.without_key(), instructions=_instructions()
    )


@bp.post("/api/v1/exam/", strict_slashes=False)
def add_exam() -> Response:
    found, told = client(), wire.read_exam(body())
    exam = exams.take_exam(found, told, actor=SITE, now=clock.now())
    db.session.commit()
    return jsonify(id=exam.identifier)


@bp.post("/api/v1/exam/<exam>/", strict_slashes=False)
def change_exam(exam: str) -> Response:
    found = client()
    mine = exams.get_exam(found, exam)
    told = wire.read_exam({"id": exam, **body()})
    exams.change_known(found, mine, told, actor=SITE, now=clock.now())
    db.session.commit()
    return jsonify(id=mine.identifier)


@bp.get("/api/v1/exam/<exam>/", strict_slashes=False)
def exam(exam: str) -> Response:
    found = client()
    return jsonify(_exam(found, exams.get_exam(found, exam)))


@bp.post("/api/v1/exam/<exam>/attempt/", strict_slashes=False)
def add_attempt(exam: str) -> Response:
    found = client()
    told = wire.read_attempt(body())
    made = attempts.register(found, exams.get_exam(found, exam), told, now=clock.now())
    db.session.commit()
    return jsonify(status=made) if isinstance(made, str) else jsonify(id=made.identifier)


@bp.get("/api/v1/exam/<exam>/attempt/<attempt>/", strict_slashes=False)
def attempt(exam: str, attempt: str) -> Response:
    found = client()
    mine = attempts.get_attempt(found, exams.get_exam(found, exam), attempt)
    return jsonify(_attempt(mine))


@bp.patch("/api/v1/exam/<exam>/attempt/<attempt>/", strict_slashes=False)
def change_attempt(exam: str, attempt: str) -> Response:
    """What can't happen any more leaves the attempt as it is and says how that is."""
    found = client()
    change = wire.read_change(body())
    mine = attempts.get_attempt(found, exams.get_exam(found, exam), attempt)
    try:
        attempts.follow(mine, change, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        return answers.refused(refused, status=attempts.status_name(mine))
    db.session.commit()
    return jsonify(status=attempts.status_name(mine))


@bp.delete("/api/v1/exam/<exam>/attempt/<attempt>/", strict_slashes=False)
def remove_attempt(exam: str, attempt: str) -> Response:
    found = client()
    mine = attempts.get_attempt(found, exams.get_exam(found, exam), attempt)
    attempts.put_away(mine, now=clock.now())
    db.session.commit()
    return jsonify(status="deleted")


@bp.delete("/api/v1/user/<user_id>/", strict_slashes=False)
def retire_user(user_id: str) -> Response:
    is_gone = people.retire(client(), user_id, actor=SITE, now=clock.now())
    db.session.commit()
    return jsonify(is_gone)


@bp.get("/api/v1/courses/<path:course_id>/onboarding_statuses", strict_slashes=False)
def onboarding_statuses(course_id: str) -> Response:
    found, now = client(), clock.now()
    if user_id := request.args.get("user_id"):
        return jsonify(_standing(user_id, attempts.standing_by_id(found, course_id, user_id, now=now)))
    wanted = {word for given in request.args.getlist("status") for word in given.split(",") if word}
    rows = attempts.standings(found, course_id, now=now)
    return jsonify(_pages([row for row in rows if not wanted or row[1].profile in wanted]))


def _pages(rows: list[tuple[str, Standing]]) -> dict[str, Any]:
    size = min(max(request.args.get("page_size", PAGE_SIZE, int), 1), PAGE_SIZE_MAX)
    n_pages = max(1, math.ceil(len(rows) / size))
    page = min(max(request.args.get("page", 1, int), 1), n_pages)
    shown = rows[(page - 1) * size : page * size]
    return {
        "results": [_standing(user_id, standing) for user_id, standing in shown],
        "count": len(rows),
        "num_pages": n_pages,
        "next": page + 1 if page < n_pages else None,
        "previous": page - 1 if page > 1 else None,
    }


def _standing(user_id: str, standing: Standing) -> dict[str, Any]:
    ends = standing.ends_at.isoformat() if standing.ends_at is not None else None
    return {"user_id": user_id, "status": standing.profile.value, "expiration_date": ends}


def _exam(found: ProviderClient, mine: Exam) -> dict[str, Any]:
    """Under the names of the wire and under those of the documents."""
    link = exams.link_of(found, mine)
    is_practice = mine.kind in {Kind.practice, Kind.onboarding}
    return {
        "id": mine.identifier,
        "external_id": link.link_id,
        "course_id": mine.course.context_id if mine.course else "",
        "content_id": exams.content_id_of(link),
        "exam_name": mine.title,
        "name": mine.title,
        "time_limit_mins": mine.config.lifetime,
        "is_proctored": True,
        "is_practice_exam": is_practice,
        "is_practice": is_practice,
        "is_active": mine.is_active,
        "rule_summary": mine.config.rules,
    }


def _attempt(mine: Attempt) -> dict[str, Any]:
    return {
        "id": mine.identifier,
        "status": attempts.status_name(mine),
        "instructions": _instructions(),
        "download_url": address_of(mine),
    }


def _instructions() -> list[str]:
    """In the language of the header, which sites write in ways of their own (`xx;en-us`)."""
    asked = request.headers.get("Accept-Language", "").replace(";", ",").split(",")
    locale = next(filter(None, (known(tag.strip()) for tag in asked)), settings().default_locale)
    with force_locale(locale):
        return [str(step) for step in words.INSTRUCTIONS]
