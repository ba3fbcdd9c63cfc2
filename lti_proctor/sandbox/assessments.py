"""Pages of the LMS's own assessments, for those who take them: attempts, questions, handing in."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.attempts import STATUS_WORDS, Attempt, Status, get_attempt, hand_in
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.links import Link, get_link
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.visitors import get_visitor

bp = Blueprint("assessments", __name__, url_prefix="/assessment/<link_id>/<int:attempt_number>")
QUESTIONS = ("mean", "spread", "median", "cause")
LONGEST_ANSWER = 200


def _mine(link_id: str, attempt_number: int) -> tuple[Link, Attempt]:
    person, store = get_visitor(), sandbox().store
    link = get_link(store, link_id)
    return link, get_attempt(store, link, person.id, attempt_number)


@bp.get("")
def take(link_id: str, attempt_number: int) -> ResponseReturnValue:
    link, attempt = _mine(link_id, attempt_number)
    if attempt.status is Status.NONE:
        flash("This attempt begins in LTI Proctor. Press the button below.")
        return redirect(url_for("pages.open_link", link_id=link.id), 303)
    return render_template(
        "sandbox/assessment.html", link=link, attempt=attempt, state=state_of(attempt), words=STATUS_WORDS
    )


@bp.get("/state")
def state(link_id: str, attempt_number: int) -> ResponseReturnValue:
    """What the page asks for every two seconds."""
    _link, attempt = _mine(link_id, attempt_number)
    answer = jsonify(state_of(attempt))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def state_of(attempt: Attempt) -> dict[str, Any]:
    left = None
    if attempt.ends_at is not None:
        left = max(0, int((attempt.ends_at - sandbox().clock()).total_seconds()))
    return {"status": attempt.status, "seconds_left": left, "extra_minutes": attempt.extra_minutes}


@bp.post("/hand-in")
def finish(link_id: str, attempt_number: int) -> ResponseReturnValue:
    """Also the way out of an attempt that the tool ended: then nothing is handed in any more."""
    link, attempt = _mine(link_id, attempt_number)
    if not attempt.is_over:
        answers = {name: request.form.get(name, "")[:LONGEST_ANSWER] for name in QUESTIONS}
        if not hand_in(sandbox().store, attempt, answers, _mark(), sandbox().clock()):
            raise Refusal("This attempt is paused or was ended: nothing can be handed in now.", status=409)
        flash(f"Attempt {attempt_number} was handed in.")
    if attempt.wants_end:
        error = "1" if "report_error" in request.form else None
        return redirect(url_for("starts.end", link_id=link.id, attempt=attempt_number, error=error), 303)
    return redirect(url_for("pages.open_link", link_id=link.id), 303)


def _mark() -> int | None:
    """Counted in the browser, as in the practice quiz: a real assessment would never do that."""
    mark = request.form.get("mark", type=int)
    return mark if mark is not None and 0 <= mark <= len(QUESTIONS) else None
