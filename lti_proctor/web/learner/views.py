"""Views of the learner's own attempt: load, check access, act, answer."""

import os
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as BaseResponse

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts import waiting
from lti_proctor.attempts.engines import provider_name
from lti_proctor.attempts.lifecycle import Event, Phase, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import BY_KEY, Outcome, StepKey, steps_of
from lti_proctor.backends import backends
from lti_proctor.content import codes
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import NO_PICTURES
from lti_proctor.extensions import db
from lti_proctor.faces import service as faces
from lti_proctor.monitoring import service as monitoring
from lti_proctor.people.roles import Permission
from lti_proctor.review import remarks
from lti_proctor.storage import store
from lti_proctor.web import seb_proof, tickets
from lti_proctor.web.access import is_framed, load_attempt, load_own_or_viewed, person
from lti_proctor.web.form_tokens import csrf
from lti_proctor.web.learner import (
    appeal,
    assessment_views,
    chat,
    documents,
    files,
    held,
    own_browser,
    phone,
    provider,
    pulse,
    record,
    recordings,
    report,
    schedule,
    seb,
    snapshots,
    terms,
)
from lti_proctor.web.learner.afterwards import is_appealed
from lti_proctor.web.learner.context import has_own_report, learner, page_values, step_values
from lti_proctor.web.learner.delivery import delivery_values
from lti_proctor.web.learner.documents import PHOTO_STEPS
from lti_proctor.web.learner.findings import read_findings
from lti_proctor.web.learner.interstitials import own_first, templates_for
from lti_proctor.web.learner.protect import protect_values
from lti_proctor.web.learner.pulse import watch_values
from lti_proctor.web.sessions import settings

bp = Blueprint("learner", __name__, url_prefix="/attempts")
appeal.add_to(bp)
assessment_views.add_to(bp)
documents.add_to(bp)
pulse.add_to(bp)
record.add_to(bp)
recordings.add_to(bp)
snapshots.add_to(bp)
held.add_to(bp)
phone.add_to(bp)
seb.add_to(bp)
terms.add_to(bp)
provider.add_to(bp)
files.add_to(bp)
chat.add_to(bp)
schedule.add_to(bp)
report.add_to(bp)
#: Steps with a page of their own for what is wrong.
OF_DOCUMENTS = frozenset({StepKey.profile, StepKey.passport, StepKey.scan, StepKey.extrapages})


@bp.get("/<int:attempt_id>")
def attempt(attempt_id: int) -> BaseResponse | str:
    """The page of the attempt's present status or step; staff are sent to their own view of it."""
    found = load_own_or_viewed(attempt_id)
    if found.user_id != person().user_id:
        return redirect(url_for("instructor.attempt", exam_id=found.exam_id, attempt_id=found.id))
    now = clock.now()
    if attempts.refresh(found, now=now) | held.go_on(found, now):
        db.session.commit()
    if has_own_report(found):
        # What has just come in is counted at once: nobody waits for a job to read about themselves.
        monitoring.count(found, now=now)
        db.session.commit()
    if is_framed():
        return render_template("learner/frame.html", ticket=tickets.issue(found), **page_values(found, now))
    if found.status == Status.download_software_clicked:
        return _step_page(found, None)
    return _page(found)


@bp.post("/<int:attempt_id>/ticket")
def ticket(attempt_id: int) -> Response:
    """A fresh ticket for the button in the frame."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    return jsonify(ticket=tickets.issue(found))


@bp.post("/<int:attempt_id>/window")
@csrf.exempt  # type: ignore[untyped-decorator]
def window(attempt_id: int) -> BaseResponse:
    """The exam window opens with a ticket. The ticket is the proof, so there is no other token in this form."""
    given = request.form.get("ticket", "")
    tickets.redeem(given, attempt_id=attempt_id)
    found = load_attempt(attempt_id, Permission.attempt_take)
    seb_proof.came_with(found, given)
    if attempts.may(found, Event.begin_setup, learner(found), clock.now()):
        _begin(found)
    db.session.commit()
    return _to(attempt_id)


@bp.get("/<int:attempt_id>/state")
def state(attempt_id: int) -> Response:
    """For the page in the frame and for those who are held at a step: where the attempt is."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    if attempts.refresh(found, now=now) | held.settle(found, now):
        db.session.commit()
    return jsonify(status=found.status.value, held=held.place_of(found), has_result=found.result is not None)


@bp.post("/<int:attempt_id>/begin")
def begin(attempt_id: int) -> BaseResponse:
    found = load_attempt(attempt_id, Permission.attempt_take)
    if found.status == Status.created:
        _begin(found)
    db.session.commit()
    return _to(attempt_id)


@bp.route("/<int:attempt_id>/steps/<step>", methods=["GET", "POST"])
def step(attempt_id: int, step: str) -> BaseResponse | str | tuple[str, int]:
    """One step: GET shows it (also again, to change something), POST goes through it."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    key = _step_key(found, step)
    if found.phase != Phase.before:
        return _to(attempt_id)
    if key in {StepKey.provider, StepKey.schedule} or (request.method == "GET" and key == StepKey.proctor):
        # Only the attempt's own page knows whether its turn has come, and whether somebody is there.
        return _to(attempt_id)
    if request.method == "GET":
        return _step_page(found, key)
    if key in PHOTO_STEPS and "photo" in request.files:
        return _keep_photo(found, key)
    if key in OF_DOCUMENTS | phone.STEPS:
        return _go_through(found, key)
    if key == StepKey.proctor:
        waiting.go_on(found, actor=learner(found), now=clock.now())
    else:
        _pass(found, key)
    db.session.commit()
    held.queue_settling(found)
    return _to(attempt_id)


@bp.get("/<int:attempt_id>/photos/<int:evidence_id>")
def photo(attempt_id: int, evidence_id: int) -> Response:
    """A photo of the attempt, for its owner and for those who may review it."""
    found = load_own_or_viewed(attempt_id)
    picture = evidence.get_evidence(evidence_id)
    if picture.attempt_id != found.id or picture.kind in NO_PICTURES:
        raise NotFound("page")
    if found.user_id == person().user_id and remarks.is_for_staff(picture):
        raise NotFound("page")
    return make_response(store().get(picture.key), 200, {"Content-Type": picture.media_type})


@bp.route("/<int:attempt_id>/probe", methods=["GET", "POST"])
def probe(attempt_id: int) -> Response:
    """For measuring the connection: so many random bytes down, or any up to 1 MB up."""
    load_attempt(attempt_id, Permission.attempt_take)
    if request.method == "POST":
        return jsonify(received=min(len(request.get_data(cache=False)), 1_000_000))
    size = min(max(request.args.get("bytes", 0, int), 0), 1_000_000)
    return make_response(os.urandom(size), 200, {"Content-Type": "application/octet-stream"})


@bp.post("/<int:attempt_id>/start")
def start(attempt_id: int) -> BaseResponse:
    """The clock starts here. Pressed twice, it starts once."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    if found.phase == Phase.before:
        waiting.go_on(found, actor=learner(found), now=now)
        if waiting.waits(found, now) or held.appointment_place(found, now):
            # The page says what there is to wait for.
            return _to(attempt_id)
        if attempts.may(found, Event.finish_setup, learner(found), now):
            attempts.fire(found, Event.finish_setup, actor=learner(found), now=now)
        attempts.fire(found, Event.start, actor=learner(found), now=now)
        found.ipaddress = request.remote_addr
        found.useragent = (request.user_agent.string or "")[:500]
    is_in_lms = found.assessment is not None and found.phase == Phase.running
    db.session.commit()
    if is_in_lms:
        return redirect(url_for("learner.assessment", attempt_id=attempt_id), 303)
    return _to(attempt_id)


@bp.post("/<int:attempt_id>/<any(finish, back, submit, decline):action>")
def act(attempt_id: int, action: str) -> BaseResponse:
    """The learner's own events. One that was done already, here or in another window, only shows the page."""
    found, now = load_attempt(attempt_id, Permission.attempt_take), clock.now()
    event, done = {
        "finish": (Event.ask_to_submit, {Status.ready_to_submit}),
        "back": (Event.go_back, {Status.started}),
        "submit": (Event.submit, {Status.submitted}),
        "decline": (Event.decline, {Status.declined}),
    }[action]
    attempts.refresh(found, now=now)
    if found.status not in done and found.phase != Phase.done:
        attempts.fire(found, event, actor=learner(found), now=now)
    db.session.commit()
    return _to(attempt_id)


@bp.post("/<int:attempt_id>/code")
def code(attempt_id: int) -> Response:
    """The access code of a quiz elsewhere, once the exam has begun."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    given = codes.give_code(found, actor=learner(found), now=clock.now())
    db.session.commit()
    return jsonify(code=given)


@bp.post("/<int:attempt_id>/again")
def again(attempt_id: int) -> BaseResponse:
    """The next attempt, as far as the exam allows."""
    found = load_attempt(attempt_id, Permission.attempt_take)
    following_id = attempts.further_attempt(found, actor=learner(found), now=clock.now()).id
    db.session.commit()
    return _to(following_id)


def _to(attempt_id: int) -> BaseResponse:
    return redirect(url_for("learner.attempt", attempt_id=attempt_id), 303)


def _begin(found: Attempt) -> None:
    """Go on to the first step; an exam without steps is ready at once."""
    now = clock.now()
    if attempts.refresh(found, now=now) and found.status != Status.created:
        return
    event = Event.begin_setup if steps_of(attempts.config_of(found)) else Event.finish_setup
    attempts.fire(found, event, actor=learner(found), now=now)


def _page(found: Attempt) -> str:
    now = clock.now()
    values = page_values(found, now)
    if found.status == Status.started and own_browser.is_shut_out(found):
        values |= {"provider_shown": backends().get(found.provider).verbose_name, "leftovers": False}
        return render_template(own_first(found.provider, "elsewhere"), **values)
    if found.status in {Status.started, Status.declined}:
        values.update(delivery_values(found, values["config"]))
        values |= protect_values(found, values["config"], values["content"])
        values["pulse_seconds"] = settings().pulse_seconds
        values |= watch_values(found, values["config"]) | recordings.recording_values(found)
        values |= phone.exam_values(found)
        values["snapshot_seconds"] = snapshots.wanted(found, values["config"])
        values["server_now"] = clock.to_ms(now)
        values |= files.file_values(found)
        values["terms"] = terms.terms_values(found)
    values |= chat.chat_values(found)
    values["leftovers"] = recordings.may_have_leftovers(found, now)
    pages = templates_for(found.exam.kind, found.status, provider_name(found), is_appealed=is_appealed(found))
    return render_template(pages, **values)


def _step_page(found: Attempt, key: StepKey | None, problem: str | None = None) -> str:
    now = clock.now()
    config = attempts.config_of(found)
    if key is None:
        upcoming = attempts.next_step(found, config, now)
        key = upcoming.key if upcoming else StepKey.rules
        if key in attempts.held_steps(found):
            return render_template("learner/held.html", **page_values(found, now), **held.held_values(found, key, now))
    values = {**page_values(found, now), **step_values(found, key, now), "problem": problem}
    if key == StepKey.schedule:
        values |= schedule.schedule_values(found, now)
    return render_template(own_first(provider_name(found), key.value), **values)


def _step_key(found: Attempt, name: str) -> StepKey:
    try:
        key = StepKey(name)
    except ValueError:
        raise NotFound("page") from None
    if not BY_KEY[key].applies(attempts.config_of(found)):
        raise NotFound("page")
    return key


def _keep_photo(found: Attempt, key: StepKey) -> BaseResponse | tuple[str, int]:
    """Keep an upload and show it; nothing is passed before the learner has looked at it."""
    try:
        kept = documents.keep(found, key, request.files["photo"].read())
    except Invalid as invalid:
        db.session.rollback()
        return _step_page(found, key, invalid.code), 422
    db.session.commit()
    held.queue_look(kept)
    return redirect(url_for("learner.step", attempt_id=found.id, step=key.value), 303)


def _go_through(found: Attempt, key: StepKey) -> BaseResponse | tuple[str, int]:
    """A step about a name, a document or a second camera. What is missing or not ready yet is told on its own page."""
    steps = phone if key in phone.STEPS else documents
    try:
        steps.go_through(found, key, request.form)
    except (Invalid, Refused) as problem:
        if problem.code not in steps.TOLD_ON_THE_PAGE:
            raise
        db.session.rollback()
        return _step_page(found, key, problem.code), 422
    db.session.commit()
    return _to(found.id)


def _pass(found: Attempt, key: StepKey) -> None:
    """Check what the step wants and note it as done, or as left to a person."""
    now, actor = clock.now(), learner(found)
    by_person = request.form.get("person") == "1"
    data: dict[str, Any] = {}
    if key == StepKey.rules:
        by_person = False
        _agree(found)
    elif key == StepKey.check:
        data, is_fine = read_findings(request.form.get("findings", ""), attempts.config_of(found))
        if not is_fine and not by_person:
            raise Refused("check_not_passed")
    elif not evidence.photos_of(found, PHOTO_STEPS[key]) and not by_person:
        raise Invalid("picture_empty")
    outcome = Outcome.person if by_person else Outcome.done
    if key == StepKey.face:
        outcome, data = faces.judge_step(found, now, asked=by_person)
    attempts.pass_step(found, key, actor=actor, now=now, outcome=outcome, data=data)


def _agree(found: Attempt) -> None:
    """Both boxes must be ticked: the rules where there are any, the recording where something is taken."""
    config = attempts.config_of(found)
    wanted = ("rules", "consent") if config.captures else ("rules",)
    if not all(request.form.get(name) == "1" for name in wanted):
        raise Invalid("not_agreed")
    if config.captures:
        evidence.give_consent(found, locale=str(get_locale() or "en"), actor=learner(found), now=clock.now())
