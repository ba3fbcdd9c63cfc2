"""Every code has its words, so that no page shows a bare code or says that it was a bug."""

import ast
from itertools import product

import pytest
from flask_babel import force_locale

from lti_proctor.attempts.lifecycle import Event, Guard, Status
from lti_proctor.attempts.steps import StepKey
from lti_proctor.evidence.models import EvidenceKind, Turn
from lti_proctor.exams.addons import CAPTURES, Addon, Capture, Kind, Metric
from lti_proctor.exams.config import Delivery, ExamConfig, GradeSource, OnReject, Preset
from lti_proctor.faces.looks import Finding, Match
from lti_proctor.journal import Role
from lti_proctor.review.deciding import Left
from lti_proctor.review.models import Reason, Verdict
from lti_proctor.settings import ROOT
from lti_proctor.web import capture_words, face_words, history_words, room_words, words
from lti_proctor.web.problem_words import PROBLEMS
from tests.structure.source import for_each

ICONS = (ROOT / "static" / "img" / "icons.svg").read_text("utf-8")
ERRORS = {"Refused", "NotFound", "Forbidden", "Invalid", "Upstream"}

#: Codes that no page shows, and why.
NOT_SHOWN = {
    "accommodation": "the page with the form tells it",
    "accommodation_course": "the page with the form tells it",
    "accommodation_note": "the page with the form tells it",
    "attempt": "`load_attempt` says `page` instead",
    "callback_stranger": "only programs meet it",
    "callback_token": "only programs meet it",
    "callback_too_large": "only programs meet it",
    "client_field": "the command line says it, and the page beside the field",
    "column_elsewhere": "only the worker meets it",
    "column_in_making": "only the worker meets it",
    "column_unreadable": "only the worker meets it",
    "csv_cells": "the answer to a list tells it in its line",
    "evidence": "`photo` is asked for with ids of our own pages; the words of status 404 fit",
    "file_too_large": "the window of the exam tells it",
    "file_too_many": "the window of the exam tells it",
    "file": "bytes that are gone: the words of status 404 fit",
    "gone": "only the worker meets it",
    "internal": "only the worker meets it",
    "key_set_status": "told as `key_set_unreachable`",
    "key_set_unreadable": "told as `key_set_unreachable`",
    "mail_refused": "only the worker meets it",
    "mail_unreachable": "only the worker meets it",
    "no_column": "only the worker meets it",
    "outside_address": "only the worker meets it, or told as `key_set_unreachable`",
    "outside_forbidden": "only the worker meets it, or told as `key_set_unreachable`",
    "outside_timeout": "only the worker meets it, or told as `key_set_unreachable`",
    "outside_too_large": "only the worker meets it, or told as `key_set_unreachable`",
    "outside_unreachable": "only the worker meets it, or told as `key_set_unreachable`",
    "password_common": "the command line says it",
    "password_long": "the command line says it",
    "password_mixed": "the command line says it",
    "password_short": "the command line says it",
    "password_used_before": "the command line says it",
    "platform": "the command line says it",
    "provider_exam_unknown": "only the worker meets it",
    "provider_exam_unreadable": "only the worker meets it",
    "provider_body": "a site reads JSON",
    "provider_client": "a site reads JSON; the command line says it",
    "provider_field": "a site reads JSON",
    "provider_grant": "a site reads JSON",
    "provider_token": "a site reads JSON",
    "provider_keeps": "only the worker meets it",
    "provider_redirects": "only the worker meets it",
    "provider_token_unreadable": "only the worker meets it",
    "provider_user_unreadable": "only the worker meets it",
    "platform_exists": "the page shows it beside the field",
    "platform_field": "the command line says it, and the page beside the field",
    "reason_missing": "the page shows it beside the field",
    "results_unreadable": "only the worker meets it",
    "role_many": "the command line says it, and the page beside the field",
    "role_name": "the command line says it, and the page beside the field",
    "role_part": "the command line says it, and the page beside the field",
    "score_overtaken": "only the worker meets it",
    "score_stale": "only the worker meets it",
    "score_ungradable": "only the worker meets it",
    "service_off_results": "only the worker meets it",
    "service_off_scores": "only the worker meets it",
    "site_inactive": "only the worker meets it",
    "site_no_credentials": "only the worker meets it",
    "site_token_unreadable": "only the worker meets it",
    "step": "`_step_key` says `page` before",
    "template": "the command line says it",
    "token_unreadable": "only the worker meets it",
    "user": "the command line says it",
    "username": "the command line says it",
    "username_taken": "the command line says it",
    "xapi_condition": "the exam's content reads JSON",
    "xapi_conflict": "the exam's content reads JSON",
    "xapi_document": "the exam's content reads JSON",
    "xapi_ended": "the exam's content reads JSON",
    "xapi_merge": "the exam's content reads JSON",
    "xapi_parameter": "the exam's content reads JSON",
    "xapi_token": "the exam's content reads JSON",
    "xapi_too_large": "the exam's content reads JSON",
    "xapi_version": "the exam's content reads JSON",
    "xapi_statement": "the exam's content reads JSON",
    "token": "the list of tokens is read anew; the words of status 404 fit",
    "webhook": "programs alone meet it; the words of status 404 fit",
    "webhook_gone": "only the worker meets it",
    "webhook_off": "only the worker meets it",
    "webhook_secret": "only the worker meets it",
    "learner_twice": "the answer to a list tells it in its line",
}
#: Conditions that stop a person, as far as `refuse` has words for them.
ONLY_THE_CLOCK = {Guard.time_is_over, Guard.window_is_over, Guard.is_away, Guard.concludes_itself, Guard.rejects_itself}


def codes():
    """The first argument of every domain error that is made in the program, where it is written out."""
    found = {}
    for path in sorted((ROOT / "lti_proctor").rglob("*.py")):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args):
                continue
            if isinstance(node.args[0], ast.Constant):
                found[node.args[0].value] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


RAISED = codes()


def test_the_codes_of_the_program_are_found():
    assert set(RAISED) >= {"no_consent", "token_claim", "wrong_status"}
    assert len(RAISED) > 50


@for_each(sorted(RAISED))
def test_every_problem_has_words_or_a_reason_why_it_needs_none(code):
    assert (code in PROBLEMS) != (code in NOT_SHOWN), RAISED[code]


def test_nothing_is_excused_that_is_not_raised():
    assert sorted(set(NOT_SHOWN) - set(RAISED)) == []


@pytest.mark.parametrize("guard", list(Guard))
def test_every_condition_that_stops_a_person_has_words(guard):
    assert guard in PROBLEMS or guard in ONLY_THE_CLOCK


STATUSES = [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503]


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_a_refusal_may_have_has_words_of_last_resort(status):
    assert f"status_{status}" in PROBLEMS


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (Status, words.BADGES),
        (StepKey, words.STEPS),
        (Kind, words.KINDS),
        (Preset, words.PRESETS),
        (Metric, words.METRICS),
        (Delivery, words.DELIVERIES),
        (GradeSource, words.GRADE_SOURCES),
        (OnReject, words.ON_REJECT),
        (Verdict, words.VERDICTS),
        (Reason, words.REASONS),
        (Left, words.LEFT),
        (Role, words.ROLES),
        (EvidenceKind, words.PHOTOS),
        (Finding, face_words.FINDINGS),
        (Match, face_words.MATCHES),
        (Match, face_words.SEARCHES),
        (Turn, room_words.TURNS),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_member_has_words(kind, table):
    assert set(table) == set(kind)


def test_every_add_on_of_this_version_has_words_and_no_other_is_promised():
    assert set(words.ADDONS) == set(Addon)


def test_everything_that_is_taken_has_words():
    assert set(capture_words.CAPTURES) == set(CAPTURES) == set(Capture)


def test_every_check_of_the_equipment_has_words():
    assert list(words.CHECKS) == list(ExamConfig(addons=frozenset(Addon), metrics={Metric.s2: 1}).checks)


def test_every_event_of_the_history_has_words():
    assert {f"attempt.{event}" for event in Event} <= set(history_words.EVENTS)


def journalled():
    """The actions that the program writes about attempts, where they are written out."""
    found = set()
    for path in (ROOT / "lti_proctor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                found |= {a.value for a in node.args[1:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


@for_each(sorted(a for a in journalled() if a.startswith(("attempt.", "consent.", "evidence."))))
def test_every_action_in_the_history_of_an_attempt_has_words(action):
    assert action in history_words.EVENTS


@pytest.mark.parametrize("badge", [*words.BADGES.values(), words.HANDED_IN], ids=lambda badge: badge.icon)
def test_every_badge_has_an_icon_that_exists_and_a_tone_of_the_design(badge):
    assert f'id="i-{badge.icon}"' in ICONS
    assert set(badge.tone.split()) <= {"plain", "on", "wait", "good", "bad", "outline"}


@for_each(list(product(Status, Kind)))
def test_what_nobody_reviews_is_not_said_to_wait_for_a_review(case):
    status, kind = case
    badge = words.badge_of(status, kind)
    if status == Status.submitted and kind in {Kind.timed, Kind.practice}:
        assert badge is words.HANDED_IN
    else:
        assert badge is words.BADGES[status]


def test_a_problem_says_what_is_what_it_means_and_what_to_do(app):
    with app.test_request_context("/"), force_locale("en"):
        for code, problem in PROBLEMS.items():
            assert str(problem.what).strip(), code
            assert str(problem.means).endswith((".", "!")), code
            assert problem.steps, code
            assert all(str(step).strip() for step in problem.steps), code


def test_no_two_statuses_look_the_same(app):
    with app.test_request_context("/"):
        shown = [(badge.icon, str(badge.word)) for badge in words.BADGES.values()]
    assert len(set(shown)) == len(Status)
