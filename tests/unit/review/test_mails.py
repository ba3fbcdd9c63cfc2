import pytest

from lti_proctor import mail, outbox
from lti_proctor.attempts.effects import STATUS_MAIL
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Upstream
from lti_proctor.extensions import db
from lti_proctor.review.mails import send_status_mail
from tests.factories import make_submitted


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(mail, "send", messages.append)
    return messages


def effect_of(attempt):
    return next(row for row in outbox.of(subject_of(attempt)) if row.kind == STATUS_MAIL)


def test_a_mail_goes_to_the_learner_by_the_name_that_pages_use(app, now, sent):
    attempt = make_submitted(now)
    send_status_mail(effect_of(attempt))
    assert sent[0]["To"] == attempt.user.email
    text = sent[0].get_body(("plain",)).get_content()
    assert attempt.exam.title in str(sent[0]["Subject"]) + text
    assert attempt.user.name in text


@pytest.mark.parametrize("what", ["attempt", "address"])
def test_a_mail_to_nobody_is_given_up(app, now, sent, what):
    attempt = make_submitted(now)
    effect = effect_of(attempt)
    if what == "attempt":
        effect.payload = {**effect.payload, "attempt": 4711}
    else:
        attempt.user.email = ""
    with pytest.raises(Upstream) as problem:
        send_status_mail(effect)
    assert (problem.value.permanent, sent) == (True, [])


def test_a_mail_is_delivered_by_the_outbox(app, now, time, sent):
    attempt = make_submitted(now)
    db.session.commit()
    outbox.deliver(effect_of(attempt).id)
    assert (len(sent), effect_of(attempt).state) == (1, "done")
