"""The step in which an outside provider is set up: what its learner sees, and asking it once more."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.engines import provider_name
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import StepKey
from lti_proctor.backends import backends
from lti_proctor.extensions import db
from lti_proctor.people.roles import Permission
from lti_proctor.providers import service as providers
from lti_proctor.providers.models import Stage
from lti_proctor.web.access import load_attempt


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/provider", "ask_provider", ask_provider, methods=["POST"])


def ask_provider(attempt_id: int) -> Response:
    """The provider said no, or did not answer: it is asked once more, at once."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    providers.ask_again(found, now=clock.now())
    db.session.commit()
    return redirect(url_for("learner.attempt", attempt_id=found.id), 303)


def values_of(found: Attempt, key: StepKey) -> dict[str, Any]:
    """The variables of the step's page."""
    if key != StepKey.provider:
        return {}
    known, name = providers.known_attempt(found), provider_name(found)
    backend, plugin = backends().get(name), providers.usable(name)
    return {
        "place": place_of(found, clock.now()),
        "provider_shown": backend.verbose_name,
        "provider_options": plugin.options if plugin else None,
        "stage": (known.stage if known else Stage.asked).value,
        "problem_status": known.problem_status if known else None,
        "code": known.code if known else "",
        "instructions": known.instructions if known else [],
        "download_url": known.download_url if known else "",
    }


def place_of(found: Attempt, now: datetime) -> str | None:
    """For the page that waits: another answer means that it has something new to say."""
    if found.phase != Phase.before:
        return None
    step = attempts.next_step(found, attempts.config_of(found), now)
    if step is None or step.key != StepKey.provider:
        return None
    known = providers.known_attempt(found)
    return f"{StepKey.provider}:{(known.stage if known else Stage.asked).value}"
