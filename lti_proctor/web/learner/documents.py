"""The steps about the learner's name and documents: what their pages need, and what goes through them."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import BY_KEY, Outcome, StepKey
from lti_proctor.documents import service as documents
from lti_proctor.documents.names import Result
from lti_proctor.errors import NotFound, Refused
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams.addons import WITH_NAME, Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_attempt
from lti_proctor.web.learner.own_name import OwnName, problems_of, read_name, suggested

#: The picture that a step is about.
PHOTO_STEPS = {
    StepKey.face: EvidenceKind.face,
    StepKey.passport: EvidenceKind.passport,
    StepKey.scan: EvidenceKind.scan,
    StepKey.extrapages: EvidenceKind.extrapage,
}


TOLD_ON_THE_PAGE = frozenset({"no_document", "still_reading", "name_missing", "name_letters", "name_long"})


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/steps/<step>/reading", "reading", reading)
    bp.add_url_rule("/<int:attempt_id>/photos/<int:evidence_id>/remove", "remove_page", remove_page, methods=["POST"])


def reading(attempt_id: int, step: str) -> str:
    """The piece of a document's page that says what was read, for the page to look at again."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    if step not in documents.KINDS or not BY_KEY[StepKey(step)].applies(attempts.config_of(found)):
        raise NotFound("page")
    return render_template(
        "learner/_reading.html", attempt=found, step=step, **_reading_values(found, StepKey(step), clock.now())
    )


def remove_page(attempt_id: int, evidence_id: int) -> Response:
    """Take back a further page, until the exam starts. One that is gone already is fine."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    if found.phase != Phase.before:
        return redirect(url_for("learner.attempt", attempt_id=found.id), 303)
    for page in evidence.photos_of(found, EvidenceKind.extrapage):
        if page.id == evidence_id:
            evidence.remove(page, actor=_learner(found), now=now)
    db.session.commit()
    return redirect(url_for("learner.step", attempt_id=found.id, step=StepKey.extrapages.value), 303)


def keep(found: Attempt, key: StepKey, upload: bytes) -> Evidence:
    return documents.keep(found, PHOTO_STEPS[key], upload, actor=_learner(found), now=clock.now())


def go_through(found: Attempt, key: StepKey, form: MultiDict[str, str]) -> None:
    """Go through one of these steps. Raises `Invalid` and `Refused` with codes that the step's page has words for."""
    now, actor, asked = clock.now(), _learner(found), form.get("person") == "1"
    if key in documents.KINDS:
        documents.finish_step(found, key, asked=asked, actor=actor, now=now)
    elif key == StepKey.profile:
        name = read_name(form)
        documents.name_changes(found, f"{name.given} {name.family}", actor=actor, now=now)
        attempts.pass_step(found, key, actor=actor, now=now, data={"given": name.given, "family": name.family})
    else:
        if needs_page(found) and not asked and not evidence.photos_of(found, EvidenceKind.extrapage):
            raise Refused("no_document")
        outcome = Outcome.person if asked else Outcome.done
        attempts.pass_step(found, key, actor=actor, now=now, outcome=outcome)


def values_of(found: Attempt, key: StepKey, now: datetime) -> dict[str, Any]:
    """What the page of a step needs; nothing for steps that are not about pictures or names."""
    values: dict[str, Any] = {}
    if key in PHOTO_STEPS:
        values["photos"] = evidence.photos_of(found, PHOTO_STEPS[key])
        values["may_skip"] = key == StepKey.extrapages and not needs_page(found)
        values["most"] = evidence.MOST.get(PHOTO_STEPS[key], 1)
    if key == StepKey.profile:
        given = documents.given_name_of(found)
        values["own_name"] = _typed() or (OwnName(*given) if given else suggested(found.user))
        values["wrong"] = problems_of(request.form) if request.method == "POST" else {}
        values["is_compared"] = _compares(found)
    if key in documents.KINDS:
        values |= _reading_values(found, key, now)
    return values


def needs_page(found: Attempt) -> bool:
    """Without another step for documents, the pages are the document."""
    return not attempts.config_of(found).addons & WITH_NAME


def _reading_values(found: Attempt, key: StepKey, now: datetime) -> dict[str, Any]:
    config = attempts.config_of(found)
    row = documents.reading_of(found, key) if _compares(found) else None
    result = documents.result_of(row, now)
    return {
        "reading": result.value if result else "",
        "read_name": row.name if row is not None else "",
        "own_words": documents.name_of(found),
        "may_correct": Addon.profile in config.addons,
        "holds": Addon.verify in config.addons,
        "is_waiting": result == Result.waiting,
    }


def _compares(found: Attempt) -> bool:
    return documents.compares_names(found) and not needs_page(found)


def _learner(found: Attempt) -> Actor:
    return Actor(Role.learner, found.user_id)


def _typed() -> OwnName | None:
    """What was sent, as it was typed, for a page that says what is wrong with it."""
    if request.method != "POST":
        return None
    return OwnName(request.form.get("given", "")[:200], request.form.get("family", "")[:200])
