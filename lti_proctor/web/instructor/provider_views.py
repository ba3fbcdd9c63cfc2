"""What staff see of an outside provider: how far an attempt is there, its reviews, messages, its own pages."""

from typing import Any

import structlog
from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock, outbox
from lti_proctor.attempts.engines import KINDS, is_outside, provider_name
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.backends import backends
from lti_proctor.errors import NotFound, Upstream
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import db
from lti_proctor.outbox import Effect, State
from lti_proctor.people.models import User
from lti_proctor.people.roles import Permission
from lti_proctor.providers import service as providers
from lti_proctor.providers.base import Staff
from lti_proctor.providers.facts import full_name, obscured_id
from lti_proctor.web import provider_words
from lti_proctor.web.access import load_attempt_of, load_exam, person

log = structlog.get_logger()
SENT = frozenset({*KINDS.values(), providers.ACT})


def add_to(bp: Blueprint) -> None:
    bp.context_processor(lambda: {"provider_page": provider_page})
    base = "/exams/<int:exam_id>/attempts/<int:attempt_id>/provider"
    bp.add_url_rule(base, "provider_attempt", attempt_dashboard)
    bp.add_url_rule(f"{base}/<int:effect_id>", "tell_provider", send_again, methods=["POST"])
    bp.add_url_rule("/exams/<int:exam_id>/provider", "provider_exam", exam_dashboard)


def send_again(exam_id: int, attempt_id: int, effect_id: int) -> Response:
    """Try a message again that did not arrive."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_manage)
    effect = db.session.get(Effect, effect_id)
    if effect is None or effect.subject != subject_of(found) or effect.kind not in SENT:
        raise NotFound("page")
    if effect.state != State.done:
        outbox.send_again(effect, now=clock.now())
        db.session.commit()
        flash(_("It is being sent again."))
    return redirect(url_for("instructor.attempt", exam_id=found.exam_id, attempt_id=found.id), 303)


def attempt_dashboard(exam_id: int, attempt_id: int) -> Response:
    """To the provider's own page of an attempt; the address is made for this person and this moment."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_review)
    known = providers.known_attempt(found)
    if known is None or known.external_id is None:
        raise NotFound("page")
    review = providers.newest_review(found)
    return _to_dashboard(
        found.exam, found.provider, attempt_id=known.external_id, video_url=review.video_url if review else ""
    )


def exam_dashboard(exam_id: int) -> Response:
    """To the provider's own page of an exam."""
    exam = load_exam(exam_id, Permission.exam_view)
    return _to_dashboard(exam, backends().chosen(exam.config.provider))


def provider_page(exam: Exam) -> str:
    """What the provider whose own pages of this exam can be opened is called; empty where there are none."""
    if exam.kind == Kind.timed or exam.course is None:
        return ""
    provider = providers.usable(backends().chosen(exam.config.provider))
    return provider.shown_name if provider is not None and provider.is_dashboard_there else ""


def _to_dashboard(exam: Exam, name: str, *, attempt_id: str = "", video_url: str = "") -> Response:
    provider, user = providers.usable(name), db.session.get_one(User, person().user_id)
    if provider is None or exam.course is None:
        raise NotFound("page")
    staff = Staff(obscured_id(user.id, name), full_name(user), user.email)
    exam_id = providers.exam_id_at(exam, name) or ""
    course_id = exam.course.context_id
    try:
        address = provider.dashboard_address(
            course_id, staff, exam_id=exam_id, attempt_id=attempt_id, video_url=video_url
        )
    except Exception as error:  # a plugin may break in any way
        log.exception("provider.broke", method="dashboard_address")
        raise Upstream("provider_broke", permanent=False) from error
    if not address:
        raise NotFound("page")
    return redirect(address, 303)


def provider_values(found: Attempt) -> dict[str, Any]:
    """For the page of an attempt; nothing where our own engine watches."""
    if not is_outside(found):
        return {"outside": None}
    name = provider_name(found)
    plugin, known = providers.usable(name), providers.known_attempt(found)
    backend = backends().by_name.get(name)
    return {
        "outside": backend.verbose_name if backend else name,
        "outside_known": known,
        "outside_stage": provider_words.STAGES[known.stage] if known else None,
        "outside_reviews": providers.reviews_of(found),
        "review_words": provider_words.REVIEWS,
        "outside_messages": [e for e in outbox.of(subject_of(found)) if e.kind in SENT],
        "message_words": provider_words.MESSAGES,
        "message_problem": provider_words.message_problem,
        "has_dashboard": plugin is not None and plugin.is_dashboard_there and known is not None,
    }
