"""The record of an attempt and its receipts: whether what stood there at some moment still does."""

from typing import Any

from flask import Blueprint, render_template, request

from lti_proctor import clock, journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.service import subject_of
from lti_proctor.web.access import load_own_or_viewed
from lti_proctor.web.learner.context import page_values


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/<int:attempt_id>/record", "record", record)


def record(attempt_id: int) -> str:
    """For the learner and those who may see the attempt: a receipt from a page, a message or the gradebook is looked
    for in the record.
    """
    found = load_own_or_viewed(attempt_id)
    given = "".join(request.args.get("receipt", "").split()).lower()
    return render_template(
        "learner/record.html", given=given, **record_values(found, given), **page_values(found, clock.now())
    )


def record_values(attempt: Attempt, given: str) -> dict[str, Any]:
    """`entry`: what was the newest when the receipt was given; `broken`: the first place that does not follow."""
    subject = subject_of(attempt)
    entry, broken = journal.entry_of(subject, given), journal.broken_links(subject)
    n_since = journal.entries_of(subject)[-1].place - entry.place if entry is not None else 0
    return {"entry": entry, "broken": broken[0] if broken else 0, "n_since": n_since}
