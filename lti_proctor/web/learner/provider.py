"""The step in which an outside provider is set up: what its learner sees, and asking it once more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.engines import is_outside, provider_name
from lti_proctor.attempts.lifecycle import Event, Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import StepKey
from lti_proctor.backends import backends
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.roles import Permission
from lti_proctor.providers import service as providers
from lti_proctor.providers.models import Stage
from lti_proctor.web.access import load_attempt
from lti_proctor.web.headers import allow_worker_from
from lti_proctor.web.sessions import settings

#: What may be wrong with the software, as `static/js/provider/messages.js` says it.
PROBLEMS = frozenset({"silent", "failed", "crashed", "blocked"})
#: How long the software may take to say that it watches, or that it has stopped.
START_MS = 15_000
SPEAKING = frozenset({Status.ready_to_start, Status.started, Status.submitted, Status.second_review_required})


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/provider", "ask_provider", ask_provider, methods=["POST"])
    bp.add_url_rule("/<int:attempt_id>/provider/failed", "provider_failed", provider_failed, methods=["POST"])


def ask_provider(attempt_id: int) -> Response:
    """The provider said no, or did not answer: it is asked once more, at once."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    providers.ask_again(found, now=clock.now())
    db.session.commit()
    return redirect(url_for("learner.attempt", attempt_id=found.id), 303)


def provider_failed(attempt_id: int) -> Response:
    """The provider's software on the learner's computer has stopped answering, so the attempt breaks off."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or given.get("problem") not in PROBLEMS:
        raise Invalid("provider_problem")
    problem = given["problem"]
    if found.phase == Phase.running and worker_of(found) is not None:
        plugin = providers.usable(provider_name(found))
        if plugin is not None and not plugin.options.ping_failure_passthrough:
            data = {"detail": str(given.get("detail", ""))[:500]}
            attempts.fire(
                found,
                Event.fail,
                actor=Actor(Role.learner, found.user_id),
                now=now,
                reason=f"software_{problem}",
                data=data,
            )
    db.session.commit()
    return jsonify(status=found.status.value)


@dataclass(frozen=True)
class Worker:
    """What the page needs to speak with the provider's software."""

    url: str
    attempt_id: str
    start_ms: int
    ping_seconds: int
    email: str
    phone: str


def worker_of(found: Attempt) -> Worker | None:
    """None for our own engine, and for providers without software in the browser."""
    if not is_outside(found) or not found.provider:
        return None
    plugin, known = providers.usable(found.provider), providers.known_attempt(found)
    address = plugin.worker_address() if plugin else ""
    if plugin is None or not address or known is None or known.external_id is None:
        return None
    options = plugin.options
    # The practice provider's lies here.
    whole = urljoin(settings().base_url, address)
    return Worker(
        whole,
        known.external_id,
        START_MS,
        plugin.ping_seconds,
        options.tech_support_email,
        options.tech_support_phone,
    )


def worker_values(found: Attempt) -> dict[str, Any]:
    """For pages that speak with it: before the start, in the exam, after the end. The page may then run its script."""
    worker = worker_of(found) if found.status in SPEAKING else None
    if worker is not None:
        allow_worker_from(worker.url)
    return {"provider_worker": worker}


def reviewer_values(found: Attempt, *, is_concluded: bool) -> dict[str, Any]:
    """`reviewing_provider`: the name of whoever reviews outside; empty where people or the computer here conclude."""
    outside = is_outside(found) and not is_concluded and found.status != Status.second_review_required
    backend = backends().by_name.get(provider_name(found)) if outside else None
    return {"reviewing_provider": backend.verbose_name if backend else ""}


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
