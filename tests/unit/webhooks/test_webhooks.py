"""Webhooks: who is told, how it is signed, and what becomes of addresses that do not answer."""

import base64
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from lti_proctor import clock, journal, outbox, outside
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event
from lti_proctor.errors import Invalid, Upstream
from lti_proctor.exams import service as exams
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.outbox import Effect, State
from lti_proctor.platforms import keys
from lti_proctor.webhooks import service
from tests.factories import STAFF, make_attempt, make_course, make_exam

URL = "https://receiver.example/hook?x=1"


@pytest.fixture
def posts(monkeypatch):
    """What was posted; `answers` says what comes back, the last one again and again."""
    sent, answers = [], [outside.Answer(204, {}, b"")]

    def request(method, url, *, headers, content, **_options):
        sent.append((method, url, headers, content))
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(outside, "request", request)
    return sent, answers


def add(now, *events, course=None, url=URL):
    return service.add_webhook(url, events or service.EVENTS, course=course, actor=STAFF, now=now)


def work(time, **passes):
    time.passes(**(passes or {"seconds": 0}))
    outbox.deliver_due()


def rows():
    db.session.expire_all()
    effects = db.session.query(Effect).filter_by(kind="webhook.deliver").order_by(Effect.id)
    return [(row.state, row.last_error) for row in effects]


def test_a_message_can_be_verified_and_names_nobody(app, time, monkeypatch, posts):
    sent, _answers = posts
    # The library that verifies asks the real clock.
    time.now = datetime.now(UTC)
    attempt = make_attempt(clock.now())
    secret, hook = add(clock.now(), "attempt.changed")
    attempts.fire(attempt, Event.finish_setup, actor=Actor(Role.learner, attempt.user_id), now=clock.now())
    db.session.commit()
    work(time)
    ((method, url, headers, body),) = sent
    assert (method, url) == ("POST", URL)
    told = Verifier(secret).verify(body, headers)
    assert told["type"] == "attempt.changed"
    assert told["data"]["after"] == "ready_to_start"
    assert told["data"]["record"] == journal.head(attempts.subject_of(attempt)).hex()
    assert told["data"]["link"].endswith(f"/exams/{attempt.exam_id}/attempts/{attempt.id}")
    assert attempt.user.name not in body.decode()
    assert attempt.user.email not in body.decode()
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body + b" ", headers)
    assert secret not in hook.secret
    assert rows() == [(State.done, None)]


def test_the_signature_is_that_of_the_specification(app, now):
    """The example of the reference implementation, with its key, id, moment and body."""
    secret, hook = add(now)
    given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    hook.secret = keys.cipher("webhooks").encrypt(given.encode()).decode()
    moment = datetime.fromtimestamp(1614265330, UTC)
    headers = service.signed(hook, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', now=moment)
    assert headers["Webhook-Signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["Webhook-Timestamp"] == "1614265330"
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32


def test_only_those_who_listen_are_told(app, time, now, posts):
    sent, _answers = posts
    exam, elsewhere = make_exam(now), make_exam(now)
    add(now, "exam.saved", course=exam.course, url="https://a.example/")
    add(now, "exam.saved", url="https://b.example/")
    add(now, "attempt.created", url="https://c.example/")
    _secret, off = add(now, "exam.saved", url="https://d.example/")
    service.switch(off, is_active=False, actor=STAFF, now=now)
    for one in (exam, elsewhere):
        exams.set_active(one, is_active=False, actor=STAFF, now=now)
    db.session.commit()
    work(time)
    told = sorted((url, json.loads(body)["data"]["exam_id"]) for _method, url, _headers, body in sent)
    assert told == [
        ("https://a.example/", exam.id),
        ("https://b.example/", exam.id),
        ("https://b.example/", elsewhere.id),
    ]


def test_a_change_that_is_taken_back_tells_nobody(app, time, now, posts):
    exam = make_exam(now)
    add(now)
    db.session.commit()
    exams.set_active(exam, is_active=False, actor=STAFF, now=now)
    db.session.rollback()
    db.session.commit()
    work(time)
    assert posts[0] == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (outside.Answer(500, {}, b""), "webhook_status_500"),
        (outside.Answer(404, {}, b""), "webhook_status_404"),
        (outside.Answer(302, {}, b""), "webhook_status_302"),
        (Upstream("outside_timeout", permanent=False), "outside_timeout"),
    ],
)
def test_what_is_not_taken_is_sent_again_with_the_same_id(app, time, now, posts, answer, error):
    sent, answers = posts
    answers.insert(0, answer)
    exam = make_exam(now)
    add(now, "exam.saved")
    exams.set_active(exam, is_active=False, actor=STAFF, now=now)
    db.session.commit()
    work(time)
    assert rows() == [(State.waiting, error)]
    work(time, minutes=5)
    assert rows() == [(State.done, None)]
    assert sent[0][2]["Webhook-Id"] == sent[1][2]["Webhook-Id"]
    assert sent[0][2]["Webhook-Timestamp"] != sent[1][2]["Webhook-Timestamp"]


def test_an_address_that_is_gone_is_switched_off(app, time, now, posts):
    sent, answers = posts
    answers[:] = [outside.Answer(410, {}, b"")]
    exam = make_exam(now)
    _secret, hook = add(now, "exam.saved")
    for is_active in (False, True):
        exams.set_active(exam, is_active, actor=STAFF, now=now)
    db.session.commit()
    work(time)
    work(time)
    assert hook.is_active is False
    assert len(sent) == 1
    assert rows() == [(State.aside, "webhook_gone"), (State.aside, "webhook_off")]
    assert journal.entries_of(f"webhook:{hook.id}")[-1].action == "webhook.off"
    exams.set_active(exam, is_active=False, actor=STAFF, now=now)
    db.session.commit()
    assert len(rows()) == 2


def test_a_secret_that_can_t_be_read_any_more_is_told_and_not_tried_again(app, time, now, posts):
    exam = make_exam(now)
    _secret, hook = add(now, "exam.saved")
    hook.secret = "gAAAAA"
    exams.set_active(exam, is_active=False, actor=STAFF, now=now)
    db.session.commit()
    work(time)
    assert rows() == [(State.aside, "webhook_secret")]


@pytest.mark.parametrize(
    "url",
    ["", "hook", "http://receiver.example/", "ftp://receiver.example/", "https://", "https://user:word@receiver.example/",
     "https://receiver.example/#x", "https://receiver.example/" + "x" * 2000, "https://receiver.example/\n",
     "javascript:1"],
)  # fmt: skip
def test_an_address_that_can_t_be_told_is_refused(app, now, url):
    with pytest.raises(Invalid, match="webhook_url"):
        add(now, url=url)


def test_an_address_inside_is_refused_when_it_is_called(app, time, now):
    """The name is looked up at each call, so that is where it counts."""
    exam = make_exam(now)
    add(now, "exam.saved", url="https://10.0.0.1/")
    exams.set_active(exam, is_active=False, actor=STAFF, now=now)
    db.session.commit()
    work(time)
    assert rows() == [(State.aside, "outside_forbidden")]


@pytest.mark.parametrize("events", [[], ["exam.burnt"], ["exam.saved", ""]])
def test_events_that_there_are_not_are_refused(app, now, events):
    with pytest.raises(Invalid, match="webhook_events"):
        service.add_webhook(URL, events, course=None, actor=STAFF, now=now)


def test_there_are_only_so_many(app, now, monkeypatch):
    monkeypatch.setattr(service, "MOST", 1)
    add(now)
    with pytest.raises(Invalid, match="webhooks_many"):
        add(now)


def test_a_removed_course_takes_its_webhooks_along(app, now):
    course = make_course(now)
    add(now, course=course)
    db.session.commit()
    db.session.delete(course)
    db.session.commit()
    assert service.webhooks() == []
