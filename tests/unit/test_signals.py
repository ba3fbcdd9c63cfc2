"""Signals: told after the commit only, with ids and codes, and nobody's fault is another's."""

import pytest

from lti_proctor import signals
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.exams import service as exams
from lti_proctor.exams.allowances import Extra, grant, revoke
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.review import service as review
from lti_proctor.review.models import Verdict
from tests.factories import STAFF, make_attempt, make_exam, make_link, make_submitted, make_user


@pytest.fixture
def heard():
    """What every signal told, in order."""
    told = []
    receivers = []
    for signal in signals.ALL:

        def listen(_sender, _name=signal.name, **data):
            told.append((_name, data))

        signal.connect(listen)
        receivers.append((signal, listen))
    yield told
    for signal, listen in receivers:
        signal.disconnect(listen)


def test_a_change_of_state_is_told_after_the_commit(app, heard, now):
    attempt = make_attempt(now)
    db.session.commit()
    heard.clear()
    learner = Actor(Role.learner, attempt.user_id)
    attempts.fire(attempt, Event.finish_setup, actor=learner, now=now)
    assert heard == []
    db.session.commit()
    ((name, data),) = heard
    assert name == "attempt.changed"
    assert data == {
        "attempt_id": attempt.id, "exam_id": attempt.exam_id, "user_id": attempt.user_id, "event": "finish_setup",
        "before": "created", "after": "ready_to_start", "kind": "proctored", "provider": "builtin", "by": "learner",
        "at": now,
    }  # fmt: skip


def test_what_is_taken_back_is_never_told(app, heard, now):
    attempt = make_attempt(now)
    db.session.commit()
    heard.clear()
    attempts.fire(attempt, Event.finish_setup, actor=Actor(Role.learner, attempt.user_id), now=now)
    db.session.rollback()
    db.session.commit()
    assert heard == []


def test_a_receiver_that_breaks_stops_neither_the_change_nor_the_others(app, heard, now):
    def breaks(_sender, **_data):
        raise ZeroDivisionError

    exam = make_exam(now)
    db.session.commit()
    heard.clear()
    with signals.exam_saved.connected_to(breaks):
        exams.set_active(exam, is_active=False, actor=STAFF, now=now)
        db.session.commit()
    assert [(name, data["is_active"]) for name, data in heard] == [("exam.saved", False)]
    assert db.session.get(type(exam), exam.id).is_active is False


def test_a_conclusion_is_told_with_the_change_that_it_makes(app, heard, now):
    done, user = make_submitted(now), make_user(now)
    db.session.commit()
    heard.clear()
    reviewer = Actor(Role.reviewer, user.id)
    review.conclude(done, Verdict.positive, reason=None, comment="", actor=reviewer, now=now)
    db.session.commit()
    assert [(name, data.get("source")) for name, data in heard] == [
        ("attempt.changed", None), ("review.received", "person"),
    ]  # fmt: skip


def test_each_kind_is_told_once(app, heard, now):
    exam, user = make_exam(now), make_user(now)
    link = make_link(exam)
    for _ in range(2):
        attempts.attempt_for_launch(link.id, exam.id, user.id, is_new_user=False, now=now)
    allowance = grant(exam, user, Extra(additional_time=5), actor=STAFF, now=now)
    revoke(exam, allowance, actor=STAFF, now=now)
    exams.change_exam(exam, title="Other", kind=exam.kind, config=exam.config, actor=STAFF, now=now)
    exams.change_exam(exam, title="Other", kind=exam.kind, config=exam.config, actor=STAFF, now=now)
    db.session.commit()
    assert [name for name, _data in heard] == [
        "exam.saved", "attempt.created", "allowance.changed", "allowance.changed", "exam.saved",
    ]  # fmt: skip
    assert [data["is_granted"] for name, data in heard if name == "allowance.changed"] == [True, False]
