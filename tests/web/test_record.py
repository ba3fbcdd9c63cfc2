"""Receipts of an attempt's record: given on its pages, in the gradebook and in messages, and looked up again."""

import pytest
from sqlalchemy import update

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.attempts.service import fire, subject_of
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Entry, Role
from tests.factories import make_running, make_user


@pytest.fixture
def attempt(app, now, time):
    found = make_running(now)
    fire(found, Event.submit, actor=Actor(Role.learner, found.user_id), now=time.passes(minutes=30))
    db.session.commit()
    return found


@pytest.fixture
def look(learner, attempt):
    def looked(receipt=""):
        answer = learner.get(f"/attempts/{attempt.id}/record", query_string={"receipt": receipt} if receipt else {})
        assert answer.status_code == 200
        return answer.text

    return looked


def add_entry(attempt, now):
    journal.record(Actor(Role.reviewer), "review.opened", subject_of(attempt), {}, now)
    db.session.commit()


def test_the_page_of_an_attempt_that_is_over_gives_a_receipt_that_fits(learner, attempt, look):
    receipt = journal.receipt(subject_of(attempt))
    assert receipt in learner.get(f"/attempts/{attempt.id}").text
    assert "This receipt fits" in look(receipt)
    assert "Nothing has been added since" in look(receipt)


def test_a_receipt_fits_also_when_more_was_written_down_and_however_it_is_typed(attempt, look, now):
    receipt = journal.receipt(subject_of(attempt))
    whole = journal.head(subject_of(attempt)).hex()
    add_entry(attempt, now)
    for given in (receipt, whole, f" {receipt[:8].upper()} {receipt[8:]} "):
        assert "1 entry has been added since" in look(given)


@pytest.mark.parametrize("given", ["0" * 20, "zz", "5", "%", "<b>", "f" * 65, "' or 1=1"])
def test_what_is_no_receipt_of_this_record_does_not_fit(look, given):
    page = look(given)
    assert "This receipt does not fit" in page
    assert "<b>" not in page


def test_a_receipt_of_another_attempt_does_not_fit(look, now):
    other = make_running(now)
    assert "This receipt does not fit" in look(journal.receipt(subject_of(other)))


def test_a_receipt_fits_no_more_when_something_before_it_was_changed(attempt, look, now):
    receipt = journal.receipt(subject_of(attempt))
    add_entry(attempt, now)
    later = journal.receipt(subject_of(attempt))
    last = journal.entries_of(subject_of(attempt))[-1].place
    db.session.execute(update(Entry).where(Entry.place == last).values(data={"flag": 1}))
    db.session.commit()
    assert "This receipt fits" in look(receipt)
    assert "This receipt does not fit" in look(later)
    db.session.execute(update(Entry).where(Entry.place == 1).values(data={"x": 1}))
    db.session.commit()
    assert "This receipt does not fit" in look(receipt)
    assert "The record has been changed" in look()


def test_nobody_else_sees_the_record(attempt, sign_in, now, client):
    stranger = sign_in(make_user(now), {attempt.exam.course_id: "learner"})
    assert stranger.get(f"/attempts/{attempt.id}/record").status_code == 404
    assert client.get(f"/attempts/{attempt.id}/record").status_code in {401, 403, 404}
    teacher = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    assert teacher.get(f"/attempts/{attempt.id}/record").status_code == 200
