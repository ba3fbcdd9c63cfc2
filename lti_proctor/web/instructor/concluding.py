"""The conclusion of an attempt: the form, what stands in its way, and the view behind it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, Refused
from lti_proctor.extensions import db
from lti_proctor.journal import Role
from lti_proctor.people.roles import Permission
from lti_proctor.review import appeals, auto
from lti_proctor.review import service as review
from lti_proctor.review.appeals import Judged
from lti_proctor.review.models import Reason, Verdict
from lti_proctor.web import words
from lti_proctor.web.access import actor, load_attempt_of, may, may_with
from lti_proctor.web.instructor.forms import ConclusionForm

#: What the form itself says, in place of a page of its own.
SAID_HERE = frozenset({"same_reviewer", "evidence_unopened", "nothing_confirmed", "changed_meanwhile"})


def add_to(bp: Blueprint) -> None:
    path = "/exams/<int:exam_id>/attempts/<int:attempt_id>/conclusion"
    bp.add_url_rule(path, "conclude", conclude, methods=["GET", "POST"])


def conclude(exam_id: int, attempt_id: int) -> Response | str | tuple[str, int]:
    """A positive or negative verdict; a negative one needs a reason and evidence."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_review)
    form = ConclusionForm()
    if request.method == "GET":
        return page(found, form, None)
    if not form.validate():
        return page(found, form, "expired" if "csrf_token" in form.errors else "choose"), 422
    reason = Reason(form.reason.data) if form.reason.data in set(Reason) else None
    try:
        made = review.conclude(
            found,
            Verdict(form.verdict.data),
            reason=reason,
            comment=(form.comment.data or "").replace("\0", ""),
            actor=actor(Role.reviewer),
            now=clock.now(),
        )
    except Invalid as invalid:
        db.session.rollback()
        return page(found, form, invalid.code), 422
    except Refused as refused:
        if refused.code not in SAID_HERE:
            raise
        db.session.rollback()
        return page(found, form, refused.code), 409
    is_opinion = made.is_opinion
    db.session.commit()
    flash(
        _("Your opinion is saved. A second person decides now.")
        if is_opinion
        else _("The conclusion is saved. The learner and the gradebook are told.")
    )
    return redirect(url_for("instructor.attempt", exam_id=exam_id, attempt_id=attempt_id), 303)


def page(found: Attempt, form: ConclusionForm, problem: str | None) -> str:
    values = {
        "exam": found.exam,
        "attempt": found,
        "tab": "attempts",
        "may_edit": may(Permission.exam_edit, exam=found.exam),
    }
    return render_template(
        "instructor/conclude.html", problem=problem, **values, **conclusion_values(found, clock.now(), form)
    )


def conclusion_values(
    found: Attempt, now: datetime, form: ConclusionForm | None = None, judged: Judged | None = None
) -> dict[str, Any]:
    """For `shared/_conclusion.html`: what has been concluded, and what this person can conclude."""
    judged = judged or appeals.judged_of(found)
    reviewer = actor(Role.reviewer)
    may_review = may_with(Permission.attempt_review, found)
    may_accept = may_review and attempts.may(found, Event.accept, reviewer, now)
    may_reject = may_review and attempts.may(found, Event.reject, reviewer, now)
    return {
        "form": form or ConclusionForm(formdata=None),
        "conclusions": judged.conclusions,
        "computed": auto.computed_of(found),
        "left_words": words.LEFT,
        "may_accept": may_accept,
        "may_reject": may_reject,
        "stands_back": _stands_back(found, reviewer.user_id) if may_accept or may_reject else False,
        "lacks": _lacks(found) if may_reject else "",
        "needs_second": review.needs_second(found, Verdict.negative),
        "appeal": judged.appeal,
        "is_evidence_wanted": appeals.disclosure_of(found) is not None and not appeals.may_see_evidence(found),
        "reasons": words.REASONS,
        "verdicts": words.VERDICTS,
    }


def _stands_back(found: Attempt, user_id: int | None) -> bool:
    """Whether somebody else has to decide."""
    return found.status == Status.second_review_required and review.has_judged(found, user_id)


def _lacks(found: Attempt) -> str:
    """What a negative conclusion still needs; empty when nothing."""
    try:
        review.require_evidence(found, actor(Role.reviewer))
    except Refused as refused:
        return refused.code
    return ""
