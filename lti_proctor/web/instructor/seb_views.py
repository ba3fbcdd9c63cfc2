"""How Safe Exam Browser was checked for an attempt: what came, what was expected, which key fitted. No keys."""

from typing import Any

from flask import Blueprint, render_template

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.exams.config import ExamConfig
from lti_proctor.exams.seb import address_hash
from lti_proctor.journal import Entry
from lti_proctor.people.roles import Permission
from lti_proctor.web.access import load_attempt_of, may

ACTIONS = frozenset({"seb.passed", "seb.refused"})
SHOWN = 20


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/exams/<int:exam_id>/attempts/<int:attempt_id>/seb", "seb", show)


def show(exam_id: int, attempt_id: int) -> str:
    """The last checks, newest first."""
    found = load_attempt_of(exam_id, attempt_id, Permission.attempt_view)
    config = attempts.config_of(found)
    entries = [entry for entry in journal.entries_of(attempts.subject_of(found)) if entry.action in ACTIONS]
    return render_template(
        "instructor/seb.html",
        exam=found.exam,
        attempt=found,
        tab="attempts",
        may_edit=may(Permission.exam_edit, exam=found.exam),
        config=config,
        checks=[_check(entry, config) for entry in entries[: -SHOWN - 1 : -1]],
    )


def _check(entry: Entry, config: ExamConfig) -> dict[str, Any]:
    """What was noted, with the hashes that the keys of today make of the same address."""
    address = entry.data["address"]
    return {
        **entry.data,
        "at": entry.at,
        "expected_config": [
            *filter(None, [entry.data["own"]]),
            *(address_hash(address, k) for k in config.config_keys),
        ],
        "expected_browser": [address_hash(address, key) for key in config.browser_exam_keys],
    }
