"""The exam window's sign of life: every few seconds, from everybody who takes an exam, so it does little."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.glance import Running
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid
from lti_proctor.exams.config import ExamConfig
from lti_proctor.extensions import brief_transaction, db
from lti_proctor.monitoring import service as monitoring
from lti_proctor.monitoring.pulses import keep_pulse
from lti_proctor.monitoring.spans import Batch, read_batch
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_attempt
from lti_proctor.web.learner.context import learner
from lti_proctor.web.sessions import token_hash
from lti_proctor.web.warning_words import WARNINGS

#: In bytes; as many spans as a batch may have take half of it.
LARGEST = 300_000


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/pulse", "pulse", pulse, methods=["POST"])


def pulse(attempt_id: int) -> Response:
    """Keep what the window noticed; the answer tells what is kept, the server's time, the time left, the status, and
    the versions of what the learner is spared and of the chat.
    """
    now, batch = clock.now(), _batch()
    # A batch without the sign of life is sent again and known; a sign of life without a batch is one all the same.
    with brief_transaction(each_alone=True) as transaction:
        found = keep_pulse(attempt_id, token_hash(), batch, now=now)
        if found is not None:
            transaction.commit()
            running, kept = found
            return _answer(running.status, running.seconds_left(now), kept, now, running)
    return _whole(attempt_id, batch, now)


def _whole(attempt_id: int, batch: Batch | None, now: datetime) -> Response:
    """Somebody may have to be refused, or something to happen: the end of the time, going on after a pause."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    attempts.refresh(found, now=now)
    attempts.sign_of_life(found, actor=learner(found), now=now)
    kept = monitoring.keep_batch(found.id, batch, now=now) if batch and found.started_at else None
    db.session.commit()
    return _answer(found.status.value, attempts.seconds_left(found, now), kept, now, found)


def _batch() -> Batch | None:
    """Raises `Invalid("batch")`, also for one that is too large, before it is read."""
    if (request.content_length or 0) > LARGEST:
        raise Invalid("batch")
    return read_batch(request.get_json(silent=True))


def _answer(status: str, left: int | None, kept: int | None, now: datetime, versions: Running | Attempt) -> Response:
    moment = {"now": now.isoformat(), "now_ms": clock.to_ms(now)}
    changing = {"spared": versions.spared_version, "chat": versions.chat_version}
    answer = {"status": status, "seconds_left": left, "kept": kept, **changing, **moment}
    return Response(json.dumps(answer), mimetype="application/json")


def watch_values(attempt: Attempt, config: ExamConfig) -> dict[str, Any]:
    """What the page of a running exam needs to watch: the metrics, their weights, and the devices to be switched on."""
    weights = monitoring.weights_of(attempt)
    return {
        "watched": sorted(metric.value for metric in weights),
        "weights": {metric.value: float(weight) for metric, weight in weights.items()},
        "warnings": {metric.value: {"what": str(what), "todo": str(todo)} for metric, (what, todo) in WARNINGS.items()},
        "devices": sorted(device.value for device in config.devices_in_exam),
    }
