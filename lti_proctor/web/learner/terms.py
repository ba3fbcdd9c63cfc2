"""What acts on this learner in the exam window: the metrics, protections and devices, also while the exam runs."""

from typing import Any

from flask import Blueprint, Response, jsonify

from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Addon
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_attempt
from lti_proctor.web.accommodation_words import spared_of
from lti_proctor.web.learner import recordings, snapshots
from lti_proctor.web.learner.delivery import content_address
from lti_proctor.web.learner.protect import acting
from lti_proctor.web.learner.pulse import watch_values


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/terms", "terms", terms)


def terms(attempt_id: int) -> Response:
    """For the window of a running exam, once a pulse has told of another version."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    config = attempts.config_of(found)
    watched = watch_values(found, config)
    return jsonify(
        **acting(found, config, content_address(found, config)),
        **terms_values(found),
        metrics=watched["watched"],
        weights=watched["weights"],
        devices=watched["devices"],
        tracks=recordings.recording_values(found)["tracks"],
        snapshotSeconds=snapshots.wanted(found, config),
        showsPicture=Addon.preview in config.addons,
    )


def terms_values(attempt: Attempt) -> dict[str, Any]:
    """The version that the page shows, and in words what this learner is spared."""
    return {
        "version": attempt.spared_version,
        "spared": [str(words) for words in spared_of(attempt)],
    }
