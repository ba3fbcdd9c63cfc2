"""The record of an attempt and its receipts: whether what stood there at some moment still does."""

from flask import Blueprint, render_template, request

from lti_proctor import clock, journal
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
    checked = journal.check(subject_of(found), given)
    return render_template("learner/record.html", given=given, checked=checked, **page_values(found, clock.now()))
